// What the official types say of the objects and parameters we meet. Read by ts-json-schema-generator,
// from the newest SDK whose response types it can read (tsconfig.json maps `stripe` to it).

import Stripe from 'stripe';

/** By the `object` of an answer. */
export interface Answers {
  account: Stripe.Account;
  balance: Stripe.Balance;
  balance_transaction: Stripe.BalanceTransaction;
  charge: Stripe.Charge;
  'checkout.session': Stripe.Checkout.Session;
  country_spec: Stripe.CountrySpec;
  customer: Stripe.Customer;
  dispute: Stripe.Dispute;
  event: Stripe.EventBase;
  file: Stripe.File;
  payment_intent: Stripe.PaymentIntent;
  payment_method: Stripe.PaymentMethod;
  payout: Stripe.Payout;
  refund: Stripe.Refund;
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
  'GET /v1/checkout/sessions': Stripe.Checkout.SessionListParams;
  'POST /v1/checkout/sessions': Stripe.Checkout.SessionCreateParams;
  'GET /v1/checkout/sessions/*': Stripe.Checkout.SessionRetrieveParams;
  'POST /v1/checkout/sessions/*/expire': Stripe.Checkout.SessionExpireParams;
  'POST /v1/customers': Stripe.CustomerCreateParams;
  'GET /v1/customers/*': Stripe.CustomerRetrieveParams;
  'POST /v1/customers/*': Stripe.CustomerUpdateParams;
  'DELETE /v1/customers/*': Stripe.CustomerDeleteParams;
  'GET /v1/customers/*/payment_methods': Stripe.CustomerListPaymentMethodsParams;
  'GET /v1/disputes': Stripe.DisputeListParams;
  'GET /v1/disputes/*': Stripe.DisputeRetrieveParams;
  'POST /v1/disputes/*': Stripe.DisputeUpdateParams;
  'POST /v1/disputes/*/close': Stripe.DisputeCloseParams;
  'GET /v1/events': Stripe.EventListParams;
  'GET /v1/events/*': Stripe.EventRetrieveParams;
  'GET /v1/files/*': Stripe.FileRetrieveParams;
  'POST /v1/payment_intents': Stripe.PaymentIntentCreateParams;
  'GET /v1/payment_intents': Stripe.PaymentIntentListParams;
  'GET /v1/payment_intents/*': Stripe.PaymentIntentRetrieveParams;
  'POST /v1/payment_intents/*': Stripe.PaymentIntentUpdateParams;
  'POST /v1/payment_intents/*/cancel': Stripe.PaymentIntentCancelParams;
  'POST /v1/payment_intents/*/confirm': Stripe.PaymentIntentConfirmParams;
  'GET /v1/payment_methods': Stripe.PaymentMethodListParams;
  'POST /v1/payment_methods/*': Stripe.PaymentMethodUpdateParams;
  'GET /v1/payment_methods/*': Stripe.PaymentMethodRetrieveParams;
  'POST /v1/payment_methods/*/attach': Stripe.PaymentMethodAttachParams;
  'POST /v1/payment_methods/*/detach': Stripe.PaymentMethodDetachParams;
  'GET /v1/payouts': Stripe.PayoutListParams;
  'POST /v1/payouts': Stripe.PayoutCreateParams;
  'GET /v1/payouts/*': Stripe.PayoutRetrieveParams;
  'POST /v1/payouts/*/cancel': Stripe.PayoutCancelParams;
  'GET /v1/refunds': Stripe.RefundListParams;
  'POST /v1/refunds': Stripe.RefundCreateParams;
  'GET /v1/refunds/*': Stripe.RefundRetrieveParams;
  'POST /v1/refunds/*': Stripe.RefundUpdateParams;
  'POST /v1/refunds/*/cancel': Stripe.RefundCancelParams;
  'POST /v1/setup_intents': Stripe.SetupIntentCreateParams;
  'GET /v1/setup_intents/*': Stripe.SetupIntentRetrieveParams;
  'POST /v1/setup_intents/*/confirm': Stripe.SetupIntentConfirmParams;
  'POST /v1/setup_intents/*/cancel': Stripe.SetupIntentCancelParams;
  'POST /v1/webhook_endpoints': Stripe.WebhookEndpointCreateParams;
  'GET /v1/webhook_endpoints': Stripe.WebhookEndpointListParams;
  'GET /v1/webhook_endpoints/*': Stripe.WebhookEndpointRetrieveParams;
  'POST /v1/webhook_endpoints/*': Stripe.WebhookEndpointUpdateParams;
  'DELETE /v1/webhook_endpoints/*': Stripe.WebhookEndpointDeleteParams;
}
