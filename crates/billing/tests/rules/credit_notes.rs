use crate::support::{cad, tax};
use billing::credit_note::{
    CannotDelete, CreditRefusal, Deletion, Effect, Issued, IssuedLine, Note, ToDelete, deletion,
    effect,
};
use billing::invoice::state::InvoiceState;
use billing::ledger::documents::{ClaimPart, credit_kept, credit_note_issued};
use billing::tax::{Pricing, TaxRate, TaxedAmount, TaxedTotal, compute};
use billing::{Currency, Mode, Money};
use jiff::civil::date;
use proptest::prelude::*;

fn quebec() -> Vec<TaxRate> {
    vec![tax("gst", "5"), tax("qst", "9.975")]
}

fn lines(nets: &[&str]) -> Vec<IssuedLine> {
    let line = |net: &&str| IssuedLine {
        net: cad(net),
        taxes: quebec(),
    };
    nets.iter().map(line).collect()
}

fn issued<'a>(lines: &'a [IssuedLine], discount: &str) -> Issued<'a> {
    let whole = whole(lines, cad(discount), Pricing::Exclusive).unwrap();
    Issued {
        currency: Currency::CAD,
        pricing: Pricing::Exclusive,
        lines,
        discount: cad(discount),
        // For as long as the test runs.
        whole: Box::leak(Box::new(whole)),
    }
}

fn amounts(texts: &[&str]) -> Vec<Money> {
    texts.iter().map(|text| cad(text)).collect()
}

#[test]
fn p03_a_part_carries_its_own_taxes() {
    let lines = lines(&["1000.00"]);
    let note = issued(&lines, "0.00")
        .credit(&amounts(&["0.00"]), &amounts(&["200.00"]))
        .unwrap();
    let taxes: Vec<Money> = note.taxes.iter().map(|line| line.amount).collect();
    assert_eq!(
        (note.net, taxes),
        (cad("200.00"), amounts(&["10.00", "19.95"]))
    );
    assert_eq!(note.total, cad("229.95"));
    assert_eq!(note.taxes[0].base, cad("200.00"));
    let entry = credit_note_issued(&note).unwrap();
    let booked: Vec<String> = entry
        .postings()
        .iter()
        .map(|p| format!("{} {}", p.account, p.amount))
        .collect();
    assert_eq!(
        booked,
        [
            "receivable -229.95 CAD",
            "income 200.00 CAD",
            "tax_payable:gst 10.00 CAD",
            "tax_payable:qst 19.95 CAD",
        ]
    );
}

#[test]
fn the_last_part_takes_the_cents_that_rounding_left() {
    let lines = lines(&["0.30"]);
    let invoice = issued(&lines, "0.00");
    let third = amounts(&["0.10"]);
    let mut before = amounts(&["0.00"]);
    let mut totals = Vec::new();
    for _ in 0..3 {
        let note = invoice.credit(&before, &third).unwrap();
        before[0] = before[0].checked_add(third[0]).unwrap();
        totals.push(note.total.minor());
    }
    // Alone each tenth would be 0.12, and three of them a cent more than the 0.35 of the invoice.
    assert_eq!(totals.iter().sum::<i64>(), 35, "{totals:?}");
    assert!(
        totals.iter().all(|total| (11..=12).contains(total)),
        "{totals:?}"
    );
}

#[test]
fn the_documents_discount_goes_back_with_its_lines() {
    let lines = lines(&["80.00", "20.00"]);
    let invoice = issued(&lines, "10.00");
    let none = amounts(&["0.00", "0.00"]);
    let note = invoice.credit(&none, &amounts(&["80.00", "0.00"])).unwrap();
    assert_eq!((note.discount, note.net), (cad("8.00"), cad("72.00")));
    let rest = invoice
        .credit(&note.lines, &amounts(&["0.00", "20.00"]))
        .unwrap();
    assert_eq!((rest.discount, rest.net), (cad("2.00"), cad("18.00")));
    let all = invoice
        .credit(&none, &amounts(&["80.00", "20.00"]))
        .unwrap();
    assert_eq!(all.total, cad("103.48"));
    assert_eq!(note.total.checked_add(rest.total), Ok(all.total));
}

