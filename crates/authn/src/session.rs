//! Session tokens: everything temporary credentials are, sealed so that nobody can read or change it.

use crate::{Principal, Session};
use aws_lc_rs::aead::{AES_256_GCM_SIV, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bastide_base::{Random, SecretBytes, SecretString};
use serde::{Deserialize, Serialize};

/// First byte of every token; another layout gets another number.
const VERSION: u8 = 1;

/// Makes and opens session tokens. State keeps none of them: any node with the master key can open them.
pub struct SessionSeal(LessSafeKey);

/// Temporary credentials as they are handed out.
pub struct Credentials {
    pub access_key_id: String,
    pub secret_access_key: SecretString,
    pub session_token: SecretString,
}

/// What a token says.
pub struct Claims {
    pub access_key_id: String,
    pub secret_access_key: SecretString,
    pub principal: Principal,
    pub session: Session,
}

#[derive(Serialize)]
struct Written<'a> {
    key: &'a str,
    secret: &'a str,
    principal: &'a Principal,
    session: &'a Session,
}

#[derive(Deserialize)]
struct Body {
    key: String,
    secret: String,
    principal: Principal,
    session: Session,
}

impl SessionSeal {
    /// From 32 bytes derived from the master key for this purpose alone; `None` for any other length.
    pub fn new(key: &SecretBytes) -> Option<Self> {
        UnboundKey::new(&AES_256_GCM_SIV, key.expose()).ok().map(|key| SessionSeal(LessSafeKey::new(key)))
    }

    /// New credentials for `principal`; `access_key_id` starts with `ASIA`.
    pub fn issue(
        &self,
        access_key_id: String,
        principal: &Principal,
        session: &Session,
        random: &mut Random,
    ) -> Option<Credentials> {
        const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let secret = zeroize::Zeroizing::new(random.text(LETTERS, 40));
        let body = Written { key: &access_key_id, secret: &secret, principal, session };
        let mut sealed = zeroize::Zeroizing::new(serde_json::to_vec(&body).ok()?);
        let nonce: [u8; NONCE_LEN] = random.bytes();
        self.0
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from([VERSION]), &mut *sealed)
            .ok()?;
        let mut token = Vec::with_capacity(1 + NONCE_LEN + sealed.len());
        token.push(VERSION);
        token.extend_from_slice(&nonce);
        token.extend_from_slice(&sealed);
        Some(Credentials {
            access_key_id,
            secret_access_key: SecretString::new(secret.to_string()),
            session_token: SecretString::new(STANDARD.encode(token)),
        })
    }

    /// What the token says; `None` when this key did not seal it or anyone touched it since.
    pub fn open(&self, token: &str) -> Option<Claims> {
        let token = STANDARD.decode(token).ok()?;
        let (version, rest) = token.split_first()?;
        if *version != VERSION {
            return None;
        }
        let (nonce, sealed) = rest.split_at_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut plain = zeroize::Zeroizing::new(sealed.to_vec());
        let plain = self.0.open_in_place(nonce, Aad::from([VERSION]), &mut plain).ok()?;
        let body: Body = serde_json::from_slice(plain).ok()?;
        Some(Claims {
            access_key_id: body.key,
            secret_access_key: SecretString::new(body.secret),
            principal: body.principal,
            session: body.session,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bastide_base::{Secret, Seed, Timestamp};

    #[test]
    fn a_token_opens_unchanged_or_not_at_all() {
        let seal = SessionSeal::new(&Secret::new(vec![7; 32])).unwrap();
        let principal = Principal::FederatedUser { account: "123456789012".parse().unwrap(), name: "bob".into() };
        let session = Session {
            issued_at: Timestamp::from_secs(1),
            expires_at: Timestamp::from_secs(2),
            mfa_at: None,
            source_identity: None,
            tags: Vec::new(),
            policies: Vec::new(),
            chained: false,
        };
        let made = seal.issue("ASIAX".into(), &principal, &session, &mut Seed::from_text("t").stream(0, 0)).unwrap();
        let claims = seal.open(made.session_token.expose()).unwrap();
        assert_eq!(
            (claims.access_key_id.as_str(), &claims.principal, &claims.session),
            ("ASIAX", &principal, &session)
        );
        assert!(claims.secret_access_key.matches(made.secret_access_key.expose().as_bytes()));

        let token = STANDARD.decode(made.session_token.expose()).unwrap();
        for at in 0..token.len() {
            let mut changed = token.clone();
            changed[at] ^= 1;
            assert!(seal.open(&STANDARD.encode(changed)).is_none(), "byte {at}");
        }
        let other = SessionSeal::new(&Secret::new(vec![8; 32])).unwrap();
        assert!(other.open(made.session_token.expose()).is_none());
    }
}
