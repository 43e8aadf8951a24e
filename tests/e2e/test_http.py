"""HTTP as every endpoint speaks it: HEAD, OPTIONS, refused methods and media types, gzip, fields of every answer."""
import gzip
import json

import pytest
from program import PATIENCE
from raw_http import ask, connect, read_to_end, split_answers

PLACES = ["/", "/health", "/openapi.json", "/docs", "/api/events?pageSize=200", "/api/users/crew", "/api/catalogue",
          "/api/bookings", "/api/customers", "/api/auth/claims", "/api/events/evt-none", "/api/none", "/none"]
OF_THE_MOMENT = {"date", "x-request-id"}


def one(method, path, token=None, *fields, body=b""):
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", "Connection: close", *fields]
    lines += [f"Authorization: Bearer {token}"] if token else []
    lines += [f"Content-Length: {len(body)}"] if body else []
    return "\r\n".join(lines + ["", ""]).encode() + body


def lasting(answer):
    return {name: value for name, value in answer.headers.items() if name not in OF_THE_MOMENT}


@pytest.mark.parametrize("coding", ["identity", "gzip"])
def test_head_is_get_without_the_body(shared, organiser, coding):
    for path in PLACES:
        accepted = f"Accept-Encoding: {coding}"
        got, = ask(shared.port, one("GET", path, organiser.token, accepted))
        with connect(shared.port) as connection:
            connection.sendall(one("HEAD", path, organiser.token, accepted))
            head, = split_answers(read_to_end(connection), to_head=True)
        assert head.status == got.status, path
        if got.status < 400:  # An error tells the time.
            assert lasting(head) == lasting(got), path


def test_options_name_the_methods(shared):
    for path, allowed in (("/api/events", "GET, HEAD, OPTIONS, POST"), ("/api/events/evt-1", "DELETE, GET, HEAD, OPTIONS, PUT"),
                          ("/health", "GET, HEAD, OPTIONS"), ("*", "GET, HEAD, POST, PUT, DELETE, OPTIONS")):
        answer, = ask(shared.port, one("OPTIONS", path))
        assert answer.status == 204 and answer.text == "" and answer.headers["Allow"] == allowed, path
    answer, = ask(shared.port, one("OPTIONS", "/api/events", None, "Origin: https://other.example",
                                   "Access-Control-Request-Method: GET"))
    assert answer.status == 403


def test_refused_methods_and_media_types(shared, organiser):
    def status(method, path, *fields, body=b""):
        answer, = ask(shared.port, one(method, path, organiser.token, *fields, body=body))
        assert (answer.status == 405) == ("Allow" in answer.headers)
        return answer.status, answer.code

    assert status("PATCH", "/api/events") == (405, "METHOD_NOT_ALLOWED")
    assert status("TRACE", "/api/events") == (405, "METHOD_NOT_ALLOWED")
    assert status("PUT", "/api/users/crew") == (405, "METHOD_NOT_ALLOWED")
    assert status("DELETE", "/health") == (405, "METHOD_NOT_ALLOWED")
    assert status("BREW", "/api/events") == (501, "NOT_IMPLEMENTED")
    assert status("GET", "/api/events", "Accept: text/html") == (406, "NOT_ACCEPTABLE")
    assert status("POST", "/api/events", "Content-Type: text/plain", body=b"{}") == (415, "UNSUPPORTED_MEDIA_TYPE")
    assert status("POST", "/api/events", body=b"{}") == (415, "UNSUPPORTED_MEDIA_TYPE")


def test_expectations(shared):
    body = b'{"email": "nobody@demo.example"}'
    head = one("POST", "/api/auth/forgot-password", None, "Content-Type: application/json", "Expect: 100-continue",
               f"Content-Length: {len(body)}")
    with connect(shared.port) as connection:
        connection.sendall(head)
        assert connection.recv(65536) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(body)
        answer, = split_answers(read_to_end(connection))
    assert answer.status == 202
    answer, = ask(shared.port, one("GET", "/health", None, "Expect: something-else"))
    assert answer.status == 200
    with connect(shared.port) as connection:  # Too large: refused before it is sent.
        connection.sendall(head.replace(f"Content-Length: {len(body)}".encode(), b"Content-Length: 2000000"))
        answer, = split_answers(read_to_end(connection))
    assert answer.status == 413


def test_packed_answers_are_the_same_answers(shared, admin):
    for path in ("/openapi.json", "/docs/docs.js", "/api/users?pageSize=200"):
        plain, = ask(shared.port, one("GET", path, admin.token))
        with connect(shared.port, 20 * PATIENCE) as connection:
            connection.sendall(one("GET", path, admin.token, "Accept-Encoding: br;q=0.9, gzip"))
            head, _, packed = read_to_end(connection).partition(b"\r\n\r\n")
        assert b"\r\nContent-Encoding: gzip\r\n" in head and b"\r\nVary: Accept-Encoding\r\n" in head, path
        assert gzip.decompress(packed).decode() == plain.text, path
        assert "Content-Encoding" not in plain.headers and "Accept-Encoding" in plain.headers["Vary"]


def test_the_etag_of_a_packed_answer_can_be_used(shared, organiser):
    made = organiser.ok("POST", "/api/events", {
        "customerId": organiser.get("/api/auth/claims").json["customerId"], "name": "Packed", "location": "Lund",
        "description": "x" * 1900, "eventType": "Concert", "startDate": "2031-06-01T10:00:00Z",
        "endDate": "2031-06-01T20:00:00Z"})
    path = f"/api/events/{made['id']}"
    packed, = ask(shared.port, one("GET", path, organiser.token, "Accept-Encoding: gzip"))
    assert packed.headers["Content-Encoding"] == "gzip" and packed.headers["ETag"] == f'"{made["version"]}"'
    changed = organiser.put(path, {"name": "Packed twice"}, headers={"If-Match": packed.headers["ETag"]})
    assert changed.status == 200, changed
    late = organiser.put(path, {"name": "Too late"}, headers={"If-Match": packed.headers["ETag"]})
    assert late.status == 412


def test_the_live_stream_is_never_packed(shared, organiser):
    with connect(shared.port) as connection:
        connection.sendall(one("GET", "/api/stream", organiser.token, "Accept-Encoding: gzip, identity;q=0"))
        head = connection.recv(65536)
    assert b"text/event-stream" in head and b"Content-Encoding" not in head


def test_fields_of_every_answer(shared, organiser):
    for path in PLACES:
        answer, = ask(shared.port, one("GET", path, organiser.token))
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert "Strict-Transport-Security" not in answer.headers
        policy = dict(part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";"))
        assert policy["frame-ancestors"] == "'none'"
        assert policy["default-src"] in ("'self'", "'none'") and "script-src" not in policy
        if path.startswith("/api"):
            assert answer.headers["Cache-Control"] == "no-store" and policy["default-src"] == "'none'"
        assert answer.headers["X-Request-Id"]
        if answer.status >= 400:
            assert len(json.loads(answer.text)["error"]["traceId"]) == 32
