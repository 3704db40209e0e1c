//! UBL 2.1: the syntax of Peppol. Elements stand in the order of the schema, which differs a little between an invoice
//! and a credit note.

use super::xml::Xml;
use super::{Allowance, Category, Einvoice, Id, Kind, Line, Party, Tax};

const CAC: &str = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2";
const CBC: &str = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2";
const PEPPOL: &str = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0";
const PEPPOL_PROCESS: &str = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0";

pub(super) fn write(e: &Einvoice) -> Vec<u8> {
    let (root, namespace) = match e.kind {
        Kind::Invoice => (
            "Invoice",
            "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2",
        ),
        Kind::CreditNote => (
            "CreditNote",
            "urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2",
        ),
    };
    let namespaces = [("xmlns", namespace), ("xmlns:cac", CAC), ("xmlns:cbc", CBC)];
    Xml::document(root, &namespaces, |x| {
        head(x, e);
        references(x, e);
        x.group("cac:AccountingSupplierParty", |x| party(x, &e.seller));
        x.group("cac:AccountingCustomerParty", |x| party(x, &e.buyer));
        delivery(x, e);
        payment(x, e);
        for allowance in &e.allowances {
            document_allowance(x, e, allowance);
        }
        taxes(x, e);
        totals(x, e);
        for line in &e.lines {
            self::line(x, e, line);
        }
    })
}

fn head(x: &mut Xml, e: &Einvoice) {
    if e.is_for_peppol() {
        x.text("cbc:CustomizationID", PEPPOL);
        x.text("cbc:ProfileID", PEPPOL_PROCESS);
    } else {
        x.text("cbc:CustomizationID", super::EN_16931);
    }
    x.text("cbc:ID", &e.number);
    x.text("cbc:IssueDate", &e.issue_date.iso());
    match e.kind {
        Kind::Invoice => {
            x.text(
                "cbc:DueDate",
                &e.due_date.map(crate::Day::iso).unwrap_or_default(),
            );
            x.text("cbc:InvoiceTypeCode", e.kind.code());
        }
        Kind::CreditNote => x.text("cbc:CreditNoteTypeCode", e.kind.code()),
    }
    x.text("cbc:Note", &e.note);
    x.text("cbc:DocumentCurrencyCode", &e.currency);
    x.text("cbc:BuyerReference", &e.buyer_reference);
    if let Some((from, to)) = e.period {
        x.group("cac:InvoicePeriod", |x| {
            x.text("cbc:StartDate", &from.iso());
            x.text("cbc:EndDate", &to.iso());
        });
    }
}

fn references(x: &mut Xml, e: &Einvoice) {
    x.group("cac:OrderReference", |x| {
        x.text("cbc:ID", &e.order_reference)
    });
    for preceding in &e.preceding {
        x.group("cac:BillingReference", |x| {
            x.group("cac:InvoiceDocumentReference", |x| {
                x.text("cbc:ID", &preceding.number);
                let day = preceding.issue_date.map(crate::Day::iso);
                x.text("cbc:IssueDate", &day.unwrap_or_default());
            });
        });
    }
}

fn id(x: &mut Xml, name: &str, id: &Id) {
    x.text_with(name, &[("schemeID", &id.scheme)], &id.value);
}

fn party(x: &mut Xml, p: &Party) {
    x.group("cac:Party", |x| {
        if let Some(endpoint) = &p.endpoint {
            id(x, "cbc:EndpointID", endpoint);
        }
        for identifier in &p.identifiers {
            x.group("cac:PartyIdentification", |x| id(x, "cbc:ID", identifier));
        }
        x.group("cac:PartyName", |x| x.text("cbc:Name", &p.trading_name));
        address(x, p);
        for (number, scheme) in [(&p.vat_number, "VAT"), (&p.tax_number, "TAX")] {
            if !number.is_empty() {
                x.group("cac:PartyTaxScheme", |x| {
                    x.text("cbc:CompanyID", number);
                    x.group("cac:TaxScheme", |x| x.text("cbc:ID", scheme));
                });
            }
        }
        x.group("cac:PartyLegalEntity", |x| {
            x.text("cbc:RegistrationName", &p.name);
            if let Some(legal) = &p.legal_id {
                id(x, "cbc:CompanyID", legal);
            }
        });
        x.group("cac:Contact", |x| {
            x.text("cbc:Name", &p.contact);
            x.text("cbc:Telephone", &p.phone);
            x.text("cbc:ElectronicMail", &p.email);
        });
    });
}

fn address(x: &mut Xml, p: &Party) {
    let [first, second, third] = p.street_lines();
    x.group("cac:PostalAddress", |x| {
        x.text("cbc:StreetName", &first);
        x.text("cbc:AdditionalStreetName", &second);
        x.text("cbc:CityName", &p.city);
        x.text("cbc:PostalZone", &p.postal_code);
        x.text("cbc:CountrySubentity", &p.province);
        x.group("cac:AddressLine", |x| x.text("cbc:Line", &third));
        x.group("cac:Country", |x| {
            x.text("cbc:IdentificationCode", &p.country)
        });
    });
}

