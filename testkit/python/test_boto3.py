"""Stock boto3 against a running Bastide: what AWS's own SDK sees must be what AWS shows.

Run by `cargo xtask test` with the environment of `bastide env` and one argument: a JSON file of the implemented
operations by service. Every test makes its own users, so that they do not depend on each other.
"""

import concurrent.futures
import json
import os
import sys
import time
import traceback
import urllib.error
import urllib.request
import xml.etree.ElementTree as ElementTree

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

ONCE = Config(retries={"total_max_attempts": 1})
READ_USERS = {
    "Version": "2012-10-17",
    "Statement": [{"Sid": "ReadUsers", "Effect": "Allow", "Action": ["iam:ListUsers", "iam:GetUser"], "Resource": "*"}],
}


def client(service, credentials=None, **options):
    options.setdefault("config", ONCE)
    return boto3.client(service, **(credentials or {}), **options)


def root(service):
    return client(service)


def user(name, document=None):
    """Makes a user with an access key and gives the key as boto3 takes it."""
    iam = root("iam")
    iam.create_user(UserName=name)
    if document:
        iam.put_user_policy(UserName=name, PolicyName="inline", PolicyDocument=json.dumps(document))
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return {"aws_access_key_id": key["AccessKeyId"], "aws_secret_access_key": key["SecretAccessKey"]}


def account():
    return root("sts").get_caller_identity()["Account"]


def refused(call, *arguments, **keywords):
    """The error that a call ends with: code, message, status."""
    try:
        answer = call(*arguments, **keywords)
    except ClientError as error:
        response = error.response
        return response["Error"]["Code"], response["Error"]["Message"], response["ResponseMetadata"]["HTTPStatusCode"]
    raise AssertionError(f"was not refused, but answered {answer}")


def equal(found, expected):
    if found != expected:
        raise AssertionError(f"\n   found {found!r}\nexpected {expected!r}")


def test_the_caller_is_named():
    caller = root("sts").get_caller_identity()
    equal(caller["Arn"], f"arn:aws:iam::{caller['Account']}:root")
    equal(caller["UserId"], caller["Account"])
    credentials = user("named")
    caller = client("sts", credentials).get_caller_identity()
    equal(caller["Arn"], f"arn:aws:iam::{account()}:user/named")
    equal(caller["UserId"], root("iam").get_user(UserName="named")["User"]["UserId"])


def test_a_managed_policy_allows_and_its_absence_denies():
    credentials = user("reader")
    iam = client("iam", credentials)
    arn = f"arn:aws:iam::{account()}:user/reader"
    code, message, status = refused(iam.get_user, UserName="reader")
    equal((code, status), ("AccessDenied", 403))
    equal(
        message,
        f"User: {arn} is not authorized to perform: iam:GetUser on resource: user reader "
        "because no identity-based policy allows the iam:GetUser action",
    )
    root("iam").attach_user_policy(UserName="reader", PolicyArn="arn:aws:iam::aws:policy/IAMReadOnlyAccess")
    equal(iam.get_user(UserName="reader")["User"]["Arn"], arn)
    attached = iam.list_attached_user_policies(UserName="reader")["AttachedPolicies"]
    equal([policy["PolicyName"] for policy in attached], ["IAMReadOnlyAccess"])
    code, message, status = refused(iam.create_user, UserName="somebody")
    equal((code, status), ("AccessDenied", 403))
    equal(
        message,
        f"User: {arn} is not authorized to perform: iam:CreateUser on resource: "
        f"arn:aws:iam::{account()}:user/somebody because no identity-based policy allows the iam:CreateUser action",
    )
    root("iam").detach_user_policy(UserName="reader", PolicyArn="arn:aws:iam::aws:policy/IAMReadOnlyAccess")
    equal(refused(iam.list_users)[0], "AccessDenied")


def test_an_explicit_deny_wins_and_says_so():
    deny = {"Effect": "Deny", "Action": "iam:GetUser", "Resource": "*"}
    credentials = user("denied", {**READ_USERS, "Statement": READ_USERS["Statement"] + [deny]})
    iam = client("iam", credentials)
    iam.list_users()
    code, message, status = refused(iam.get_user, UserName="denied")
    equal((code, status), ("AccessDenied", 403))
    if not message.endswith("with an explicit deny in an identity-based policy"):
        raise AssertionError(message)


def test_lists_come_in_pages():
    names = [f"page-{number:02}" for number in range(25)]
    for name in names:
        root("iam").create_user(UserName=name, Path="/pages/")
    pages = list(root("iam").get_paginator("list_users").paginate(PathPrefix="/pages/", PaginationConfig={"PageSize": 10}))
    equal([len(page["Users"]) for page in pages], [10, 10, 5])
    equal([page["IsTruncated"] for page in pages], [True, True, False])
    equal([each["UserName"] for page in pages for each in page["Users"]], names)


