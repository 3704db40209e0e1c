//! Writes every part of the interface, with sample data, as static pages into a folder:
//! `cargo run -p app --example styleguide -- FOLDER`, then open `FOLDER/en/dashboard.html`.

use std::error::Error;
use std::fs;
use std::path::Path;

use app::page::trouble::TroublePage;
use app::page::{Chip, Choice, Errors, Flash, Kind, Page, Section, Theme, Trouble, assets};
use askama::Template;
use billing::standing::Standing;
use kit::locale::{self, Lang, Locale, Texts};

/// What all sample pages know.
struct Sample {
    page: Page,
    errors: Errors,
    choices: Vec<Choice>,
    radios: Vec<Choice>,
    rows: Vec<Row>,
    chips: Vec<Chip>,
    open: Chip,
    draft: Chip,
}

/// A line of the sample list.
struct Row {
    number: &'static str,
    customer: &'static str,
    chip: Chip,
    due: String,
    owed: String,
    total: String,
}

macro_rules! views {
    ($($view:ident $path:literal $title:literal $titre:literal $section:ident $kind:expr;)*) => {
        $(
            #[derive(Template)]
            #[template(path = $path)]
            struct $view(Sample);
            impl std::ops::Deref for $view {
                type Target = Sample;
                fn deref(&self) -> &Sample {
                    &self.0
                }
            }
        )*
        fn write_all(folder: &Path, l: Locale, theme: Theme) -> Result<(), Box<dyn Error>> {
            $(
                let page = Page::new(l, $kind, "/settings/x").within(Section::$section);
                let title = if l.lang() == Lang::Fr { $titre } else { $title };
                let sample = Sample::new(page.titled(title), theme, stringify!($view));
                fs::write(folder.join($path.rsplit('/').next().unwrap_or($path)), still($view(sample).render()?))?;
            )*
            Ok(())
        }
    };
}

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args()
        .nth(1)
        .ok_or("say the folder to write to")?;
    let sources =
        ["common", "frame"].map(|name| Lang::all().map(|lang| (lang, name, text(lang, name))));
    let sources: Vec<_> = sources
        .iter()
        .flatten()
        .map(|(lang, name, text)| (*lang, *name, text.as_str()))
        .collect();
    locale::install(Texts::new(&sources)?);
    for (l, theme, name) in [
        (Locale::EN_CA, Theme::Light, "en"),
        (Locale::FR_CA, Theme::Light, "fr"),
        (Locale::EN_CA, Theme::Dark, "en-dark"),
    ] {
        let folder = Path::new(&folder).join(name);
        fs::create_dir_all(&folder)?;
        write_all(&folder, l, theme)?;
        let page = Page {
            theme,
            ..Page::new(l, Kind::Admin, "/x")
        };
        let view = TroublePage::new(page, Trouble::Failure, "7f3a90c1d2");
        fs::write(folder.join("trouble.html"), still(view.render()?))?;
        for file in ["app.css", "app.js", "icon.svg"] {
            fs::write(
                folder.join(file),
                &assets::find(file).ok_or("the asset is there")?.plain,
            )?;
        }
    }
    Ok(())
}

fn text(lang: Lang, name: &str) -> String {
    let path = format!("{}/locales/{lang}/{name}.ftl", env!("CARGO_MANIFEST_DIR"));
    fs::read_to_string(path).unwrap_or_default()
}

/// The page with the addresses of its assets made relative, to be opened from a folder.
fn still(html: String) -> String {
    ["app.css", "app.js", "icon.svg"]
        .iter()
        .fold(html, |html, name| html.replace(assets::asset(name), name))
}

