#!/usr/bin/env python3
"""Makes the OpenAPI 3.1 document of the files in api/ (api/README.md has their notation).

usage: openapi.py [FILE]    writes to FILE, or to standard output
"""
import copy
import json
import pathlib
import re
import sys

import yaml

API = pathlib.Path(__file__).resolve().parent.parent / "api"
REF = "#/components/schemas/"
# What the gateway may answer to anything, and what a service may.
ALWAYS = ["VALIDATION_ERROR", "REQUEST_TIMEOUT", "PAYLOAD_TOO_LARGE", "URI_TOO_LONG", "MISDIRECTED", "RATE_LIMITED",
          "HEADERS_TOO_LARGE", "SERVICE_ERROR"]
FROM_SERVICES = ["NOT_ACCEPTABLE", "SERVICE_UNAVAILABLE", "GATEWAY_TIMEOUT"]
NAMED_TYPES = {"time": "Time", "day": "Day", "email": "Email", "phone": "Phone"}
SIMPLE_TYPES = {"bool": {"type": "boolean"}, "number": {"type": "number"}, "int": {"type": "integer"},
                "object": {"type": "object"}, "any": {}}
FIELD = re.compile(r"^(?P<name>[A-Za-z][\w.]*)(?P<mark>[?~!^+>]*)(?P<default>=.*)?$")


class Mistake(Exception):
    """Something in api/ that makes no sense."""


def reference(name):
    return {"$ref": REF + name}


def limits(text):
    """'0..9' → (0, 9), '..9' → (None, 9), '9' → (None, 9)."""
    low, _, high = text.rpartition("..")
    return (int(low) if low else None), int(high)


def type_schema(text, optional=False):
    """The schema of a type's notation. Optional texts may be empty."""
    text = text.strip()
    if text.endswith(" or null"):
        schema = type_schema(text.removesuffix(" or null"))
        return schema | {"type": [schema["type"], "null"]}
    if text.startswith("["):
        inner, _, most = text[1:].rpartition("]")
        schema = {"type": "array", "items": type_schema(inner)}
        return schema | ({"maxItems": limits(most.strip("()"))[1]} if most else {})
    if "|" in text:
        return {"type": "string", "enum": text.split("|")}
    name, _, range_text = text.rstrip(")").partition("(")
    low, high = limits(range_text) if range_text else (None, None)
    if name in ("text", "OptionalText"):
        return reference("OptionalText" if optional or name != "text" else "Text") | {"maxLength": high or 200}
    if name == "money":
        return reference("Money") | ({"exclusiveMinimum": low, "maximum": high} if range_text else {})
    if name in NAMED_TYPES:
        return reference(NAMED_TYPES[name])
    if name in SIMPLE_TYPES:
        return SIMPLE_TYPES[name] | ({"minimum": low, "maximum": high} if range_text else {})
    if not name or not name[0].isupper():
        raise Mistake(f"{text!r} is no type")
    return reference(name)


class Field:
    """One line of a schema's fields."""

    def __init__(self, key, value, new=None, change=None):
        match = FIELD.match(key)
        if not match:
            raise Mistake(f"{key!r} is no field")
        self.name, self.mark = match["name"], match["mark"]
        self.default = yaml.safe_load(match["default"][1:]) if match["default"] else None
        self.has_default = match["default"] is not None
        self.optional = "?" in self.mark or "~" in self.mark or ">" in self.mark
        self.value, self.new, self.change = value, new or value, change or value

    def schema(self, value=None):
        value = self.value if value is None else value
        if isinstance(value, dict):
            return copy.deepcopy(value)
        kind, _, about = value.partition(";")
        schema = type_schema(kind, self.optional)
        return schema | ({"description": about.strip()} if about else {})

    def in_answer(self):
        """(schema, required), or nothing."""
        if "+" in self.mark or ">" in self.mark:
            return None
        return self.schema(), not self.optional

    def in_new(self):
        if "!" in self.mark:
            return None
        schema = self.schema(self.new)
        if self.default is not None:
            # Said in words: generators of clients take a field with `default` for one that is always sent.
            default = json.dumps(self.default)
            schema["description"] = ". ".join(filter(None, [schema.get("description"), f"Unless given: {default}."]))
        if "+" in self.mark or ">" in self.mark:
            schema["writeOnly"] = True
        return schema, not (self.optional or self.has_default)

    def in_change(self):
        if "+" in self.mark:
            return None
        schema = self.schema(self.change)
        if "!" in self.mark or "^" in self.mark:
            return schema | {"readOnly": True}, False
        if ">" in self.mark:
            schema["writeOnly"] = True
        nullable = "?" in self.mark or ">" in self.mark
        return (or_null(schema) if nullable else schema), False


