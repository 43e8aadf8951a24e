"""TLS at the gateway: what it speaks, what it refuses, and certificates renewed while it runs."""
import json
import shutil
import signal
import socket
import ssl
import subprocess
import threading
import time
import warnings

import pytest
from program import DEMO_PASSWORD, PATIENCE, Program, until
from raw_http import split_answers


def make_pair(folder, name):
    """A self-signed certificate for localhost; (certificate, key)."""
    certificate, key = folder / f"{name}.pem", folder / f"{name}.key"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                    "-days", "2", "-subj", f"/CN={name}", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
                    "-keyout", key, "-out", certificate], check=True, capture_output=True)
    return certificate, key


class Site:
    """A program behind TLS, and the pair it uses, which may be replaced."""

    def __init__(self, folder, demo_data=None, env=None):
        folder.mkdir(exist_ok=True)
        self.folder = folder
        self.made = 0
        self.trusted = []
        self.certificate, self.key = folder / "tls.pem", folder / "tls.key"
        self.install(self.new_pair())
        if demo_data:
            shutil.copytree(demo_data, folder / "data")
        self.program = Program(folder / "data", demo=True,
                               env={"THENORSOUND_GATEWAY_TLS_CERTIFICATE": str(self.certificate),
                                    "THENORSOUND_GATEWAY_TLS_KEY": str(self.key)} | (env or {}))

    def new_pair(self):
        self.made += 1
        pair = make_pair(self.folder, f"pair{self.made}")
        self.trusted.append(pair[0].read_text())
        return pair

    def install(self, pair):
        shutil.copy(pair[1], self.key)
        shutil.copy(pair[0], self.certificate)

    def context(self, **settings):
        context = ssl.create_default_context(cadata="".join(self.trusted))
        for name, value in settings.items():
            setattr(context, name, value)
        return context

    def connect(self, context=None, timeout=20):
        plain = socket.create_connection(("127.0.0.1", self.program.port), timeout=timeout * PATIENCE)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return (context or self.context()).wrap_socket(plain, server_hostname="localhost", suppress_ragged_eofs=False)

    def ask(self, *requests, context=None):
        """Sends all at once on a new connection; the answers up to its end, which has to be a clean one."""
        with self.connect(context) as connection:
            connection.sendall(b"".join(requests))
            return split_answers(read_to_end(connection))

    def serial(self):
        with self.connect() as connection:
            return connection.getpeercert()["serialNumber"]


def read_to_end(connection):
    received = bytearray()
    while piece := connection.recv(65536):
        received += piece
    return bytes(received)


def request(method, path, body=None, token=None, close=True):
    data = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost"]
    lines += [f"Content-Length: {len(data)}", "Content-Type: application/json"] if body is not None else []
    lines += [f"Authorization: Bearer {token}"] if token else []
    lines += ["Connection: close"] if close else []
    return "\r\n".join(lines + ["", ""]).encode() + data


@pytest.fixture(scope="module")
def site(demo_data, tmp_path_factory):
    made = Site(tmp_path_factory.mktemp("site"), demo_data, {"THENORSOUND_SERVER_HEAD_TIMEOUT_MS": "1500"})
    made.program.start()
    yield made
    made.program.stop()


def login(site, email="organiser@demo.example"):
    answer, = site.ask(request("POST", "/api/auth/login", {"email": email, "password": DEMO_PASSWORD}))
    assert answer.status == 200, answer
    return answer.json["accessToken"], answer


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_speaks_tls_1_2_and_1_3(site, version):
    context = site.context(minimum_version=version, maximum_version=version)
    context.set_alpn_protocols(["h2", "http/1.1"])
    with site.connect(context) as connection:
        assert connection.version() == {ssl.TLSVersion.TLSv1_2: "TLSv1.2", ssl.TLSVersion.TLSv1_3: "TLSv1.3"}[version]
        assert connection.selected_alpn_protocol() == "http/1.1"
        name, _, bits = connection.cipher()
        assert bits >= 128 and ("GCM" in name or "POLY1305" in name), name
        connection.sendall(request("GET", "/health"))
        answer, = split_answers(read_to_end(connection))
    assert answer.status == 200
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"


def test_older_versions_and_weak_ciphers_are_refused(site):
    for name, settings, ciphers in (
            ("TLS 1.1", {"minimum_version": ssl.TLSVersion.TLSv1, "maximum_version": ssl.TLSVersion.TLSv1_1},
             "ALL:@SECLEVEL=0"),
            ("CBC", {"maximum_version": ssl.TLSVersion.TLSv1_2}, "ECDHE-ECDSA-AES128-SHA256"),
            ("no forward secrecy", {"maximum_version": ssl.TLSVersion.TLSv1_2}, "AES128-GCM-SHA256")):
        context = site.context()
        context.set_ciphers(ciphers)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            for key, value in settings.items():
                setattr(context, key, value)
        with pytest.raises(ssl.SSLError):
            site.connect(context)
            pytest.fail(f"{name} was accepted")


def test_a_client_that_speaks_no_http_1_1_is_told_so(site):
    context = site.context()
    context.set_alpn_protocols(["h2"])
    with pytest.raises(ssl.SSLError, match="(?i)alert"):
        site.connect(context)


def test_plain_http_gets_a_clean_end(site):
    with socket.create_connection(("127.0.0.1", site.program.port), timeout=20 * PATIENCE) as connection:
        connection.sendall(request("GET", "/health"))
        received = read_to_end(connection)  # A reset would raise.
    assert b"HTTP/1" not in received and len(received) < 100


