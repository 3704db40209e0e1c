// The golden requests of what comes after a payment, and of what is kept for the next one.

const CREATED = { created: { gte: 1790000000 } };
const LINES = ['balance_transaction', 'failure_balance_transaction'];

/** Every field of an answer to a dispute, from the SDK's types; texts and files alike. */
const FIELDS = [
  'access_activity_log', 'billing_address', 'cancellation_policy', 'cancellation_policy_disclosure', 'cancellation_rebuttal',
  'customer_communication', 'customer_email_address', 'customer_name', 'customer_purchase_ip', 'customer_signature',
  'duplicate_charge_documentation', 'duplicate_charge_explanation', 'duplicate_charge_id', 'product_description', 'receipt',
  'refund_policy', 'refund_policy_disclosure', 'refund_refusal_explanation', 'service_date', 'service_documentation',
  'shipping_address', 'shipping_carrier', 'shipping_date', 'shipping_documentation', 'shipping_tracking_number',
  'uncategorized_file', 'uncategorized_text',
];

/** In the order of crates/stripe/examples/golden/main.rs. */
export function later(secret, key) {
  return [...refunds(secret, key), ...disputes(secret, key), ...moneyIn(secret), ...hosted(secret, key), ...keptCards(secret, key)];
}

function refunds(secret, key) {
  const expand = LINES.map((line) => `data.${line}`);
  return [
    ['create_refund', () => secret.refunds.create({ payment_intent: 'pi_1', amount: 500, reason: 'requested_by_customer', metadata: { refund_id: 'ref_1' }, expand: ['balance_transaction'] }, key('golden-20'))],
    ['create_refund', () => secret.refunds.create({ charge: 'ch_1', expand: ['balance_transaction'] }, key('golden-21'))],
    ['retrieve_refund', () => secret.refunds.retrieve('re_1', { expand: LINES })],
    ['list_refunds', () => secret.refunds.list({ limit: 100, expand })],
    ['list_refunds', () => secret.refunds.list({ payment_intent: 'pi_1', ...CREATED, limit: 100, expand, starting_after: 're_1' })],
    ['cancel_refund', () => secret.refunds.cancel('re_1', {}, key('golden-22'))],
  ];
}

function disputes(secret, key) {
  const data = Buffer.from([...Array(256).keys(), ...Buffer.from('\r\n--\r\n')]);
  const all = Object.fromEntries(FIELDS.map((field) => [field, `${field} é`]));
  return [
    ['upload_evidence_file', () => secret.files.create({ purpose: 'dispute_evidence', file: { data, name: 'what-we-have.pdf', type: 'application/pdf' } }, key('golden-30'))],
    ['retrieve_dispute', () => secret.disputes.retrieve('du_1')],
    ['list_disputes', () => secret.disputes.list({ limit: 100 })],
    ['list_disputes', () => secret.disputes.list({ payment_intent: 'pi_1', charge: 'ch_1', ...CREATED, limit: 100, ending_before: 'du_1' })],
    ['update_dispute', () => secret.disputes.update('du_1', { evidence: all, submit: false }, key('golden-31'))],
    ['update_dispute', () => secret.disputes.update('du_1', { evidence: { receipt: 'file_1', uncategorized_text: '' }, submit: true }, key('golden-32'))],
    ['close_dispute', () => secret.disputes.close('du_1', {}, key('golden-33'))],
  ];
}

function moneyIn(secret) {
  const expand = ['data.balance_transaction'];
  return [
    ['list_charges', () => secret.charges.list({ limit: 100, expand })],
    ['list_charges', () => secret.charges.list({ payment_intent: 'pi_1', customer: 'cus_1', ...CREATED, limit: 100, expand, starting_after: 'ch_1' })],
    ['list_balance_transactions', () => secret.balanceTransactions.list({ payout: 'po_1', limit: 100 })],
    ['list_balance_transactions', () => secret.balanceTransactions.list({ source: 'ch_1', type: 'charge', currency: 'cad', created: { gte: 1790000000, lt: 1790086400 }, limit: 100, ending_before: 'txn_1' })],
    ['retrieve_payout', () => secret.payouts.retrieve('po_1', { expand: LINES })],
    ['list_payouts', () => secret.payouts.list({ limit: 100 })],
    ['list_payouts', () => secret.payouts.list({ status: 'paid', ...CREATED, limit: 100, starting_after: 'po_1' })],
  ];
}

