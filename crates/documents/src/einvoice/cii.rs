//! CII (UN/CEFACT cross industry invoice, D16B) in the EN 16931 profile of Factur-X: what stands inside a hybrid PDF.

use super::xml::Xml;
use super::{Allowance, Category, Einvoice, Id, Line, Party, Tax};
use crate::Day;

const NAMESPACES: [(&str, &str); 4] = [
    (
        "xmlns:rsm",
        "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100",
    ),
    (
        "xmlns:ram",
        "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100",
    ),
    (
        "xmlns:udt",
        "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100",
    ),
    (
        "xmlns:qdt",
        "urn:un:unece:uncefact:data:standard:QualifiedDataType:100",
    ),
];

pub(super) fn write(e: &Einvoice) -> Vec<u8> {
    Xml::document("rsm:CrossIndustryInvoice", &NAMESPACES, |x| {
        x.group("rsm:ExchangedDocumentContext", |x| {
            x.group("ram:GuidelineSpecifiedDocumentContextParameter", |x| {
                x.text("ram:ID", super::EN_16931);
            });
        });
        x.group("rsm:ExchangedDocument", |x| {
            x.text("ram:ID", &e.number);
            x.text("ram:TypeCode", e.kind.code());
            day(x, "ram:IssueDateTime", Some(e.issue_date));
            x.group("ram:IncludedNote", |x| x.text("ram:Content", &e.note));
        });
        x.group("rsm:SupplyChainTradeTransaction", |x| {
            for line in &e.lines {
                self::line(x, e, line);
            }
            agreement(x, e);
            delivery(x, e);
            settlement(x, e);
        });
    })
}

fn day(x: &mut Xml, name: &str, day: Option<Day>) {
    let Some(day) = day else {
        return;
    };
    x.group(name, |x| {
        x.text_with("udt:DateTimeString", &[("format", "102")], &compact(day));
    });
}

/// `20260503`: format 102.
fn compact(day: Day) -> String {
    day.iso().replace('-', "")
}

fn line(x: &mut Xml, e: &Einvoice, l: &Line) {
    x.group("ram:IncludedSupplyChainTradeLineItem", |x| {
        x.group("ram:AssociatedDocumentLineDocument", |x| {
            x.text("ram:LineID", &l.id);
            x.group("ram:IncludedNote", |x| x.text("ram:Content", &l.note));
        });
        x.group("ram:SpecifiedTradeProduct", |x| {
            x.text("ram:Name", &l.name);
            x.text("ram:Description", &l.description);
        });
        x.group("ram:SpecifiedLineTradeAgreement", |x| {
            x.group("ram:NetPriceProductTradePrice", |x| {
                x.text("ram:ChargeAmount", &l.price);
            });
        });
        x.group("ram:SpecifiedLineTradeDelivery", |x| {
            x.text_with("ram:BilledQuantity", &[("unitCode", &l.unit)], &l.quantity);
        });
        x.group("ram:SpecifiedLineTradeSettlement", |x| {
            x.group("ram:ApplicableTradeTax", |x| category(x, &l.tax));
            for a in &l.allowances {
                x.group("ram:SpecifiedTradeAllowanceCharge", |x| allowance(x, e, a));
            }
            x.group("ram:SpecifiedTradeSettlementLineMonetarySummation", |x| {
                x.text("ram:LineTotalAmount", &e.written(l.net_minor));
            });
        });
    });
}

fn category(x: &mut Xml, c: &Category) {
    x.text("ram:TypeCode", "VAT");
    x.text("ram:CategoryCode", c.code.code());
    x.text("ram:RateApplicablePercent", c.percent_text());
}

fn allowance(x: &mut Xml, e: &Einvoice, a: &Allowance) {
    x.group("ram:ChargeIndicator", |x| {
        x.text("udt:Indicator", if a.is_charge { "true" } else { "false" });
    });
    x.text("ram:ActualAmount", &e.written(a.amount_minor));
    x.text("ram:ReasonCode", &a.reason_code);
    x.text("ram:Reason", &a.reason);
}

fn agreement(x: &mut Xml, e: &Einvoice) {
    x.group("ram:ApplicableHeaderTradeAgreement", |x| {
        x.text("ram:BuyerReference", &e.buyer_reference);
        x.group("ram:SellerTradeParty", |x| party(x, &e.seller));
        x.group("ram:BuyerTradeParty", |x| party(x, &e.buyer));
        x.group("ram:BuyerOrderReferencedDocument", |x| {
            x.text("ram:IssuerAssignedID", &e.order_reference);
        });
    });
}

fn id(x: &mut Xml, name: &str, id: &Id) {
    x.text_with(name, &[("schemeID", &id.scheme)], &id.value);
}

