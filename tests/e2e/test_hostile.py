"""Bodies that strangers send: every POST and PUT of /openapi.json with what is wrong in every way we know. Each is
refused in the one error form, every wrong field by its name; nothing is stored, nothing fails on our side."""
import json

from hostile import (BODILESS, LIMIT, YEARS, any_text_will_do, check_form, faults, leaves, named, routes, sent_raw,
                     unchanged, with_value, world, wrong_values)

__all__ = ["faults", "unchanged", "world"]  # fixtures


def test_every_route_that_takes_a_body_is_known_here(world):
    assert world.writing() == sorted(world.bodies)


MALFORMED = {
    "not JSON": b"name=value", "one brace": b"{", "truncated": b'{"name": "x', "no value": b'{"name":}',
    "two values": b"{} {}", "trailing comma": b'{"a": 1,}', "single quotes": b"{'a': 1}", "comment": b"{} // x",
    "only spaces": b"   ", "BOM": b"\xef\xbb\xbf{}", "UTF-16": "{}".encode("utf-16"), "NUL": b"\x00",
    "NUL behind": b"{}\x00", "raw control character": b'{"a": "\x01"}', "bad escape": b'{"a": "\\x41"}',
    "invalid UTF-8": b'{"a": "\xff\xfe"}', "lone continuation": b'{"a": "\x80"}', "cut off": b'{"a": "\xc3"}',
    "overlong slash": b'{"a": "\xc0\xaf"}', "overlong of three": b'{"a": "\xe0\x80\xaf"}',
    "surrogate in UTF-8": b'{"a": "\xed\xa0\x80"}', "beyond Unicode": b'{"a": "\xf4\x90\x80\x80"}',
    "lone high surrogate": b'{"a": "\\ud800"}', "lone low surrogate": b'{"a": "\\udc00"}',
    "swapped surrogates": b'{"a": "\\udc00\\ud800"}', "duplicate key": b'{"a": 1, "a": 1}',
    "duplicate key, escaped": b'{"a": 1, "\\u0061": 2}', "duplicate key within": b'{"a": {"b": 1, "b": 2}}',
    "33 levels": b'{"a":' + b"[" * 32 + b"]" * 32 + b"}", "10,000 levels": b"[" * 10_000 + b"]" * 10_000,
    "10,000 objects": b'{"a":' * 10_000 + b"1" + b"}" * 10_000, "unclosed 10,000": b"[" * 10_000,
    "number too large": b'{"a": 1e400}', "negative too large": b'{"a": -1e400}', "NaN": b'{"a": NaN}',
    "Infinity": b'{"a": Infinity}', "hexadecimal": b'{"a": 0x10}', "leading zero": b'{"a": 01}', "plus": b'{"a": +1}',
    "digits without end": b'{"a": ' + b"9" * 400 + b"}",
}


def test_what_is_no_json_is_400_without_details(world, unchanged, faults):
    for route in routes(world):
        for what, body in MALFORMED.items():
            with faults.case(route, what):
                assert check_form(world.send(route, body), 400, "VALIDATION_ERROR")["details"] == []


def test_thirty_two_levels_are_read(world, unchanged, faults):
    for route in routes(world):
        with faults.case(route):
            deep = b'{"hostile":' + b"[" * 31 + b"]" * 31 + b"}"
            assert "hostile" in named(check_form(world.send(route, deep), 400, "VALIDATION_ERROR"))


def test_what_is_no_object_is_a_fault_of_the_empty_field(world, unchanged, faults):
    for route in routes(world):
        for body in (b"[]", b'"x"', b"3", b"null", b"true", b"[{}]", b"-0.0"):
            with faults.case(route, body):
                assert named(check_form(world.send(route, body), 400, "VALIDATION_ERROR")) == [""]


def test_routes_without_a_body_refuse_one_that_is_wrong(world, unchanged, faults):
    for route in sorted(BODILESS):
        if "/api/auth/" in route:
            continue  # a token is all they look at
        for body in (b"{", b'{"a": 1, "a": 1}', b"\xff", b"[]", b'{"hostile": 1}'):
            with faults.case(route, body):
                answer = world.send(route, body)
                check_form(answer, 400, "VALIDATION_ERROR")


def test_a_body_must_say_that_it_is_json(world, unchanged, faults):
    for route in routes(world):
        body = json.dumps(world.bodies[route])
        heads = [{"Content-Type": kind} for kind in (
            "text/plain", "application/xml", "application/x-www-form-urlencoded", "multipart/form-data", "json",
            "application/json; charset=utf-16", "application/jsonp", "", "*/*")]
        heads += [{"Content-Encoding": coding} for coding in ("gzip", "deflate", "br", "x", "gzip, gzip")]
        for head in heads:
            with faults.case(route, head):
                check_form(world.send(route, body, headers=head), 415, "UNSUPPORTED_MEDIA_TYPE")


def test_the_largest_body_and_one_byte_more(world, unchanged, faults):
    def body_of(size):
        return b'{"hostile":"' + b"x" * (size - 14) + b'"}'
    for route in routes(world):
        with faults.case(route):
            assert "hostile" in named(check_form(world.send(route, body_of(LIMIT)), 400, "VALIDATION_ERROR"))
        for size in (LIMIT + 1, 10 * LIMIT):
            with faults.case(route, size):
                check_form(sent_raw(world, route, size), 413, "PAYLOAD_TOO_LARGE")


# ---- fields

def test_a_wrong_value_in_any_field_is_named_by_its_path(world, unchanged, faults):
    for route in routes(world):
        right = world.bodies[route]
        for path, value in leaves(right):
            for wrong in wrong_values(value):
                if isinstance(wrong, str) and any_text_will_do(route, path) or (path, wrong) == (YEARS, 0.001):
                    continue
                with faults.case(route, path, repr(wrong)):
                    answer = world.send(route, with_value(right, path, wrong))
                    error = check_form(answer, 400, "VALIDATION_ERROR")
                    assert path in named(error), answer


def test_every_wrong_field_is_named_and_not_only_the_first(world, unchanged, faults):
    for route in routes(world):
        right = world.bodies[route]
        ids = {"customerId", "eventId", "crewId"}  # looked at before all other fields
        wrong = {name: ({"$ne": None} if not isinstance(value, dict) else 17) for name, value in right.items()}
        wrong |= {name: right[name] for name in ids & set(right)}
        expected = sorted((set(right) - ids) | {"hostile", "$where"})
        with faults.case(route):
            error = check_form(world.send(route, wrong | {"hostile": 1, "$where": "1"}), 400, "VALIDATION_ERROR")
            assert named(error) == expected, error
            assert len(error["details"]) == len(expected), "each once"


def test_unknown_parameters_are_refused_beside_a_body_too(world, unchanged, faults):
    for route in routes(world):
        with faults.case(route):
            method, path = route.split(" ")[0], world.address(route) + "?hostile=1"
            error = check_form(world.client(route).request(method, path, {"hostile": 2}), 400, "VALIDATION_ERROR")
            assert "hostile" in named(error), error