def or_null(schema):
    if "$ref" not in schema:
        return schema | {"type": [schema["type"], "null"]}
    outer = {key: schema.pop(key) for key in ("description", "writeOnly") if key in schema}
    return {"anyOf": [schema, {"type": "null"}]} | outer


def object_schema(about, fields):
    """Of {name: (schema, required)}."""
    schema = {"type": "object"} | ({"description": about} if about else {})
    schema["properties"] = {name: field for name, (field, _) in fields.items()}
    required = [name for name, (_, needed) in fields.items() if needed]
    return schema | ({"required": required} if required else {})


class Description:
    def __init__(self, folder=API):
        def read(name):
            return yaml.safe_load((folder / f"{name}.yaml").read_text())
        self.common = read("api")
        self.groups = {name: read(name) for name in self.common["groups"]}
        self.sources = {}
        for part in [self.common, *self.groups.values()]:
            for name, source in part.get("schemas", {}).items():
                if name in self.sources:
                    raise Mistake(f"{name} is described twice")
                self.sources[name] = source
        self.errors = self.common["errors"]
        self.schemas = {}
        self.responses = {}

    def document(self):
        self.schemas["ErrorCode"] = {"type": "string", "enum": list(self.errors), "example": "NOT_FOUND"}
        for name, source in self.sources.items():
            self.add_schema(name, source)
        for name in list(self.schemas):
            for variant in ("New", "Change"):
                if self.is_variant(name, variant):
                    self.use_variants(self.schemas[name], variant)
        for name, schema in self.schemas.items():
            if "example" in schema:
                self.cut_example(schema["example"], schema, name.endswith("Change"))
        paths = {}
        for tag, group in self.groups.items():
            for path, item in group["paths"].items():
                paths.setdefault(path, {}).update(self.path_item(tag, path, item))
        self.close_what_is_sent(paths)
        return {
            "openapi": "3.1.0", "info": self.common["info"], "servers": [{"url": "/"}],
            "security": [{"bearer": []}],
            "tags": [{"name": tag, "description": group["about"]} for tag, group in self.groups.items()],
            "paths": paths,
            "components": {"schemas": dict(sorted(self.schemas.items())),
                           "responses": dict(sorted(self.responses.items())),
                           "headers": HEADERS, "parameters": PARAMETERS, "securitySchemes": SECURITY},
        }

    # --- Schemas ---

    def fields_of(self, source):
        fields = {}
        if "document" in source:
            id_type = source["document"]
            for key, kind in (("id!", id_type), ("version!", "Version"), ("createdAt!", "time"), ("updatedAt!", "time")):
                field = Field(key, kind)
                fields[field.name] = field
        own = {}
        for key, value in source["fields"].items():
            name = FIELD.match(key)["name"]
            field = Field(key, value, source.get("new", {}).get(name), source.get("change", {}).get(name))
            own[field.name] = field
        if "like" in source:
            fields |= self.fields_of(self.sources[source["like"]])
        return fields | own

    def add_schema(self, name, source):
        if "fields" not in source:
            self.schemas[name] = copy.deepcopy(source)
            return
        fields = self.fields_of(source)
        variants = source.get("variants")
        example = source.get("example")

        def pick(read):
            return {key: got for key, field in fields.items() if (got := read(field))}

        def example_of(schema, readable):
            kept = {key: value for key, value in (example or {}).items() if key in schema["properties"] and
                    (readable or not schema["properties"][key].get("readOnly"))}
            return schema | ({"example": copy.deepcopy(kept)} if example is not None else {})
        # Where only variants are sent, a single schema is both.
        is_shown = variants or "document" in source or "document" in self.sources.get(source.get("like"), {})
        main = pick(Field.in_answer if is_shown else Field.in_new)
        self.schemas[name] = example_of(object_schema(source.get("about"), main), True)
        if variants in (True, "new"):
            new = object_schema(source.get("about"), pick(Field.in_new))
            self.schemas["New" + name] = example_of(new, True)
        if variants in (True, "change"):
            about = "What is absent stays; null removes an optional field."
            change = object_schema(about, pick(Field.in_change))
            if "key" in source:
                change["required"] = [source["key"]]
                change["properties"][source["key"]].pop("readOnly")
            self.schemas[name + "Change"] = example_of(change, False)

    def is_variant(self, name, variant):
        base = name.removeprefix("New") if variant == "New" else name.removesuffix("Change")
        wanted = "new" if variant == "New" else "change"
        source = self.sources.get(base)
        return base != name and source is not None and source.get("variants") in (True, wanted)

    def use_variants(self, schema, variant):
        """What is sent within a POST or PUT is sent as such."""
        if isinstance(schema, list):
            for item in schema:
                self.use_variants(item, variant)
        if not isinstance(schema, dict):
            return
        name = schema.get("$ref", "").removeprefix(REF)
        for_variant = "New" + name if variant == "New" else name + "Change"
        if name and for_variant in self.schemas and self.is_variant(for_variant, variant):
            schema["$ref"] = REF + for_variant
        for key, value in schema.items():
            if key != "example":
                self.use_variants(value, variant)

    def cut_example(self, example, schema, is_sent):
        """The example of a whole thing, less what the schema doesn't have."""
        schema = self.schemas.get(schema.get("$ref", "").removeprefix(REF), schema)
        if "oneOf" in schema:
            schema = self.schemas[schema["oneOf"][0]["$ref"].removeprefix(REF)]
        if isinstance(example, list):
            for item in example:
                self.cut_example(item, schema.get("items", {}), is_sent)
        if isinstance(example, dict) and "properties" in schema:
            for name in list(example):
                field = schema["properties"].get(name)
                if field is None or is_sent and field.get("readOnly"):
                    del example[name]
                else:
                    self.cut_example(example[name], field, is_sent)

    def close_what_is_sent(self, paths):
        """Unknown fields of a body are refused; of an answer they may come to be more."""
        waiting = [operation["requestBody"]["content"]["application/json"]["schema"]
                   for item in paths.values() for operation in item.values()
                   if isinstance(operation, dict) and "requestBody" in operation]
        seen = set()
        while waiting:
            schema = waiting.pop()
            if isinstance(schema, list):
                waiting += schema
            if not isinstance(schema, dict):
                continue
            name = schema.get("$ref", "").removeprefix(REF)
            if name and name not in seen:
                seen.add(name)
                if name not in self.schemas:
                    raise Mistake(f"there is no schema {name}")
                if "properties" in self.schemas[name]:
                    self.schemas[name]["additionalProperties"] = False
                waiting.append(self.schemas[name])
            waiting += [value for key, value in schema.items() if key != "example"]

    # --- Endpoints ---

    def path_item(self, tag, path, item):
        names = re.findall(r"{(\w+)}", path)
        parameters = []
        for name in names:
            kind = item[name]
            schema = dict(kind) if isinstance(kind, dict) else reference(kind)
            about = schema.pop("description", None) or self.sources[kind]["description"]
            parameters.append({"name": name, "in": "path", "required": True, "description": about, "schema": schema})
        made = {"parameters": parameters} if parameters else {}
        for key, source in item.items():
            if key not in names:
                method, operation_id = key.split()
                made[method] = self.operation(tag, path, method, operation_id, source)
        return made

    def operation(self, tag, path, method, operation_id, source):
        unknown = set(source) - OPERATION_KEYS
        if unknown:
            raise Mistake(f"{operation_id}: {sorted(unknown)}")
        who = source["who"]
        made = {"operationId": operation_id, "tags": [tag], "summary": source["summary"]}
        for_whom = {"public": "Needs no login.", "everyone": "For everyone who is logged in."}.get(who, f"For: {who}.")
        made["description"] = "\n\n".join(filter(None, [source.get("about", "").strip(), for_whom]))
        if "security" in source or who == "public":
            made["security"] = [{} if name == "none" else {name: []} for name in source.get("security", [])]
        keyed = self.takes_key(path, method, source)
        parameters = self.query_parameters(source.get("query", {}), source.get("page"))
        parameters += [{"$ref": "#/components/parameters/IfMatch"}] if source.get("match") else []
        parameters += [{"$ref": "#/components/parameters/IdempotencyKey"}] if keyed else []
        if parameters:
            made["parameters"] = parameters
        body = source.get("body") or source.get("body?")
        if body:
            made["requestBody"] = {"required": "body" in source, "content": self.content(type_schema(body))}
        made["responses"] = self.answers(path, source) | self.refusals(path, source, body, keyed)
        return made

    @staticmethod
    def takes_key(path, method, source):
        return method == "post" and not path.startswith("/api/auth") and source.get("key", True)

    def query_parameters(self, query, paged):
        parameters = []
        for key, value in query.items():
            field = Field(key, value)
            schema = field.schema()
            parameter = {"name": field.name, "in": "query"}
            if not field.optional and not field.has_default:
                parameter["required"] = True
            if "description" in schema:
                parameter["description"] = schema.pop("description")
            if field.default is not None:
                schema["default"] = field.default
            if field.name == "q":
                parameter["description"] = "Prefixes of words; all must match."
            parameters.append(parameter | {"schema": schema})
        if paged:
            parameters += [{"$ref": f"#/components/parameters/{name}"} for name in ("PageNumber", "PageSize")]
        return parameters

    def content(self, schema, media_type="application/json"):
        content = {"schema": schema}
        example = self.example_of(schema)
        if example is not None:
            content["example"] = example
        return {media_type: content}

    def example_of(self, schema, depth=0):
        """The schema's own example, or one made of its parts."""
        if "example" in schema:
            return schema["example"]
        if "const" in schema or "enum" in schema:
            return schema.get("const", schema.get("enum", [None])[0])
        if "$ref" in schema:
            return self.example_of(self.schemas[schema["$ref"].removeprefix(REF)], depth)
        kind = schema.get("type")
        if kind == "array":
            item = self.example_of(schema["items"], depth + 1)
            return [] if item is None or depth > 2 else [item]
        if kind == "object":
            parts = {name: self.example_of(schema["properties"][name], depth + 1) for name in schema.get("required", [])}
            return {name: part for name, part in parts.items() if part is not None}
        simple = {"integer": 1, "number": 1, "boolean": True, "string": "text"}
        return simple.get(kind if isinstance(kind, str) else kind[0] if kind else "")

    def page_of(self, name):
        schema = {"type": "object", "description": "A page of a list.", "properties": {
            "items": {"type": "array", "items": reference(name), "maxItems": 200},
            "pageNumber": {"type": "integer", "minimum": 1}, "pageSize": {"type": "integer", "minimum": 1, "maximum": 200},
            "total": {"type": "integer", "minimum": 0, "description": "Of all pages."}}}
        schema["required"] = list(schema["properties"])
        example = {"items": [self.example_of(reference(name))], "pageNumber": 1, "pageSize": 50, "total": 1}
        self.schemas[f"{name}Page"] = schema | {"example": example}
        return reference(f"{name}Page")

    def answers(self, path, source):
        answers = {}
        for text in filter(None, [source["answer"], source.get("also")]):
            text = str(text)
            status, kind = (text.split(" ", 1) + [""])[:2] if text[:3].isdigit() else ("200", text)
            answer = answers.setdefault(status, {"description": ANSWERS[status], "headers": self.headers(path, source, status)})
            if "/" in kind:
                answer.setdefault("content", {})[kind] = {"schema": {"type": "string"}, "example": EXAMPLES[kind]}
                if kind in ("text/csv", "application/pdf"):
                    answer["headers"]["Content-Disposition"] = {"$ref": "#/components/headers/ContentDisposition"}
            elif kind:
                schema = self.page_of(kind.removeprefix("page of ")) if kind.startswith("page of ") else type_schema(kind)
                answer.setdefault("content", {}).update(self.content(schema))
                if self.has_version(schema):
                    answer["headers"]["ETag"] = {"$ref": "#/components/headers/ETag"}
        return answers

    def has_version(self, schema):
        named = self.schemas.get(schema.get("$ref", "").removeprefix(REF), {})
        return "version" in named.get("required", [])

    @staticmethod
    def headers(path, source, status):
        names = ["XRequestId"]
        if path.startswith("/api"):
            names.append("CacheControl")
        if source["who"] != "public" and "security" not in source:
            names.append("XAccessToken")
        if status == "201":
            names.append("Location")
        headers = {HEADER_NAMES[name]: {"$ref": f"#/components/headers/{name}"} for name in names}
        if "cookie" in source:
            headers["Set-Cookie"] = {"description": f"`thenorsound_refresh`: {source['cookie']}.", "schema": {"type": "string"}}
        return headers

    def refusals(self, path, source, body, keyed):
        codes = {code: self.errors[code][1] for code in ALWAYS}
        codes |= {code: self.errors[code][1] for code in FROM_SERVICES if path.startswith("/api")}
        if source["who"] != "public":
            codes["UNAUTHORIZED"] = self.errors["UNAUTHORIZED"][1]
        if source["who"] not in ("public", "everyone"):
            codes["FORBIDDEN"] = self.errors["FORBIDDEN"][1]
        if "{" in path:
            codes["NOT_FOUND"] = self.errors["NOT_FOUND"][1]
        if body:
            codes["UNSUPPORTED_MEDIA_TYPE"] = self.errors["UNSUPPORTED_MEDIA_TYPE"][1]
        if source.get("match"):
            codes["PRECONDITION_FAILED"] = self.errors["PRECONDITION_FAILED"][1]
        if keyed:
            codes["CONFLICT"] = "The first request with this Idempotency-Key is not finished."
            codes["IDEMPOTENCY_KEY_REUSED"] = self.errors["IDEMPOTENCY_KEY_REUSED"][1]
        for code, about in source.get("errors", {}).items():
            codes[code] = f"{about} {codes[code]}" if keyed and code == "CONFLICT" else about
        by_status = {}
        for code, about in codes.items():
            by_status.setdefault(str(self.errors[code][0]), {})[code] = about
        return {status: self.refusal(status, by_status[status]) for status in sorted(by_status)}

    def refusal(self, status, codes):
        """Refusals that mean the same everywhere are described once."""
        usual = all(about == self.errors[code][1] for code, about in codes.items())
        name = "".join(word.capitalize() for code in codes for word in code.split("_"))
        if usual and name in self.responses:
            return {"$ref": f"#/components/responses/{name}"}
        response = {
            "description": "\n".join(f"`{code}`: {about}" for code, about in codes.items()),
            "headers": {"X-Request-Id": {"$ref": "#/components/headers/XRequestIdIfKnown"}},
            "content": {"application/json": {
                "schema": reference("Error"),
                "examples": {code: {"value": self.error_example(code)} for code in codes}}},
            "x-codes": list(codes)}
        for header in REFUSAL_HEADERS.get(status, []):
            response["headers"][HEADER_NAMES[header]] = {"$ref": f"#/components/headers/{header}"}
        if not usual:
            return response
        self.responses[name] = response
        return {"$ref": f"#/components/responses/{name}"}

    def error_example(self, code):
        details = [{"field": "name", "message": "is required"}] if code == "VALIDATION_ERROR" else []
        return {"error": {"code": code, "message": self.errors[code][2], "details": details,
                          "timestamp": "2027-06-12T16:00:00Z", "traceId": "4bf92f3577b34da6a3ce929d0e0e4736"}}


