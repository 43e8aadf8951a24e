"""The API's description, and whether an answer is one that it describes."""
import collections
import json
import pathlib
import re
import sys
import threading
import urllib.parse

import jsonschema

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
from openapi import Description  # noqa: E402

METHODS = ("get", "post", "put", "delete")
# What the form of a request is refused with, whatever it asks for.
FORM = {"METHOD_NOT_ALLOWED", "NOT_IMPLEMENTED", "VERSION_NOT_SUPPORTED"}


class Undescribed(AssertionError):
    """An answer that the description doesn't have."""


def whole(schema, document, strict):
    """The schema without references. `strict`: an object has only the fields that are described."""
    if isinstance(schema, list):
        return [whole(item, document, strict) for item in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: value if key in ("example", "enum", "const", "default") else whole(value, document, strict)
            for key, value in schema.items() if key != "$ref"}
    if strict and isinstance(schema.get("properties"), dict) and schema.get("type") == "object":
        made.setdefault("additionalProperties", False)
    if "$ref" in schema:
        made = {"allOf": [whole(follow(schema, document), document, strict), made]}
    return made


def follow(item, document):
    while "$ref" in item:
        found = document
        for part in item["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        item = found
    return item


class Operation:
    def __init__(self, path, method, source, parameters, document):
        self.path, self.method, self.id = path, method, source["operationId"]
        self.source, self.document = source, document
        self.parameters = [follow(item, document) for item in parameters + source.get("parameters", [])]
        self.pattern = re.compile("^" + re.sub(r"{\w+}", "[^/]+", path) + "$")
        self.validators = {}

    def __repr__(self):
        return f"{self.method.upper()} {self.path}"

    def body_schema(self):
        body = self.source.get("requestBody")
        return whole(body["content"]["application/json"]["schema"], self.document, False) if body else None

    def validator(self, status, media_type, schema):
        key = (status, media_type)
        if key not in self.validators:
            self.validators[key] = jsonschema.Draft202012Validator(whole(schema, self.document, True))
        return self.validators[key]

    def check(self, answer):
        """Raises Undescribed."""
        response = self.source["responses"].get(str(answer.status))
        if response is None:
            raise Undescribed(f"{self}: status {answer.status} is not described: {answer}")
        response = follow(response, self.document)
        self.check_headers(response, answer)
        content = response.get("content", {})
        media_type = (answer.headers.get("Content-Type") or "").split(";")[0]
        if not content:
            if answer.text:
                raise Undescribed(f"{self}: a body is not described: {answer}")
            return
        if media_type not in content:
            raise Undescribed(f"{self}: {media_type!r} is not described for {answer.status}: {answer}")
        if media_type != "application/json":
            return
        body = json.loads(answer.text)
        faults = list(self.validator(answer.status, media_type, content[media_type]["schema"]).iter_errors(body))
        if faults:
            worst = jsonschema.exceptions.best_match(faults)
            raise Undescribed(f"{self}: {worst.json_path}: {worst.message}: {answer}")
        if "x-codes" in response and body["error"]["code"] not in response["x-codes"]:
            raise Undescribed(f"{self}: {body['error']['code']} is not described: {answer}")

    def check_headers(self, response, answer):
        for name, header in response.get("headers", {}).items():
            header = follow(header, self.document)
            value = answer.headers.get(name)
            if value is None:
                if header.get("required"):
                    raise Undescribed(f"{self}: {name} is missing: {answer.status} {dict(answer.headers)}")
                continue
            schema = header["schema"]
            value = int(value) if schema["type"] == "integer" and value.isdigit() else value
            if not jsonschema.Draft202012Validator(schema).is_valid(value):
                raise Undescribed(f"{self}: {name}: {value}")


class Described:
    def __init__(self, document=None):
        self.document = document or Description().document()
        self.operations = [
            Operation(path, method, item[method], item.get("parameters", []), self.document)
            for path, item in self.document["paths"].items() for method in METHODS if method in item]
        self.by_id = {operation.id: operation for operation in self.operations}

    def operation(self, method, target):
        """The operation that answers, or nothing. Fixed paths win over {…}."""
        path = urllib.parse.urlsplit(target).path
        fitting = [operation for operation in self.operations
                   if operation.method == method.lower() and operation.pattern.match(path)]
        return min(fitting, key=lambda operation: [part.startswith("{") for part in operation.path.split("/")],
                   default=None)


class Watch:
    """Holds the answers that all tests get against the description; of many alike, some."""
    EACH = 25     # of an operation's answers with one status, all; then one of
    ONE_OF = 20

    def __init__(self):
        self.described = None
        self.counts = collections.Counter()
        self.lock = threading.Lock()

    def see(self, method, target, answer):
        # Only the gateway's answers have an id; OPTIONS and the like are nobody's operation.
        if not target.startswith("/api") or not answer.headers.get("X-Request-Id"):
            return
        with self.lock:
            self.described = self.described or Described()
            operation = self.described.operation(method, target)
            if operation is None:
                return
            self.counts[operation.id, answer.status] += 1
            count = self.counts[operation.id, answer.status]
            if count <= self.EACH or count % self.ONE_OF == 0:
                operation.check(answer)
