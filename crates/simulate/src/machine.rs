//! What the program does by itself, and what reaches it from Stripe.

use std::rc::Rc;

use axum::body::Body;
use http::Request;
use kit::jobs;
use tower::ServiceExt;

use crate::stage::{self, Side};
use crate::template::PUBLIC_URL;
use crate::world::{Parcel, World};

/// Claims some jobs and begins them, each a task of its own: they run among each other.
pub fn work(world: &Rc<World>, at_most: i64) {
    let Some(app) = world.app() else {
        return;
    };
    let told = world.clone();
    stage::begin("claim jobs", Side::Server, async move {
        let now = app.now_ms();
        let claimed = app
            .db()
            .write(move |tx| jobs::claim(tx, now, at_most))
            .await;
        let Ok(claimed) = claimed else {
            return told.fault("jobs could not be claimed".to_owned());
        };
        for job in claimed {
            told.tell(format!(
                "  claimed {} {} ({})",
                job.kind, job.payload, job.attempts
            ));
            let worker = app::jobs::worker(app.clone());
            let name = format!("job {}", job.kind);
            let run = jobs::run_one(app.db().clone(), app.clock().clone(), worker, job);
            stage::begin(name, Side::Server, run);
        }
    });
}

/// One round of pulling and asking.
pub fn round(world: &Rc<World>) {
    if let Some(app) = world.app() {
        stage::begin("round", Side::Server, async move {
            app::stripe_events::round(&app).await;
        });
    }
}

/// What the program does every night, when it is due.
pub fn night(world: &Rc<World>) {
    if let Some(app) = world.app() {
        stage::begin("night", Side::Server, async move {
            drop(app::reconcile::run_due(&app).await);
        });
    }
}

/// Delivers one parcel. What is not taken comes again, up to a few times.
pub fn deliver(world: &Rc<World>, parcel: Parcel, tries_max: u32) {
    let world = world.clone();
    stage::begin("delivery", Side::Outside, async move {
        let Some(envelope) = world.rehearsal.envelope(&parcel.post) else {
            return;
        };
        let path = envelope.url.strip_prefix(PUBLIC_URL).unwrap_or("/");
        let request = Request::post(path)
            .header("stripe-signature", &envelope.signature)
            .header("content-type", "application/json; charset=utf-8")
            .body(Body::from(envelope.body))
            .expect("a request");
        let status = match world.router() {
            Some(router) => {
                let answer = stage::ask("webhook", async move {
                    let response = router.oneshot(request).await.expect("a router never fails");
                    response.status().as_u16()
                });
                answer.await.unwrap_or(0)
            }
            None => 0,
        };
        world.tell(format!(
            "  webhook {} {}: {status}",
            envelope.kind,
            parcel.post.event()
        ));
        let taken = world.rehearsal.delivered(&parcel.post, status);
        if !taken && parcel.tries + 1 < tries_max {
            let again = Parcel {
                post: parcel.post,
                tries: parcel.tries + 1,
            };
            world.post.borrow_mut().push(again);
        }
    });
}
