//! `quittance demo`: everything on this machine. The example studio, the rehearsal Stripe, the band "Demo" on every
//! page; the keys are not pasted yet, so that the guide can be followed word for word.

mod examples;
mod paid;
mod rehearsal;
mod studio;

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use app::app::{App, Setup};
use app::invoices::{claim, link};
use kit::chance::Chance;
use kit::clock::Clock;
use kit::db::{Error, Tx};
use serde_json::json;

use crate::cli::DemoOptions;
use crate::data_dir::DataDir;
use crate::{logs, serve};
use rehearsal::{Keys, Rehearsal};
use studio::Past;

/// Runs the demonstration until Ctrl-C or SIGTERM.
///
/// # Errors
/// Whatever keeps it from starting, in a sentence.
pub fn run(options: DemoOptions) -> anyhow::Result<()> {
    logs::start(options.log_format);
    let home = Home::find(options.data_dir.as_deref())?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let outcome = runtime.block_on(demo(&options, home.path()));
    runtime.shutdown_timeout(std::time::Duration::from_millis(200));
    drop(home);
    outcome
}

async fn demo(options: &DemoOptions, home: &Path) -> anyhow::Result<()> {
    let stop = serve::stop_signal()?;
    // Before any work: mails are written in words too.
    app::texts::prepare()?;
    let folder = DataDir::take(home)?;
    if !folder.is_new() && !folder.is_demo() {
        bail!(
            "{} holds real books; the demonstration keeps away from them. Name another folder",
            home.display()
        );
    }
    let (listener, address) = serve::listen(options.listen).await?;
    let rehearsal = Rehearsal::start(options.stripe_url.as_deref()).await?;
    let (clock, chance) = (Clock::machine(), Chance::system());
    let keyring = folder.keyring(&chance)?;
    let story = Story::of(&folder, options.empty)?;
    let db = folder.database(None)?;
    serve::migrate(&db, &clock)?;
    let (origins, public_url) = (rehearsal.origins().clone(), serve::reached_at(address));
    let app = App::new(Setup {
        db,
        clock,
        chance,
        keyring: keyring.clone(),
        origins,
        public_url,
        demo: true,
    })?;
    let keys = rehearsal.keys(&app).await?;
    let to_pay = match story {
        Story::Empty => None,
        Story::Studio(invoice) => Some(invoice),
        Story::Unwritten => {
            let invoice = studio::write(Past {
                app: &app,
                keyring,
                keys: &keys,
            })
            .await?;
            folder.note_demo(&invoice)?;
            Some(invoice)
        }
    };
    let told = Told {
        url: app.public_url().to_owned(),
        studio: match to_pay {
            Some(id) => Some(Studio::open(&app, id).await?),
            None => None,
        },
        setup_url: serve::setup_link(&app).await?,
        keys,
        stripe_url: rehearsal.origins().api().to_owned(),
    };
    if options.json {
        println!("{}", told.json())
    } else {
        told.words()
    }
    serve::operate(app, listener, &[], stop).await;
    rehearsal.stop().await;
    Ok(())
}

/// What is in the folder, as its note says: `empty`, `begun`, or the invoice to pay.
enum Story {
    /// The set-up link begins it.
    Empty,
    /// The studio is to be written.
    Unwritten,
    /// The studio is there; the invoice whose link is printed.
    Studio(String),
}

impl Story {
    fn of(folder: &DataDir, empty: bool) -> anyhow::Result<Story> {
        if folder.is_new() {
            folder.note_demo(if empty { "empty" } else { "begun" })?;
            return Ok(if empty {
                Story::Empty
            } else {
                Story::Unwritten
            });
        }
        match folder.demo_note().unwrap_or_default().as_str() {
            "empty" => Ok(Story::Empty),
            "begun" | "" => bail!(
                "the example studio was interrupted while it was written; remove the folder and begin again"
            ),
            invoice => Ok(Story::Studio(invoice.to_owned())),
        }
    }
}