#[test]
fn what_cannot_be_credited_is_refused_by_name() {
    let plain = lines(&["100.00", "20.00"]);
    let invoice = issued(&plain, "0.00");
    let before = amounts(&["60.00", "0.00"]);
    let left = |line, left| CreditRefusal::MoreThanLeft {
        line,
        left: cad(left),
    };
    for (now, wanted) in [
        (["40.01", "0.00"], left(0, "40.00")),
        (["0.00", "20.01"], left(1, "20.00")),
        (["-1.00", "0.00"], left(0, "40.00")),
        (["0.00", "0.00"], CreditRefusal::Nothing),
    ] {
        assert_eq!(
            invoice.credit(&before, &amounts(&now)),
            Err(wanted),
            "{now:?}"
        );
    }
    assert_eq!(
        invoice.credit(&before, &before[..1]),
        Err(CreditRefusal::OtherLines)
    );
    assert_eq!(
        invoice.credit(&before[..1], &before),
        Err(CreditRefusal::OtherLines)
    );
    // A line that took something off goes back with what it took it from.
    let reduced = lines(&["100.00", "-20.00"]);
    let invoice = issued(&reduced, "0.00");
    let none = amounts(&["0.00", "0.00"]);
    let alone = invoice.credit(&none, &amounts(&["100.00", "0.00"]));
    assert_eq!(alone, Err(CreditRefusal::MoreThanInvoice));
    let lower = invoice.credit(&none, &amounts(&["0.00", "-20.00"]));
    assert_eq!(lower, Err(CreditRefusal::MoreThanInvoice));
    let both = invoice
        .credit(&none, &amounts(&["100.00", "-20.00"]))
        .unwrap();
    assert_eq!(both.total, cad("91.98"));
}

#[test]
fn a_tax_is_never_credited_beyond_what_was_charged_of_it() {
    // 100.00 under GST, less 100.00 under both: 100.00 alone would take back 5.00 of a GST that came to nothing.
    let mut lines = lines(&["100.00", "-50.00"]);
    lines[0].taxes.truncate(1);
    let invoice = issued(&lines, "0.00");
    let none = amounts(&["0.00", "0.00"]);
    assert_eq!(
        invoice.credit(&none, &amounts(&["50.01", "0.00"])),
        Err(CreditRefusal::MoreThanInvoice)
    );
    let all = invoice
        .credit(&none, &amounts(&["100.00", "-50.00"]))
        .unwrap();
    assert_eq!(all.total, invoice.whole.total);
}

#[test]
fn what_stands_on_the_document_is_credited_whole_even_where_todays_steps_say_otherwise() {
    let lines = lines(&["0.30"]);
    let mut other = whole(&lines, cad("0.00"), Pricing::Exclusive).unwrap();
    other.taxes[0].amount = cad("0.01");
    other.total = cad("0.34");
    let invoice = Issued {
        whole: &other,
        ..issued(&lines, "0.00")
    };
    let none = amounts(&["0.00"]);
    assert_eq!(
        invoice.credit(&none, &amounts(&["0.10"])),
        Err(CreditRefusal::OnlyWhole)
    );
    let all = invoice.credit(&none, &amounts(&["0.30"])).unwrap();
    assert_eq!((all.total, all.taxes[0].amount), (cad("0.34"), cad("0.01")));
}

