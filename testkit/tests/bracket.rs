//! What the bracket promises to services: calls on the way, jobs by due time, all or nothing. Two small services stand in
//! for real ones; they borrow the names and models of SNS and SQS.

use bastide_base::Timestamp;
use bastide_kernel::{
    Ask, Cx, Fault, Fields, Granted, Nothing, OnBehalf, Op, PrepareWork, Read, Service, Value, shape,
};
use bastide_store::Table;
use bastide_testkit::{House, WALL};
use serde_json::json;

struct Messages;
impl Table for Messages {
    const NAME: &'static str = "sqs.messages";
    type Key = String;
    type Row = Timestamp;
}

fn messages(house: &House) -> Vec<(String, Timestamp)> {
    house.cloud().state().scan::<Messages>(()).map(|(text, at)| (text, *at)).collect()
}

shape! {
    pub struct SendMessage {
        QueueUrl: String,
        MessageBody: String,
        DelaySeconds: Option<i64>,
    }

    pub struct Publish {
        Message: String,
        Subject: Option<String>,
    }

    pub struct ListTopics {}
}

/// Keeps the message, now or when its delay is over.
impl Op for SendMessage {
    const NAME: &'static str = "SendMessage";
    const READ_ONLY: bool = false;
    type Output = Nothing;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(Ask::action("sqs:SendMessage").on(format!("arn:aws:sqs:us-east-1:{}:queue", cx.account())))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
        match self.DelaySeconds {
            Some(secs) => cx.schedule("deliver", cx.now().plus_secs(secs), json!(self.MessageBody))?,
            None => cx.tx.put::<Messages>(&*self.MessageBody, cx.call.now()),
        }
        Ok(Nothing)
    }
}

fn deliver(cx: &mut Cx<'_>, payload: &serde_json::Value) -> Result<(), Fault> {
    let text = payload.as_str().unwrap_or_default().to_owned();
    cx.tx.put::<Messages>(&*text, cx.now());
    match text.strip_prefix("again ") {
        Some(rest) => cx.schedule("deliver", cx.now().plus_secs(10), json!(rest)),
        None if text == "broken" => Err(Fault::internal("it broke")),
        None => Ok(()),
    }
}

/// Sends the message on, as the caller, and fails afterwards if the subject says so.
impl Op for Publish {
    const NAME: &'static str = "Publish";
    const READ_ONLY: bool = false;
    type Output = Nothing;

    fn ask(&self, _: &Read<'_>) -> Result<Ask, Fault> {
        Ok(Ask::action("sns:Publish"))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
        let input = Fields(vec![("QueueUrl", Value::String("q".into())), ("MessageBody", Value::String(self.Message))]);
        cx.call(OnBehalf::Caller, "sqs", "SendMessage", Value::Structure(input))?;
        match self.Subject.as_deref() {
            Some("fail") => Err(Fault::modelled("NotFoundException", "Topic does not exist")),
            _ => Ok(Nothing),
        }
    }
}

shape! {
    pub struct CreateTopic {
        Name: String,
    }

    pub struct TopicArn {
        TopicArn: String,
    }
}

/// Makes something before its bracket; breaks if the name says so.
impl Op for CreateTopic {
    const NAME: &'static str = "CreateTopic";
    const READ_ONLY: bool = false;
    const PREPARE: Option<PrepareWork<Self>> = Some(|op| match op.Name.as_str() {
        "unmakeable" => Err(Fault::validation("It cannot be made.")),
        name => Ok(Some(Box::new(format!("made {name}")))),
    });
    type Output = TopicArn;

    fn ask(&self, _: &Read<'_>) -> Result<Ask, Fault> {
        Ok(Ask::action("sns:CreateTopic"))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<TopicArn, Fault> {
        assert_ne!(self.Name, "bomb");
        let made = cx.prepared::<String>().ok_or_else(|| Fault::internal("nothing was prepared"))?;
        cx.tx.put::<Messages>(&*made, cx.call.now());
        Ok(TopicArn { TopicArn: made })
    }
}

/// Says that it only reads, and writes.
impl Op for ListTopics {
    const NAME: &'static str = "ListTopics";
    const READ_ONLY: bool = true;
    type Output = Nothing;

    fn ask(&self, _: &Read<'_>) -> Result<Ask, Fault> {
        Ok(Ask::action("sns:ListTopics"))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
        cx.tx.put::<Messages>("from a reader", cx.call.now());
        Ok(Nothing)
    }
}

shape! {
    pub struct GetTopicAttributes {
        TopicArn: String,
    }
}

/// Only reads, and asks SQS for something on the way: the name says for what.
impl Op for GetTopicAttributes {
    const NAME: &'static str = "GetTopicAttributes";
    const READ_ONLY: bool = true;
    type Output = Nothing;

    fn ask(&self, _: &Read<'_>) -> Result<Ask, Fault> {
        Ok(Ask::action("sns:GetTopicAttributes"))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
        let url = Fields(vec![("QueueUrl", Value::String("q".into()))]);
        cx.call(OnBehalf::Caller, "sqs", &self.TopicArn, Value::Structure(url))?;
        Ok(Nothing)
    }
}

shape! {
    pub struct GetQueueAttributes {
        QueueUrl: String,
    }

    pub struct PurgeQueue {
        QueueUrl: String,
    }
}

/// Reads.
impl Op for GetQueueAttributes {
    const NAME: &'static str = "GetQueueAttributes";
    const READ_ONLY: bool = true;
    type Output = Nothing;

