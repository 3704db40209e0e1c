//! The rules: money, tax, invoices, payments, ledger. No clock, database, network, HTML, async.
//!
//! Time, chance and everything read from elsewhere come in as arguments; what goes out is a value
//! or a named refusal. The same facts therefore always give the same answer, and every rule can be
//! tested without a machine around it.
//!
//! # Glossary
//!
//! | say | means |
//! |---|---|
//! | **invoice** | a demand for payment, numbered once issued ([`invoice::Invoice`]) |
//! | **draft** | not issued, free to change, no number ([`invoice::draft::Draft`]) |
//! | **issue** | take the number, freeze, become open ([`invoice::draft::Draft::issue`]) |
//! | **open** | issued and something may be owed |
//! | **void** | annulled after issue, number kept |
//! | **uncollectible** | given up; may still be paid |
//! | **due date, overdue** | last day to pay; overdue is derived, never stored ([`standing`]) |
//! | **amount due** | total less what was applied, never below zero ([`invoice::state::amount_due`]) |
//! | **ageing** | what is owed, by how long it has been due ([`ageing`]) |
//! | **standing** | the one word a person is told now ([`standing::Standing`]) |
//! | **credit note** | a document that lowers an issued invoice ([`credit_note`]) |
//! | **payment** | money from a customer: pending, succeeded, failed, canceled ([`payment`]) |
//! | **attempt** | one try to be paid online: one live payment intent for an amount due |
//! | **allocation** | a part of a payment, credit or credit note applied to an invoice ([`allocation`]) |
//! | **customer credit** | money of a customer that no invoice has used yet |
//! | **refund** | money back on a payment, with a life of its own ([`refund`]) |
//! | **dispute** | a bank takes a payment back while it asks ([`dispute`]) |
//! | **ledger entry, posting, account** | one balanced record; its lines; what they touch ([`ledger`]) |
//! | **balance transaction** | one line of the provider's account: gross, fee, net |
//! | **fee** | what the provider keeps |
//! | **payout** | a batch of balance transactions on its way to a bank ([`payout`]) |
//! | **statement** | what the bank says; its lines are matched to payouts and invoices ([`statement`]) |
//! | **customer** | who owes ([`customer::Customer`]) |
//! | **seller** | whose money it is ([`customer::Seller`]) |
//! | **tax rate, tax category** | a percentage; the reason for it ([`tax`]) |
//! | **minor units** | the integer an amount is kept in: ISO 4217 exponent of its currency ([`money`]) |
//! | **mode** | live or test: two drawers that never mix ([`mode::Mode`]) |

pub mod ageing;
pub mod allocation;
pub mod credit_note;
pub mod currency;
pub mod customer;
pub mod diagnosis;
pub mod dispute;
pub mod id;
pub mod invoice;
pub mod ledger;
pub mod mode;
pub mod money;
pub mod payment;
pub mod payout;
pub mod place;
pub mod postal_code;
pub mod quantity;
pub mod rate;
pub mod refund;
pub mod registration;
pub mod standing;
pub mod statement;
pub mod stripe_amount;
pub mod tax;
pub mod typed;

pub use currency::Currency;
pub use mode::Mode;
pub use money::Money;
pub use rate::Rate;
