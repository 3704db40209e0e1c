//! The dashboard.

use crate::kit::TestApp;

#[tokio::test(flavor = "multi_thread")]
async fn a_new_installation_sees_what_is_to_be_done() {
    let (_app, mut browser) = TestApp::with_seller().await;
    browser.get("/").await.expect(200).shows("<h1>Dashboard</h1>").shows("class=\"tasks\"");
}