def test_a_presigned_call_needs_no_other_credentials():
    credentials = user("presigner")
    url = client("sts", credentials).generate_presigned_url("get_caller_identity", ExpiresIn=60, HttpMethod="GET")
    with urllib.request.urlopen(url) as answer:
        tree = ElementTree.fromstring(answer.read())
    arn = tree.find(".//{https://sts.amazonaws.com/doc/2011-06-15/}Arn")
    equal(arn.text, f"arn:aws:iam::{account()}:user/presigner")
    other = url.replace("X-Amz-Expires=60", "X-Amz-Expires=61")
    try:
        urllib.request.urlopen(other)
    except urllib.error.HTTPError as error:
        equal((error.code, "SignatureDoesNotMatch" in error.read().decode()), (403, True))
    else:
        raise AssertionError("a changed presigned URL was accepted")


def test_session_credentials_work_and_cannot_be_changed():
    credentials = user("session", READ_USERS)
    session = client("sts", credentials).get_session_token(DurationSeconds=900)["Credentials"]
    temporary = {
        "aws_access_key_id": session["AccessKeyId"],
        "aws_secret_access_key": session["SecretAccessKey"],
        "aws_session_token": session["SessionToken"],
    }
    caller = client("sts", temporary).get_caller_identity()
    equal(caller["Arn"], f"arn:aws:iam::{account()}:user/session")
    without = {**temporary, "aws_session_token": None}
    equal(refused(client("sts", without).get_caller_identity)[0], "InvalidClientTokenId")
    token = session["SessionToken"]
    at = len(token) // 2
    forged = {**temporary, "aws_session_token": token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :]}
    equal(refused(client("sts", forged).get_caller_identity)[0], "InvalidClientTokenId")


def test_a_role_is_assumed_when_it_trusts_the_caller():
    credentials = user("assumer", {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}],
    })
    me = f"arn:aws:iam::{account()}:user/assumer"
    trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": me}, "Action": "sts:AssumeRole"}]}
    role = root("iam").create_role(RoleName="trusting", AssumeRolePolicyDocument=json.dumps(trust))["Role"]
    root("iam").put_role_policy(RoleName="trusting", PolicyName="read", PolicyDocument=json.dumps(READ_USERS))
    made = client("sts", credentials).assume_role(RoleArn=role["Arn"], RoleSessionName="work")
    equal(made["AssumedRoleUser"]["Arn"], f"arn:aws:sts::{account()}:assumed-role/trusting/work")
    session = made["Credentials"]
    temporary = {
        "aws_access_key_id": session["AccessKeyId"],
        "aws_secret_access_key": session["SecretAccessKey"],
        "aws_session_token": session["SessionToken"],
    }
    client("iam", temporary).list_users()
    code, message, _ = refused(client("iam", temporary).create_user, UserName="x")
    equal(code, "AccessDenied")
    if not message.startswith(f"User: {made['AssumedRoleUser']['Arn']} is not authorized to perform: iam:CreateUser"):
        raise AssertionError(message)
    stranger = user("stranger", {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}],
    })
    equal(refused(client("sts", stranger).assume_role, RoleArn=role["Arn"], RoleSessionName="work")[0], "AccessDenied")


def test_what_is_not_implemented_says_so():
    with open(sys.argv[1], encoding="utf-8") as file:
        implemented = json.load(file)
    model = root("iam").meta.service_model
    missing = [name for name in model.operation_names if name not in implemented["iam"]]
    if "GenerateCredentialReport" in missing:
        code, message, status = refused(root("iam").generate_credential_report)
        equal((code, status), ("NotImplemented", 501))
        if "iam:GenerateCredentialReport" not in message:
            raise AssertionError(message)
    code, message, status = refused(root("sqs").list_queues)
    equal(status, 501)
    if "sqs:ListQueues" not in message:
        raise AssertionError(message)


def test_wrong_keys_are_told_apart():
    credentials = user("keys")
    wrong = {**credentials, "aws_secret_access_key": "x" * 40}
    equal(refused(client("sts", wrong).get_caller_identity)[0::2], ("SignatureDoesNotMatch", 403))
    unknown = {**credentials, "aws_access_key_id": "AKIAZZZZZZZZZZZZZZZZ"}
    equal(
        refused(client("sts", unknown).get_caller_identity),
        ("InvalidClientTokenId", "The security token included in the request is invalid.", 403),
    )
    root("iam").update_access_key(UserName="keys", AccessKeyId=credentials["aws_access_key_id"], Status="Inactive")
    equal(refused(client("sts", credentials).get_caller_identity)[0], "InvalidClientTokenId")


def test_errors_are_modelled():
    iam = root("iam")
    try:
        iam.get_user(UserName="nobody")
    except iam.exceptions.NoSuchEntityException as error:
        equal(error.response["Error"]["Message"], "The user with name nobody cannot be found.")
    iam.create_user(UserName="twice")
    equal(refused(iam.create_user, UserName="twice"), ("EntityAlreadyExists", "User with name twice already exists.", 409))


def test_eight_threads_at_once():
    credentials = user("busy", READ_USERS)
    iam = root("iam")

    def work(thread):
        own = client("iam", credentials)
        for number in range(10):
            name = f"thread-{thread}-{number}"
            iam.create_user(UserName=name, Path="/threads/")
            equal(own.get_user(UserName=name)["User"]["UserName"], name)
        return thread

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        equal(sorted(pool.map(work, range(8))), list(range(8)))
    pages = iam.get_paginator("list_users").paginate(PathPrefix="/threads/")
    equal(len([each for page in pages for each in page["Users"]]), 80)


