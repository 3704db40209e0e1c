//! The draft form: text from a browser becomes a [`Command`], or errors by field.

use billing::currency::Currency;
use billing::customer::Language;
use billing::id::TaxRateId;
use billing::invoice::{Discount, Line, TotalsError};
use billing::money::Money;
use billing::quantity::{Quantity, UnitPrice};
use billing::rate::Rate;
use billing::typed::TypedError;
use jiff::civil::Date;
use kit::locale::Locale;

use super::command::{Command, CommandLine, NotComputable, discount_text};
use crate::fields::Fields;
use crate::figures::{in_box, number_words};
use crate::page::Errors;
use crate::settings::SellerRate;

/// More lines than any invoice we have seen; what is above is refused by name, never left out.
pub(super) const LINES_MAX: usize = 500;

/// The form as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Typed {
    pub(super) customer: String,
    /// The customer that language, currency and taxes were proposed for; nothing when whoever sent the form says so
    /// themselves.
    pub(super) proposed_for: Option<String>,
    pub(super) issue_date: String,
    pub(super) terms_days: String,
    pub(super) currency: String,
    pub(super) language: String,
    pub(super) reference: String,
    pub(super) notes: String,
    pub(super) discount: String,
    pub(super) lines: Vec<TypedLine>,
    pub(super) version: i64,
}

/// One line as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct TypedLine {
    pub(super) product: String,
    pub(super) description: String,
    pub(super) quantity: String,
    pub(super) unit: String,
    pub(super) price: String,
    pub(super) discount: String,
    pub(super) taxes: Vec<String>,
}

impl TypedLine {
    /// Nothing that anybody typed: the taxes and the quantity come filled.
    fn is_blank(&self) -> bool {
        self.description.is_empty()
            && self.price.is_empty()
            && self.discount.is_empty()
            && self.unit.is_empty()
    }
}

impl Typed {
    pub(super) fn read(fields: &Fields) -> Typed {
        let line = |n: usize| {
            let name = |part: &str| format!("line-{n}-{part}");
            fields.find(&name("description"))?;
            Some(TypedLine {
                product: fields.get(&name("product")),
                description: fields.get(&name("description")),
                quantity: fields.get(&name("quantity")),
                unit: fields.get(&name("unit")),
                price: fields.get(&name("price")),
                discount: fields.get(&name("discount")),
                taxes: fields.all(&name("tax")),
            })
        };
        Typed {
            customer: fields.get("customer"),
            proposed_for: fields.find("proposed_for").map(str::to_owned),
            issue_date: fields.get("issue_date"),
            terms_days: fields.get("terms_days"),
            currency: fields.get("currency"),
            language: fields.get("language"),
            reference: fields.get("reference"),
            notes: fields.get("notes"),
            discount: fields.get("discount"),
            lines: (1..).map_while(line).collect(),
            version: fields.get("version").parse().unwrap_or(0),
        }
    }

    /// A kept draft, as its form shows it.
    pub(super) fn of(c: &Command, version: i64, l: Locale) -> Typed {
        let line = |kept: &CommandLine| TypedLine {
            product: kept.product_id.clone(),
            description: kept.line.description.clone(),
            quantity: in_box(l, &kept.line.quantity.to_decimal().to_string()),
            unit: kept.unit.clone(),
            price: in_box(l, &kept.line.unit_price.to_decimal().to_string()),
            discount: discount_box(l, kept.line.discount),
            taxes: kept.line.tax_ids.iter().map(ToString::to_string).collect(),
        };
        Typed {
            customer: c.customer_id.clone(),
            proposed_for: Some(c.customer_id.clone()),
            issue_date: c.issue_date.map(|d| d.to_string()).unwrap_or_default(),
            terms_days: c.terms_days.to_string(),
            currency: c.currency.code().to_owned(),
            language: c.language.as_str().to_owned(),
            reference: c.reference.clone(),
            notes: c.notes.clone(),
            discount: discount_box(l, c.discount),
            lines: c.lines.iter().map(line).collect(),
            version,
        }
    }
}

