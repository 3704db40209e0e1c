//! What a person can do and must not: the whole router, a real database, a standing clock.

mod dashboard;
mod first_run;
mod kit;
mod settings;
mod sign_in;