#[test]
fn a_note_closes_what_is_due_and_frees_what_was_paid() {
    for (due, total, settles, frees) in [
        ("229.95", "229.95", "229.95", "0.00"),
        ("500.00", "229.95", "229.95", "0.00"),
        ("100.00", "229.95", "100.00", "129.95"),
        ("0.00", "229.95", "0.00", "229.95"),
    ] {
        let wanted = Effect {
            settles: cad(settles),
            frees: cad(frees),
        };
        assert_eq!(effect(cad(due), cad(total)), Ok(wanted), "{due} {total}");
        let id = billing::id::InvoiceId::parse("i1").unwrap();
        let part = ClaimPart {
            invoice_id: id,
            amount: wanted.frees,
        };
        assert_eq!(credit_kept(part).is_ok(), wanted.frees.is_positive());
    }
}

fn open() -> ToDelete {
    ToDelete {
        state: InvoiceState::Open,
        mode: Mode::Live,
        strict: false,
        sent: false,
        seen: false,
        issued: Some(date(2026, 11, 25)),
        today: date(2026, 11, 25),
        paid: cad("0.00"),
        credited: cad("0.00"),
        left: cad("100.00"),
        disputed: false,
        processing: false,
    }
}

#[test]
fn delete_does_what_the_state_of_the_invoice_allows() {
    let paid = cad("40.00");
    let yesterday = Some(date(2026, 11, 24));
    for (invoice, wanted) in [
        (
            ToDelete {
                state: InvoiceState::Draft,
                issued: None,
                ..open()
            },
            Ok(Deletion::Remove),
        ),
        (
            ToDelete {
                mode: Mode::Test,
                strict: true,
                sent: true,
                seen: true,
                ..open()
            },
            Ok(Deletion::Void),
        ),
        (
            ToDelete {
                mode: Mode::Test,
                paid,
                ..open()
            },
            Ok(Deletion::CreditNoteAndMoney),
        ),
        (
            ToDelete {
                credited: cad("10.00"),
                left: cad("90.00"),
                ..open()
            },
            Ok(Deletion::CreditNote),
        ),
        (open(), Ok(Deletion::Void)),
        (
            ToDelete {
                strict: true,
                ..open()
            },
            Ok(Deletion::CreditNote),
        ),
        (
            ToDelete {
                sent: true,
                ..open()
            },
            Ok(Deletion::CreditNote),
        ),
        (
            ToDelete {
                seen: true,
                ..open()
            },
            Ok(Deletion::CreditNote),
        ),
        (
            ToDelete {
                issued: yesterday,
                ..open()
            },
            Ok(Deletion::CreditNote),
        ),
        (
            ToDelete {
                state: InvoiceState::Uncollectible,
                ..open()
            },
            Ok(Deletion::CreditNote),
        ),
        (
            ToDelete { paid, ..open() },
            Ok(Deletion::CreditNoteAndMoney),
        ),
        (
            ToDelete {
                state: InvoiceState::Paid,
                paid,
                ..open()
            },
            Ok(Deletion::CreditNoteAndMoney),
        ),
        (
            ToDelete {
                disputed: true,
                paid,
                ..open()
            },
            Err(CannotDelete::Disputed),
        ),
        (
            ToDelete {
                processing: true,
                ..open()
            },
            Err(CannotDelete::Processing),
        ),
        (
            ToDelete {
                state: InvoiceState::Void,
                ..open()
            },
            Err(CannotDelete::NothingLeft),
        ),
        (
            ToDelete {
                left: cad("0.00"),
                paid,
                ..open()
            },
            Err(CannotDelete::NothingLeft),
        ),
    ] {
        assert_eq!(deletion(&invoice), wanted, "{invoice:?}");
    }
}

fn whole(lines: &[IssuedLine], discount: Money, pricing: Pricing) -> Option<TaxedTotal> {
    let amounts: Vec<TaxedAmount> = lines
        .iter()
        .map(|line| TaxedAmount {
            amount: line.net,
            taxes: line.taxes.clone(),
        })
        .collect();
    let mut groups = billing::tax::group(&amounts).unwrap();
    if !discount.is_zero() {
        let weights: Vec<i64> = groups.iter().map(|g| g.amount.minor()).collect();
        let shares = discount.split(&weights).ok()?;
        for (group, share) in groups.iter_mut().zip(shares) {
            group.amount = group.amount.checked_sub(share).ok()?;
        }
    }
    compute(Currency::CAD, &groups, pricing).ok()
}

