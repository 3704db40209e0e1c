//! Before the first payment the page is a short list of what is to be done.

use kit::locale::Locale;

use super::show::Facts;
use crate::app::App;

/// One step on the way to the first payment.
pub(super) struct Task {
    pub(super) name: String,
    pub(super) about: String,
    pub(super) href: &'static str,
    pub(super) done: bool,
}

/// The steps, while one of them is open; nothing once all are done.
pub(super) fn tasks(app: &App, facts: &Facts, l: Locale) -> Vec<Task> {
    let business = &facts.business;
    let mut tasks = vec![
        Task {
            name: l.t("task-business").into(),
            about: l.t("task-business-about").into(),
            href: "/settings/business",
            done: !business.name.is_empty(),
        },
        Task {
            name: l.t("task-taxes").into(),
            about: l.t("task-taxes-about").into(),
            href: "/settings/taxes",
            done: !business.tax_preset.is_empty(),
        },
        Task {
            name: l.t("task-payment").into(),
            about: l.t("task-payment-about").into(),
            href: "/settings/billing",
            done: facts.takes_payment,
        },
        Task {
            name: l.t("task-invoice").into(),
            about: l.t("task-invoice-about").into(),
            href: "/invoices/new",
            done: facts.has_invoice,
        },
    ];
    if !app.is_demo() {
        tasks.insert(
            3,
            Task {
                name: l.t("task-mail").into(),
                about: l.t("task-mail-about").into(),
                href: "/settings/mail",
                done: facts.has_server,
            },
        );
    }
    if tasks.iter().all(|task| task.done) {
        tasks.clear();
    }
    tasks
}
