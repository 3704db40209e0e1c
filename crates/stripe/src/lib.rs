//! The other party: a narrow, typed client of Stripe's API and its webhooks.
