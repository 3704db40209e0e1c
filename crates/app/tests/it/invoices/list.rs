//! The list: counts, views, search and paging.

use billing::Mode;

use super::{customer, draft, issued, scope};
use crate::kit::TestApp;

/// The numbers beside the views, in their order.
fn counts(body: &str) -> Vec<usize> {
    let views = body
        .split("class=\"views\"")
        .nth(1)
        .unwrap()
        .split("</nav>")
        .next()
        .unwrap();
    views
        .split("class=\"count\">")
        .skip(1)
        .map(|rest| rest.split('<').next().unwrap().parse().unwrap())
        .collect()
}

fn rows(body: &str) -> usize {
    body.matches("class=\"door\"").count()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_count_equals_the_list_it_stands_beside() {
    let (app, mut browser) = TestApp::with_seller().await;
    let scope = scope(&app, Mode::Live).await;
    let (ana, bolt) = (
        customer(&app, &scope, "Atelier Ana").await,
        customer(&app, &scope, "Bolt & Fils").await,
    );
    for n in 0..4 {
        let id = draft(
            &app,
            &scope,
            if n % 2 == 0 { &ana } else { &bolt },
            n * 1000,
        )
        .await;
        issued(&app, &scope, &id).await;
    }
    app.advance(31 * 24 * 3600);
    for n in 0..3 {
        let id = draft(&app, &scope, &bolt, 500 + n).await;
        if n > 0 {
            issued(&app, &scope, &id).await;
        }
    }
    let (session, mut fresh) = (browser.get("/sign-in").await, app.browser());
    drop(session);
    fresh
        .post(
            "/sign-in",
            &[
                ("email", crate::kit::EMAIL),
                ("password", crate::kit::PASSWORD),
            ],
        )
        .await
        .expect(200);
    for q in ["", "&q=bolt", "&q=2026-000", "&q=nobody"] {
        let all = fresh
            .get(&format!("/invoices?view=all{q}"))
            .await
            .expect(200);
        let counts = counts(&all.body);
        for (view, count) in ["all", "draft", "open", "overdue", "paid"]
            .into_iter()
            .zip(&counts)
        {
            let page = fresh
                .get(&format!("/invoices?view={view}{q}"))
                .await
                .expect(200);
            assert_eq!(rows(&page.body), *count, "{view}{q}");
        }
        if q.is_empty() {
            assert_eq!(counts, [7, 1, 5, 3, 1]);
        }
    }
    let overdue = fresh.get("/invoices?view=overdue").await.expect(200);
    assert_eq!(
        overdue
            .body
            .matches("<span class=\"word\">Overdue</span>")
            .count(),
        3
    );
    fresh
        .get("/invoices?view=draft&q=ana")
        .await
        .shows("No invoice matches “ana”.");
}

#[tokio::test(flavor = "multi_thread")]
async fn paging_is_stable_while_invoices_come() {
    let (app, mut browser) = TestApp::with_seller().await;
    let scope = scope(&app, Mode::Live).await;
    let who = customer(&app, &scope, "Atelier Ana").await;
    let mut wanted = Vec::new();
    for n in 0..70 {
        wanted.insert(0, draft(&app, &scope, &who, n).await);
        app.advance(1);
    }
    let ids = |body: &str| -> Vec<String> {
        let doors = body.match_indices("class=\"door\" href=\"/invoices/");
        doors
            .map(|(at, door)| {
                body[at + door.len()..]
                    .split('/')
                    .next()
                    .unwrap()
                    .to_owned()
            })
            .collect()
    };
    let first = browser.get("/invoices?q=ana").await.expect(200);
    draft(&app, &scope, &who, 1).await;
    let last = ids(&first.body).pop().unwrap();
    let second = browser
        .get(&format!("/invoices?q=ana&after={last}"))
        .await
        .expect(200);
    let seen: Vec<String> = ids(&first.body)
        .into_iter()
        .chain(ids(&second.body))
        .collect();
    assert_eq!(seen, wanted, "nobody twice, nobody left out");
    let start = ids(&second.body).remove(0);
    let back = browser
        .get(&format!("/invoices?q=ana&before={start}"))
        .await
        .expect(200);
    assert_eq!(ids(&back.body), ids(&first.body));
}
