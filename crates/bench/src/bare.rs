//! The barest axum route: a constant body of a given size. What it reaches is what the machine and the framework
//! give; the product is measured as a part of it.

use anyhow::Result;
use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::routing::get;

/// Serves on a free port of loopback, prints the address, and goes on until it is ended.
pub async fn serve(bytes: usize) -> Result<()> {
    let body: &'static str = Box::leak("x".repeat(bytes).into_boxed_str());
    let route = get(move || async move { ([(CONTENT_TYPE, "text/html; charset=utf-8")], body) });
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await?;
    println!("{}", listener.local_addr()?);
    axum::serve(
        axum::serve::ListenerExt::tap_io(listener, |stream| {
            let _ = stream.set_nodelay(true);
        }),
        Router::new().route("/", route),
    )
    .await?;
    Ok(())
}