function hosted(secret, key) {
  const line = (name, unit_amount, quantity, more) => ({ price_data: { currency: 'cad', unit_amount, product_data: { name, ...more } }, quantity });
  const metadata = { invoice_id: 'inv_1' };
  const session = {
    mode: 'payment',
    line_items: [line('Invoice 7', 1999, 1)],
    client_reference_id: 'att_1',
    metadata,
    payment_intent_data: { metadata },
    adaptive_pricing: { enabled: false },
    success_url: 'https://example.com/p/t?session={CHECKOUT_SESSION_ID}',
    cancel_url: 'https://example.com/p/t',
  };
  const whole = {
    ...session,
    line_items: [...session.line_items, line('Facture nº 8', 250, 3, { description: '« Le reste »' })],
    payment_intent_data: { metadata, description: 'Facture nº 7', setup_future_usage: 'off_session' },
    expires_at: 1790003600,
    customer: 'cus_1',
    locale: 'fr-CA',
  };
  const expand = ['payment_intent.latest_charge.balance_transaction'];
  const { sessions } = secret.checkout;
  return [
    ['create_checkout_session', () => sessions.create(session, key('golden-40'))],
    ['create_checkout_session', () => sessions.create(whole, key('golden-41'))],
    ['retrieve_checkout_session', () => sessions.retrieve('cs_test_1', { expand })],
    ['expire_checkout_session', () => sessions.expire('cs_test_1', {}, key('golden-42'))],
    ['list_checkout_sessions', () => sessions.list({ limit: 100 })],
    ['list_checkout_sessions', () => sessions.list({ payment_intent: 'pi_1', status: 'open', ...CREATED, limit: 100, starting_after: 'cs_test_1' })],
  ];
}

function keptCards(secret, key) {
  const { customers, paymentIntents, paymentMethods, setupIntents } = secret;
  const dynamic = { enabled: true };
  const money = { amount: 1999, currency: 'cad' };
  const back = { return_url: 'https://example.com/i/abc/return', expand: ['latest_charge.balance_transaction'] };
  const away = {
    ...money,
    automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
    customer: 'cus_1',
    payment_method: 'pm_1',
    off_session: true,
    confirm: true,
    description: 'Invoice 7',
    metadata: { invoice_id: 'inv_1' },
    expand: ['latest_charge.balance_transaction'],
  };
  return [
    ['create_customer', () => customers.create({ name: 'Élodie & Søn', email: 'elodie+1@example.com', description: 'Customer 12', metadata: { customer_id: 'cus_ours' } }, key('golden-50'))],
    ['retrieve_customer', () => customers.retrieve('cus_1')],
    ['update_customer', () => customers.update('cus_1', { name: 'Élodie' }, key('golden-51'))],
    ['delete_customer', () => customers.del('cus_1')],
    ['create_card_setup', () => setupIntents.create({ automatic_payment_methods: dynamic, allowed_payment_method_types: ['card'], customer: 'cus_1', usage: 'off_session', metadata: { customer_id: 'cus_ours' } }, key('golden-52'))],
    ['retrieve_payment_method', () => paymentMethods.retrieve('pm_1')],
    ['list_payment_methods', () => customers.listPaymentMethods('cus_1', { limit: 100 })],
    ['list_payment_methods', () => customers.listPaymentMethods('cus_1', { limit: 100, starting_after: 'pm_1' })],
    ['attach_payment_method', () => paymentMethods.attach('pm_1', { customer: 'cus_1' }, key('golden-53'))],
    ['detach_payment_method', () => paymentMethods.detach('pm_1', {}, key('golden-54'))],
    ['create_payment_intent', () => paymentIntents.create({ ...money, automatic_payment_methods: dynamic, customer: 'cus_1', setup_future_usage: 'off_session' }, key('golden-55'))],
    ['update_payment_intent_saving', () => paymentIntents.update('pi_1', { customer: 'cus_1', setup_future_usage: 'on_session' }, key('golden-56'))],
    ['update_payment_intent_saving', () => paymentIntents.update('pi_1', { customer: 'cus_1', setup_future_usage: '' }, key('golden-57'))],
    ['charge_off_session', () => paymentIntents.create(away, key('golden-58'))],
    ['confirm_payment_intent', () => paymentIntents.confirm('pi_1', { payment_method: 'pm_1', off_session: true, ...back }, key('golden-59'))],
    ['confirm_payment_intent', () => paymentIntents.confirm('pi_1', { payment_method: 'pm_1', ...back }, key('golden-60'))],
  ];
}
