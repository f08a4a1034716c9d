use crate::{AccountId, Random};

const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// What a unique id names; each has its prefix (IAM User Guide, "IAM identifiers", table of unique ID prefixes).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PrincipalKind {
    AccessKey,
    TemporaryAccessKey,
    Group,
    User,
    InstanceProfile,
    ManagedPolicy,
    ManagedPolicyVersion,
    Role,
    PublicKey,
    ServerCertificate,
}

impl PrincipalKind {
    pub const fn prefix(self) -> &'static str {
        match self {
            PrincipalKind::AccessKey => "AKIA",
            PrincipalKind::TemporaryAccessKey => "ASIA",
            PrincipalKind::Group => "AGPA",
            PrincipalKind::User => "AIDA",
            PrincipalKind::InstanceProfile => "AIPA",
            PrincipalKind::ManagedPolicy => "ANPA",
            PrincipalKind::ManagedPolicyVersion => "ANVA",
            PrincipalKind::Role => "AROA",
            PrincipalKind::PublicKey => "APKA",
            PrincipalKind::ServerCertificate => "ASCA",
        }
    }

    /// Characters behind the prefix: access keys have 20 in all, other ids 21.
    const fn length(self) -> usize {
        match self {
            PrincipalKind::AccessKey | PrincipalKind::TemporaryAccessKey => 16,
            _ => 17,
        }
    }
}

/// A new unique id. As AWS's do, it carries its account in the first ten characters behind the prefix: one set bit, the
/// 40 bits of the account number, and randomness.
pub fn unique_id(kind: PrincipalKind, account: AccountId, random: &mut Random) -> String {
    let mut bits = 1u128 << 127 | u128::from(account.number()) << 87 | u128::from_be_bytes(random.bytes()) >> 41;
    let mut id = String::with_capacity(21);
    id.push_str(kind.prefix());
    for _ in 0..kind.length() {
        id.push(char::from(BASE32[(bits >> 123) as usize]));
        bits <<= 5;
    }
    id
}

/// The account that an access key id (or unique id) carries. Says nothing about whether such a key exists.
pub fn account_of_access_key(id: &str) -> Option<AccountId> {
    let mut bits = 0u64;
    for letter in id.as_bytes().get(4..14)? {
        let value = BASE32.iter().position(|known| known == letter)?;
        bits = bits << 5 | value as u64;
    }
    // Ten characters are 50 bits: the flag, 40 bits of account, nine of randomness.
    AccountId::from_number(bits >> 9 & 0xff_ffff_ffff)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Seed;

    #[test]
    fn an_access_key_names_its_account() {
        let account: AccountId = "999999999999".parse().unwrap();
        let id = unique_id(PrincipalKind::AccessKey, account, &mut Seed::from_text("x").stream(0, 0));
        assert_eq!((id.len(), &id[..4]), (20, "AKIA"));
        assert_eq!(account_of_access_key(&id), Some(account));
        // The published example of the encoding.
        assert_eq!(account_of_access_key("ASIAQNZGKIQY56JQ7WML").unwrap().to_string(), "029608264753");
        assert_eq!(account_of_access_key("AKIA"), None);
    }
}