def test_a_slow_handshake_is_cut_and_holds_up_nobody(site):
    started = time.monotonic()
    silent = [socket.create_connection(("127.0.0.1", site.program.port), timeout=20 * PATIENCE) for _ in range(20)]
    for connection in silent[10:]:
        connection.sendall(b"\x16\x03\x01\x02\x00\x01")  # the beginning of a greeting
    answer, = site.ask(request("GET", "/health"))
    assert answer.status == 200
    for connection in silent:
        with connection:
            assert read_to_end(connection) == b""
    assert 1 <= time.monotonic() - started < 10 * PATIENCE


def test_cookies_and_pages_know_that_it_is_https(site):
    _, answer = login(site)
    assert "; Secure" in answer.headers["Set-Cookie"]
    refused, = site.ask(request("GET", "/api/events"))
    assert refused.status == 401 and refused.headers["Strict-Transport-Security"]


def test_bodies_up_to_the_limit(site):
    text = json.dumps({"email": "a@b.example", "password": ""}).encode()
    largest = text[:-2] + b"x" * (1_048_576 - len(text)) + text[-2:]
    answer, = site.ask(request("POST", "/api/auth/login", largest))
    assert len(largest) == 1_048_576 and answer.status in (400, 401), answer
    answer, = site.ask(request("POST", "/api/auth/login", largest + b" "))
    assert answer.status == 413


def test_large_answers_arrive_whole(site):
    token, _ = login(site, "admin@demo.example")
    answer, = site.ask(request("GET", "/api/users?pageSize=200", token=token))
    assert answer.status == 200 and len(answer.text) > 40_000 and len(answer.json["items"]) > 30


def test_pipelined_requests_are_answered_in_order(site):
    paths = [f"/nothing/{i}" if i % 3 else "/health" for i in range(100)]
    answers = site.ask(*[request("GET", path, close=False) for path in paths[:-1]], request("GET", paths[-1]))
    assert [answer.status for answer in answers] == [404 if i % 3 else 200 for i in range(100)]


def test_the_live_stream_comes_through(site):
    token, _ = login(site)
    me, = site.ask(request("GET", "/api/auth/claims", token=token))
    with site.connect() as connection:
        connection.sendall(request("GET", "/api/stream", token=token, close=False))
        received = connection.recv(65536)
        assert b"text/event-stream" in received
        made, = site.ask(request("POST", "/api/events", {
            "customerId": me.json["customerId"], "name": "TLS Live", "location": "Malmö", "eventType": "Concert",
            "startDate": "2031-05-01T10:00:00Z", "endDate": "2031-05-01T20:00:00Z"}, token=token))
        assert made.status == 201, made
        while made.json["id"].encode() not in received:
            received += connection.recv(65536)
    assert b"event.created" in received


def test_a_renewed_certificate_is_taken_over_without_a_break(demo_data, tmp_path):
    site = Site(tmp_path / "renewed", demo_data)
    site.program.start()
    stop, done, wrong = threading.Event(), [0, 0], []

    def keep_asking(number, fresh):
        try:
            connection = None
            while not stop.is_set():
                connection = connection or site.connect()
                connection.sendall(request("GET", "/health", close=False))
                received = connection.recv(65536)
                assert received.startswith(b"HTTP/1.1 200"), received
                done[number % 2] += 1
                if fresh:
                    connection.close()
                    connection = None
        except (OSError, AssertionError) as failure:
            wrong.append(repr(failure))

    try:
        first = site.serial()
        pair = site.new_pair()  # Trusted by the clients before it is in use.
        threads = [threading.Thread(target=keep_asking, args=(i, i % 2 == 1)) for i in range(4)]
        for thread in threads:
            thread.start()
        site.install(pair)
        until("the new certificate is in use", lambda: site.serial() != first, 20)
        second = site.serial()

        site.key.write_text("no key at all")
        site.program.process.send_signal(signal.SIGHUP)
        until("the broken pair is reported", lambda: "new TLS certificate refused" in site.program.printed(), 10)
        assert site.serial() == second

        before = list(done)
        until("both kinds of clients still are served", lambda: all(b > a + 5 for a, b in zip(before, done)), 20)
        stop.set()
        for thread in threads:
            thread.join()
        assert wrong == []

        third = site.new_pair()
        site.install(third)
        site.program.process.send_signal(signal.SIGHUP)
        until("SIGHUP is heard", lambda: site.serial() != second, 10)
    finally:
        stop.set()
        site.program.stop()
    assert "PRIVATE KEY" not in site.program.printed()


@pytest.mark.embedded
def test_what_can_not_work_is_said_at_the_start(tmp_path):
    certificate, _ = make_pair(tmp_path, "one")
    _, other_key = make_pair(tmp_path, "two")
    for key, said in ((other_key, "another certificate's"), (tmp_path / "none.key", "cannot read")):
        program = Program(tmp_path / "data", env={"THENORSOUND_GATEWAY_TLS_CERTIFICATE": str(certificate),
                                                  "THENORSOUND_GATEWAY_TLS_KEY": str(key)})
        program.start(wait=False)
        assert program.wait_end() == 1
        assert said in program.printed()
    for env in ({"THENORSOUND_GATEWAY_TLS_CERTIFICATE": str(certificate)},
                {"THENORSOUND_GATEWAY_TLS_CERTIFICATE": str(certificate), "THENORSOUND_GATEWAY_TLS_KEY": str(other_key),
                 "THENORSOUND_GATEWAY_PUBLIC_URL": "http://app.example"}):
        program = Program(tmp_path / "data", env=env)
        program.start(wait=False)
        assert program.wait_end() == 1