OPERATION_KEYS = {"summary", "about", "who", "security", "query", "page", "body", "body?", "match", "key", "answer", "also",
                  "cookie", "errors"}
ANSWERS = {"200": "It is done, or here it is.", "201": "It is made; Location has its address.", "202": "It is taken.",
           "204": "It is done."}
EXAMPLES = {
    "text/csv": "period,from,to\r\n2027-06,2027-06-01,2027-06-30\r\n",
    "text/event-stream": ": open\n\ndata: {\"type\":\"booking.confirmed\",\"id\":\"book-06e1vk3s9d8q2m4x7c5b\"}\n\n",
    "text/html": "<!doctype html>",
    "application/pdf": "%PDF-1.7",
}
HEADER_NAMES = {"XRequestId": "X-Request-Id", "CacheControl": "Cache-Control", "XAccessToken": "X-Access-Token",
                "Location": "Location", "ETag": "ETag", "RetryAfter": "Retry-After", "WWWAuthenticate": "WWW-Authenticate",
                "RateLimitLimit": "RateLimit-Limit", "RateLimitRemaining": "RateLimit-Remaining",
                "RateLimitReset": "RateLimit-Reset", "ContentDisposition": "Content-Disposition"}
REFUSAL_HEADERS = {"401": ["WWWAuthenticate"], "409": ["RetryAfter"], "503": ["RetryAfter"],
                   "429": ["RetryAfter", "RateLimitLimit", "RateLimitRemaining", "RateLimitReset"]}


