//! Services that call KMS for their callers: a small service stands in for one, under the name and model of SQS.

use crate::testing::*;
use bastide_kernel::{Ask, Cx, Fault, Fields, Granted, Nothing, OnBehalf, Op, Read, Service, Value, shape};
use bastide_testkit::House;

shape! {
    /// Asks KMS for a data key, or to encrypt, with the key that the queue URL names.
    pub struct SendMessage {
        QueueUrl: String,
        MessageBody: String,
    }
}

impl Op for SendMessage {
    const NAME: &'static str = "SendMessage";
    const READ_ONLY: bool = false;
    type Output = Nothing;

    fn ask(&self, _: &Read<'_>) -> Result<Ask, Fault> {
        Ok(Ask::action("sqs:SendMessage"))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
        let (operation, more) = match self.MessageBody.as_str() {
            "encrypt" => ("Encrypt", ("Plaintext", Value::Blob(b"x".to_vec()))),
            _ => ("GenerateDataKey", ("KeySpec", Value::String("AES_256".to_owned()))),
        };
        let input = Fields(vec![("KeyId", Value::String(self.QueueUrl)), more]);
        cx.call(OnBehalf::Caller, "kms", operation, Value::Structure(input))?;
        Ok(Nothing)
    }
}

fn lab() -> Lab {
    Lab { house: House::with(vec![Service::new("sqs").op::<SendMessage>()], "kms") }
}

fn send(who: &As, key: &str) -> Result<(), String> {
    let sent = who.0.call("sqs", "SendMessage", json!({"QueueUrl": key, "MessageBody": "x"}));
    sent.map(|_| ()).map_err(|refusal| refusal.message)
}

#[test]
fn a_key_can_be_for_one_service_only() {
    let lab = lab();
    let via = |service: &str| {
        format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":"sqs:*","Resource":"*"}},
            {{"Effect":"Allow","Action":"kms:*","Resource":"*","Condition":{{"StringEquals":{{"kms:ViaService":"{service}"}}}}}}]}}"#
        )
    };
    let key = lab.key(json!({}));
    let right = lab.user("right", &via("sqs.us-east-1.amazonaws.com"));
    let wrong = lab.user("wrong", &via("sqs.eu-west-1.amazonaws.com"));
    send(&right, &key.id).unwrap();
    assert!(send(&wrong, &key.id).unwrap_err().contains("kms:GenerateDataKey"));
    let direct = right.err("GenerateDataKey", json!({"KeyId": key.id, "KeySpec": "AES_256"}));
    assert!(direct.starts_with("AccessDeniedException"), "{direct}");
}

#[test]
fn an_aws_managed_key_is_made_at_its_services_first_use() {
    let lab = lab();
    let alice = lab
        .user("alice", r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sqs:*","Resource":"*"}]}"#);
    let missing = lab.root().err("DescribeKey", json!({"KeyId": "alias/aws/sqs"}));
    assert!(missing.starts_with("NotFoundException"), "{missing}");
    assert!(send(&alice, "alias/aws/s3").unwrap_err().contains("not authorized"), "another service's key");
    send(&alice, "alias/aws/sqs").unwrap();
    send(&alice, "alias/aws/sqs").unwrap();
    let keys = lab.root().ok("ListKeys", json!({}))["Keys"].as_array().unwrap().len();
    assert_eq!(keys, 1);
    let shown = lab.root().ok("DescribeKey", json!({"KeyId": "alias/aws/sqs"}))["KeyMetadata"].clone();
    assert_eq!((&shown["KeyManager"], &shown["KeyState"]), (&json!("AWS"), &json!("Enabled")));
    let id = shown["KeyId"].clone();
    for (operation, input) in [
        ("Encrypt", json!({"KeyId": id, "Plaintext": b64(b"x")})),
        ("ScheduleKeyDeletion", json!({"KeyId": id})),
        ("DisableKey", json!({"KeyId": id})),
        ("PutKeyPolicy", json!({"KeyId": id, "Policy": key_policy(&[])})),
    ] {
        assert!(lab.root().err(operation, input).starts_with("AccessDeniedException"), "{operation}");
    }
    let status = lab.root().ok("GetKeyRotationStatus", json!({"KeyId": id}));
    assert_eq!((&status["KeyRotationEnabled"], &status["RotationPeriodInDays"]), (&json!(true), &json!(365)));
    lab.advance_days(365);
    let after = lab.root().ok("DescribeKey", json!({"KeyId": id}))["KeyMetadata"]["CurrentKeyMaterialId"].clone();
    assert_ne!(after, shown["CurrentKeyMaterialId"]);
    send(&alice, "alias/aws/sqs").unwrap();
}

#[test]
fn encrypting_is_a_first_use_too() {
    let lab = lab();
    let sent = lab.root().0.call("sqs", "SendMessage", json!({"QueueUrl": "alias/aws/sqs", "MessageBody": "encrypt"}));
    sent.unwrap();
    let shown = lab.root().ok("DescribeKey", json!({"KeyId": "alias/aws/sqs"}));
    assert_eq!(shown["KeyMetadata"]["KeyManager"], "AWS");
}
