//! The rehearsal: a small server that behaves like Stripe, and misbehaves on request.
