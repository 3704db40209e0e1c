//! Sends three mails by the mail server at the port given, as the product does, and prints what became of each as
//! one JSON line a mail. For the judge in `oracles/mail`, which is that server.

use app::app::{App, Setup};
use app::mail::{self, LINK_HERE, NewMail, letters};
use app::settings::Business;
use app::who::Scope;
use app::{jobs, migrations, settings, texts};
use billing::Mode;
use billing::id::BusinessId;
use kit::chance::Chance;
use kit::clock::Clock;
use kit::db::{Db, Error};
use kit::locale::{Lang, Locale};
use kit::secrets::Keyring;
use kit::{args, sql};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let port: i64 = std::env::args().nth(1).ok_or("usage: mail PORT")?.parse()?;
    texts::prepare()?;
    let folder = std::env::temp_dir().join(format!("quittance-mail-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let outcome = send_three(&folder.join("mail.sqlite").to_string_lossy(), port).await;
    std::fs::remove_dir_all(&folder)?;
    outcome
}

async fn send_three(database: &str, port: i64) -> Result<(), Box<dyn std::error::Error>> {
    let (clock, chance) = (Clock::machine(), Chance::system());
    let db = Db::open(database)?;
    db.migrate(migrations::ALL, clock.now_ms())?;
    let keyring = Keyring::ephemeral(&chance);
    let (origins, public_url) = (
        stripe::Origins::stripe(),
        "https://pay.example.org".to_owned(),
    );
    let app = App::new(Setup {
        db,
        clock,
        chance,
        keyring,
        origins,
        public_url,
        demo: false,
    })?;
    let id = BusinessId::parse(app.new_id())?;
    let hands = app.clone();
    let business = Business {
        name: "Café Nord & fils".into(),
        ..Business::blank(id.clone(), Lang::Fr)
    };
    app.db()
        .write::<_, Error, _>(move |tx| {
            settings::create_business(tx, &business, hands.now_ms())?;
            tx.execute(
                sql!("insert into mail_settings (business_id, host, port, security, username, password_sealed, from_address, saved_at) values ($1, '127.0.0.1', $2, 'none', '', '', 'factures@cafenord.example', 0)"),
                args![id.as_str(), port],
            )?;
            for to in ["taken@example.org", "later@example.org", "never@example.org"] {
                mail::queue(tx, &hands, invoice(&id, to))?;
            }
            Ok(())
        })
        .await?;
    kit::jobs::run_due(app.db(), app.clock(), &jobs::worker(app.clone()), 10).await?;
    let read = sql!("select to_address, state, last_answer, id from mails order by id");
    let kept = app
        .db()
        .read::<_, Error, _>(move |tx| {
            tx.list(read, args![], |r| {
                Ok([r.text(0)?, r.text(1)?, r.text(2)?, r.text(3)?])
            })
        })
        .await?;
    for [to, state, answer, id] in kept {
        println!(
            "{}",
            serde_json::json!({ "to": to, "state": state, "answer": answer, "id": id })
        );
    }
    Ok(())
}

fn invoice(business_id: &BusinessId, to: &str) -> NewMail {
    let letter = letters::invoice(&letters::InvoiceFacts {
        l: Locale::FR_CA,
        sender: letters::Sender {
            name: "Café Nord & fils".into(),
            lines: "1 rue Notre-Dame\nMontréal".into(),
        },
        number: "2026-0042".into(),
        amount: Locale::FR_CA.money(114_975, "CAD", 2),
        due: jiff::civil::date(2026, 12, 23),
        pays_online: true,
    });
    assert!(letter.text.contains(LINK_HERE), "the link has its place");
    NewMail {
        scope: Scope {
            business_id: business_id.clone(),
            mode: Mode::Live,
        },
        kind: "invoice",
        invoice_id: None,
        link: "/i/AAAAAAAAAAAAAAAAAAAAAAAAAAA".into(),
        to_address: to.to_owned(),
        to_name: "Éloïse \"Lou\" Côté\r\nBcc: all@example.org".into(),
        reply_to: "bonjour@cafenord.example".into(),
        from_name: "Café Nord & fils".into(),
        language: Lang::Fr,
        subject: letter.subject,
        text: letter.text,
        html: letter.html,
    }
}
