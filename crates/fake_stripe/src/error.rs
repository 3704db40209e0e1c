//! Stripe's error bodies: type, code, param, message, and what stands beside them.

use serde_json::{Map, Value, json};

/// A refusal, as Stripe words it. `status` is the HTTP status; `extra` is merged into `error`.
#[derive(Debug, Clone)]
pub(crate) struct ApiError {
    pub status: u16,
    kind: &'static str,
    message: String,
    code: Option<String>,
    param: Option<String>,
    // Boxed: refusals are returned by value everywhere, and should stay small.
    extra: Box<Map<String, Value>>,
    /// Whether execution had begun: only then an idempotency key keeps the answer.
    pub began: bool,
}

impl ApiError {
    /// 400 `invalid_request_error` found before execution began.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self {
            status: 400,
            kind: "invalid_request_error",
            message: message.into(),
            code: None,
            param: None,
            extra: Box::default(),
            began: false,
        }
    }

    /// 404 for an object in the path, 400 where a parameter names it.
    pub fn missing_object(status: u16, message: String, param: &str) -> Self {
        Self::invalid(message)
            .status(status)
            .code("resource_missing")
            .param(param)
    }

    pub fn missing_param(name: &str) -> Self {
        Self::invalid(format!("Missing required param: {name}."))
            .code("parameter_missing")
            .param(name)
    }

    pub fn unknown_param(name: &str) -> Self {
        Self::invalid(format!("Received unknown parameter: {name}"))
            .code("parameter_unknown")
            .param(name)
    }

    /// An intent asked for something its state does not allow; the intent stands in the body.
    pub fn unexpected_state(message: String, object: &Value) -> Self {
        let kind = object["object"]
            .as_str()
            .unwrap_or("payment_intent")
            .to_owned();
        let mut error = Self::invalid(message)
            .code(&format!("{kind}_unexpected_state"))
            .began();
        error.extra.insert(kind, object.clone());
        error
    }

    /// 402 `card_error`.
    pub fn card(
        code: &str,
        decline_code: Option<&str>,
        message: &str,
        param: Option<&str>,
    ) -> Self {
        let mut error = Self::invalid(message).status(402).code(code).began();
        error.kind = "card_error";
        error.param = param.map(str::to_owned);
        match decline_code {
            Some(decline_code) => error.with("decline_code", json!(decline_code)),
            None => error,
        }
    }

    pub fn idempotency(status: u16, code: Option<&str>, message: &str) -> Self {
        let mut error = Self::invalid(message).status(status);
        error.kind = "idempotency_error";
        error.code = code.map(str::to_owned);
        error
    }

    /// 5xx `api_error`.
    pub fn server(status: u16) -> Self {
        let mut error =
            Self::invalid("An unknown error occurred (the rehearsal was told to answer so).")
                .status(status)
                .began();
        error.kind = "api_error";
        error
    }

    pub fn status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    pub fn code(mut self, code: &str) -> Self {
        self.code = Some(code.to_owned());
        self
    }

    pub fn param(mut self, param: &str) -> Self {
        self.param = Some(param.to_owned());
        self
    }

    pub fn with(mut self, name: &str, value: Value) -> Self {
        self.extra.insert(name.to_owned(), value);
        self
    }

    pub fn began(mut self) -> Self {
        self.began = true;
        self
    }

    /// `{"error": {…}}`, fields that say nothing left out as Stripe leaves them out.
    pub fn body(&self) -> Value {
        json!({ "error": self.inner() })
    }

    /// The inner object, which is also the shape of `last_payment_error`.
    pub fn inner(&self) -> Value {
        let mut error = (*self.extra).clone();
        if let Some(code) = &self.code {
            error.insert("code".into(), json!(code));
            let page = code.replace('_', "-");
            error.insert(
                "doc_url".into(),
                json!(format!("https://stripe.com/docs/error-codes/{page}")),
            );
        }
        if let Some(param) = &self.param {
            error.insert("param".into(), json!(param));
        }
        error.insert("message".into(), json!(self.message));
        error.insert("type".into(), json!(self.kind));
        Value::Object(error)
    }
}

pub(crate) type Answer = Result<Value, ApiError>;
