//! Who asks: Bearer or Basic, genuine, in force, and allowed.

use axum::http::HeaderMap;

use crate::error::ApiError;
use crate::key::{ApiKey, Power, mask};
use crate::route;
use crate::world::World;

/// The key of a request, or 401.
pub(crate) fn key(world: &World, headers: &HeaderMap) -> Result<ApiKey, ApiError> {
    let Some(text) = presented(headers) else {
        let message = "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY'). See https://stripe.com/docs/api#authentication for details, or we can help at https://support.stripe.com/.";
        return Err(ApiError::invalid(message).status(401));
    };
    match world.keys.iter().find(|key| key.text == text) {
        Some(key) if key.revoked => {
            let message = format!("Expired API Key provided: {}", mask(&text));
            Err(ApiError::invalid(message)
                .status(401)
                .code("api_key_expired"))
        }
        Some(key) => Ok(key.clone()),
        None => {
            Err(ApiError::invalid(format!("Invalid API Key provided: {}", mask(&text))).status(401))
        }
    }
}

fn presented(headers: &HeaderMap) -> Option<String> {
    let value = headers.get("authorization")?.to_str().ok()?;
    let (scheme, rest) = value.split_once(' ')?;
    let text = match scheme.to_ascii_lowercase().as_str() {
        "bearer" => rest.trim().to_owned(),
        // The key is the user name, the password is empty.
        "basic" => {
            let pair = String::from_utf8(base64(rest.trim())?).ok()?;
            pair.split_once(':')
                .map_or(pair.clone(), |(name, _)| name.to_owned())
        }
        _ => return None,
    };
    Some(text).filter(|text| !text.is_empty())
}

fn base64(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let (mut bits, mut held) = (0_u32, 0_u32);
    for letter in text.trim_end_matches('=').bytes() {
        let six = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = (bits << 6) | u32::from(six);
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held) as u8);
            bits &= (1 << held) - 1;
        }
    }
    Some(bytes)
}

/// Whether the key may call the endpoint.
pub(crate) fn allow(world: &World, key: &ApiKey, method: &str, path: &str) -> Result<(), ApiError> {
    let found = route::find(method, path);
    if key.power == Power::Publishable
        && !found.as_ref().is_some_and(|(route, _)| route.publishable)
    {
        let message = "This API call cannot be made with a publishable API key. Please use a secret API key. You can find a list of your API keys at https://dashboard.stripe.com/account/apikeys.";
        return Err(ApiError::invalid(message)
            .status(401)
            .code("secret_key_required"));
    }
    let Some((route, _)) = found else {
        return Err(unknown_url(method, path));
    };
    match route.permission {
        Some(permission) if key.power != Power::Publishable && !key.allows(permission) => {
            let account = &world.accounts[key.account].id;
            let message = format!(
                "The provided key '{}' does not have the required permissions for this endpoint on account '{account}'. Having the '{permission}' permission would allow this request to continue.",
                mask(&key.text)
            );
            Err(ApiError::invalid(message).status(403))
        }
        _ => Ok(()),
    }
}

/// 404 for an address that is no endpoint.
pub(crate) fn unknown_url(method: &str, path: &str) -> ApiError {
    let message = format!(
        "Unrecognized request URL ({method}: {path}). Please see https://stripe.com/docs or we can help at https://support.stripe.com/."
    );
    ApiError::invalid(message).status(404)
}

#[cfg(test)]
mod tests {
    #[test]
    fn basic_credentials_are_decoded() {
        assert_eq!(super::base64("c2tfdGVzdF9hOg==").unwrap(), b"sk_test_a:");
        assert!(super::base64("***").is_none());
    }
}
