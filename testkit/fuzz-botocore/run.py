"""Our codec against real botocore, both ways, over every service that is packed.

Requests: botocore's serialisers write random valid parameters, our codec routes and decodes them. Answers and errors:
our codec writes random outputs, botocore's parsers read them. Both sides must mean the same.

    python testkit/fuzz-botocore/run.py --samples 20000 --seed 1

Exits with 1 when fewer than --bar per cent agree. Every disagreement is printed, and written with --misses FILE.
"""

import argparse
import base64
import collections
import json
import pathlib
import random
import subprocess
import sys
import time
import types
import urllib.parse

import botocore.awsrequest
import botocore.eventstream
import botocore.handlers
import botocore.loaders
import botocore.model
import botocore.parsers
import botocore.serialize

from values import Generator, comparable, comparable_ours, plain

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Peer:
    """The codec in a process of its own."""

    def __init__(self, command):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT)

    def ask(self, **command):
        self.process.stdin.write(json.dumps(command).encode() + b"\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            sys.exit(f"the peer died over {command}")
        return json.loads(line)


class Api:
    """One service as botocore knows it."""

    def __init__(self, loader, name):
        self.name = name
        self.model = botocore.model.ServiceModel(loader.load_service_model(name, "service-2"), name)
        self.metadata = self.model.metadata
        self.protocols = self.metadata.get("protocols") or [self.metadata["protocol"]]
        self.signing_name = self.metadata.get("signingName", self.metadata["endpointPrefix"])
        self.operations = list(self.model.operation_names)
        self.errors = self.model.error_shapes


def has_events(shape):
    return shape is not None and shape.event_stream_name is not None


def request(random, peer, api, protocol, operation):
    """botocore sends, we read. Returns None, or what differs."""
    shape = operation.input_shape
    if has_events(shape):
        return "skip"
    params = Generator(random, protocol, "request").structure(shape, top=True) if shape else {}
    params = params or {}
    serializer = botocore.serialize.create_serializer(protocol, include_validation=False)
    local = random.random() < 0.5
    endpoint = "http://localhost:4566" if local else f"https://{api.metadata['endpointPrefix']}.us-east-1.amazonaws.com"
    try:
        serialized = serializer.serialize_to_request(params, operation)
        botocore.awsrequest.prepare_request_dict(serialized, endpoint)
        prepared = botocore.awsrequest.create_request_object(serialized).prepare()
    except (KeyError, botocore.exceptions.ParamValidationError):
        # A label that recursion left out, or a host label with a character that no host has.
        return "skip"
    url = urllib.parse.urlsplit(prepared.url)
    body = prepared.body or b""
    body = body if isinstance(body, (bytes, bytearray)) else body.encode()
    headers = {name: value.decode() if isinstance(value, bytes) else str(value) for name, value in prepared.headers.items()}
    answer = peer.ask(**{
        "do": "decode", "signing_name": api.signing_name, "host": url.netloc, "method": prepared.method,
        "path": url.path or "/", "query": url.query, "headers": headers, "body": base64.b64encode(body).decode(),
    })
    if "error" in answer:
        return f"{answer['error']}\n    {prepared.method} {prepared.url} {body[:300]!r}"
    where = (answer["service"], answer["protocol"], answer["operation"])
    if where != (api.name, protocol, operation.name):
        return f"routed to {where}: {prepared.method} {prepared.url}"
    wanted = comparable(shape, params) if shape else {}
    got = comparable_ours(shape, answer["input"]) if shape else answer["input"]
    # HTTP sends the length whether the caller gave it or not.
    got = {name: value for name, value in got.items() if name != "ContentLength" or name in wanted}
    return differ(bound(shape, wanted), bound(shape, got), f"{prepared.method} {prepared.url} {body[:300]!r}")


def bound(shape, value):
    """The body of a payload that is empty is no payload."""
    if shape is None:
        return value
    payload = shape.serialization.get("payload")
    if payload and value.get(payload) in ("", {}):
        value = {name: item for name, item in value.items() if name != payload}
    return value


def response(random, peer, api, protocol, operation):
    """We answer, botocore reads."""
    shape = operation.output_shape
    if has_events(shape):
        return "skip"
    output = (Generator(random, protocol, "response").structure(shape, top=True) or {}) if shape else {}
    payload = shape.serialization.get("payload") if shape else None
    if payload and shape.members[payload].type_name == "blob" and payload in output:
        # botocore hands a payload that is not a stream over as text.
        output[payload] = b"text payload"
    answer = peer.ask(**{
        "do": "encode", "service": api.name, "protocol": protocol, "operation": operation.name,
        "output": plain(shape, output) if shape else {},
    })
    if "error" in answer:
        return f"{answer['error']}\n    {output}"
    body = base64.b64decode(answer["body"])
    told = {"status_code": answer["status"], "headers": botocore.awsrequest.HeadersDict(answer["headers"]), "body": body,
            "context": {"operation_name": operation.name}}
    parsed = botocore.parsers.create_parser(protocol).parse(told, shape)
    if api.name == "s3" and operation.name == "GetBucketLocation":
        botocore.handlers.parse_get_bucket_location(parsed, types.SimpleNamespace(raw=True, content=body))
        if not parsed["LocationConstraint"]:
            del parsed["LocationConstraint"]
    metadata = parsed.pop("ResponseMetadata", {})
    if shape and metadata.get("RequestId") != "request-id":
        return f"the request id is missing: {metadata}"
    wanted = comparable(shape, output) if shape else {}
    got = comparable(shape, drop_none(parsed)) if shape else parsed
    return differ(bound(shape, wanted), bound(shape, without_bags(shape, got, wanted)), repr(body[:400]))


def drop_none(parsed):
    return {name: value for name, value in parsed.items() if value is not None}


def without_bags(shape, got, wanted):
    """Leaves out what botocore makes of nothing: a map of no prefixed headers, a structure of an empty payload."""
    if shape is None:
        return got
    payload = shape.serialization.get("payload")

    def ours(name, value):
        serialization = shape.members[name].serialization
        bag = serialization.get("location") == "headers" or name == payload
        # Every answer with a body says of what type it is, whether the operation chose one or not.
        typed = serialization.get("location") == "header" and serialization.get("name", "").lower() == "content-type"
        return name in wanted or not (typed or bag and value == {})

    return {name: value for name, value in got.items() if ours(name, value)}


def failure(random, peer, api, protocol, operation):
    """We fail, botocore reads."""
    modelled = operation.error_shapes or api.errors
    shape = random.choice(modelled) if modelled and random.random() < 0.7 else None
    fields, code = {}, "SomethingNobodyModelled"
    message = random.choice(["It failed.", "No <such> thing & more", "Value '' at 'x'", "é"])
    if shape is not None:
        fields = Generator(random, protocol, "response").structure(shape, top=True) or {}
        fields = {name: value for name, value in fields.items() if own(shape, name)}
        code = random.choice([shape.name, shape.error_code])
    status = random.choice([400, 403, 404, 409, 500, 503])
    answer = peer.ask(**{
        "do": "error", "service": api.name, "protocol": protocol, "code": code, "message": message, "status": status,
        "shape": shape.name if shape else None, "fields": plain(shape, fields) if shape else {},
    })
    if "error" in answer:
        return f"{answer['error']}\n    {code} {fields}"
    body = base64.b64decode(answer["body"])
    told = {"status_code": answer["status"], "headers": botocore.awsrequest.HeadersDict(answer["headers"]), "body": body,
            "context": {}}
    parser = botocore.parsers.create_parser(protocol)
    parsed = parser.parse(told, operation.output_shape)
    error = parsed["Error"]
    # SQS: our model knows the old codes of all errors, botocore's only of some.
    code_seen = error["Code"] if not shape or error.get("QueryErrorCode") != shape.error_code else shape.error_code
    wanted_code = shape.error_code if shape else code
    if (code_seen, error["Message"], answer["status"]) != (wanted_code, message, status):
        return f"{error} {answer['status']}, wanted {wanted_code} {message} {status}: {body[:300]!r}"
    if shape is None:
        return None
    found = api.model.shape_for_error_code(error["Code"])
    if found is not None and found.name != shape.name:
        # Two errors share one code: botocore itself cannot tell them apart.
        return None
    parsed = parser.parse(told, shape)
    parsed = {name: value for name, value in parsed.items() if name in shape.members and own(shape, name)}
    return differ(comparable(shape, fields), comparable(shape, drop_none(parsed)), repr(body[:400]))


def event(random, peer, api, protocol, operation):
    """We stream an event, botocore reads."""
    output = operation.output_shape
    stream = output.members[output.event_stream_name]
    name = random.choice(list(stream.members))
    shape = stream.members[name]
    value = Generator(random, protocol, "response").structure(shape, top=True) or {}
    for member, part in shape.members.items():
        if part.serialization.get("eventheader") and part.type_name == "timestamp" and member in value:
            value[member] = value[member].replace(microsecond=0)
        if part.serialization.get("eventpayload") and member not in value and part.type_name == "structure":
            # botocore reads a missing payload as an empty one.
            value[member] = {}
        if part.serialization.get("eventpayload") and member not in value:
            value[member] = b"" if part.type_name == "blob" else ""
    answer = peer.ask(**{
        "do": "event", "service": api.name, "protocol": protocol, "stream": stream.name, "event": name,
        "shape": shape.name, "value": plain(shape, value),
    })
    if "error" in answer:
        return f"{answer['error']}\n    {value}"
    message = base64.b64decode(answer["message"])
    buffer = botocore.eventstream.EventStreamBuffer()
    buffer.add_data(message)
    told = next(buffer).to_response_dict()
    parsed = botocore.parsers.create_parser(protocol)._event_stream_parser.parse(told, stream)
    if shape.metadata.get("exception"):
        said = value.get("message", value.get("Message", ""))
        got = (parsed["Error"]["Code"], parsed["Error"]["Message"])
        return None if got == (name, said) else f"{parsed}, wanted {name} {said}"
    return differ(comparable(shape, value), comparable(shape, parsed[name]), repr(message[:400]))


def own(shape, name):
    """Whether a member of an error is its own, not the code or the message that every error has."""
    header = shape.members[name].serialization.get("name", "").lower()
    return name.lower() not in ("message", "code", "type") and header != "x-amzn-errortype"


def differ(wanted, got, context):
    if wanted == got:
        return None
    names = sorted(set(wanted) | set(got))
    parts = [f"{name}: wanted {wanted.get(name)!r}, got {got.get(name)!r}"
             for name in names if wanted.get(name) != got.get(name) or (name in wanted) != (name in got)]
    return "\n    ".join(part[:600] for part in parts[:3] + [context])


KINDS = {"request": (request, 44), "response": (response, 44), "error": (failure, 10), "event": (event, 2)}


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--samples", type=int, default=20000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--bar", type=float, default=99.9, help="per cent that must agree")
    options.add_argument("--peer", help="the codec-peer binary; built with cargo when not given")
    options.add_argument("--service", action="append", help="only these services")
    options.add_argument("--misses", help="write every disagreement to this file")
    options = options.parse_args()
    peer_path = options.peer
    if not peer_path:
        subprocess.run(["cargo", "build", "-q", "-p", "bastide-codec", "--example", "codec-peer"], cwd=ROOT, check=True)
        metadata = subprocess.run(["cargo", "metadata", "--format-version", "1", "--no-deps"], cwd=ROOT, check=True,
                                  capture_output=True)
        peer_path = json.loads(metadata.stdout)["target_directory"] + "/debug/examples/codec-peer"
    peer = Peer([peer_path])
    loader = botocore.loaders.create_loader()
    known = set(loader.list_available_services("service-2"))
    packed = [service["name"] for service in peer.ask(do="services")]
    names = [name for name in options.service or packed if name in known]
    missing = sorted(set(packed) - known - {"bastide"})
    if missing:
        sys.exit(f"botocore does not know {missing}")
    apis = [Api(loader, name) for name in names]
    streams = [(api, api.model.operation_model(name)) for api in apis for name in api.operations
               if has_events(api.model.operation_model(name).output_shape)]
    source = random.Random(options.seed)
    tally, misses, started = collections.Counter(), [], time.monotonic()
    while sum(tally.values()) < options.samples:
        kind = source.choices(list(KINDS), [weight for _, weight in KINDS.values()])[0]
        api = source.choice(apis)
        operation = api.model.operation_model(source.choice(api.operations))
        if kind == "event":
            if not streams:
                continue
            api, operation = source.choice(streams)
        protocol = source.choice(api.protocols)
        try:
            miss = KINDS[kind][0](source, peer, api, protocol, operation)
        except Exception as error:  # botocore could not read what we wrote
            miss = f"{type(error).__name__}: {error}"
        if miss == "skip":
            continue
        tally[kind, miss is None] += 1
        if miss is not None:
            misses.append(f"{api.name} {protocol} {operation.name} ({kind}): {miss}")
    total, wrong = sum(tally.values()), len(misses)
    report = "\n".join(misses)
    if misses:
        print(report)
    if options.misses:
        pathlib.Path(options.misses).write_text(report + "\n" if misses else "")
    agreed = 100 * (total - wrong) / total
    parts = ", ".join(f"{kind} {tally[kind, True]}/{tally[kind, True] + tally[kind, False]}" for kind in KINDS)
    print(f"{total - wrong} of {total} agree ({agreed:.3f} %): {parts}; {len(apis)} services, seed {options.seed}, "
          f"{time.monotonic() - started:.0f} s")
    sys.exit(0 if agreed >= options.bar else 1)


if __name__ == "__main__":
    main()