fn discount_box(l: Locale, discount: Option<Discount>) -> String {
    let text = discount_text(discount);
    match text.strip_suffix('%') {
        Some(percent) => format!("{}%", in_box(l, percent)),
        None => in_box(l, &text),
    }
}

/// What the form is checked against.
pub(super) struct Against<'a> {
    pub(super) l: Locale,
    /// Today in the seller's zone.
    pub(super) today: Date,
    pub(super) rates: &'a [SellerRate],
    /// Whether the chosen customer is one of this business.
    pub(super) customer_known: bool,
}

/// Checks everything and says everything that is wrong, in the order of the fields.
pub(super) fn parse(typed: &Typed, a: &Against<'_>) -> Result<Command, Errors> {
    let mut errors = Errors::new();
    let l = a.l;
    if typed.customer.is_empty() || !a.customer_known {
        errors.add("customer", l.t("invoices-error-customer"));
    }
    let issue_date = issue_date(typed, a, &mut errors);
    let terms_days = terms_days(typed, l, &mut errors);
    let currency = Currency::parse(&typed.currency).unwrap_or_else(|_| {
        errors.add("currency", l.t("customers-error-currency"));
        Currency::CAD
    });
    let lines = lines(typed, a, currency, &mut errors);
    let discount = discount(&typed.discount, "discount", "", currency, l, &mut errors);
    for (field, text, most) in [
        ("reference", &typed.reference, 80),
        ("notes", &typed.notes, 4000),
    ] {
        if text.chars().count() > most {
            errors.add(field, l.t1("field-too-long", "most", most as i64));
        }
    }
    let command = Command {
        customer_id: typed.customer.clone(),
        issue_date,
        terms_days,
        currency,
        language: Language::parse(&typed.language).unwrap_or(Language::English),
        reference: typed.reference.clone(),
        notes: typed.notes.replace("\r\n", "\n"),
        discount,
        lines,
    };
    if errors.is_empty() {
        check_totals(&command, a, &mut errors);
    }
    if errors.is_empty() {
        Ok(command)
    } else {
        Err(errors)
    }
}

fn issue_date(typed: &Typed, a: &Against<'_>, errors: &mut Errors) -> Option<Date> {
    if typed.issue_date.is_empty() {
        return None;
    }
    let Ok(date) = typed.issue_date.replace(['/', '.'], "-").parse::<Date>() else {
        errors.add(
            "issue_date",
            a.l.t1("field-not-a-date", "example", a.today.to_string()),
        );
        return None;
    };
    if date > a.today {
        errors.add("issue_date", a.l.t("invoices-error-issue-date-future"));
    }
    Some(date)
}

fn terms_days(typed: &Typed, l: Locale, errors: &mut Errors) -> i64 {
    match typed.terms_days.parse::<i64>() {
        Ok(days) if (0..=365).contains(&days) => days,
        _ => {
            errors.add("terms_days", l.t("invoices-error-terms"));
            0
        }
    }
}

fn lines(
    typed: &Typed,
    a: &Against<'_>,
    currency: Currency,
    errors: &mut Errors,
) -> Vec<CommandLine> {
    let filled = typed
        .lines
        .iter()
        .enumerate()
        .filter(|(_, line)| !line.is_blank());
    let lines: Vec<CommandLine> = filled
        .map(|(at, t)| line(at + 1, t, a, currency, errors))
        .collect();
    if lines.is_empty() {
        errors.add("line-1-description", a.l.t("invoices-error-no-lines"));
    }
    if lines.len() > LINES_MAX {
        errors.add(
            format!("line-{}-description", LINES_MAX + 1),
            a.l.t1("invoices-error-too-many-lines", "most", LINES_MAX as i64),
        );
    }
    lines
}

