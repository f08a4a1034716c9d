//! Which layer decides: the rules of "How AWS enforcement code logic evaluates requests to allow or deny access",
//! "Cross-account policy evaluation logic" and the pages each test names.

mod support;

use bastide_policy::Layer::{
    Boundary, Endpoint, Identity, Resource, ResourceControl, RoleTrust, ServiceControl, Session,
};
use bastide_policy::{Caller, PrincipalFacts, Reach};
use support::*;

const OPEN_FOR_ALL: &str = r#"{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}"#;
const DENY_FOR_ALL: &str = r#"{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"}"#;

#[test]
fn nothing_is_allowed_by_default_but_to_the_root_user() {
    user().implicit(Identity);
    session().implicit(Identity);
    federated().implicit(Identity);
    root().allowed();
    for caller in
        [PrincipalFacts::service("sns.amazonaws.com"), PrincipalFacts::anonymous(), PrincipalFacts::federated("x")]
    {
        by(caller).implicit(Resource);
    }
}

#[test]
fn either_side_may_allow_within_an_account() {
    user().identity(OPEN).allowed();
    user().identity(SHUT).identity(OPEN).allowed();
    user().identity(SHUT).implicit(Identity);
    user().resource_policy(&grant_to(&aws(USER))).allowed();
    user().resource_policy(&grant_to(r#""*""#)).allowed();
    // An account as the principal delegates to the account's own policies.
    user().resource_policy(&grant_to(&aws(ACCOUNT))).implicit(Identity);
    user().resource_policy(&grant_to(&aws("arn:aws:iam::111122223333:root"))).identity(OPEN).allowed();
    user().resource_policy(&grant_to(&aws("arn:aws:iam::111122223333:user/bob"))).implicit(Identity);
}

#[test]
fn both_sides_must_allow_across_accounts() {
    let theirs = |case: Case| case.owned_by(OTHER);
    theirs(user()).identity(OPEN).implicit(Resource);
    theirs(user()).resource_policy(&grant_to(&aws(USER))).implicit(Identity);
    theirs(user()).resource_policy(&grant_to(&aws(USER))).identity(OPEN).allowed();
    theirs(user()).resource_policy(&grant_to(&aws(ACCOUNT))).identity(OPEN).allowed();
    theirs(root()).implicit(Resource);
    theirs(root()).resource_policy(&grant_to(&aws(ACCOUNT))).allowed();
    // Naming the session lifts no limit of the caller's account.
    let named = theirs(session()).resource_policy(&grant_to(&aws(SESSION)));
    named.clone().implicit(Identity);
    named.clone().identity(OPEN).boundary(SHUT).implicit(Boundary);
    named.clone().identity(OPEN).session(&[SHUT]).implicit(Session);
    named.identity(OPEN).boundary(OPEN).session(&[OPEN]).allowed();
}

#[test]
fn an_explicit_deny_anywhere_is_final() {
    let open = || session().identity(OPEN).resource_policy(OPEN_FOR_ALL);
    open().allowed();
    open().rcp(&[OPEN_FOR_ALL, DENY_FOR_ALL]).explicit(ResourceControl);
    open().scp(&[OPEN]).scp(&[OPEN, DENY]).explicit(ServiceControl);
    open().endpoint(DENY_FOR_ALL).explicit(Endpoint);
    open().resource_policy(DENY_FOR_ALL).explicit(Resource);
    open().identity(DENY).explicit(Identity);
    open().boundary(DENY).explicit(Boundary);
    open().session(&[OPEN, DENY]).explicit(Session);
    // The first layer with one is named, and it comes before any implicit deny.
    open().boundary(DENY).scp(&[SHUT]).explicit(Boundary);
    open().boundary(DENY).scp(&[DENY]).explicit(ServiceControl);
    root().resource_policy(DENY_FOR_ALL).explicit(Resource);
}

/// The table of "Resource-based policies and implicit denies in other policy types (same account)".
#[test]
fn how_directly_the_resource_names_the_caller_decides_which_limits_count() {
    let shut = |case: Case| case.identity(SHUT).boundary(SHUT);
    // A user by its ARN, or everyone: neither identity-based policies nor the boundary matter.
    shut(user()).resource_policy(&grant_to(&aws(USER))).allowed();
    shut(user()).resource_policy(&grant_to(&aws("AIDAEXAMPLE"))).allowed();
    shut(user()).resource_policy(&grant_to(r#"{"AWS":"*"}"#)).allowed();
    // A role by its ARN: boundary and session still limit.
    session().resource_policy(&grant_to(&aws(ROLE))).allowed();
    session().resource_policy(&grant_to(&aws("AROAEXAMPLE"))).boundary(SHUT).implicit(Boundary);
    session().resource_policy(&grant_to(&aws(ROLE))).boundary(SHUT).implicit(Boundary);
    session().resource_policy(&grant_to(&aws(ROLE))).session(&[SHUT]).implicit(Session);
    session().resource_policy(&grant_to(&aws(ROLE))).boundary(OPEN).session(&[OPEN]).allowed();
    // The session itself: nothing else matters.
    shut(session()).session(&[SHUT]).resource_policy(&grant_to(&aws(SESSION))).allowed();
    // A federated user: by its own ARN directly, by the user's only within boundary and session.
    shut(federated()).session(&[SHUT]).resource_policy(&grant_to(&aws(FEDERATED))).allowed();
    federated().resource_policy(&grant_to(&aws(USER))).session(&[SHUT]).implicit(Session);
    federated().resource_policy(&grant_to(&aws(USER))).session(&[OPEN]).allowed();
    // The most direct of several statements counts.
    let both = format!("{},{}", grant_to(&aws(ACCOUNT)), grant_to(&aws(SESSION)));
    shut(session()).resource_policy(&both).allowed();
}

#[test]
fn boundary_and_session_intersect_with_identity() {
    user().identity(OPEN).boundary(SHUT).implicit(Boundary);
    user().identity(SHUT).boundary(OPEN).implicit(Identity);
    user().identity(OPEN).boundary(OPEN).allowed();
    session().identity(OPEN).session(&[SHUT]).implicit(Session);
    session().identity(OPEN).session(&[SHUT, OPEN]).allowed();
    session().identity(OPEN).session(&[]).implicit(Session);
    // "Permissions for GetFederationToken": no session policy, no permissions.
    federated().identity(OPEN).implicit(Session);
    federated().identity(OPEN).session(&[OPEN]).allowed();
}

/// AWS Organizations User Guide, "Service control policies".
#[test]
fn scps_bind_members_at_every_level() {
    user().identity(OPEN).scp(&[OPEN]).scp(&[OPEN]).allowed();
    user().identity(OPEN).scp(&[OPEN]).scp(&[SHUT]).implicit(ServiceControl);
    user().identity(OPEN).scp(&[OPEN]).scp(&[]).implicit(ServiceControl);
    user().identity(OPEN).scp(&[SHUT, OPEN]).allowed();
    user().scp(&[OPEN]).implicit(Identity);
    user().resource_policy(&grant_to(&aws(USER))).scp(&[SHUT]).implicit(ServiceControl);
    root().scp(&[SHUT]).implicit(ServiceControl);
    root().scp(&[OPEN, DENY]).explicit(ServiceControl);

    let mut managing = root().scp(&[DENY]);
    managing.principal.is_management_account = true;
    managing.allowed();
    let linked = PrincipalFacts::role_session(
        "arn:aws:iam::111122223333:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX",
        "arn:aws:sts::111122223333:assumed-role/AWSServiceRoleForX/s",
    );
    by(linked).identity(OPEN).scp(&[DENY]).rcp(&[DENY_FOR_ALL]).allowed();
    by(PrincipalFacts::service("sns.amazonaws.com"))
        .resource_policy(&grant_to(r#"{"Service":"sns.amazonaws.com"}"#))
        .scp(&[DENY])
        .allowed();
}

/// AWS Organizations User Guide, "Resource control policies".
#[test]
fn rcps_bind_everyone_who_comes_to_the_resource() {
    let everyone = [root(), user().identity(OPEN), session().identity(OPEN)];
    for case in everyone {
        case.clone().rcp(&[OPEN_FOR_ALL]).allowed();
        case.clone().rcp(&[OPEN_FOR_ALL, DENY_FOR_ALL]).explicit(ResourceControl);
        case.rcp(&[]).implicit(ResourceControl);
    }
    let public = |caller| by(caller).resource_policy(OPEN_FOR_ALL);
    public(PrincipalFacts::anonymous()).allowed();
    public(PrincipalFacts::anonymous()).rcp(&[OPEN_FOR_ALL, DENY_FOR_ALL]).explicit(ResourceControl);
    public(PrincipalFacts::service("sns.amazonaws.com")).rcp(&[DENY_FOR_ALL]).explicit(ResourceControl);
    let outsiders = r#"{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*","Condition":
        {"StringNotEqualsIfExists":{"aws:PrincipalOrgID":"o-x"},"BoolIfExists":{"aws:PrincipalIsAWSService":"false"}}}"#;
    let guarded = |case: Case| case.resource_policy(OPEN_FOR_ALL).rcp(&[OPEN_FOR_ALL, outsiders]);
    guarded(user()).with("aws:PrincipalOrgID", "o-x").allowed();
    guarded(user()).with("aws:PrincipalOrgID", "o-y").explicit(ResourceControl);
    guarded(by(PrincipalFacts::service("sns.amazonaws.com"))).with("aws:PrincipalIsAWSService", "true").allowed();
}

#[test]
fn an_endpoint_must_allow_too() {
    user().identity(OPEN).endpoint(OPEN_FOR_ALL).allowed();
    user().identity(OPEN).endpoint(OPEN).allowed();
    user().identity(OPEN).endpoint(SHUT).implicit(Endpoint);
    user().identity(OPEN).endpoint(&grant_to(&aws(ROLE))).implicit(Endpoint);
    root().endpoint(SHUT).implicit(Endpoint);
}

/// AWS KMS Developer Guide, "Key policies": nothing is allowed on a key that its policy does not allow.
#[test]
fn a_key_policy_must_allow() {
    let key = || user().action("kms:Decrypt").on("arn:aws:kms:eu-west-1:111122223333:key/1").must_allow();
    key().identity(OPEN).implicit(Resource);
    key().resource_policy(&grant_to(&aws("arn:aws:iam::111122223333:root"))).identity(OPEN).allowed();
    key().resource_policy(&grant_to(&aws("arn:aws:iam::111122223333:root"))).implicit(Identity);
    key().resource_policy(&grant_to(&aws(USER))).allowed();
    key().grant(Reach::Direct).allowed();
    key().grant(Reach::Direct).resource_policy(DENY_FOR_ALL).explicit(Resource);
    key().grant(Reach::Account).implicit(Identity);
    root().must_allow().implicit(Resource);
    root().must_allow().resource_policy(&grant_to(&aws(USER))).implicit(Resource);
    root().must_allow().resource_policy(&grant_to(&aws(ACCOUNT))).allowed();
}

/// "How to use trust policies with IAM roles": the trust policy must allow; a caller of the same account that it names
/// itself needs nothing else.
#[test]
fn a_trust_policy_must_allow() {
    let assume = |case: Case| case.action("sts:AssumeRole").on(ROLE);
    let trusts = |principal: &str| format!(r#"{{"Effect":"Allow","Principal":{principal},"Action":"sts:AssumeRole"}}"#);
    assume(user()).trust(&trusts(&aws(USER))).allowed();
    assume(user()).trust(&trusts(&aws(ACCOUNT))).implicit(Identity);
    assume(user()).trust(&trusts(&aws(ACCOUNT))).identity(OPEN).allowed();
    assume(user()).trust(&trusts(&aws(ROLE))).identity(OPEN).implicit(RoleTrust);
    assume(user()).owned_by(OTHER).trust(&trusts(&aws(USER))).implicit(Identity);
    assume(by(PrincipalFacts::service("ec2.amazonaws.com")))
        .trust(&trusts(r#"{"Service":"ec2.amazonaws.com"}"#))
        .allowed();
    assume(by(PrincipalFacts::service("ec2.amazonaws.com")))
        .trust(&trusts(r#"{"Service":"lambda.amazonaws.com"}"#))
        .implicit(RoleTrust);
    let deny = r#"{"Effect":"Deny","Principal":"*","Action":"sts:AssumeRole"}"#;
    assume(user()).identity(OPEN).trust(&format!("{},{deny}", trusts(&aws(USER)))).explicit(RoleTrust);

    let provider = "arn:aws:iam::111122223333:oidc-provider/token.example.com";
    let web = r#"{"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::111122223333:oidc-provider/token.example.com"},
        "Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{"token.example.com:aud":"sts.amazonaws.com"}}}"#;
    let caller = by(PrincipalFacts::federated(provider)).action("sts:AssumeRoleWithWebIdentity").on(ROLE).trust(web);
    caller.clone().with("token.example.com:aud", "sts.amazonaws.com").allowed();
    caller.with("token.example.com:aud", "else").implicit(RoleTrust);
}

/// "AWS JSON policy elements: NotPrincipal".
#[test]
fn not_principal_spares_only_who_is_listed_in_every_form() {
    let all_but =
        |listed: &str| format!(r#"{{"Effect":"Deny","NotPrincipal":{{"AWS":{listed}}},"Action":"*","Resource":"*"}}"#);
    let account = "arn:aws:iam::111122223333:root";
    user().identity(OPEN).resource_policy(&all_but(&format!(r#"["{USER}","{account}"]"#))).allowed();
    user().identity(OPEN).resource_policy(&all_but(&format!(r#""{USER}""#))).explicit(Resource);
    user().identity(OPEN).resource_policy(&all_but(&format!(r#""{account}""#))).explicit(Resource);
    session().identity(OPEN).resource_policy(&all_but(&format!(r#"["{ROLE}","{SESSION}","{account}"]"#))).allowed();
    session().identity(OPEN).resource_policy(&all_but(&format!(r#"["{ROLE}","{account}"]"#))).explicit(Resource);
    root().resource_policy(&all_but(&format!(r#""{account}""#))).allowed();
}

#[test]
fn an_account_as_such_is_allowed_only_by_the_resource() {
    let mut account = PrincipalFacts::root(ACCOUNT);
    account.caller = Caller::Account;
    account.canonical_id = Some("abc".to_owned());
    by(account.clone()).identity(OPEN).implicit(Resource);
    by(account.clone()).resource_policy(&grant_to(&aws(ACCOUNT))).allowed();
    by(account).resource_policy(&grant_to(r#"{"CanonicalUser":"abc"}"#)).allowed();
}

/// "AWS global condition context keys", properties of the principal.
#[test]
fn a_principal_describes_itself() {
    let described = |facts: &PrincipalFacts| {
        let mut context = bastide_policy::Context::new();
        facts.describe(&mut context);
        let keys = ["aws:PrincipalArn", "aws:PrincipalType", "aws:userid", "aws:username", "aws:PrincipalIsAWSService"];
        keys.map(|key| context.one(key).map(str::to_owned).unwrap_or_default())
    };
    assert_eq!(described(&user().principal), [USER, "User", "AIDAEXAMPLE", "alice", "false"]);
    assert_eq!(described(&session().principal), [ROLE, "AssumedRole", "AROAEXAMPLE:run", "", "false"]);
    assert_eq!(described(&root().principal), ["arn:aws:iam::111122223333:root", "Account", ACCOUNT, "", "false"]);
    assert_eq!(described(&federated().principal), [FEDERATED, "FederatedUser", "111122223333:fred", "", "false"]);
    assert_eq!(described(&PrincipalFacts::service("sns.amazonaws.com")), ["", "", "", "", "true"]);
    assert_eq!(described(&PrincipalFacts::anonymous()), ["", "Anonymous", "anonymous", "", "false"]);
}
