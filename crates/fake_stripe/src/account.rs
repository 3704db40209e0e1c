//! Accounts: who is paid, in which country, with which keys.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::key::{ApiKey, Mode, Power, make};

/// Permissions that a restricted key for Quittance should carry. `rak_accounts_kyc_basic_read` is left
/// out on purpose: real restricted keys mostly lack it, and that must be advice, never a failure.
pub const RECOMMENDED_PERMISSIONS: &[&str] = &[
    "rak_payment_intent_write",
    "rak_setup_intent_write",
    "rak_payment_method_write",
    "rak_customer_write",
    "rak_charge_write",
    "rak_event_read",
    "rak_balance_read",
    "rak_balance_transaction_read",
    "rak_payout_read",
    "rak_checkout_session_write",
    "rak_dispute_write",
    "rak_file_write",
    "rak_webhook_write",
];

/// An account to rehearse with.
#[derive(Debug, Clone)]
pub struct AccountSpec {
    /// `acct_…`
    pub id: String,
    /// What stands on the payer's statement and in the dashboard.
    pub name: String,
    /// Two letters, upper case.
    pub country: String,
    /// Lower case.
    pub default_currency: String,
    /// Whether the account may take live payments yet.
    pub charges_enabled: bool,
    /// Whether the Payment Element offers the bank debit of the currency
    /// (`us_bank_account`, `acss_debit`, `sepa_debit`) besides cards.
    pub bank_debits: bool,
    /// What one minor unit of another currency comes to in the default currency, in millionths. Money of a currency
    /// that is not here is not converted, but kept in a balance of its own.
    pub rates_ppm: BTreeMap<String, i64>,
    /// The tax on Stripe's fees, in millionths, and what it is called: `(149_750, "GST + QST")`.
    pub fee_tax: Option<(i64, String)>,
    /// Whether what is available is paid out every midnight (UTC); else only by hand.
    pub automatic_payouts: bool,
}

impl AccountSpec {
    /// A ready account: charges enabled, cards only.
    pub fn new(id: &str, name: &str, country: &str, default_currency: &str) -> Self {
        Self {
            id: id.to_owned(),
            name: name.to_owned(),
            country: country.to_owned(),
            default_currency: default_currency.to_owned(),
            charges_enabled: true,
            bank_debits: false,
            rates_ppm: BTreeMap::new(),
            fee_tax: None,
            automatic_payouts: false,
        }
    }

    /// The account has not finished its onboarding: live charges are refused.
    pub fn charges_disabled(mut self) -> Self {
        self.charges_enabled = false;
        self
    }

    /// The account also takes the bank debit of the currency.
    pub fn with_bank_debits(mut self) -> Self {
        self.bank_debits = true;
        self
    }

    /// Money of this currency is converted to the default one when it comes in: 1.37 is `1_370_000`.
    ///
    /// Between currencies of different minor units, the rate is one between minor units.
    pub fn converting(mut self, currency: &str, rate_ppm: i64) -> Self {
        self.rates_ppm.insert(currency.to_owned(), rate_ppm);
        self
    }

    /// Stripe's fees bear this tax: `taxing_fees(149_750, "GST + QST")` is 14.975 %.
    pub fn taxing_fees(mut self, rate_ppm: i64, name: &str) -> Self {
        self.fee_tax = Some((rate_ppm, name.to_owned()));
        self
    }

    /// What is available is paid out every midnight.
    pub fn paid_out_daily(mut self) -> Self {
        self.automatic_payouts = true;
        self
    }

    /// The three accounts of a rehearsal that is not told otherwise: the studio (CA), another one (FR),
    /// and one whose charges are not enabled yet (US).
    pub fn usual() -> Vec<AccountSpec> {
        vec![
            AccountSpec::new("acct_1StudioErable", "Studio Érable", "CA", "cad"),
            AccountSpec::new("acct_1AtelierLune", "Atelier Lune", "FR", "eur").with_bank_debits(),
            AccountSpec::new("acct_1NotYetReady", "Not Yet Ready Inc.", "US", "usd")
                .charges_disabled(),
        ]
    }

