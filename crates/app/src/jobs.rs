//! Which feature does which job.

use std::sync::Arc;

use kit::jobs::{Job, Outcome, Worker};

use crate::app::App;
use crate::who::Scope;
use crate::{
    autopay, bank, cards, credit_notes, customer_area, disputes, mail, online_payment, payments,
    payouts, refunds, stripe_events,
};

/// The worker of the job runner.
pub fn worker(app: App) -> Worker {
    Arc::new(move |job| {
        let app = app.clone();
        Box::pin(async move { run(&app, &job).await })
    })
}

async fn run(app: &App, job: &Job) -> Outcome {
    match job.kind.as_str() {
        mail::SEND => mail::work(app, job).await,
        customer_area::SEND_LINKS => customer_area::work(app, &job.payload).await,
        stripe_events::PROCESS => stripe_events::work(app, &job.payload).await,
        payments::settle::FIND_FEE => payments::find_fee(app, &job.payload).await,
        payments::settle::SAY_FAILED => payments::say_failed(app, &job.payload).await,
        payments::settle::SEND_RECEIPT => payments::send_receipt(app, &job.payload).await,
        refunds::MAKE => refunds::make_job(app, &job.payload).await,
        refunds::MAIL_PAYER => refunds::mail_payer(app, &job.payload).await,
        disputes::MAIL_ALARM => disputes::mail_alarm(app, &job.payload).await,
        disputes::REMIND => disputes::remind(app, &job.payload).await,
        disputes::ACT => disputes::act_job(app, &job.payload).await,
        credit_notes::MAIL => credit_notes::mail_customer(app, &job.payload).await,
        refunds::MAIL_FAILURE => refunds::mail_failure(app, &job.payload).await,
        payments::record::REVERSED => bank::reopen_payment(app, &job.payload).await,
        payouts::TAKEN_BACK => bank::reopen_payout(app, &job.payload).await,
        payments::CLOSE_LATER => payments::close_later(app, &job.payload).await,
        autopay::STEP => autopay::step_job(app, &job.payload).await,
        cards::KEEP => cards::keep_job(app, &job.payload).await,
        cards::DETACH => cards::detach_job(app, &job.payload).await,
        online_payment::CANCEL_IDLE => cancel_idle(app, &job.payload).await,
        other => Outcome::Dead(format!("no feature does “{other}”")),
    }
}

async fn cancel_idle(app: &App, payload: &str) -> Outcome {
    let Some(scope) = Scope::parse(payload) else {
        return Outcome::Dead("a bad payload".into());
    };
    match payments::cancel_idle(app, &scope).await {
        Ok(0) => Outcome::Done,
        Ok(left) => Outcome::Later(format!("{left} intents could not be closed yet")),
        Err(problem) => Outcome::Retry(problem.to_string()),
    }
}