/// The folder asked for, or one that goes with the process.
enum Home {
    Kept(PathBuf),
    Temporary(tempfile::TempDir),
}

impl Home {
    fn find(asked: Option<&Path>) -> anyhow::Result<Home> {
        match asked {
            Some(path) => Ok(Home::Kept(path.to_owned())),
            None => Ok(Home::Temporary(
                tempfile::Builder::new()
                    .prefix("quittance-demo-")
                    .tempdir()?,
            )),
        }
    }

    fn path(&self) -> &Path {
        match self {
            Home::Kept(path) => path,
            Home::Temporary(folder) => folder.path(),
        }
    }
}

/// What is printed.
struct Told {
    url: String,
    /// The way into the example studio; nothing with `--empty`.
    studio: Option<Studio>,
    /// While nobody can sign in.
    setup_url: Option<String>,
    keys: Keys,
    stripe_url: String,
}

/// Who to be, and an invoice to pay.
pub struct Studio {
    /// Of the owner.
    pub email: String,
    /// Known to everybody.
    pub password: String,
    /// What the customer of an open invoice got by mail.
    pub pay_url: String,
}

impl Studio {
    async fn open(app: &App, invoice: String) -> anyhow::Result<Studio> {
        let hands = app.clone();
        let link = app
            .db()
            .read(move |tx| link_to_pay(tx, &hands, &invoice))
            .await?;
        let pay_url = link.context(
            "the example invoice has no link any more; remove the folder and begin again",
        )?;
        Ok(Studio {
            email: studio::EMAIL.into(),
            password: studio::PASSWORD.into(),
            pay_url,
        })
    }
}

/// The link of that invoice while something is due on it, else of another open one: after a restart there should still be
/// something to pay.
fn link_to_pay(tx: &mut Tx<'_>, app: &App, invoice: &str) -> Result<Option<String>, Error> {
    let Some((_, url)) = link::for_invoice(tx, app, invoice)? else {
        return Ok(None);
    };
    let token = url.rsplit('/').next().unwrap_or_default();
    let Some(seen) = link::find_by_link_token(tx, token)? else {
        return Ok(Some(url));
    };
    if seen.claim.amount_due().is_positive() {
        return Ok(Some(url));
    }
    for open in claim::list_open(tx, &seen.claim.scope, None)? {
        if let Some((_, url)) = link::for_invoice(tx, app, &open.invoice_id)? {
            return Ok(Some(url));
        }
    }
    Ok(Some(url))
}

impl Told {
    fn json(&self) -> serde_json::Value {
        let studio = self.studio.as_ref();
        let mut told = json!({
            "url": self.url,
            "email": studio.map(|s| &s.email),
            "password": studio.map(|s| &s.password),
            "pay_url": studio.map(|s| &s.pay_url),
            "public_key": self.keys.public,
            "secret_key": self.keys.secret,
            "stripe_url": self.stripe_url,
        });
        if let Some(link) = &self.setup_url {
            told["setup_url"] = json!(link);
        }
        told
    }

    fn words(&self) {
        println!(
            "Quittance, as a demonstration: no money can move, and nothing leaves this machine.\n"
        );
        println!("  address       {}", self.url);
        if let Some(studio) = &self.studio {
            println!("  sign in       {}   {}", studio.email, studio.password);
            println!("  a pay link    {}", studio.pay_url);
        }
        if let Some(link) = &self.setup_url {
            println!("  set it up     {link}");
        }
        println!("\nThe two keys to paste, in Settings → Billing Settings → Online Payment:");
        println!(
            "  Public Key    {}\n  Secret Key    {}",
            self.keys.public, self.keys.secret
        );
        println!(
            "\nThen pay with the card 4242 4242 4242 4242, any future expiry and any security code."
        );
        println!(
            "The rehearsal of Stripe is at {}. Stop everything with Ctrl-C.",
            self.stripe_url
        );
    }
}
