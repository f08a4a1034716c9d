"""Random values of botocore shapes, and one comparable form for what botocore and our codec say of them."""

import base64
import datetime
import json
import math
import struct

UTC = datetime.timezone.utc
WORDS = ["a", "b1", "Zed", "arn:aws:iam::123456789012:user/x", "x y", "q=1&r=2", "50%", "a+b", "<t>&amp;\"'", "é", "日本",
         "🙂", "line\nbreak", "tab\there", "semi;colon", "back\\slash", "{\"k\": [1]}", "comma, dot.", " edges "]
CONTROLS = ["\r\n", "\x0b", "\x7f", "\u2028"]
HEADER_WORDS = ["a", "b-1", "Zed", "x y", "50%", "a+b", "k=v", "/path/to", "semi;colon", "AES256"]


class Generator:
    """Makes parameters that a botocore client accepts and that the protocol can carry at all."""

    def __init__(self, random, protocol, side):
        self.random = random
        self.protocol = protocol
        # "request" or "response"
        self.side = side
        self.forms = protocol in ("query", "ec2")
        self.xml = protocol == "rest-xml" or (self.forms and side == "response")
        self.empties = protocol in ("json", "smithy-rpc-v2-cbor", "rest-json")

    def structure(self, shape, depth=0, top=False):
        """The members of a structure; None where nothing can be said that the wire would show."""
        members = list(shape.members.items())
        if shape.metadata.get("union"):
            members = [self.random.choice(members)] if members else []
            chosen = dict(members)
        else:
            chance = 0.75 if depth < 2 else 0.35 if depth < 4 else 0.0
            required = set(shape.required_members)
            chosen = {name: member for name, member in members
                      if name in required and depth < 7 or self.always(member, top) or self.random.random() < chance}
        value = {}
        for name, member in chosen.items():
            # botocore's own additions to S3's model turn this text into a time; the wire, and our model, have text.
            if member.serialization.get("eventstream") or member.name in ("Expires", "ExpiresString"):
                continue
            made = self.member(member, depth, top)
            if made is not None:
                value[name] = made
        if shape.metadata.get("union") and not value:
            return None
        if not value and not top and not self.empties and not (self.xml and self.side == "response"):
            return None
        return value

    def always(self, shape, top):
        """Every answer has a status."""
        return top and self.side == "response" and shape.serialization.get("location") == "statusCode"

    def member(self, shape, depth, top):
        location = shape.serialization.get("location") if top else None
        if location == "statusCode":
            return self.random.choice([200, 201, 206])
        if location in ("header", "headers"):
            return self.header(shape, location)
        if location == "uri" and self.side == "request":
            return self.label(shape)
        return self.any(shape, depth + 1, location)

    def label(self, shape):
        if shape.type_name == "string":
            if shape.enum:
                return self.random.choice(shape.enum)
            if shape.serialization.get("hostLabel") or shape.name in ("AccountId",):
                return "123456789012"
            return self.random.choice(["name", "a b", "é", "x/y", "arn:aws:s3:::b/c", "50%25", "a+b", "k~v", "..", "$x"])
        return self.any(shape, 9, "uri")

    def header(self, shape, location):
        if location == "headers":
            return {f"k{at}-x": self.random.choice(HEADER_WORDS) for at in range(self.random.randint(1, 3))}
        if shape.serialization.get("jsonvalue"):
            return {"k": [1, "é"]}
        if shape.type_name == "list":
            return [self.header(shape.member, "item") for _ in range(self.random.randint(1, 3))]
        if shape.type_name == "string":
            if shape.enum:
                return self.random.choice(shape.enum)
            if shape.serialization.get("hostLabel") or shape.serialization.get("name") == "x-amz-account-id":
                return "123456789012"
            return self.random.choice(HEADER_WORDS)
        if shape.type_name == "timestamp":
            return self.timestamp(whole=True)
        return self.any(shape, 9, location)

    def any(self, shape, depth, location=None):
        kind = shape.type_name
        if shape.metadata.get("document"):
            return self.document(2)
        if kind == "structure":
            return None if depth > 7 else self.structure(shape, depth)
        if kind == "list":
            return self.list(shape, depth, location)
        if kind == "map":
            return self.map(shape, depth, location)
        if kind in ("string", "character"):
            return self.string(shape)
        if kind == "blob":
            length = self.random.choice([0, 1, 2, 3, 10, 100]) if self.empties else self.random.choice([1, 2, 3, 10, 100])
            return self.random.randbytes(length)
        if kind == "boolean":
            return self.random.random() < 0.5
        if kind == "integer":
            return self.random.choice([0, 1, -1, 7, 2**31 - 1, -(2**31), self.random.randint(-1000, 1000)])
        if kind == "long":
            return self.random.choice([0, 1, -1, 2**53 + 1, 2**63 - 1, -(2**63), self.random.randint(-10**12, 10**12)])
        if kind in ("float", "double"):
            special = self.random.random() < 0.1
            number = self.random.choice([math.inf, -math.inf, math.nan]) if special else self.random.uniform(-1e6, 1e6)
            if not special and self.random.random() < 0.3:
                number = float(int(number))
            return struct.unpack(">f", struct.pack(">f", number))[0] if kind == "float" else number
        if kind == "timestamp":
            return self.timestamp(shape.serialization.get("timestampFormat") == "rfc822")
        raise ValueError(kind)

    def timestamp(self, whole):
        seconds = self.random.choice([0, 1, 1422172800, 1700000000, self.random.randint(0, 4102444800)])
        millis = 0 if whole or self.random.random() < 0.5 else self.random.randint(1, 999)
        return datetime.datetime.fromtimestamp(seconds, UTC).replace(microsecond=millis * 1000)

    def string(self, shape):
        if shape.enum:
            return self.random.choice(shape.enum)
        words = WORDS if self.xml else WORDS + CONTROLS
        if self.protocol == "json" and self.side == "response":
            words = words + ["\x00"]
        if self.random.random() < 0.05 and not self.xml:
            return ""
        return "".join(self.random.choice(words) for _ in range(self.random.randint(1, 3)))

    def list(self, shape, depth, location):
        if depth > 6:
            return None
        least = 0 if self.empties and location is None else 1
        made = (self.any(shape.member, depth + 1) for _ in range(self.random.randint(least, 3)))
        items = [item for item in made if item is not None]
        return items if items or least == 0 else None

    def map(self, shape, depth, location):
        if depth > 6:
            return None
        least = 0 if self.empties and location is None else 1
        made = {}
        for _ in range(self.random.randint(least, 3)):
            value = self.any(shape.value, depth + 1)
            if value is not None:
                key = f"map-{self.random.randint(0, 99)}" if location else self.any(shape.key, depth + 1)
                made[key] = value
        return made if made or least == 0 else None

    def document(self, depth):
        leaves = [None, True, False, 0, -5, 1.5, "text é", ""]
        if depth == 0 or self.random.random() < 0.4:
            return self.random.choice(leaves[1:] if depth == 2 else leaves)
        if self.random.random() < 0.5:
            return [self.document(depth - 1) for _ in range(self.random.randint(0, 2))]
        return {f"k{at}": self.document(depth - 1) for at in range(self.random.randint(0, 2))}


