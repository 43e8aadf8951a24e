"""Answers of a service that two parsers might read differently: a plain 503 or 504 instead, nothing of them passed
on, and the connection to the service thrown away."""
import time

import pytest
from program import PATIENCE, Program
from raw_http import Upstream, ask, connect, error_of, ok_answer, read_to_end, split_answers

pytestmark = pytest.mark.embedded

PATH = b"/api/auth/validate"
TIMEOUT_MS = int(1000 * PATIENCE)


@pytest.fixture(scope="module")
def upstream_and_port(tmp_path_factory):
    program = Program(tmp_path_factory.mktemp("gateway") / "data", targets=["gateway"],
                      env={"THENORSOUND_GATEWAY_UPSTREAM_TIMEOUT_MS": str(TIMEOUT_MS)})
    upstream = Upstream(program.port + 1)  # auth's
    program.start()
    yield upstream, program.port
    program.stop()
    upstream.close()


@pytest.fixture
def upstream(upstream_and_port):
    yield upstream_and_port[0]
    upstream_and_port[0].answer = ok_answer()


@pytest.fixture
def port(upstream_and_port):
    return upstream_and_port[1]


def post(port, method=b"POST"):
    answer, = ask(port, method + b" " + PATH + b" HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")
    return answer


def sends(answer, then_ends=False):
    def send(connection, _):
        connection.sendall(answer)
        return not then_ends
    return send


def last_connection(upstream):
    return upstream.requests[-1][0]


def keep_breaker_closed(upstream, port):
    """Two good answers for a bad one: it opens at half of them."""
    upstream.answer = ok_answer()
    for _ in range(2):
        assert post(port).status == 200


def with_fields(*lines, status=b"HTTP/1.1 200 OK", body=b"evil"):
    return status + b"\r\n" + b"".join(line + b"\r\n" for line in lines) + b"\r\n" + body


