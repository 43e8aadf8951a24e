"""Requests that two parsers might read differently: refused, the connection closed, and not a byte of them, nor of
what follows them, reaches a service. And what does go on is framed anew."""
import pytest
from program import PATIENCE, Program
from raw_http import (Upstream, ask, body_of, connect, error_of, fields_of, ok_answer, read_to_end,
                      split_answers)

pytestmark = pytest.mark.embedded

CODES = {400: "VALIDATION_ERROR", 405: "METHOD_NOT_ALLOWED", 408: "REQUEST_TIMEOUT", 413: "PAYLOAD_TOO_LARGE",
         414: "URI_TOO_LONG", 431: "HEADERS_TOO_LARGE", 501: "NOT_IMPLEMENTED", 505: "VERSION_NOT_SUPPORTED"}
PARTNER = "https://partner.example"
PATH = b"/api/auth/validate"


@pytest.fixture(scope="module")
def upstream_and_gateway(tmp_path_factory):
    program = Program(tmp_path_factory.mktemp("gateway") / "data", targets=["gateway"],
                      env={"THENORSOUND_SERVER_HEAD_TIMEOUT_MS": str(int(1500 * PATIENCE)),
                           "THENORSOUND_SERVER_BODY_TIMEOUT_MS": str(int(1500 * PATIENCE)),
                           "THENORSOUND_GATEWAY_UPSTREAM_TIMEOUT_MS": str(int(1500 * PATIENCE)),
                           "THENORSOUND_GATEWAY_CORS_ORIGINS": PARTNER})
    upstream = Upstream(program.port + 1)  # auth's
    program.start()
    yield upstream, program
    program.stop()
    upstream.close()


@pytest.fixture
def upstream(upstream_and_gateway):
    return upstream_and_gateway[0]


@pytest.fixture
def port(upstream_and_gateway):
    return upstream_and_gateway[1].port


def good(name):
    return b"POST " + PATH + b"?good=%s HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\ngood" % name


def head(*lines, line=b"POST " + PATH + b"?evil HTTP/1.1", host=b"Host: h\r\n"):
    return line + b"\r\n" + host + b"".join(each + b"\r\n" for each in lines) + b"\r\n"


def with_target(target, host=b"Host: h\r\n"):
    return head(line=b"POST " + target + b" HTTP/1.1", host=host)


def with_field(line):
    return head(line, b"Content-Length: 4") + b"evil"


def with_length(value):
    return head(b"Content-Length:" + value) + b"evilevil"


def with_coding(value):
    return head(b"Transfer-Encoding:" + value) + b"4\r\nevil\r\n0\r\n\r\n"


def with_chunks(body):
    return head(b"Transfer-Encoding: chunked") + body


