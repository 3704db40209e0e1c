// What the official types say of the objects and parameters we meet. Read by ts-json-schema-generator,
// from the newest SDK whose response types it can read (tsconfig.json maps `stripe` to it).

import Stripe from 'stripe';

/** By the `object` of an answer. */
export interface Answers {
  account: Stripe.Account;
  balance: Stripe.Balance;
  balance_transaction: Stripe.BalanceTransaction;
  charge: Stripe.Charge;
  country_spec: Stripe.CountrySpec;
  customer: Stripe.Customer;
  event: Stripe.EventBase;
  payment_intent: Stripe.PaymentIntent;
  payment_method: Stripe.PaymentMethod;
  setup_intent: Stripe.SetupIntent;
  webhook_endpoint: Stripe.WebhookEndpoint;
}

/** Objects that are no more, by their `object`. */
export interface Deleted {
  customer: Stripe.DeletedCustomer;
  webhook_endpoint: Stripe.DeletedWebhookEndpoint;
}

/** Words out of closed lists. */
export interface Words {
  event: Stripe.WebhookEndpointCreateParams.EnabledEvent;
  error_code: Stripe.PaymentIntent.LastPaymentError.Code;
  error_type: Stripe.PaymentIntent.LastPaymentError.Type;
}

/** By method and path, ids replaced by a star. */
export interface Requests {
  'GET /v1/account': {};
  'GET /v1/balance': Stripe.BalanceRetrieveParams;
  'GET /v1/balance_transactions': Stripe.BalanceTransactionListParams;
  'GET /v1/balance_transactions/*': Stripe.BalanceTransactionRetrieveParams;
  'GET /v1/charges': Stripe.ChargeListParams;
  'GET /v1/charges/*': Stripe.ChargeRetrieveParams;
  'GET /v1/country_specs/*': Stripe.CountrySpecRetrieveParams;
  'POST /v1/customers': Stripe.CustomerCreateParams;
  'GET /v1/customers/*': Stripe.CustomerRetrieveParams;
  'GET /v1/events': Stripe.EventListParams;
  'GET /v1/events/*': Stripe.EventRetrieveParams;
  'POST /v1/payment_intents': Stripe.PaymentIntentCreateParams;
  'GET /v1/payment_intents': Stripe.PaymentIntentListParams;
  'GET /v1/payment_intents/*': Stripe.PaymentIntentRetrieveParams;
  'POST /v1/payment_intents/*': Stripe.PaymentIntentUpdateParams;
  'POST /v1/payment_intents/*/cancel': Stripe.PaymentIntentCancelParams;
  'POST /v1/payment_intents/*/confirm': Stripe.PaymentIntentConfirmParams;
  'GET /v1/payment_methods/*': Stripe.PaymentMethodRetrieveParams;
  'POST /v1/setup_intents': Stripe.SetupIntentCreateParams;
  'GET /v1/setup_intents/*': Stripe.SetupIntentRetrieveParams;
  'POST /v1/setup_intents/*/cancel': Stripe.SetupIntentCancelParams;
  'POST /v1/webhook_endpoints': Stripe.WebhookEndpointCreateParams;
  'GET /v1/webhook_endpoints': Stripe.WebhookEndpointListParams;
  'GET /v1/webhook_endpoints/*': Stripe.WebhookEndpointRetrieveParams;
  'POST /v1/webhook_endpoints/*': Stripe.WebhookEndpointUpdateParams;
  'DELETE /v1/webhook_endpoints/*': Stripe.WebhookEndpointDeleteParams;
}