fn sum(notes: &[Note], of: impl Fn(&Note) -> i64) -> i64 {
    notes.iter().map(of).sum()
}

proptest! {
    /// In whatever parts and order an invoice is credited: no note is of nothing or less, together they never exceed it,
    /// and once all is credited they are it, in each tax.
    #[test]
    fn all_notes_together_are_the_invoice_and_never_more(
        nets in proptest::collection::vec((1_i64..20_000, 0_usize..3), 1..5),
        percent in 0_i64..90,
        inclusive in any::<bool>(),
        parts in proptest::collection::vec((0_usize..5, 1_i64..9_000), 0..12),
    ) {
        let minor = |m| Money::from_minor(m, Currency::CAD).unwrap();
        let taxes = quebec();
        let lines: Vec<IssuedLine> = nets.iter().map(|(net, under)| IssuedLine { net: minor(*net), taxes: taxes[..*under].to_vec() }).collect();
        let all: i64 = nets.iter().map(|(net, _)| net).sum();
        let discount = minor(all * percent / 100);
        let pricing = if inclusive { Pricing::Inclusive } else { Pricing::Exclusive };
        let wanted = whole(&lines, discount, pricing).unwrap();
        let invoice = Issued { currency: Currency::CAD, pricing, lines: &lines, discount, whole: &wanted };
        let mut before = vec![minor(0); lines.len()];
        let mut notes: Vec<Note> = Vec::new();
        let one_of = |line: usize, amount: Money| {
            let mut now = vec![minor(0); lines.len()];
            now[line] = amount;
            now
        };
        let asked = parts.iter().map(|(line, amount)| (line % lines.len(), Some(minor(*amount))));
        let rest = (0..lines.len()).map(|line| (line, None));
        for (line, amount) in asked.chain(rest) {
            let left = invoice.left(&before).unwrap()[line];
            let now = one_of(line, amount.unwrap_or(left));
            match invoice.credit(&before, &now) {
                Ok(note) => {
                    prop_assert!(note.total.is_positive());
                    let tax = Money::sum(Currency::CAD, note.taxes.iter().map(|t| t.amount)).unwrap();
                    prop_assert_eq!(note.net.checked_add(tax).unwrap(), note.total);
                    before[line] = before[line].checked_add(now[line]).unwrap();
                    notes.push(note);
                }
                Err(CreditRefusal::MoreThanLeft { .. }) => prop_assert!(now[line].minor() > left.minor()),
                // A cent that the discount takes whole is worth nothing: it is credited with the next one.
                Err(CreditRefusal::Nothing) => {}
                Err(other) => prop_assert!(false, "{other}"),
            }
            prop_assert!(sum(&notes, |n| n.total.minor()) <= wanted.total.minor());
            for line in &wanted.taxes {
                let credited = sum(&notes, |n| n.taxes.iter().filter(|t| t.tax == line.tax).map(|t| t.amount.minor()).sum());
                prop_assert!(credited <= line.amount.minor(), "{} of {}", credited, line.amount);
            }
        }
        // What could not be credited alone goes with the whole.
        let left = invoice.left(&before).unwrap();
        if let Ok(note) = invoice.credit(&before, &left) {
            notes.push(note);
        }
        prop_assert_eq!(sum(&notes, |n| n.total.minor()), wanted.total.minor());
        prop_assert_eq!(sum(&notes, |n| n.net.minor()), wanted.net.minor());
        prop_assert_eq!(sum(&notes, |n| n.discount.minor()), discount.minor());
        for line in &wanted.taxes {
            let credited = sum(&notes, |n| n.taxes.iter().filter(|t| t.tax == line.tax).map(|t| t.amount.minor()).sum());
            prop_assert_eq!(credited, line.amount.minor());
        }
    }
}