fn delivery(x: &mut Xml, e: &Einvoice) {
    let Some(delivery) = &e.delivery else {
        return;
    };
    x.group("cac:Delivery", |x| {
        let day = delivery.day.map(crate::Day::iso);
        x.text("cbc:ActualDeliveryDate", &day.unwrap_or_default());
        x.group("cac:DeliveryLocation", |x| {
            x.group("cac:Address", |x| {
                x.group("cac:Country", |x| {
                    x.text("cbc:IdentificationCode", &delivery.country);
                });
            });
        });
    });
}

fn payment(x: &mut Xml, e: &Einvoice) {
    // A credit note of UBL has no due date of its own: there it belongs to the means of payment.
    let due = match e.kind {
        Kind::CreditNote => e.due_date.map(crate::Day::iso).unwrap_or_default(),
        Kind::Invoice => String::new(),
    };
    if let Some(payment) = &e.payment {
        x.group("cac:PaymentMeans", |x| {
            let name = [("name", payment.words.as_str())];
            x.text_with("cbc:PaymentMeansCode", &name, &payment.code);
            x.text("cbc:PaymentDueDate", &due);
            x.text("cbc:PaymentID", &payment.reference);
            x.group("cac:PayeeFinancialAccount", |x| {
                x.text("cbc:ID", &payment.account);
            });
        });
    }
    x.group("cac:PaymentTerms", |x| x.text("cbc:Note", &e.terms));
}

fn document_allowance(x: &mut Xml, e: &Einvoice, a: &Allowance) {
    x.group("cac:AllowanceCharge", |x| {
        allowance(x, e, a);
        category(x, "cac:TaxCategory", &a.tax, None);
    });
}

fn allowance(x: &mut Xml, e: &Einvoice, a: &Allowance) {
    x.text(
        "cbc:ChargeIndicator",
        if a.is_charge { "true" } else { "false" },
    );
    x.text("cbc:AllowanceChargeReasonCode", &a.reason_code);
    x.text("cbc:AllowanceChargeReason", &a.reason);
    amount(x, e, "cbc:Amount", a.amount_minor);
}

fn category(x: &mut Xml, name: &str, c: &Category, tax: Option<&Tax>) {
    x.group(name, |x| {
        x.text("cbc:ID", c.code.code());
        x.text("cbc:Percent", c.percent_text());
        if let Some(tax) = tax {
            x.text("cbc:TaxExemptionReasonCode", &tax.reason_code);
            x.text("cbc:TaxExemptionReason", &tax.reason);
        }
        x.group("cac:TaxScheme", |x| x.text("cbc:ID", "VAT"));
    });
}

fn taxes(x: &mut Xml, e: &Einvoice) {
    x.group("cac:TaxTotal", |x| {
        amount(x, e, "cbc:TaxAmount", e.totals.tax_minor);
        for tax in &e.taxes {
            x.group("cac:TaxSubtotal", |x| {
                amount(x, e, "cbc:TaxableAmount", tax.base_minor);
                amount(x, e, "cbc:TaxAmount", tax.amount_minor);
                category(x, "cac:TaxCategory", &tax.category, Some(tax));
            });
        }
    });
}

fn totals(x: &mut Xml, e: &Einvoice) {
    let t = &e.totals;
    x.group("cac:LegalMonetaryTotal", |x| {
        amount(x, e, "cbc:LineExtensionAmount", t.lines_minor);
        amount(x, e, "cbc:TaxExclusiveAmount", t.net_minor);
        amount(x, e, "cbc:TaxInclusiveAmount", t.total_minor);
        for (name, minor) in [
            ("cbc:AllowanceTotalAmount", t.allowances_minor),
            ("cbc:ChargeTotalAmount", t.charges_minor),
            ("cbc:PrepaidAmount", t.prepaid_minor),
            ("cbc:PayableRoundingAmount", t.rounding_minor),
        ] {
            if minor != 0 {
                amount(x, e, name, minor);
            }
        }
        amount(x, e, "cbc:PayableAmount", t.due_minor);
    });
}

fn line(x: &mut Xml, e: &Einvoice, l: &Line) {
    let (line, quantity) = match e.kind {
        Kind::Invoice => ("cac:InvoiceLine", "cbc:InvoicedQuantity"),
        Kind::CreditNote => ("cac:CreditNoteLine", "cbc:CreditedQuantity"),
    };
    x.group(line, |x| {
        x.text("cbc:ID", &l.id);
        x.text("cbc:Note", &l.note);
        x.text_with(quantity, &[("unitCode", &l.unit)], &l.quantity);
        amount(x, e, "cbc:LineExtensionAmount", l.net_minor);
        for a in &l.allowances {
            x.group("cac:AllowanceCharge", |x| allowance(x, e, a));
        }
        x.group("cac:Item", |x| {
            x.text("cbc:Description", &l.description);
            x.text("cbc:Name", &l.name);
            category(x, "cac:ClassifiedTaxCategory", &l.tax, None);
        });
        x.group("cac:Price", |x| {
            x.text_with("cbc:PriceAmount", &[("currencyID", &e.currency)], &l.price);
        });
    });
}

fn amount(x: &mut Xml, e: &Einvoice, name: &str, minor: i64) {
    x.text_with(name, &[("currencyID", &e.currency)], &e.written(minor));
}