def cases():
    """(name, request, statuses that are due)"""
    line = b"POST " + PATH + b"?evil HTTP/1.1"
    for text in (b"POST", b"POST ", b"POST /evil", b"/evil HTTP/1.1", line.replace(b" ", b"  "), b" " + line,
                 line + b" ", b"\t" + line, line.replace(b" ", b"\t"), line + b" evil", line.replace(b"?", b" ?"),
                 b"\xef\xbb\xbf" + line, b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"\x00" + line,
                 b"HTTP/1.1 200 OK", b"evil: field"):
        yield f"line {text!r}", head(line=text), (400,)
    for version in (b"HTTP/1", b"HTTP/1.10", b"HTTP/01.1", b"HTTP/1.1.1", b"HTTP/ 1.1", b"http/1.1", b"HTTQ/1.1",
                    b"HTTP/1,1", b"HTTP/a.b", b"HTTP-1.1", b"HTTP/1.1\x00", b"HTTP/", b"HTTP/+1.1", b"HTTPS/1.1"):
        yield f"version {version!r}", head(line=b"POST /evil " + version), (400,)
    for version in (b"HTTP/0.9", b"HTTP/1.2", b"HTTP/2.0", b"HTTP/3.0", b"HTTP/9.9"):
        yield f"version {version!r}", head(line=b"POST /evil " + version), (505,)
    yield "HTTP/2's preface", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nevil", (505,)
    for method in (b"PO(ST", b"PO:ST", b"PO\x80ST", b"PO\x00ST", b'PO"ST', b"PO/ST", b"{POST}", b"PO,ST", b"PO\x7fST"):
        yield f"method {method!r}", head(line=method + b" /evil HTTP/1.1"), (400,)
    for target in (b"evil", b"*", b"?evil", b"/evil#evil", b"/evil\x00", b"/evil\x7f", b"/evil\xff", b"/evil\x01",
                   b"http://", b"http://u@h/evil", b"http:///evil", b"ftp://h/evil", b"https://h/evil",
                   b"http://h:99999/evil", b"http://h:/evil", b"http://other/evil", b"http://h?evil",
                   b"//h/evil", b"/a//evil", b"/a/../evil", b"/./evil", b"/evil/..", b"/evil/.", b"/%2e%2e/evil",
                   b"/%2E./evil", b"/a%2fevil", b"/a%2Fevil", b"/a%5cevil", b"/a\\evil", b"/%00evil", b"/%evil",
                   b"/%0aevil", b"/%0d%0aevil", b"/evil%", b"/evil%4", b"/%c0%aeevil", b"/%ffevil", b"/%c3%28evil",
                   b"/%ed%a0%80evil"):
        yield f"target {target!r}", with_target(target), (400,)
    for size in (8193, 12000, 15000):
        yield f"target of {size}", with_target(b"/evil".ljust(size, b"x")), (414,)
    yield "a host of its own beside another", with_target(b"http://h/evil", b"Host: other\r\n"), (400,)
    # --- Line ends ---
    whole = head(b"X-A: evil")
    yield "LF alone", whole.replace(b"\r\n", b"\n"), (400,)
    yield "LF behind the request line", whole.replace(b"\r\n", b"\n", 1), (400,)
    yield "LF behind a field", whole.replace(b"h\r\n", b"h\n"), (400,)
    yield "LF as the empty line", whole.replace(b"evil\r\n\r\n", b"evil\r\n\n"), (400,)
    yield "CR alone", whole.replace(b"\r\n", b"\r"), (400,)
    yield "CR behind a field", whole.replace(b"h\r\n", b"h\r"), (400,)
    yield "CR CR LF", whole.replace(b"h\r\n", b"h\r\r\n"), (400,)
    yield "CR CR LF CR LF", whole.replace(b"\r\n\r\n", b"\r\r\n\r\n"), (400,)
    yield "three empty lines before", b"\r\n\r\n\r\n" + whole, (400,)
    yield "LF before", b"\n" + whole, (400,)
    # --- Fields ---
    for host in (b"", b"Host: h\r\nHost: h\r\n", b"Host: h\r\nHost: evil\r\n", b"Host: h\r\nhost: h\r\n", b"Host:\r\n",
                 b"Host: h evil\r\n", b"Host: h,evil\r\n", b"Host: h/evil\r\n", b"Host: u@h\r\n", b"Host: h:evil\r\n",
                 b"Host: h:99999\r\n", b"Host: [::1\r\n", b"Host: [evil]\r\n", b"Host: h\x00\r\n", b"Host: h\xff\r\n",
                 b"Host : h\r\n", b" Host: h\r\n", b"Host: h\r\n evil\r\n", b"Host: h\r\n\tevil\r\n"):
        yield f"host {host!r}", head(host=host), (400,)
    for name in b'(),/;<=>?@[\\]{}" \t\x00\x01\x7f\x80\xff':
        yield f"field name with {bytes([name])!r}", with_field(b"X" + bytes([name]) + b"A: evil"), (400,)
    for value in b"\x00\x01\x08\x0b\x0c\x0d\x1b\x1f\x7f":
        yield f"field value with {bytes([value])!r}", with_field(b"X-A: ev" + bytes([value]) + b"il"), (400,)
    for line in (b"evil", b": evil", b"X-A : evil", b"X-A\t: evil", b" X-A: evil", b"X-A: b\r\n evil: c",
                 b"X-A: b\r\n\tevil: c", b"X-A: b\r\n \r\nX-B: evil", b"Connection: (evil)", b"Connection: e vil"):
        yield f"field {line!r}", with_field(line), (400,)
    yield "101 fields", head(*[b"X-%d: evil" % i for i in range(100)]), (431,)
    yield "a field of 17 KiB", with_field(b"X-A: evil".ljust(17 * 1024, b"x")), (431,)
    yield "a head of 20 KiB", head(*[b"X-%d: " % i + b"evil" * 80 for i in range(60)]), (431,)
    # --- Where the body ends ---
    for value in (b" +4", b" -4", b" 4,4", b" 4, 4", b" 4 4", b" 0x4", b" 4a", b"", b" ", b" 1e1", b" 4.0", b" four",
                  b" \xd9\xa4", b" 99999999999999999999", b" 18446744073709551616", b" 4\r\nContent-Length: 4",
                  b" 4\r\nContent-Length: 5", b" 4\r\ncontent-length: 0", b" 4;4", b' "4"', b" 4\x0b", b" 4\x00"):
        yield f"length {value!r}", with_length(value), (400,)
    for value in (b" 1048577", b" 9999999999", b" 18446744073709551615"):
        yield f"length {value!r}", with_length(value), (413,)
    for value in (b" identity", b" gzip", b" chunked, gzip", b" xchunked", b" chunkedx", b" chunked;q=1", b" chunk",
                  b" chunked, identity", b"", b' "chunked"', b" 'chunked'", b" chunked\x00", b" \x0bchunked",
                  b" chunked,", b" chunked\r\nTransfer-Encoding: chunked", b" chunked\r\nTransfer-Encoding: identity",
                  b" identity\r\nTransfer-Encoding: chunked", b" chunked\r\nContent-Length: 4",
                  b" chunked\r\nContent-Length: 0", b" chunked\r\nContent-Length: evil", b" chunked, evil", b" chun\r\n ked"):
        yield f"coding {value!r}", with_coding(value), (400,)
    for value in (b" gzip, chunked", b" chunked, chunked", b" ,chunked", b" evil;q=1, chunked"):
        yield f"coding {value!r}", with_coding(value), (400, 501)
    yield "length, then coding", head(b"Content-Length: 4", b"Transfer-Encoding: chunked") + b"0\r\n\r\nevil", (400,)
    yield "length, then gzip", head(b"Content-Length: 4", b"Transfer-Encoding: gzip") + b"evil", (400,)
    yield "coding with a space", head(b"Transfer-Encoding : chunked") + b"0\r\n\r\nevil", (400,)
    yield "coding with a tab", head(b"Transfer-Encoding\t: chunked") + b"0\r\n\r\nevil", (400,)
    yield "coding in HTTP/1.0", head(b"Transfer-Encoding: chunked", line=b"POST /evil HTTP/1.0") + b"0\r\n\r\n", (400,)
    # --- Chunks ---
    for body in (b"g\r\nevil\r\n0\r\n\r\n", b"-4\r\nevil\r\n0\r\n\r\n", b"+4\r\nevil\r\n0\r\n\r\n",
                 b"0x4\r\nevil\r\n0\r\n\r\n", b" 4\r\nevil\r\n0\r\n\r\n", b"4 \r\nevil\r\n0\r\n\r\n", b"\r\nevil\r\n0\r\n\r\n",
                 b"4_0\r\nevil\r\n0\r\n\r\n", b"4\nevil\r\n0\r\n\r\n", b"4\revil\r\n0\r\n\r\n", b"4\r\nevil\n0\r\n\r\n",
                 b"4\r\nevil0\r\n\r\n", b"4\r\nevilevil\r\n0\r\n\r\n", b"5\r\nevil\r\n0\r\n\r\n", b"4\r\r\nevil\r\n0\r\n\r\n",
                 b"00000000000000004\r\nevil\r\n0\r\n\r\n", b"10000000000000004\r\nevil\r\n0\r\n\r\n",
                 b"4;\x00\r\nevil\r\n0\r\n\r\n", b"4;a\nb\r\nevil\r\n0\r\n\r\n", b"4;a\r\x0b\nevil\r\n0\r\n\r\n",
                 b"4;" + b"a" * 1100 + b"\r\nevil\r\n0\r\n\r\n", b"1;" + b"a" * 600 + b"\r\ne\r\n1;" + b"a" * 600 + b"\r\nv\r\n",
                 b"4\r\nevil\r\n0\r\nContent-Length: 4\r\n\r\n", b"4\r\nevil\r\n0\r\nTransfer-Encoding: chunked\r\n\r\n",
                 b"4\r\nevil\r\n0\r\nHost: evil\r\n\r\n", b"4\r\nevil\r\n0\r\nAuthorization: evil\r\n\r\n",
                 b"4\r\nevil\r\n0\r\nevil\r\n\r\n", b"4\r\nevil\r\n0\r\nX-A: b\r\n evil\r\n\r\n",
                 b"4\r\nevil\r\n0\r\nX-A: evil\n\r\n", b"4\r\nevil\r\n0\r\nX A: evil\r\n\r\n", b"4\r\nevil\r\n0\r\n\n",
                 b"4\r\nevil\r\n0\n\r\n", b"4\r\nevil\r\n0\r\nX-A: e\x00vil\r\n\r\n"):
        yield f"chunks {body[:40]!r}", with_chunks(body), (400,)
    for body in (b"100001\r\nevil", b"FFFFFFFF\r\nevil", b"ffffffffffffffff\r\nevil", b"4\r\nevil\r\nfffff0\r\nevil"):
        yield f"chunks {body!r}", with_chunks(body), (413,)
    yield "a trailer of 17 KiB", with_chunks(b"4\r\nevil\r\n0\r\nX-A: ".ljust(17 * 1024, b"x") + b"\r\n\r\n"), (431,)