# Calls that AWS leaves open to every caller with a valid signature.
OPEN = {("sts", "GetCallerIdentity"), ("sts", "GetSessionToken")}
# Members whose form matters before a policy is asked.
VALUES = {
    "PolicyArn": "arn:aws:iam::{account}:policy/none",
    "RoleArn": "arn:aws:iam::{account}:role/none",
    "AccessKeyId": "AKIAIOSFODNN7EXAMPLE",
    "VersionId": "v1",
    "PolicyDocument": json.dumps(READ_USERS),
    "AssumeRolePolicyDocument": json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "{account}"}, "Action": "sts:AssumeRole"}]}
    ),
    "HandshakeId": "h-nobodynobody",
    "PolicyId": "p-nobodynobody",
    "TargetId": "{account}",
    "AccountId": "{account}",
    "ChildId": "{account}",
    "ResourceId": "{account}",
    "RootId": "r-nobody",
    "ParentId": "r-nobody",
    "SourceParentId": "r-nobody",
    "DestinationParentId": "r-nobody",
    "OrganizationalUnitId": "ou-nobody-nobodynobody",
    "CreateAccountRequestId": "car-nobodynobody",
    "Email": "nobody@example.com",
    "ReplicaRegion": "us-west-2",
    "PrimaryRegion": "us-west-2",
    "GranteePrincipal": "arn:aws:iam::{account}:root",
}


def smallest(shape, name):
    """The smallest valid value of a shape."""
    if name in VALUES:
        return VALUES[name].replace("{account}", account())
    if shape.type_name == "structure":
        return {member: smallest(shape.members[member], member) for member in shape.required_members}
    if shape.type_name == "list":
        return [smallest(shape.member, "")] * max(1, shape.metadata.get("min", 1))
    if shape.type_name == "string":
        values = shape.metadata.get("enum")
        return values[0] if values else "x" * max(2, shape.metadata.get("min", 1))
    if shape.type_name in ("integer", "long"):
        return shape.metadata.get("min", 1)
    return {"boolean": True, "map": {}, "blob": b"x", "timestamp": 0}[shape.type_name]


def things_of_kms():
    """KMS looks for what a call names before it asks a policy, so it is there; and what models do not say is required."""
    kms = root("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName="alias/closed", TargetKeyId=key)
    grant = kms.create_grant(KeyId=key, GranteePrincipal=f"arn:aws:iam::{account()}:root", Operations=["Decrypt"])
    blob = kms.encrypt(KeyId=key, Plaintext=b"x")["CiphertextBlob"]
    named = {
        "KeyId": key,
        "TargetKeyId": key,
        "DestinationKeyId": key,
        "AliasName": "alias/closed",
        "GrantId": grant["GrantId"],
        "CiphertextBlob": blob,
    }
    more = {"Decrypt": ["CiphertextBlob"], "ReEncrypt": ["CiphertextBlob"], "RetireGrant": ["KeyId", "GrantId"]}
    return named, more


def test_every_operation_is_closed_to_a_user_without_policies():
    credentials = user("nobody-in-particular")
    named, more = things_of_kms()
    with open(sys.argv[1], encoding="utf-8") as file:
        implemented = json.load(file)
    open_doors = []
    for service, operations in implemented.items():
        if service == "bastide":
            continue
        each = client(service, credentials)
        methods = {operation: method for method, operation in each.meta.method_to_api_mapping.items()}
        for operation in operations:
            if (service, operation) in OPEN:
                continue
            shape = each.meta.service_model.operation_model(operation).input_shape
            arguments = smallest(shape, "") if shape else {}
            if service == "kms":
                arguments |= {member: named[member] for member in [*arguments, *more.get(operation, [])] if member in named}
            try:
                answer = getattr(each, methods[operation])(**arguments)
                open_doors.append(f"{service}:{operation} answered {answer}")
            except ClientError as error:
                found = error.response["Error"]
                if found["Code"] not in ("AccessDenied", "AccessDeniedException") or "is not authorized to perform" not in found["Message"]:
                    open_doors.append(f"{service}:{operation} said {found['Code']}: {found['Message']}")
    equal(open_doors, [])


def run(tests, kind):
    """Runs these (name, function), reports each, and ends the program."""
    if "AWS_ENDPOINT_URL" not in os.environ:
        sys.exit("AWS_ENDPOINT_URL is not set: this runs against Bastide and never against AWS")
    failed = 0
    for name, test in tests:
        started = time.monotonic()
        try:
            test()
            print(f"ok      {name} ({time.monotonic() - started:.1f} s)", flush=True)
        except Exception:  # every failure is reported, and the next test runs
            failed += 1
            print(f"FAILED  {name}\n{traceback.format_exc()}", flush=True)
    print(f"{len(tests) - failed} of {len(tests)} {kind} tests passed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    run([(name, test) for name, test in globals().items() if name.startswith("test_")], "boto3")
