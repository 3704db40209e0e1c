//! The real executable, from outside: what an operator sees, and must be able to lean on.

mod demo;
mod keys;
mod kit;
mod serve;