CASES = list(cases())


def check_refusal(answer, due):
    assert answer.status in due, answer
    error = error_of(answer)
    assert error["code"] == CODES[answer.status] and error["details"] == [], error
    assert "evil" not in answer.text
    assert answer.headers["Connection"] == "close"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert len(error["traceId"]) == 32 and answer.headers["X-Request-Id"]


def check(upstream, port, name, request, due, before=b"", after=b""):
    """The refusal, with good requests before and behind it."""
    seen = len(upstream.requests)
    answers = ask(port, before, request, after)
    assert [each.status for each in answers[:-1]] == ([200] if before else []), (name, answers)
    check_refusal(answers[-1], due)
    assert len(upstream.requests) == seen + (1 if before else 0), name


def test_there_are_enough_cases():
    assert len(CASES) >= 150 and len({request for _, request, _ in CASES}) == len(CASES)


@pytest.mark.parametrize("arrangement", ["alone", "behind a good one", "before a good one"])
def test_malformed_requests_are_refused_and_go_nowhere(upstream, port, arrangement):
    wrong = []
    for number, (name, request, due) in enumerate(CASES):
        before = good(b"before-%d" % number) if arrangement == "behind a good one" else b""
        after = good(b"after-%d" % number) if arrangement == "before a good one" else b""
        try:
            check(upstream, port, name, request, due, before, after)
        except AssertionError as failure:
            wrong.append(f"{name}: {str(failure)[:300]}")
    assert not wrong, f"{len(wrong)} of {len(CASES)}:\n" + "\n".join(wrong)
    received = upstream.everything()
    assert b"evil" not in received and b"after-" not in received