    fn ask(&self, _: &Read<'_>) -> Result<Ask, Fault> {
        Ok(Ask::action("sqs:GetQueueAttributes"))
    }

    fn run(self, _: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
        Ok(Nothing)
    }
}

/// Says that there is no such queue.
impl Op for PurgeQueue {
    const NAME: &'static str = "PurgeQueue";
    const READ_ONLY: bool = true;
    type Output = Nothing;

    fn ask(&self, _: &Read<'_>) -> Result<Ask, Fault> {
        Ok(Ask::action("sqs:PurgeQueue"))
    }

    fn run(self, _: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
        Err(Fault::modelled("QueueDoesNotExist", "The specified queue does not exist."))
    }
}

fn house() -> House {
    let sqs = Service::new("sqs")
        .op::<SendMessage>()
        .op::<GetQueueAttributes>()
        .op::<PurgeQueue>()
        .job("deliver", deliver)
        .tables(|tables| tables.with::<Messages>());
    let sns = Service::new("sns")
        .op::<Publish>()
        .op::<ListTopics>()
        .op::<CreateTopic>()
        .op::<GetTopicAttributes>()
        .faults(&["NotFoundException"]);
    House::with(vec![sqs, sns], "bracket")
}

fn records(house: &House) -> Vec<(String, String)> {
    let page = house.cloud().store().records(&bastide_testkit::every_record()).unwrap();
    let mut list: Vec<_> = page
        .records
        .into_iter()
        .map(|recorded| (recorded.record.action.into_owned(), recorded.record.verdict.into_owned()))
        .collect();
    list.reverse();
    list
}

fn send(house: &House, text: &str, delay_secs: i64) {
    let input = json!({"QueueUrl": "q", "MessageBody": text, "DelaySeconds": delay_secs});
    house.root().call("sqs", "SendMessage", input).unwrap();
}

#[test]
fn a_call_on_the_way_is_asked_for_decided_and_recorded_by_itself() {
    let house = house();
    let only_sns = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sns:Publish","Resource":"*"}]}"#;
    let alice = house.user("alice", Some(only_sns));
    let denied = alice.call("sns", "Publish", json!({"Message": "hello"})).unwrap_err();
    assert!(denied.message.contains("is not authorized to perform: sqs:SendMessage"), "{}", denied.message);
    assert!(messages(&house).is_empty());

    let via = r#"{"Version":"2012-10-17","Statement":[
        {"Effect":"Allow","Action":"sns:Publish","Resource":"*"},
        {"Effect":"Allow","Action":"sqs:SendMessage","Resource":"*","Condition":{"ForAnyValue:StringEquals":{"aws:CalledVia":"sns.amazonaws.com"}}}]}"#;
    let bob = house.user("bob", Some(via));
    bob.call("sns", "Publish", json!({"Message": "hello"})).unwrap();
    assert_eq!(messages(&house), [("hello".to_owned(), WALL)]);
    let direct = bob.call("sqs", "SendMessage", json!({"QueueUrl": "q", "MessageBody": "direct"})).unwrap_err();
    assert_eq!(direct.code, "AccessDeniedException", "only through SNS");
    let tail: Vec<_> =
        records(&house).into_iter().filter(|(action, _)| action == "Publish" || action == "SendMessage").collect();
    let text = |action: &str, verdict: &str| (action.to_owned(), verdict.to_owned());
    assert_eq!(
        tail,
        [
            text("SendMessage", "denied"),
            text("Publish", "failed"),
            text("SendMessage", "allowed"),
            text("Publish", "allowed"),
            text("SendMessage", "denied")
        ]
    );
}

#[test]
fn a_failing_call_takes_back_what_was_done_on_the_way() {
    let house = house();
    let before = house.state_hash();
    let refusal = house.root().call("sns", "Publish", json!({"Message": "gone", "Subject": "fail"})).unwrap_err();
    assert_eq!((refusal.code.as_str(), refusal.status), ("NotFound", 404));
    assert_eq!(house.state_hash(), before);
    let page = house.cloud().store().records(&bastide_testkit::every_record()).unwrap();
    let inner = page.records.iter().find(|recorded| recorded.record.action == "SendMessage").unwrap();
    assert!(String::from_utf8_lossy(&inner.record.body).contains("\"rolledBack\":true"));
}

