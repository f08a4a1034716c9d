use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// A twelve-digit AWS account number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountId(u64);

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadAccountId;

impl fmt::Display for BadAccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an account id is twelve digits")
    }
}
impl std::error::Error for BadAccountId {}

impl AccountId {
    /// The number without leading zeros; `None` past twelve digits.
    pub const fn from_number(number: u64) -> Option<Self> {
        if number < 1_000_000_000_000 { Some(AccountId(number)) } else { None }
    }

    pub const fn number(self) -> u64 {
        self.0
    }
}

impl FromStr for AccountId {
    type Err = BadAccountId;
    fn from_str(text: &str) -> Result<Self, BadAccountId> {
        if text.len() != 12 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(BadAccountId);
        }
        text.parse().map(AccountId).map_err(|_| BadAccountId)
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:012}", self.0)
    }
}
impl fmt::Debug for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:012}", self.0)
    }
}

impl Serialize for AccountId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
impl<'de> Deserialize<'de> for AccountId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// An Amazon Resource Name, kept whole and split on demand: `arn:partition:service:region:account:resource`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Arn(String);

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadArn;

impl fmt::Display for BadArn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an ARN has six parts: arn:partition:service:region:account:resource")
    }
}
impl std::error::Error for BadArn {}

impl Arn {
    /// Builds an ARN of the `aws` partition. `region` and `account` may be empty where the service leaves them out.
    pub fn new(service: &str, region: &str, account: Option<AccountId>, resource: impl fmt::Display) -> Self {
        match account {
            Some(account) => Arn(format!("arn:aws:{service}:{region}:{account}:{resource}")),
            None => Arn(format!("arn:aws:{service}:{region}::{resource}")),
        }
    }

    fn part(&self, index: usize) -> &str {
        self.0.splitn(6, ':').nth(index).unwrap_or_default()
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn partition(&self) -> &str {
        self.part(1)
    }

    pub fn service(&self) -> &str {
        self.part(2)
    }

    pub fn region(&self) -> &str {
        self.part(3)
    }

    /// The account, where the ARN names one.
    pub fn account(&self) -> Option<AccountId> {
        self.part(4).parse().ok()
    }

    /// Everything behind the fifth colon (`user/path/name`).
    pub fn resource(&self) -> &str {
        self.part(5)
    }
}

impl FromStr for Arn {
    type Err = BadArn;
    fn from_str(text: &str) -> Result<Self, BadArn> {
        let mut parts = text.splitn(6, ':');
        let whole = parts.next() == Some("arn")
            && parts.next().is_some_and(|part| !part.is_empty())
            && parts.next().is_some_and(|part| !part.is_empty())
            && parts.next().is_some()
            && parts.next().is_some()
            && parts.next().is_some_and(|part| !part.is_empty());
        if whole { Ok(Arn(text.to_owned())) } else { Err(BadArn) }
    }
}
impl TryFrom<String> for Arn {
    type Error = BadArn;
    fn try_from(text: String) -> Result<Self, BadArn> {
        text.parse()
    }
}
impl From<Arn> for String {
    fn from(arn: Arn) -> String {
        arn.0
    }
}
impl fmt::Display for Arn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
impl fmt::Debug for Arn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arn_splits_at_the_first_five_colons() {
        let arn: Arn = "arn:aws:logs:eu-west-1:000000000042:log-group:a:b".parse().unwrap();
        assert_eq!((arn.service(), arn.region(), arn.resource()), ("logs", "eu-west-1", "log-group:a:b"));
        assert_eq!(arn.account().unwrap().to_string(), "000000000042");
        assert_eq!("arn:aws:iam".parse::<Arn>(), Err(BadArn));
        assert_eq!("12345678901x".parse::<AccountId>(), Err(BadAccountId));
    }
}