def header(about, schema=None, always=False):
    return {"description": about, "schema": schema or {"type": "string"}} | ({"required": True} if always else {})


INTEGER = {"type": "integer", "minimum": 0}
HEADERS = {
    "XRequestId": header("The request's id, as sent along or given by us; it is in our logs.", always=True),
    "XRequestIdIfKnown": header("The request's id; not where its form alone was refused."),
    "CacheControl": header("`no-store`.", {"type": "string", "const": "no-store"}, always=True),
    "XAccessToken": header("The next access token, where the gateway renewed the session."),
    "Location": header("The address of what was made.", {"type": "string", "pattern": "^/api/"}, always=True),
    "ETag": header("The version, for If-Match.", {"type": "string", "pattern": '^"\\d+"$', "example": '"7"'}, always=True),
    "RetryAfter": header("Seconds until it makes sense to try again.", INTEGER),
    "WWWAuthenticate": header("`Bearer`.", {"type": "string", "const": "Bearer"}, always=True),
    "RateLimitLimit": header("Requests a minute.", INTEGER),
    "RateLimitRemaining": header("Requests left.", INTEGER),
    "RateLimitReset": header("Seconds until there are more.", INTEGER),
    "ContentDisposition": header("The file's name."),
}
PARAMETERS = {
    "PageNumber": {"name": "pageNumber", "in": "query", "description": "From 1; past the end a page is empty.",
                   "schema": {"type": "integer", "minimum": 1, "maximum": 1000000, "default": 1}},
    "PageSize": {"name": "pageSize", "in": "query", "description": "How many on a page.",
                 "schema": {"type": "integer", "minimum": 1, "maximum": 200, "default": 50}},
    "IfMatch": {"name": "If-Match", "in": "header", "description": "The ETag that was read; 412 where it is no longer that.",
                "schema": {"type": "string", "pattern": '^(\\*|"\\d+")$', "example": '"7"'}},
    "IdempotencyKey": {"name": "Idempotency-Key", "in": "header",
                       "description": "The same key and body get the first answer again, for 24 hours.",
                       "schema": {"type": "string", "minLength": 1, "maxLength": 128, "pattern": "^[!-~]+$",
                                  "example": "7f9c24e8-3b12-4fef-91d0-5a6b7c8d9e0f"}},
}
SECURITY = {
    "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": "The access token, good for 15 minutes."},
    "refreshCookie": {"type": "apiKey", "in": "cookie", "name": "thenorsound_refresh",
                      "description": "The refresh token, of the same site only."},
}


def main():
    text = json.dumps(Description().document(), ensure_ascii=False, separators=(",", ":"))
    if len(sys.argv) > 1:
        pathlib.Path(sys.argv[1]).write_text(text)
    else:
        print(text)


if __name__ == "__main__":
    main()