def plain(shape, value):
    """A value of ours to make: as the peer reads it."""
    return _convert(shape, value, lambda data: base64.b64encode(data).decode(), lambda at: at.timestamp())


def _convert(shape, value, blob, timestamp):
    if value is None:
        return None
    if shape.metadata.get("document"):
        return value
    kind = shape.type_name
    if kind == "structure":
        return {name: _convert(shape.members[name], item, blob, timestamp) for name, item in value.items()
                if name in shape.members}
    if kind == "list":
        return [_convert(shape.member, item, blob, timestamp) for item in value]
    if kind == "map":
        return {key: _convert(shape.value, item, blob, timestamp) for key, item in value.items()}
    if kind == "blob":
        return blob(value.encode() if isinstance(value, str) else bytes(value))
    if kind == "timestamp":
        return timestamp(value)
    if kind in ("float", "double"):
        number = float(value)
        if math.isnan(number):
            return "NaN"
        if math.isinf(number):
            return "Infinity" if number > 0 else "-Infinity"
        return number
    if kind in ("string", "character") and isinstance(value, (dict, list)):
        # A JSON header: botocore takes the value, we carry its text.
        return json.dumps(value, sort_keys=True)
    return value


def comparable(shape, value):
    """What botocore made or parsed: blobs as base64, times as milliseconds."""
    millis = lambda at: round(at.timestamp() * 1000)
    return _convert(shape, value, lambda data: base64.b64encode(data).decode(), millis)


def comparable_ours(shape, value):
    """What our codec said, in the same form."""
    if value is None:
        return None
    if shape.metadata.get("document"):
        return value
    kind = shape.type_name
    if kind == "structure":
        return {name: comparable_ours(shape.members[name], item) for name, item in value.items()}
    if kind == "list":
        return [comparable_ours(shape.member, item) for item in value]
    if kind == "map":
        return {key: comparable_ours(shape.value, item) for key, item in value.items()}
    if kind == "timestamp":
        return round(value * 1000)
    if kind in ("float", "double"):
        return value if isinstance(value, str) else float(value)
    if shape.serialization.get("jsonvalue"):
        return json.dumps(json.loads(value), sort_keys=True)
    return value
