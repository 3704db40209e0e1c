//! The schema, in order. A landed file is never edited: a change is a new file.

use kit::db::Migration;

/// All migrations.
pub const ALL: &[Migration] = &[
    Migration {
        name: "0001_foundation",
        sqlite: include_str!("../migrations/0001_foundation.sql"),
        postgres: include_str!("../migrations/0001_foundation.sql"),
    },
    Migration {
        name: "0002_ledger_guards",
        sqlite: include_str!("../migrations/0002_ledger_guards.sqlite.sql"),
        postgres: include_str!("../migrations/0002_ledger_guards.pg.sql"),
    },
    Migration {
        name: "0003_numbering",
        sqlite: include_str!("../migrations/0003_numbering.sql"),
        postgres: include_str!("../migrations/0003_numbering.sql"),
    },
    Migration {
        name: "0010_ledger_chain",
        sqlite: include_str!("../migrations/0010_ledger_chain.sqlite.sql"),
        postgres: include_str!("../migrations/0010_ledger_chain.pg.sql"),
    },
    Migration {
        name: "0020_balance_transactions",
        sqlite: include_str!("../migrations/0020_balance_transactions.sql"),
        postgres: include_str!("../migrations/0020_balance_transactions.sql"),
    },
    Migration {
        name: "0021_payouts",
        sqlite: include_str!("../migrations/0021_payouts.sql"),
        postgres: include_str!("../migrations/0021_payouts.sql"),
    },
    Migration {
        name: "0022_reconciliations",
        sqlite: include_str!("../migrations/0022_reconciliations.sql"),
        postgres: include_str!("../migrations/0022_reconciliations.sql"),
    },
    Migration {
        name: "0030_applied",
        sqlite: include_str!("../migrations/0030_applied.sql"),
        postgres: include_str!("../migrations/0030_applied.sql"),
    },
    Migration {
        name: "0035_hosted",
        sqlite: include_str!("../migrations/0035_hosted.sql"),
        postgres: include_str!("../migrations/0035_hosted.sql"),
    },
    Migration {
        name: "0040_refunds",
        sqlite: include_str!("../migrations/0040_refunds.sql"),
        postgres: include_str!("../migrations/0040_refunds.sql"),
    },
    Migration {
        name: "0031_receipts",
        sqlite: include_str!("../migrations/0031_receipts.sql"),
        postgres: include_str!("../migrations/0031_receipts.sql"),
    },
    Migration {
        name: "0032_recorded",
        sqlite: include_str!("../migrations/0032_recorded.sql"),
        postgres: include_str!("../migrations/0032_recorded.sql"),
    },
    Migration {
        name: "0033_unallocated",
        sqlite: include_str!("../migrations/0033_unallocated.sql"),
        postgres: include_str!("../migrations/0033_unallocated.sql"),
    },
    Migration {
        name: "0034_tray_returned",
        sqlite: include_str!("../migrations/0034_tray_returned.sql"),
        postgres: include_str!("../migrations/0034_tray_returned.sql"),
    },
    Migration {
        name: "0041_disputes",
        sqlite: include_str!("../migrations/0041_disputes.sql"),
        postgres: include_str!("../migrations/0041_disputes.sql"),
    },
    Migration {
        name: "0042_takings",
        sqlite: include_str!("../migrations/0042_takings.sql"),
        postgres: include_str!("../migrations/0042_takings.sql"),
    },
    Migration {
        name: "0050_flight_recorder",
        sqlite: include_str!("../migrations/0050_flight_recorder.sql"),
        postgres: include_str!("../migrations/0050_flight_recorder.sql"),
    },
    Migration {
        name: "0051_script_inventory",
        sqlite: include_str!("../migrations/0051_script_inventory.sql"),
        postgres: include_str!("../migrations/0051_script_inventory.sql"),
    },
    Migration {
        name: "0060_dashboard",
        sqlite: include_str!("../migrations/0060_dashboard.sql"),
        postgres: include_str!("../migrations/0060_dashboard.sql"),
    },
    Migration {
        name: "0070_events_since",
        sqlite: include_str!("../migrations/0070_events_since.sql"),
        postgres: include_str!("../migrations/0070_events_since.sql"),
    },
    Migration {
        name: "0080_papers",
        sqlite: include_str!("../migrations/0080_papers.sqlite.sql"),
        postgres: include_str!("../migrations/0080_papers.pg.sql"),
    },
    Migration {
        name: "0090_saved_cards",
        sqlite: include_str!("../migrations/0090_saved_cards.sql"),
        postgres: include_str!("../migrations/0090_saved_cards.sql"),
    },
    Migration {
        name: "0023_bank",
        sqlite: include_str!("../migrations/0023_bank.sql"),
        postgres: include_str!("../migrations/0023_bank.sql"),
    },
    Migration {
        name: "0091_autopay",
        sqlite: include_str!("../migrations/0091_autopay.sql"),
        postgres: include_str!("../migrations/0091_autopay.sql"),
    },
    Migration {
        name: "0081_e_invoices",
        sqlite: include_str!("../migrations/0081_e_invoices.sqlite.sql"),
        postgres: include_str!("../migrations/0081_e_invoices.pg.sql"),
    },
    Migration {
        name: "0120_bank_undo",
        sqlite: include_str!("../migrations/0120_bank_undo.sql"),
        postgres: include_str!("../migrations/0120_bank_undo.sql"),
    },
    Migration {
        name: "0110_credit_notes",
        sqlite: include_str!("../migrations/0110_credit_notes.sqlite.sql"),
        postgres: include_str!("../migrations/0110_credit_notes.pg.sql"),
    },
    Migration {
        name: "0111_papers_of_credit_notes",
        sqlite: include_str!("../migrations/0111_papers_of_credit_notes.sqlite.sql"),
        postgres: include_str!("../migrations/0111_papers_of_credit_notes.pg.sql"),
    },
    Migration {
        name: "0112_mail_attachments",
        sqlite: include_str!("../migrations/0112_mail_attachments.sqlite.sql"),
        postgres: include_str!("../migrations/0112_mail_attachments.pg.sql"),
    },
    Migration {
        name: "0130_failed_late",
        sqlite: include_str!("../migrations/0130_failed_late.sql"),
        postgres: include_str!("../migrations/0130_failed_late.sql"),
    },
    Migration {
        name: "0100_found_by_index",
        sqlite: include_str!("../migrations/0100_found_by_index.sql"),
        postgres: include_str!("../migrations/0100_found_by_index.sql"),
    },
];
