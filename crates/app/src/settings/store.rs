//! Rows of `businesses` and `tax_rates`.

use billing::id::{BusinessId, TaxRateId};
use billing::registration::{RegistrationKind, RegistrationNumber};
use billing::tax::{TaxCategory, TaxKind, TaxRate};
use billing::{Currency, Rate};
use kit::db::{Error, Row, Tx};
use kit::locale::Lang;
use kit::{args, sql};

use super::{Business, SellerRate};

pub(super) fn insert_business(tx: &mut Tx<'_>, b: &Business, now_ms: i64) -> Result<(), Error> {
    tx.execute(
        sql!("insert into businesses (id, name, legal_name, street, city, province, postal_code, country, email, phone, website, language, time_zone, currency, tax_numbers, tax_preset, small_supplier, payment_terms_days, default_notes, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)"),
        args![b.id.as_str(), &b.name, &b.legal_name, &b.street, &b.city, &b.province, &b.postal_code, b.country.code(), &b.email, &b.phone, &b.website, b.language.as_str(), &b.time_zone, b.currency.code(), numbers_to_text(&b.registrations), &b.tax_preset, b.small_supplier, b.payment_terms_days, &b.default_notes, now_ms],
    )
    .map(drop)
}

pub(super) fn find_business(tx: &mut Tx<'_>, id: &BusinessId) -> Result<Option<Business>, Error> {
    tx.find(
        sql!("select id, name, legal_name, street, city, province, postal_code, country, email, phone, website, language, time_zone, currency, tax_numbers, tax_preset, small_supplier, payment_terms_days, default_notes from businesses where id = $1"),
        args![id.as_str()],
        read_business,
    )
}

fn read_business(r: &Row) -> Result<Business, Error> {
    let shape = |what: &str| Error::Shape(format!("a business has a bad {what}"));
    Ok(Business {
        id: r.parse(0)?,
        name: r.text(1)?,
        legal_name: r.text(2)?,
        street: r.text(3)?,
        city: r.text(4)?,
        province: r.text(5)?,
        postal_code: r.text(6)?,
        country: billing::place::Country::parse(&r.text(7)?).map_err(|_| shape("country"))?,
        email: r.text(8)?,
        phone: r.text(9)?,
        website: r.text(10)?,
        language: Lang::parse(&r.text(11)?).ok_or_else(|| shape("language"))?,
        time_zone: r.text(12)?,
        currency: Currency::parse(&r.text(13)?).map_err(|_| shape("currency"))?,
        registrations: numbers_from_text(&r.text(14)?)
            .ok_or_else(|| shape("list of tax numbers"))?,
        tax_preset: r.text(15)?,
        small_supplier: r.flag(16)?,
        payment_terms_days: r.int(17)?,
        default_notes: r.text(18)?,
    })
}

/// Everything that the page "Your business" holds.
pub(super) fn update_profile(tx: &mut Tx<'_>, b: &Business) -> Result<(), Error> {
    tx.execute(
        sql!("update businesses set name = $2, legal_name = $3, street = $4, city = $5, province = $6, postal_code = $7, country = $8, email = $9, phone = $10, website = $11, language = $12, time_zone = $13, payment_terms_days = $14, default_notes = $15 where id = $1"),
        args![b.id.as_str(), &b.name, &b.legal_name, &b.street, &b.city, &b.province, &b.postal_code, b.country.code(), &b.email, &b.phone, &b.website, b.language.as_str(), &b.time_zone, b.payment_terms_days, &b.default_notes],
    )
    .map(drop)
}

/// Everything that the page "Taxes" holds, the rates apart.
pub(super) fn update_taxes(tx: &mut Tx<'_>, b: &Business) -> Result<(), Error> {
    tx.execute(
        sql!("update businesses set currency = $2, tax_numbers = $3, tax_preset = $4, small_supplier = $5 where id = $1"),
        args![b.id.as_str(), b.currency.code(), numbers_to_text(&b.registrations), &b.tax_preset, b.small_supplier],
    )
    .map(drop)
}