impl Sample {
    fn new(page: Page, theme: Theme, view: &str) -> Self {
        let l = page.l;
        let mut errors = Errors::new();
        let fr = l.lang() == Lang::Fr;
        let pick = |en: &'static str, fr_text: &'static str| if fr { fr_text } else { en };
        if view == "Settings" {
            errors.add("public_key", pick(
                "This is a test key. For live use, copy the key that starts with pk_live_",
                "Ceci est une clé de test. Pour le mode réel, copiez la clé qui commence par pk_live_",
            ));
        }
        if view == "SignIn" {
            errors.add(
                "email",
                pick(
                    "Enter an e-mail address, such as ana@example.org",
                    "Entrez une adresse, comme ana@example.org",
                ),
            );
        }
        let admin = page.kind == Kind::Admin;
        let page = Page {
            theme,
            business: "Studio Nord".into(),
            person: admin.then(|| "Ana Tremblay".into()),
            demo: view == "List" || view == "Pay",
            test: view == "Editor" || view == "List",
            flash: (view == "Invoice").then(|| Flash {
                kind: "positive",
                text: pick("Draft saved.", "Brouillon enregistré.").into(),
            }),
            ..page.with_errors(&errors)
        };
        let due = |day| l.date_medium(jiff::civil::date(2026, 12, day));
        let money = |minor| l.money(minor, "CAD", 2);
        let row = |number, customer, standing, day, owed, total| Row {
            number,
            customer,
            chip: Chip::from(standing),
            due: due(day),
            owed: money(owed),
            total: money(total),
        };
        Self {
            errors,
            choices: vec![
                Choice::new("CAD", "CAD, Canadian dollar"),
                Choice::new("EUR", "EUR, euro"),
            ],
            radios: vec![
                Choice::new("own", pick("In our page", "Dans notre page"))
                    .hinted(pick("The payer stays here", "Le payeur reste ici")),
                Choice::new("hosted", pick("On Stripe’s page", "Sur la page de Stripe")),
            ],
            rows: vec![
                row(
                    "2026-0048",
                    "Menuiserie Larose et fils, ébénistes depuis 1931",
                    Standing::Draft,
                    23,
                    229_950,
                    229_950,
                ),
                row(
                    "2026-0047",
                    "Clinique du Parc",
                    Standing::Open,
                    12,
                    114_975,
                    114_975,
                ),
                row(
                    "2026-0042",
                    "Ana Tremblay",
                    Standing::Overdue,
                    1,
                    38_000,
                    76_000,
                ),
                row(
                    "2026-0041",
                    "Café Olimpico",
                    Standing::Processing,
                    9,
                    4_500,
                    4_500,
                ),
                row("2026-0040", "مؤسسة النور", Standing::Paid, 4, 0, 1_250_000),
                row("2026-0039", "Garage Bélanger", Standing::Void, 4, 0, 99_900),
            ],
            chips: Standing::ALL.map(Chip::from).to_vec(),
            open: Chip::from(Standing::Open),
            draft: Chip::from(Standing::Draft),
            page,
        }
    }

    fn say<'a>(&self, en: &'a str, fr: &'a str) -> &'a str {
        if self.page.l.lang() == Lang::Fr {
            fr
        } else {
            en
        }
    }

    fn money(&self, minor: i64) -> String {
        self.page.l.money(minor, "CAD", 2)
    }
}

views! {
    Dashboard "styleguide/dashboard.html" "Dashboard" "Tableau de bord" Dashboard Kind::Admin;
    List "styleguide/list.html" "Invoices" "Factures" Invoices Kind::Admin;
    Editor "styleguide/editor.html" "New invoice" "Nouvelle facture" Invoices Kind::Admin;
    Invoice "styleguide/invoice.html" "Invoice 2026-0042" "Facture 2026-0042" Invoices Kind::Admin;
    Settings "styleguide/settings.html" "Online Payment" "Paiement en ligne" Settings Kind::Admin;
    Pay "styleguide/pay.html" "Invoice 2026-0042" "Facture 2026-0042" Elsewhere Kind::Public;
    Receipt "styleguide/receipt.html" "Paid" "Payé" Elsewhere Kind::Public;
    SignIn "styleguide/sign_in.html" "You" "Vous" Elsewhere Kind::Admin;
}
