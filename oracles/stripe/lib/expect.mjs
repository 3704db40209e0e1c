// Small helpers for scenarios.

import assert from 'node:assert/strict';

/** The error an act throws; throws when it does not. */
export async function refusal(act) {
  let result;
  try {
    result = await act();
  } catch (error) {
    return error;
  }
  throw new assert.AssertionError({ message: `should have been refused, gave ${JSON.stringify(result)?.slice(0, 300)}` });
}

/** Checks the fields of a refusal. */
export async function refused(act, expected) {
  const error = await refusal(act);
  const found = Object.fromEntries(Object.keys(expected).map((name) => [name, error[name]]));
  assert.deepEqual(found, expected, `${error.type}: ${error.message}`);
  return error;
}

let counter = 0;

/** An idempotency key nobody has used. */
export function fresh() {
  counter += 1;
  return { idempotencyKey: `drive-${process.pid}-${Date.now()}-${counter}` };
}

/** Tells the rehearsal something; gives what it says. */
export async function control(url, verb, body = {}) {
  const answer = await fetch(`${url}/_control/${verb}`, { method: 'POST', body: JSON.stringify(body) });
  const said = await answer.text();
  assert.equal(answer.status, 200, `${verb}: ${said}`);
  return JSON.parse(said);
}