def test_what_never_ends_is_cut(upstream, port):
    unfinished = [head()[:-2], b"POST /ev", head(b"Content-Length: 9") + b"evil", with_chunks(b"4\r\nevil\r\n"),
                  with_chunks(b"4\r\nev"), with_chunks(b"4\r\nevil\r\n0\r\nX-A: b\r\n")]
    seen = len(upstream.requests)
    connections = [connect(port) for _ in unfinished]
    for connection, request in zip(connections, unfinished):
        connection.sendall(good(b"before") + request)
    for connection, request in zip(connections, unfinished):
        with connection:
            first, second = split_answers(read_to_end(connection))
        assert first.status == 200
        check_refusal(second, (408,))
    assert len(upstream.requests) == seen + len(unfinished)
    assert b"evil" not in upstream.everything()


def test_a_request_cut_off_goes_nowhere(upstream, port):
    for request in (head()[:-2], head(b"Content-Length: 9") + b"evil", with_chunks(b"4\r\nevil\r\n")):
        assert ask(port, request, end=True) == []
    assert b"evil" not in upstream.everything()


def test_refusals_can_be_read_by_listed_origins(port):
    """Also where what is wrong comes before Origin."""
    origin = b"Origin: " + PARTNER.encode()
    broken = [(head(b"X A: b", origin), 400), (head(origin, b"X A: b"), 400), (head(origin, line=b"GET / HTTP/2.0"), 505),
              (head(b"Content-Length: 1048577", origin), 413), (head(origin, b"Transfer-Encoding: gzip, chunked"), 501),
              (head(*[b"X-%d: a" % i for i in range(100)], origin), 431),
              (with_target(b"/" + b"x" * 8192, b"Host: h\r\n" + origin + b"\r\n"), 414)]
    for request, status in broken:
        answer, = ask(port, request)
        assert answer.status == status
        assert answer.headers["Access-Control-Allow-Origin"] == PARTNER
        assert answer.headers["X-Frame-Options"] == "DENY" and answer.headers["Referrer-Policy"] == "no-referrer"
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    answer, = ask(port, head(b"X A: b", b"Origin: https://other.example"))
    assert "Access-Control-Allow-Origin" not in answer.headers


# --- What goes on ---

def forwarded(upstream, port, request):
    answer, = ask(port, request.replace(b"Host: h\r\n", b"Host: h\r\nConnection: close\r\n", 1))
    assert answer.status == 200, answer
    return upstream.requests[-1][1]


def values(request, name):
    return [value for key, value in fields_of(request) if key.lower().replace("_", "-") == name]


