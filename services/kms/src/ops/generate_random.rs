//! KMS GenerateRandom. Real: 1 to 1024 bytes of the house's randomness. Refused: custom key stores, Recipient.

use super::prelude::*;

shape! {
    pub struct GenerateRandom {
        NumberOfBytes: Option<u32>,
        CustomKeyStoreId: Option<String>,
        Recipient: Option<RecipientInfo>,
    }

    pub struct GenerateRandomResponse {
        Plaintext: Vec<u8>,
    }
}

impl Op for GenerateRandom {
    const NAME: &'static str = "GenerateRandom";
    const READ_ONLY: bool = false;
    type Output = GenerateRandomResponse;

    fn ask(&self, _: &Read<'_>) -> Result<Ask, Fault> {
        wire::no_recipient(&self.Recipient)?;
        Ok(Ask::action("kms:GenerateRandom"))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<GenerateRandomResponse, Fault> {
        if self.CustomKeyStoreId.is_some() {
            return Err(fault::not_here("custom key stores"));
        }
        let length = self.NumberOfBytes.ok_or_else(|| fault::validation("NumberOfBytes is required."))?;
        let bytes = make::random_bytes(cx, length as usize);
        Ok(GenerateRandomResponse { Plaintext: bytes.expose().clone() })
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn as_many_bytes_as_asked_for() {
        let root = Lab::new().root();
        for length in [1, 12, 1024] {
            let answer = root.ok("GenerateRandom", json!({"NumberOfBytes": length}));
            assert_eq!(unb64(&answer["Plaintext"]).len(), length);
        }
        let broken = "ValidationException: 1 validation error detected: Value";
        let bound = |value: i64, rule: &str| {
            format!("{broken} '{value}' at 'numberOfBytes' failed to satisfy constraint: Member must have value {rule}")
        };
        assert_eq!(root.err("GenerateRandom", json!({"NumberOfBytes": 0})), bound(0, "greater than or equal to 1"));
        assert_eq!(
            root.err("GenerateRandom", json!({"NumberOfBytes": 1025})),
            bound(1025, "less than or equal to 1024")
        );
        assert_eq!(root.err("GenerateRandom", json!({})), "ValidationException: NumberOfBytes is required.");
    }
}
