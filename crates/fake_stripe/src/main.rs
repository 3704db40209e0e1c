//! The rehearsal alone: `fake_stripe --listen 127.0.0.1:12111`.

use clap::Parser;
use fake_stripe::FakeStripe;
use serde_json::json;

/// A small server that behaves like Stripe, and misbehaves on request.
#[derive(Debug, Parser)]
struct Options {
    /// Loopback address and port; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:12111")]
    listen: String,
    /// Print the address and the keys as one JSON line.
    #[arg(long)]
    json: bool,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    let running = FakeStripe::builder().start(&options.listen).await?;
    if options.json {
        println!(
            "{}",
            json!({ "url": running.base_url(), "keys": running.keys() })
        );
    } else {
        println!("Rehearsal Stripe on {}", running.base_url());
        for account in running.keys() {
            println!("\n{} ({})", account.name, account.account);
            for keys in [&account.live, &account.test] {
                println!(
                    "  {}\n  {}\n  {}",
                    keys.publishable, keys.secret, keys.restricted
                );
            }
        }
    }
    tokio::signal::ctrl_c().await?;
    running.stop().await;
    Ok(())
}