fn party(x: &mut Xml, p: &Party) {
    // An identifier of a named scheme is a global one; one without a scheme is the seller's own.
    for identifier in p.identifiers.iter().filter(|id| id.scheme.is_empty()) {
        id(x, "ram:ID", identifier);
    }
    for identifier in p.identifiers.iter().filter(|id| !id.scheme.is_empty()) {
        id(x, "ram:GlobalID", identifier);
    }
    x.text("ram:Name", &p.name);
    x.group("ram:SpecifiedLegalOrganization", |x| {
        if let Some(legal) = &p.legal_id {
            id(x, "ram:ID", legal);
        }
        x.text("ram:TradingBusinessName", &p.trading_name);
    });
    x.group("ram:DefinedTradeContact", |x| {
        x.text("ram:PersonName", &p.contact);
        x.group("ram:TelephoneUniversalCommunication", |x| {
            x.text("ram:CompleteNumber", &p.phone);
        });
        x.group("ram:EmailURIUniversalCommunication", |x| {
            x.text("ram:URIID", &p.email);
        });
    });
    let [first, second, third] = p.street_lines();
    x.group("ram:PostalTradeAddress", |x| {
        x.text("ram:PostcodeCode", &p.postal_code);
        x.text("ram:LineOne", &first);
        x.text("ram:LineTwo", &second);
        x.text("ram:LineThree", &third);
        x.text("ram:CityName", &p.city);
        x.text("ram:CountryID", &p.country);
        x.text("ram:CountrySubDivisionName", &p.province);
    });
    if let Some(endpoint) = &p.endpoint {
        x.group("ram:URIUniversalCommunication", |x| {
            id(x, "ram:URIID", endpoint)
        });
    }
    for (number, scheme) in [(&p.vat_number, "VA"), (&p.tax_number, "FC")] {
        x.group("ram:SpecifiedTaxRegistration", |x| {
            x.text_with("ram:ID", &[("schemeID", scheme)], number);
        });
    }
}

fn delivery(x: &mut Xml, e: &Einvoice) {
    // The schema wants this element even when there is nothing to say.
    let Some(delivery) = &e.delivery else {
        x.hollow("ram:ApplicableHeaderTradeDelivery");
        return;
    };
    x.group("ram:ApplicableHeaderTradeDelivery", |x| {
        x.group("ram:ShipToTradeParty", |x| {
            x.group("ram:PostalTradeAddress", |x| {
                x.text("ram:CountryID", &delivery.country);
            });
        });
        x.group("ram:ActualDeliverySupplyChainEvent", |x| {
            day(x, "ram:OccurrenceDateTime", delivery.day);
        });
    });
}

fn settlement(x: &mut Xml, e: &Einvoice) {
    x.group("ram:ApplicableHeaderTradeSettlement", |x| {
        if let Some(payment) = &e.payment {
            x.text("ram:PaymentReference", &payment.reference);
        }
        x.text("ram:InvoiceCurrencyCode", &e.currency);
        if let Some(payment) = &e.payment {
            x.group("ram:SpecifiedTradeSettlementPaymentMeans", |x| {
                x.text("ram:TypeCode", &payment.code);
                x.text("ram:Information", &payment.words);
                x.group("ram:PayeePartyCreditorFinancialAccount", |x| {
                    x.text("ram:IBANID", &payment.account);
                });
            });
        }
        for tax in &e.taxes {
            x.group("ram:ApplicableTradeTax", |x| self::tax(x, e, tax));
        }
        if let Some((from, to)) = e.period {
            x.group("ram:BillingSpecifiedPeriod", |x| {
                day(x, "ram:StartDateTime", Some(from));
                day(x, "ram:EndDateTime", Some(to));
            });
        }
        for a in &e.allowances {
            x.group("ram:SpecifiedTradeAllowanceCharge", |x| {
                allowance(x, e, a);
                x.group("ram:CategoryTradeTax", |x| category(x, &a.tax));
            });
        }
        x.group("ram:SpecifiedTradePaymentTerms", |x| {
            x.text("ram:Description", &e.terms);
            day(x, "ram:DueDateDateTime", e.due_date);
        });
        totals(x, e);
        for preceding in &e.preceding {
            x.group("ram:InvoiceReferencedDocument", |x| {
                x.text("ram:IssuerAssignedID", &preceding.number);
                if let Some(day) = preceding.issue_date {
                    x.group("ram:FormattedIssueDateTime", |x| {
                        x.text_with("qdt:DateTimeString", &[("format", "102")], &compact(day));
                    });
                }
            });
        }
    });
}

fn tax(x: &mut Xml, e: &Einvoice, tax: &Tax) {
    x.text("ram:CalculatedAmount", &e.written(tax.amount_minor));
    x.text("ram:TypeCode", "VAT");
    x.text("ram:ExemptionReason", &tax.reason);
    x.text("ram:BasisAmount", &e.written(tax.base_minor));
    x.text("ram:CategoryCode", tax.category.code.code());
    x.text("ram:ExemptionReasonCode", &tax.reason_code);
    x.text("ram:RateApplicablePercent", tax.category.percent_text());
}

fn totals(x: &mut Xml, e: &Einvoice) {
    let t = &e.totals;
    x.group("ram:SpecifiedTradeSettlementHeaderMonetarySummation", |x| {
        let some = |x: &mut Xml, name: &str, minor: i64| {
            if minor != 0 {
                x.text(name, &e.written(minor));
            }
        };
        x.text("ram:LineTotalAmount", &e.written(t.lines_minor));
        some(x, "ram:ChargeTotalAmount", t.charges_minor);
        some(x, "ram:AllowanceTotalAmount", t.allowances_minor);
        x.text("ram:TaxBasisTotalAmount", &e.written(t.net_minor));
        let currency = [("currencyID", e.currency.as_str())];
        x.text_with("ram:TaxTotalAmount", &currency, &e.written(t.tax_minor));
        some(x, "ram:RoundingAmount", t.rounding_minor);
        x.text("ram:GrandTotalAmount", &e.written(t.total_minor));
        some(x, "ram:TotalPrepaidAmount", t.prepaid_minor);
        x.text("ram:DuePayableAmount", &e.written(t.due_minor));
    });
}