def test_chunks_go_on_as_one_body_of_known_length(upstream, port):
    chunks = b'1;a="b;c"\r\n{\r\n00A;x\r\n"a": 12345\r\n1\r\n}\r\n000;last\r\nX-Trailer: t\r\nX-Checksum: c\r\n\r\n'
    for coding in (b"Transfer-Encoding: chunked", b"TRANSFER-encoding:CHUNKED", b"transfer-encoding: \t Chunked \t"):
        got = forwarded(upstream, port, head(coding) + chunks)
        assert body_of(got) == b'{"a": 12345}'
        assert values(got, "content-length") == ["12"] and values(got, "transfer-encoding") == []
        assert values(got, "x-trailer") == [] and values(got, "x-checksum") == []


def test_bodies_go_on_byte_for_byte(upstream, port):
    body = bytes(range(256)) * 4 + b"\r\n\r\nPOST /evil HTTP/1.1\r\n\r\n"
    got = forwarded(upstream, port, head(b"content-LENGTH:\t%d \t" % len(body)) + body)
    assert body_of(got) == body and values(got, "content-length") == [str(len(body))]
    assert got.startswith(b"POST /api/auth/validate?evil HTTP/1.1\r\n")


def test_only_one_request_line_and_host_go_on(upstream, port):
    got = forwarded(upstream, port, b"\r\n\r\nPOST http://h" + PATH + b"?a=%2F HTTP/1.1\r\nHost: h\r\n\r\n")
    assert got.startswith(b"POST /api/auth/validate?a=%2F HTTP/1.1\r\n")
    assert values(got, "host") == [f"127.0.0.1:{port + 1}"]


def test_what_belongs_to_the_connection_stays_here(upstream, port):
    dropped = [b"Connection: X-One, keep-alive", b"connection: x-two ,Upgrade", b"X-One: evil", b"X-TWO: evil",
               b"Keep-Alive: evil", b"Proxy-Connection: evil", b"Proxy-Authorization: evil", b"TE: evil",
               b"Trailer: evil", b"Upgrade: evil", b"Expect: evil", b"Accept-Encoding: evil",
               b"X-User-Id: evil", b"x-user-roles: evil", b"X_User_Id: evil", b"x_USER-customerId: evil",
               b"X-Internal-Credential: evil", b"X_Internal_Credential: evil", b"X-Forwarded-For: evil",
               b"X-Forwarded-Proto: evil", b"x_forwarded_host: evil", b"Forwarded: for=evil", b"X-Real-IP: evil",
               b"Content_Length: 3", b"Transfer_Encoding: evil", b"Cookie: evil=1", b"traceparent: evil",
               b"X-HTTP-Method-Override: evil"]
    kept = [b"X-Three:   a  b\t", b"x-three: c", b"X-Obs: caf\xe9", b"ACCEPT: */*", b"Accept-Language: sv"]
    got = forwarded(upstream, port, head(*dropped, *kept, line=b"POST " + PATH + b" HTTP/1.1"))
    assert [line for line in got.split(b"\r\n") if b"evil" in line] == []
    assert values(got, "x-three") == ["a  b", "c"] and values(got, "x-obs") == ["caf\xe9"]
    assert values(got, "accept") == ["*/*"] and values(got, "accept-language") == ["sv"]
    assert values(got, "x-forwarded-for") == ["127.0.0.1"] and values(got, "content-length") == ["0"]
    assert len(values(got, "x-internal-credential")) == 1 and values(got, "connection") == []


def test_a_connection_field_takes_nothing_of_ours_away(upstream, port):
    names = b"X-Internal-Credential, X-Forwarded-For, traceparent, X-Request-Id, Content-Length, Host, close"
    got = forwarded(upstream, port, head(b"Connection: " + names, b"Content-Length: 2") + b"{}")
    for name in ("x-internal-credential", "x-forwarded-for", "traceparent", "x-request-id", "content-length", "host"):
        assert len(values(got, name)) == 1, name


def test_pipelined_requests_are_answered_in_order(upstream, port):
    upstream.answer = lambda connection, request: connection.sendall(ok_answer(request.split(b" ")[1]))
    try:
        requests = [good(b"%d" % i) for i in range(60)]
        requests[20] = head(b"Transfer-Encoding: chunked", line=b"POST " + PATH + b"?good=20 HTTP/1.1") + b"1\r\na\r\n0\r\n\r\n"
        requests[-1] = requests[-1].replace(b"Host: h", b"Host: h\r\nConnection: close")
        answers = ask(port, *requests)
    finally:
        upstream.answer = ok_answer()
    assert [answer.text.split("=")[1] for answer in answers] == [str(i) for i in range(60)]
