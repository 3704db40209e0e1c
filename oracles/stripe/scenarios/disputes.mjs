// A bank takes a payment back, or asks about it; evidence, and what becomes of it.

import assert from 'node:assert/strict';

import { control, fresh, refused } from '../lib/expect.mjs';
import { sdk } from '../lib/sdk.mjs';

/** Bytes that are no text, so that a careless reader would spoil them. */
const PDF = Buffer.concat([Buffer.from('%PDF-1.7\r\n'), Buffer.from([0, 255, 254, 13, 10, 45, 45]), Buffer.from('%%EOF')]);

export async function disputes(report, { url, keys }) {
  const secret = sdk(keys.studio.test.secret, url);
  const disputed = async (method) => {
    const paid = await secret.paymentIntents.create({ amount: 10000, currency: 'cad', confirm: true, payment_method: method, return_url: 'https://example.com/return' }, fresh());
    return (await secret.disputes.list({ payment_intent: paid.id })).data[0];
  };
  const types = async (dispute) => {
    const events = await secret.events.list({ type: 'charge.dispute.*', limit: 100 });
    return events.data.filter((event) => event.data.object.id === dispute.id).map((event) => event.type.replace('charge.dispute.', '')).reverse();
  };

  await report.attempt('Node: a chargeback takes the money and a fee at once; a file and winning words win it back', async () => {
    const dispute = await disputed('pm_card_createDispute');
    assert.deepEqual([dispute.status, dispute.reason, dispute.is_charge_refundable], ['needs_response', 'fraudulent', false]);
    const [taken] = dispute.balance_transactions;
    assert.deepEqual([taken.amount, taken.net, taken.reporting_category], [-10000, -10000 - taken.fee, 'dispute']);
    assert.ok(taken.fee > 0 && dispute.evidence_details.due_by > dispute.created);
    await refused(() => secret.refunds.create({ charge: dispute.charge }), { code: 'charge_disputed' });
    const file = await secret.files.create({ purpose: 'dispute_evidence', file: { data: PDF, name: 'receipt.pdf', type: 'application/pdf' } }, fresh());
    assert.deepEqual([file.size, file.type, file.filename], [PDF.length, 'pdf', 'receipt.pdf']);
    assert.equal((await secret.files.retrieve(file.id)).id, file.id);
    const draft = await secret.disputes.update(dispute.id, { evidence: { receipt: file.id, customer_name: 'P. Ayer' }, submit: false }, fresh());
    assert.deepEqual([draft.status, draft.evidence.receipt, draft.evidence_details.has_evidence, draft.evidence_details.submission_count], ['needs_response', file.id, true, 0]);
    const sent = await secret.disputes.update(dispute.id, { evidence: { uncategorized_text: 'winning_evidence' }, submit: true }, fresh());
    assert.deepEqual([sent.status, sent.evidence.customer_name], ['under_review', 'P. Ayer']);
    await control(url, 'advance', { seconds: 61 });
    const won = await secret.disputes.retrieve(dispute.id, { expand: ['charge', 'payment_intent'] });
    assert.equal(won.status, 'won');
    assert.equal(won.charge.disputed, true);
    assert.equal(won.balance_transactions[1].net, 10000);
    assert.deepEqual(await types(dispute), ['created', 'funds_withdrawn', 'updated', 'updated', 'closed', 'funds_reinstated']);
  });
  await report.attempt('Node: losing words and giving in lose; what is closed stays closed', async () => {
    const first = await disputed('pm_card_createDisputeProductNotReceived');
    await secret.disputes.update(first.id, { evidence: { uncategorized_text: 'losing_evidence' } }, fresh());
    await control(url, 'advance', { seconds: 61 });
    assert.equal((await secret.disputes.retrieve(first.id)).status, 'lost');
    const second = await disputed('pm_card_createDispute');
    assert.equal((await secret.disputes.close(second.id, {}, fresh())).status, 'lost');
    await refused(() => secret.disputes.close(second.id), { statusCode: 400 });
    await refused(() => secret.disputes.update(second.id, { evidence: { customer_name: 'x' } }), { statusCode: 400 });
  });
  await report.attempt('Node: an inquiry takes nothing, may become a chargeback, and ends when the charge is refunded', async () => {
    const asked = await disputed('pm_card_createDisputeInquiry');
    assert.deepEqual([asked.status, asked.balance_transactions.length, asked.is_charge_refundable], ['warning_needs_response', 0, true]);
    await control(url, 'decide_dispute', { dispute: asked.id, status: 'needs_response' });
    const taken = await secret.disputes.retrieve(asked.id);
    assert.deepEqual([taken.status, taken.balance_transactions.length], ['needs_response', 1]);
    const other = await disputed('pm_card_createDisputeInquiry');
    await secret.refunds.create({ charge: other.charge }, fresh());
    assert.equal((await secret.disputes.retrieve(other.id)).status, 'warning_closed');
  });
  await report.attempt('Node: what is no evidence is refused', async () => {
    await refused(() => secret.files.create({ purpose: 'dispute_evidence', file: { data: Buffer.from('MZ a program'), name: 'receipt.pdf', type: 'application/pdf' } }), { param: 'file' });
    const dispute = await disputed('pm_card_createDispute');
    await refused(() => secret.disputes.update(dispute.id, { evidence: { receipt: 'file_nobody' } }), { param: 'evidence[receipt]', code: 'resource_missing' });
  });
}