CHUNKED = b"Transfer-Encoding: chunked"
BAD = [
    ("both lengths", with_fields(b"Content-Length: 4", CHUNKED, body=b"4\r\nevil\r\n0\r\n\r\n")),
    ("both lengths, turned", with_fields(CHUNKED, b"Content-Length: 4", body=b"4\r\nevil\r\n0\r\n\r\n")),
    ("two lengths", with_fields(b"Content-Length: 4", b"Content-Length: 5")),
    ("the same length twice", with_fields(b"Content-Length: 4", b"Content-Length: 4")),
    ("a list of lengths", with_fields(b"Content-Length: 4, 4")),
    ("a negative length", with_fields(b"Content-Length: -4")),
    ("a length with a sign", with_fields(b"Content-Length: +4")),
    ("an endless length", with_fields(b"Content-Length: 99999999999999999999")),
    ("too long a body", with_fields(b"Content-Length: 8388609")),
    ("an unknown coding", with_fields(b"Transfer-Encoding: gzip")),
    ("two codings", with_fields(b"Transfer-Encoding: gzip, chunked", body=b"4\r\nevil\r\n0\r\n\r\n")),
    ("coding twice", with_fields(CHUNKED, CHUNKED, body=b"4\r\nevil\r\n0\r\n\r\n")),
    ("coding in HTTP/1.0", with_fields(CHUNKED, status=b"HTTP/1.0 200 OK", body=b"4\r\nevil\r\n0\r\n\r\n")),
    ("a bad chunk size", with_fields(CHUNKED, body=b"zz\r\nevil\r\n0\r\n\r\n")),
    ("a chunk longer than it says", with_fields(CHUNKED, body=b"2\r\nevil\r\n0\r\n\r\n")),
    ("a chunk behind LF", with_fields(CHUNKED, body=b"4\nevil\r\n0\r\n\r\n")),
    ("a trailer that says a length", with_fields(CHUNKED, body=b"4\r\nevil\r\n0\r\nContent-Length: 0\r\n\r\n")),
    ("LF alone", with_fields(b"X-A: evil", b"Content-Length: 4").replace(b"\r\n", b"\n")),
    ("LF behind a field", with_fields(b"X-A: evil\nSet-Cookie: evil=1", b"Content-Length: 4")),
    ("CR within a field", with_fields(b"X-A: evil\rSet-Cookie: evil=1", b"Content-Length: 4")),
    ("NUL within a field", with_fields(b"X-A: ev\x00il", b"Content-Length: 4")),
    ("a folded field", with_fields(b"X-A: evil\r\n evil", b"Content-Length: 4")),
    ("a field without a colon", with_fields(b"evil", b"Content-Length: 4")),
    ("a space before the colon", with_fields(b"Content-Length : 4")),
    ("a field name that is none", with_fields(b"X A: evil", b"Content-Length: 4")),
    ("101 fields", with_fields(*[b"X-%d: evil" % i for i in range(101)])),
    ("a head without end", b"HTTP/1.1 200 OK\r\n" + b"X-A: evil\r\n" * 2000),
    ("a line without end", b"HTTP/1.1 200 " + b"evil" * 5000),
    ("HTTP/2", with_fields(b"Content-Length: 4", status=b"HTTP/2 200 OK")),
    ("another protocol", b"SSH-2.0-evil\r\n\r\n"),
    ("a status of two digits", with_fields(b"Content-Length: 4", status=b"HTTP/1.1 20 OK")),
    ("a status that is no number", with_fields(b"Content-Length: 4", status=b"HTTP/1.1 2x0 OK")),
    ("status 99", with_fields(b"Content-Length: 4", status=b"HTTP/1.1 099 OK")),
    ("status 999", with_fields(b"Content-Length: 4", status=b"HTTP/1.1 999 OK")),
    ("an upgrade nobody asked for", with_fields(b"Upgrade: evil", status=b"HTTP/1.1 101 Switching Protocols")),
    ("nine interim answers", b"HTTP/1.1 100 Continue\r\n\r\n" * 9 + ok_answer(b"evil")),
]
CUT = [
    ("nothing at all", b""),
    ("half a head", b"HTTP/1.1 200 OK\r\nX-A: evil"),
    ("a body shorter than it says", with_fields(b"Content-Length: 9")),
    ("a chunk cut off", with_fields(CHUNKED, body=b"9\r\nevil")),
    ("chunks without their end", with_fields(CHUNKED, body=b"4\r\nevil\r\n")),
]


@pytest.mark.parametrize("answer, ends", [(answer, False) for answer in BAD] + [(answer, True) for answer in CUT],
                         ids=[name for name, _ in BAD + CUT])
def test_a_bad_answer_is_none(upstream, port, answer, ends):
    keep_breaker_closed(upstream, port)
    upstream.answer = sends(answer[1], ends)
    got = post(port)
    assert got.status == 503 and error_of(got)["code"] == "SERVICE_UNAVAILABLE" and got.headers["Retry-After"]
    assert "evil" not in got.text and "evil" not in str(got.headers)
    used = last_connection(upstream)
    upstream.answer = ok_answer()
    assert post(port).status == 200
    assert last_connection(upstream) != used, "the connection was used again"


def test_what_comes_behind_the_end_is_not_passed_on(upstream, port):
    for answer in (ok_answer(b"good") + ok_answer(b"evil"), with_fields(b"Content-Length: 4", body=b"goodevil"),
                   with_fields(CHUNKED, body=b"4\r\ngood\r\n0\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil")):
        upstream.answer = sends(answer)
        got = post(port)
        assert got.status == 200 and got.text == "good", answer
        used = last_connection(upstream)
        upstream.answer = ok_answer(b"next")
        assert post(port).text == "next"
        assert last_connection(upstream) != used


def test_an_answer_before_its_question_is_thrown_away(upstream, port):
    """Sent a moment after the first answer: it must not become the next question's."""
    def answer_twice(connection, _):
        connection.sendall(ok_answer(b"good"))
        time.sleep(0.05)
        connection.sendall(ok_answer(b"evil"))
    upstream.answer = answer_twice
    assert post(port).text == "good"
    used = last_connection(upstream)
    time.sleep(0.2)
    upstream.answer = ok_answer(b"next")
    assert post(port).text == "next"
    assert last_connection(upstream) != used


