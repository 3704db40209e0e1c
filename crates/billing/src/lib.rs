//! The rules: money, tax, invoices, payments, ledger. No clock, database, network, HTML, async.
