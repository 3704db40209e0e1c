// The official Node SDK, pointed at a loopback address.

import Stripe from 'stripe';

export { Stripe };

export function sdk(key, baseUrl, options = {}) {
  const { hostname, port } = new URL(baseUrl);
  return new Stripe(key, { host: hostname, port, protocol: 'http', telemetry: false, maxNetworkRetries: 0, ...options });
}