    /// The account's keys of both modes, the same in every run.
    pub(crate) fn keys(&self, account: usize) -> Vec<ApiKey> {
        let recommended: Vec<String> = RECOMMENDED_PERMISSIONS
            .iter()
            .map(|name| (*name).to_owned())
            .collect();
        let key = |kind: &str, mode, power| ApiKey {
            text: make(kind, mode, &self.id, ""),
            account,
            mode,
            power,
            revoked: false,
        };
        let of_mode = |mode| {
            [
                key("pk", mode, Power::Publishable),
                key("sk", mode, Power::Secret),
                key("rk", mode, Power::Restricted(recommended.clone())),
            ]
        };
        [Mode::Live, Mode::Test]
            .into_iter()
            .flat_map(of_mode)
            .collect()
    }

    /// The object of `GET /v1/account`.
    pub(crate) fn object(&self) -> Value {
        let state = if self.charges_enabled {
            "active"
        } else {
            "inactive"
        };
        let due: &[&str] = if self.charges_enabled {
            &[]
        } else {
            &["external_account", "tos_acceptance.date"]
        };
        let requirements = json!({
            "alternatives": [], "current_deadline": null, "currently_due": due,
            "disabled_reason": if self.charges_enabled { Value::Null } else { json!("requirements.past_due") },
            "errors": [], "eventually_due": due, "past_due": due, "pending_verification": [],
        });
        json!({
            "id": self.id, "object": "account",
            "business_profile": {
                "mcc": null, "minority_owned_business_designation": null, "name": self.name,
                "specified_commercial_transactions_act_url": null, "support_address": null, "support_email": null,
                "support_phone": null, "support_url": null, "url": null,
            },
            "business_type": "company",
            "capabilities": { "card_payments": state, "transfers": state },
            "charges_enabled": self.charges_enabled,
            "controller": { "type": "account" },
            "country": self.country, "created": 1_700_000_000, "default_currency": self.default_currency,
            "details_submitted": self.charges_enabled, "email": "owner@example.test",
            "external_accounts": {
                "object": "list", "data": [], "has_more": false,
                "url": format!("/v1/accounts/{}/external_accounts", self.id),
            },
            "future_requirements": {
                "alternatives": [], "current_deadline": null, "currently_due": [], "disabled_reason": null,
                "errors": [], "eventually_due": [], "past_due": [], "pending_verification": [],
            },
            "metadata": {}, "payouts_enabled": self.charges_enabled, "requirements": requirements,
            "settings": self.settings(),
            "tos_acceptance": { "date": null, "ip": null, "user_agent": null },
            "type": "standard",
        })
    }

    fn settings(&self) -> Value {
        json!({
            "branding": { "icon": null, "logo": null, "primary_color": null, "secondary_color": null },
            "card_payments": {
                "decline_on": { "avs_failure": false, "cvc_failure": false }, "statement_descriptor_prefix": null,
                "statement_descriptor_prefix_kana": null, "statement_descriptor_prefix_kanji": null,
            },
            "dashboard": { "display_name": self.name, "timezone": "America/Toronto" },
            "payments": {
                "statement_descriptor": self.name.to_uppercase(), "statement_descriptor_kana": null,
                "statement_descriptor_kanji": null, "statement_descriptor_prefix_kana": null,
                "statement_descriptor_prefix_kanji": null,
            },
            "payouts": {
                "debit_negative_balances": true,
                "schedule": { "delay_days": 2, "interval": if self.automatic_payouts { "daily" } else { "manual" } },
                "statement_descriptor": null,
            },
        })
    }

    /// Payment method types of a currency, cards first.
    pub(crate) fn payment_method_types(&self, currency: &str) -> Vec<&'static str> {
        let debit = match currency {
            "usd" => Some("us_bank_account"),
            "cad" => Some("acss_debit"),
            "eur" => Some("sepa_debit"),
            _ => None,
        };
        let mut types = vec!["card"];
        types.extend(debit.filter(|_| self.bank_debits));
        types
    }
}
