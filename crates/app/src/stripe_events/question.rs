//! What an event makes us ask Stripe. An event is a hint at an object; whoever fetches that object learns everything
//! that the events kept before had to say. So one question answers all that hint at the same.

use crate::who::Scope;

/// A question, with the ids of the objects it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Question {
    /// What became of a payment intent (`pi_…`), with the charge that came of it.
    Payment(String),
    /// What became of a session of the page that Stripe hosts.
    Session(String),
    /// What became of a refund.
    Refund(String),
    /// Which refunds a charge has; with the intent it belongs to, where it is named.
    RefundsOf {
        /// `ch_…`
        charge_id: String,
        /// `pi_…`, or empty.
        intent_id: String,
    },
    /// Where a dispute stands.
    Dispute(String),
    /// Where a payout stands.
    Payout(String),
    /// Whether a card is still there.
    Card(String),
    /// Whether a card was kept.
    Setup(String),
}

impl Question {
    /// The question of an event: by its kind, the object it is about (may be empty) and the intent that stands behind that
    /// object (likewise). None for what we do not know.
    pub(super) fn of(kind: &str, object_id: &str, intent_id: &str) -> Option<Question> {
        let own = || object_id.to_owned();
        let question = match kind {
            "charge.refunded" => Question::RefundsOf {
                charge_id: own(),
                intent_id: intent_id.to_owned(),
            },
            "charge.refund.updated" => Question::Refund(own()),
            _ if kind.starts_with("refund.") => Question::Refund(own()),
            _ if kind.starts_with("charge.dispute.") => Question::Dispute(own()),
            _ if kind.starts_with("payout.") => Question::Payout(own()),
            _ if kind.starts_with("payment_method.") => Question::Card(own()),
            _ if kind.starts_with("setup_intent.") => Question::Setup(own()),
            _ if kind.starts_with("checkout.session.") => Question::Session(own()),
            _ if kind.starts_with("payment_intent.") || kind.starts_with("charge.") => {
                Question::Payment(intent_id.to_owned())
            }
            _ => return None,
        };
        Some(question).filter(|question| !question.object_id().is_empty())
    }

    /// The id by which the events that hint at the same are found.
    pub(super) fn object_id(&self) -> &str {
        match self {
            Question::Payment(id)
            | Question::Session(id)
            | Question::Refund(id)
            | Question::RefundsOf { charge_id: id, .. }
            | Question::Dispute(id)
            | Question::Payout(id)
            | Question::Card(id)
            | Question::Setup(id) => id,
        }
    }

    /// The key of the job that asks it: while it waits, events that hint at the same join it.
    pub(super) fn key(&self, scope: &Scope) -> String {
        let word = match self {
            Question::RefundsOf { .. } => "refunds of ",
            _ => "",
        };
        format!("{} {word}{}", scope.to_payload(), self.object_id())
    }
}

#[cfg(test)]
mod tests {
    use super::Question;

    #[test]
    fn what_is_told_of_an_intent_and_of_its_charge_is_one_question() {
        let payment = Some(Question::Payment("pi_1".into()));
        for (kind, object) in [
            ("payment_intent.succeeded", "pi_1"),
            ("charge.succeeded", "ch_1"),
            ("charge.updated", "ch_1"),
        ] {
            assert_eq!(Question::of(kind, object, "pi_1"), payment, "{kind}");
        }
    }

    #[test]
    fn refunds_and_disputes_of_a_charge_are_questions_of_their_own() {
        let refund = Some(Question::Refund("re_1".into()));
        assert_eq!(Question::of("refund.updated", "re_1", "pi_1"), refund);
        assert_eq!(
            Question::of("charge.refund.updated", "re_1", "pi_1"),
            refund
        );
        let of_charge = Question::RefundsOf {
            charge_id: "ch_1".into(),
            intent_id: "pi_1".into(),
        };
        assert_eq!(
            Question::of("charge.refunded", "ch_1", "pi_1"),
            Some(of_charge)
        );
        let dispute = Some(Question::Dispute("du_1".into()));
        assert_eq!(
            Question::of("charge.dispute.created", "du_1", "pi_1"),
            dispute
        );
    }

    #[test]
    fn what_we_do_not_know_and_what_names_nothing_is_no_question() {
        assert_eq!(Question::of("customer.created", "cus_1", ""), None);
        assert_eq!(Question::of("charge.succeeded", "ch_1", ""), None);
        assert_eq!(Question::of("payout.paid", "", ""), None);
    }
}