#[test]
fn jobs_run_in_the_order_and_at_the_instant_they_were_due() {
    let house = house();
    send(&house, "later", 60);
    send(&house, "sooner", 30);
    send(&house, "again again last", 40);
    house.advance(29);
    assert!(messages(&house).is_empty());
    house.advance(100);
    let mut by_time = messages(&house);
    by_time.sort_by_key(|(_, at)| *at);
    let expected = [("sooner", 30), ("again again last", 40), ("again last", 50), ("later", 60), ("last", 60)];
    let mut expected: Vec<_> =
        expected.iter().map(|(text, secs)| ((*text).to_owned(), WALL.plus_secs(*secs))).collect();
    by_time.sort();
    expected.sort();
    assert_eq!(by_time, expected);
    assert_eq!(house.cloud().next_due(), None);
    let ran: Vec<_> = records(&house).into_iter().filter(|(action, _)| action == "deliver").collect();
    assert!(ran.len() == 5 && ran.iter().all(|(_, verdict)| verdict == "event"), "{ran:?}");
    assert_eq!(records(&house)[0], ("Start".to_owned(), "event".to_owned()));
}

#[test]
fn a_job_that_fails_leaves_its_record_and_nothing_else() {
    let house = house();
    send(&house, "broken", 5);
    house.advance(5);
    assert!(messages(&house).is_empty());
    assert_eq!(house.cloud().next_due(), None);
    let page = house.cloud().store().records(&bastide_testkit::every_record()).unwrap();
    let job = page.records.iter().find(|recorded| recorded.record.action == "deliver").unwrap();
    assert_eq!((job.record.error.as_ref(), job.record.principal.as_ref()), ("InternalFailure", "sqs.amazonaws.com"));
    assert_eq!(job.record.verdict, "failed");
}

#[test]
fn what_a_reader_calls_on_the_way_is_recorded_too() {
    let house = house();
    house.root().call("sns", "GetTopicAttributes", json!({"TopicArn": "GetQueueAttributes"})).unwrap();
    let only_sns = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sns:*","Resource":"*"}]}"#;
    let alice = house.user("alice", Some(only_sns));
    let denied = alice.call("sns", "GetTopicAttributes", json!({"TopicArn": "GetQueueAttributes"})).unwrap_err();
    assert!(denied.message.contains("sqs:GetQueueAttributes"), "{}", denied.message);
    let inner: Vec<_> = records(&house).into_iter().filter(|(action, _)| action == "GetQueueAttributes").collect();
    let text = |verdict: &str| ("GetQueueAttributes".to_owned(), verdict.to_owned());
    assert_eq!(inner, [text("allowed"), text("denied")]);
}

#[test]
fn an_error_of_the_service_on_the_way_keeps_its_code() {
    let house = house();
    let refusal = house.root().call("sns", "GetTopicAttributes", json!({"TopicArn": "PurgeQueue"})).unwrap_err();
    assert_eq!((refusal.code.as_str(), refusal.status), ("QueueDoesNotExist", 400));
    assert_eq!(refusal.message, "The specified queue does not exist.");
}

#[test]
fn slow_work_is_done_only_for_who_may_and_before_the_bracket() {
    let house = house();
    let alice = house.user("alice", None);
    let before = house.state_hash();
    let denied = alice.call("sns", "CreateTopic", json!({"Name": "unmakeable"})).unwrap_err();
    assert_eq!(denied.code, "AccessDenied", "the decision comes before the work: {}", denied.message);
    let failed = house.root().call("sns", "CreateTopic", json!({"Name": "unmakeable"})).unwrap_err();
    assert_eq!(failed.message, "It cannot be made.");
    assert_eq!(house.state_hash(), before);
    house.root().call("sns", "CreateTopic", json!({"Name": "x"})).unwrap();
    assert_eq!(messages(&house), [("made x".to_owned(), WALL)]);
}

#[test]
fn a_panic_fails_its_call_and_nothing_else() {
    let house = house();
    let failed = house.root().call("sns", "CreateTopic", json!({"Name": "bomb"})).unwrap_err();
    assert_eq!((failed.status, failed.code.as_str()), (500, "InternalFailure"));
    let newest = records(&house).pop().unwrap();
    assert_eq!(newest, ("CreateTopic".to_owned(), "refused".to_owned()));
    house.root().call("sns", "CreateTopic", json!({"Name": "x"})).unwrap();
    assert_eq!(messages(&house), [("made x".to_owned(), WALL)]);
}

#[test]
fn an_operation_that_says_it_only_reads_cannot_write() {
    let house = house();
    let before = house.state_hash();
    let refusal = house.root().call("sns", "ListTopics", json!({})).unwrap_err();
    assert_eq!((refusal.status, refusal.code.as_str()), (500, "InternalFailure"));
    assert_eq!(house.state_hash(), before);
}

#[test]
fn a_service_that_does_not_fit_its_model_does_not_register() {
    shape! { pub struct DeleteTopic { TopicName: String } }
    impl Op for DeleteTopic {
        const NAME: &'static str = "DeleteTopic";
        const READ_ONLY: bool = false;
        type Output = Nothing;
        fn ask(&self, _: &Read<'_>) -> Result<Ask, Fault> {
            Ok(Ask::action("sns:DeleteTopic"))
        }
        fn run(self, _: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
            Ok(Nothing)
        }
    }
    let problems = Service::new("sns").op::<DeleteTopic>().faults(&["NoSuchException"]).problems();
    assert_eq!(problems.len(), 2, "{problems:?}");
    assert!(problems[0].contains("NoSuchException") && problems[1].contains("TopicName"), "{problems:?}");
}