fn line(
    n: usize,
    t: &TypedLine,
    a: &Against<'_>,
    currency: Currency,
    errors: &mut Errors,
) -> CommandLine {
    let l = a.l;
    let field = |part: &str| format!("line-{n}-{part}");
    let named = |words: String| {
        l.t2("invoices-error-line", "n", n as i64, "words", words)
            .into_owned()
    };
    if t.description.is_empty() {
        errors.add(
            field("description"),
            named(l.t("invoices-error-description").into_owned()),
        );
    } else if t.description.chars().count() > 1000 {
        errors.add(
            field("description"),
            named(l.t1("field-too-long", "most", 1000).into_owned()),
        );
    }
    let mut wrong =
        |part: &str, refusal: TypedError| errors.add(field(part), named(number_words(l, &refusal)));
    let quantity = Quantity::parse_typed(&t.quantity).unwrap_or_else(|refusal| {
        wrong("quantity", refusal);
        Quantity::ONE
    });
    let price = UnitPrice::parse_typed(&t.price, currency);
    let price = price.map_err(|refusal| wrong("price", refusal)).ok();
    let none = || UnitPrice::from_ten_thousandths(0, currency);
    let discount = discount(
        &t.discount,
        &field("discount"),
        &l.t1("invoices-line", "n", n as i64),
        currency,
        l,
        errors,
    );
    let known = |id: &TaxRateId| a.rates.iter().any(|r| r.rate.id == *id);
    let tax_ids = t
        .taxes
        .iter()
        .filter_map(|id| TaxRateId::parse(id.as_str()).ok())
        .filter(known)
        .collect();
    let unit_price = price.or(none().ok()).expect("zero is within every range");
    let line = Line {
        description: t.description.clone(),
        quantity,
        unit_price,
        discount,
        tax_ids,
    };
    CommandLine {
        product_id: t.product.clone(),
        unit: t.unit.chars().take(20).collect(),
        line,
    }
}

/// `10 %` or an amount; empty for none. `name` stands before the sentence for a line.
fn discount(
    text: &str,
    field: &str,
    name: &str,
    currency: Currency,
    l: Locale,
    errors: &mut Errors,
) -> Option<Discount> {
    let read = match text.strip_suffix('%') {
        _ if text.is_empty() => return None,
        Some(percent) => Rate::parse_typed(percent).map(Discount::Percent),
        None => Money::parse_typed(text, currency).map(Discount::Amount),
    };
    match read {
        Ok(Discount::Amount(amount)) if amount.is_zero() => None,
        Ok(Discount::Percent(rate)) if rate.is_zero() => None,
        Ok(Discount::Amount(amount)) if !amount.is_positive() => {
            let words = l.t("figure-negative");
            errors.add(field, format!("{name}{words}"));
            None
        }
        Ok(discount) => Some(discount),
        Err(refusal) => {
            let words = match refusal {
                TypedError::TooLarge if text.ends_with('%') => l.t("invoices-error-percent").into(),
                refusal => number_words(l, &refusal),
            };
            errors.add(
                field,
                if name.is_empty() {
                    words
                } else {
                    format!("{name}{words}")
                },
            );
            None
        }
    }
}

/// What only the whole can tell: discounts above what they are taken from, taxes that cannot be mixed, size.
fn check_totals(command: &Command, a: &Against<'_>, errors: &mut Errors) {
    let l = a.l;
    match command.totals(a.rates) {
        Ok(_) => {}
        Err(NotComputable::MixedPricing) => errors.add("", l.t("invoices-error-mixed-taxes")),
        Err(NotComputable::Totals(TotalsError::DiscountExceeds { line: Some(at) })) => {
            errors.add(
                format!("line-{}-discount", at + 1),
                l.t1("invoices-error-line-discount", "n", at as i64 + 1),
            );
        }
        Err(NotComputable::Totals(TotalsError::DiscountExceeds { line: None })) => {
            errors.add("discount", l.t("invoices-error-discount"));
        }
        Err(NotComputable::Totals(_)) => errors.add("", l.t("figure-too-large")),
    }
}
