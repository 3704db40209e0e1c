use billing::place::{Country, Province};
use billing::registration::RegistrationKind;
use billing::tax::place_of_supply::{Proposal, Sale, TaxPlace, propose};
use jiff::civil::date;

fn sale(
    seller: (&str, Option<Province>),
    customer: (&str, Option<Province>),
    registrations: &[RegistrationKind],
) -> Sale {
    let place = |(country, province): (&str, Option<Province>)| TaxPlace {
        country: Country::parse(country).unwrap(),
        province,
    };
    Sale {
        seller: place(seller),
        registrations: registrations.to_vec(),
        customer: place(customer),
        customer_has_vat_number: false,
        on: date(2026, 11, 23),
    }
}

fn proposed_keys(sale: &Sale) -> Vec<&'static str> {
    match propose(sale) {
        Proposal::Charge(presets) => presets.iter().map(|preset| preset.key).collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn tx_07_the_province_of_the_customer_decides() {
    let both = [RegistrationKind::GstHst, RegistrationKind::Qst];
    let from_quebec = |province| sale(("CA", Some(Province::QC)), ("CA", province), &both);
    assert_eq!(
        proposed_keys(&from_quebec(Some(Province::QC))),
        ["ca-gst", "ca-qst"]
    );
    assert_eq!(
        proposed_keys(&from_quebec(Some(Province::ON))),
        ["ca-hst-on"]
    );
    assert_eq!(proposed_keys(&from_quebec(Some(Province::AB))), ["ca-gst"]);
    // Provincial sales tax is offered, never applied silently.
    assert_eq!(proposed_keys(&from_quebec(Some(Province::BC))), ["ca-gst"]);
    assert_eq!(propose(&from_quebec(None)), Proposal::ProvinceNeeded);
    let abroad = sale(("CA", Some(Province::QC)), ("US", None), &both);
    assert_eq!(propose(&abroad), Proposal::OutsideScope);
    // A seller in Ontario without a Quebec registration charges GST only there.
    let ontario = sale(
        ("CA", Some(Province::ON)),
        ("CA", Some(Province::QC)),
        &both[..1],
    );
    assert_eq!(proposed_keys(&ontario), ["ca-gst"]);
}

#[test]
fn tx_07_in_the_union_a_business_abroad_is_reverse_charged() {
    let vat = [RegistrationKind::EuVat];
    let mut sale = sale(("BE", None), ("DE", None), &vat);
    assert_eq!(
        propose(&Sale {
            customer_has_vat_number: true,
            ..sale.clone()
        }),
        Proposal::ReverseCharge
    );
    assert_eq!(proposed_keys(&sale), ["eu-vat"]);
    sale.customer = sale.seller;
    let Proposal::Charge(home) = propose(&sale) else {
        panic!()
    };
    assert_eq!(home[0].rate.percent().to_string(), "21");
    sale.customer.country = Country::CA;
    assert_eq!(propose(&sale), Proposal::OutsideScope);
}

#[test]
fn tx_15_an_unregistered_supplier_charges_nothing() {
    let unregistered = sale(("CA", Some(Province::QC)), ("CA", Some(Province::QC)), &[]);
    assert_eq!(propose(&unregistered), Proposal::NotRegistered);
    assert_eq!(
        propose(&sale(("BE", None), ("BE", None), &[])),
        Proposal::NotRegistered
    );
}