def test_bodies_where_none_may_be(upstream, port):
    for status in (b"204 No Content", b"304 Not Modified"):
        upstream.answer = sends(with_fields(b"Content-Length: 4", status=b"HTTP/1.1 " + status))
        got = post(port)
        assert got.status == int(status[:3]) and got.text == ""
        used = last_connection(upstream)
        upstream.answer = ok_answer(b"next")
        assert post(port).text == "next"
        assert last_connection(upstream) != used


def test_a_few_interim_answers_are_passed_over(upstream, port):
    upstream.answer = sends(b"HTTP/1.1 100 Continue\r\n\r\n" + b"HTTP/1.1 103 Early Hints\r\nLink: evil\r\n\r\n" * 3
                            + ok_answer(b"good"))
    got = post(port)
    assert got.status == 200 and got.text == "good" and "Link" not in got.headers


def test_a_body_up_to_the_end_of_the_connection(upstream, port):
    upstream.answer = sends(b"HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n{}", then_ends=True)
    got = post(port)
    assert got.status == 200 and got.text == "{}" and got.headers["Content-Length"] == "2"


def test_what_belongs_to_the_services_connection_is_not_passed_on(upstream, port):
    upstream.answer = ok_answer(b"{}", b"Connection: X-Mine\r\nX-Mine: evil\r\nKeep-Alive: evil\r\nUpgrade: evil\r\n"
                                b"Proxy-Connection: evil\r\nTrailer: evil\r\nX-Kept: yes\r\nX-Obs: caf\xe9\r\n")
    got = post(port)
    assert got.status == 200 and "evil" not in str(got.headers)
    assert got.headers["X-Kept"] == "yes" and got.headers["X-Obs"] == "caf\xe9"


def test_chunks_come_out_as_one_body_of_known_length(upstream, port):
    upstream.answer = with_fields(CHUNKED, body=b"1;a=b\r\n[\r\n2\r\n1]\r\n0\r\nX-Trailer: evil\r\n\r\n")
    got = post(port)
    assert got.text == "[1]" and got.headers["Content-Length"] == "3" and "Transfer-Encoding" not in got.headers


@pytest.mark.parametrize("first", [b"", b"HTTP/1.1 200 OK\r\nX-A: ", b"HTTP/1.1 200 OK\r\nContent-Length: 90000\r\n\r\n",
                                   b"HTTP/1.1 200 OK\r\n" + CHUNKED + b"\r\n\r\nfff\r\n"],
                         ids=["nothing", "a head", "a body", "a chunk"])
def test_what_drips_is_cut(upstream, port, first):
    keep_breaker_closed(upstream, port)

    def drip(connection, _):
        connection.sendall(first)
        end = time.monotonic() + 30 * PATIENCE
        while first and time.monotonic() < end:
            connection.sendall(b"e")
            time.sleep(0.05)
    upstream.answer = drip
    started = time.monotonic()
    got = post(port)
    took = time.monotonic() - started
    assert got.status == 504 and error_of(got)["code"] == "GATEWAY_TIMEOUT"
    assert TIMEOUT_MS / 1000 * 0.9 <= took < TIMEOUT_MS / 1000 + 5 * PATIENCE


def test_head_answers_have_the_fields_of_get_and_no_body(upstream, port):
    upstream.answer = ok_answer(b"x" * 3000, b'ETag: "7"\r\n')
    with connect(port) as connection:
        connection.sendall(b"HEAD " + PATH + b" HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
        head, = split_answers(read_to_end(connection), to_head=True)
    assert head.status == 200 and head.headers["Content-Length"] == "3000" and head.headers["ETag"] == '"7"'
    assert upstream.requests[-1][1].startswith(b"GET ")