pub(super) fn list_rates(
    tx: &mut Tx<'_>,
    business_id: &BusinessId,
) -> Result<Vec<SellerRate>, Error> {
    tx.list(
        sql!("select id, kind, name_en, name_fr, percent, base_percent, category, inclusive, valid_from, preset, position, is_default, archived_at from tax_rates where business_id = $1 order by position, id"),
        args![business_id.as_str()],
        |r| {
            let shape = |what: &str| Error::Shape(format!("a tax rate has a bad {what}"));
            Ok(SellerRate {
                rate: TaxRate {
                    id: r.parse(0)?,
                    kind: TaxKind::parse(&r.text(1)?).ok_or_else(|| shape("kind"))?,
                    name: r.text(2)?,
                    name_fr: r.text(3)?,
                    rate: Rate::parse_typed(&r.text(4)?).map_err(|_| shape("percentage"))?,
                    base_share: Rate::parse_typed(&r.text(5)?).map_err(|_| shape("base"))?,
                    category: TaxCategory::parse(&r.text(6)?).ok_or_else(|| shape("category"))?,
                    from: r.parse(8)?,
                },
                inclusive: r.flag(7)?,
                preset: r.text(9)?,
                position: r.int(10)?,
                is_default: r.flag(11)?,
                archived_at: r.opt_int(12)?,
            })
        },
    )
}

pub(super) fn insert_rate(
    tx: &mut Tx<'_>,
    business_id: &BusinessId,
    s: &SellerRate,
) -> Result<(), Error> {
    let t = &s.rate;
    tx.execute(
        sql!("insert into tax_rates (id, business_id, kind, name_en, name_fr, percent, base_percent, category, inclusive, valid_from, preset, registration_number, position, is_default) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, '', $12, $13)"),
        args![t.id.as_str(), business_id.as_str(), t.kind.as_str(), &t.name, &t.name_fr, t.rate.to_string(), t.base_share.to_string(), t.category.code(), s.inclusive, t.from.to_string(), &s.preset, s.position, s.is_default],
    )
    .map(drop)
}

/// A rate is put away or taken out again, and proposed or not; what it says never changes (TX-06).
pub(super) fn update_rate_use(
    tx: &mut Tx<'_>,
    business_id: &BusinessId,
    id: &TaxRateId,
    is_default: bool,
    archived_at: Option<i64>,
) -> Result<u64, Error> {
    tx.execute(
        sql!("update tax_rates set is_default = $3, archived_at = $4 where business_id = $1 and id = $2"),
        args![business_id.as_str(), id.as_str(), is_default, archived_at],
    )
}

fn numbers_to_text(numbers: &[RegistrationNumber]) -> String {
    let list: Vec<_> = numbers
        .iter()
        .map(|n| serde_json::json!({"kind": n.kind().as_str(), "number": n.as_str()}))
        .collect();
    serde_json::Value::Array(list).to_string()
}

fn numbers_from_text(text: &str) -> Option<Vec<RegistrationNumber>> {
    let list: serde_json::Value = serde_json::from_str(text).ok()?;
    list.as_array()?
        .iter()
        .map(|one| {
            let kind = RegistrationKind::parse(one["kind"].as_str()?)?;
            RegistrationNumber::parse(kind, one["number"].as_str()?).ok()
        })
        .collect()
}

pub(super) fn find_money_rules(
    tx: &mut Tx<'_>,
    business_id: &str,
) -> Result<Option<(bool, String)>, Error> {
    tx.find(
        sql!("select part_payments, smallest_part from money_rules where business_id = $1"),
        args![business_id],
        |r| Ok((r.int(0)? == 1, r.text(1)?)),
    )
}

pub(super) fn update_money_rules(
    tx: &mut Tx<'_>,
    business_id: &str,
    rules: (bool, &str),
    now_ms: i64,
) -> Result<(), Error> {
    tx.execute(
        sql!("insert into money_rules (business_id, part_payments, smallest_part, saved_at) values ($1, $2, $3, $4) on conflict (business_id) do update set part_payments = excluded.part_payments, smallest_part = excluded.smallest_part, saved_at = excluded.saved_at"),
        args![business_id, i64::from(rules.0), rules.1, now_ms],
    )
    .map(drop)
}

pub(super) fn get_strict(tx: &mut Tx<'_>, id: &BusinessId) -> Result<bool, Error> {
    tx.get(
        sql!("select strict_documents from businesses where id = $1"),
        args![id.as_str()],
        |r| Ok(r.int(0)? != 0),
    )
}

pub(super) fn update_strict(tx: &mut Tx<'_>, id: &BusinessId, strict: bool) -> Result<(), Error> {
    tx.execute(
        sql!("update businesses set strict_documents = $2 where id = $1"),
        args![id.as_str(), i64::from(strict)],
    )
    .map(drop)
}
