"""Seed flow 4: a token that is valid, expired with and without the refresh cookie, tampered."""
import base64
import hashlib
import hmac
import json
import time

import pytest
from program import Program
from test_login import claims, cookie_of

JWT_KEY = "a-key-for-this-test-0123456789abcdef"


@pytest.fixture(scope="module")
def signed(demo_data, tmp_path_factory):
    """A program whose signing key the test knows, so that it can make expired tokens."""
    import shutil
    data = tmp_path_factory.mktemp("token") / "data"
    shutil.copytree(demo_data, data)
    program = Program(data, demo=True, env={"THENORSOUND_AUTH_JWT_KEY": JWT_KEY}).start()
    yield program
    program.stop()


def encode(part):
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode()


def sign(payload, header=None, key=JWT_KEY):
    head = encode(json.dumps(header or {"alg": "HS256", "typ": "JWT"}).encode())
    body = encode(json.dumps(payload).encode())
    signature = hmac.new(key.encode(), f"{head}.{body}".encode(), hashlib.sha256).digest()
    return f"{head}.{body}.{encode(signature)}"


def login(program):
    answer = program.client().post("/api/auth/login",
                                   {"email": "organiser@demo.example", "password": "demo-password"})
    assert answer.status == 200, answer
    return answer.json["accessToken"], cookie_of(answer).value


def expired(token):
    now = int(time.time())
    return sign(claims(token) | {"iat": now - 1800, "exp": now - 900})


def test_a_valid_token_is_let_through(signed):
    token, _ = login(signed)
    client = signed.client(token)
    assert client.get("/api/events").status == 200
    assert client.post("/api/auth/validate").json["isValid"] is True


def test_no_token(signed):
    answer = signed.client().get("/api/events")
    assert answer.status == 401 and answer.code == "UNAUTHORIZED"
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_expired_without_cookie_is_401(signed):
    token, _ = login(signed)
    client = signed.client(expired(token))
    assert client.get("/api/events").status == 401
    assert client.post("/api/auth/validate").json == {"isValid": False, "reason": "EXPIRED"}


def test_expired_with_cookie_is_refreshed_once_and_answered(signed):
    token, cookie = login(signed)
    client = signed.client(expired(token))
    answer = client.get("/api/events", headers={"Cookie": f"thenorsound_refresh={cookie}"})
    assert answer.status == 200, answer
    fresh = answer.headers["X-Access-Token"]
    assert claims(fresh)["sid"] == claims(token)["sid"] and claims(fresh)["exp"] > time.time() + 600
    assert cookie_of(answer).value != cookie
    assert signed.client(fresh).get("/api/events").status == 200


def test_expired_with_somebody_elses_cookie_is_401(signed):
    token, _ = login(signed)
    _, cookie = login(signed)  # another session
    client = signed.client(expired(token))
    answer = client.get("/api/events", headers={"Cookie": f"thenorsound_refresh={cookie}"})
    assert answer.status == 401 and answer.headers["X-Access-Token"] is None


def test_expired_with_a_cookie_that_is_none_is_401_and_cleared(signed):
    token, _ = login(signed)
    answer = signed.client(expired(token)).get(
        "/api/events", headers={"Cookie": "thenorsound_refresh=nonsense"})
    assert answer.status == 401
    assert cookie_of(answer)["max-age"] == "0"


def test_tampered_tokens_are_401_in_the_same_words(signed):
    token, cookie = login(signed)
    head, payload, signature = token.split(".")
    body = claims(token)
    now = int(time.time())
    wrong = {
        "altered payload": f"{head}.{encode(json.dumps(body | {'roles': ['Admin']}).encode())}.{signature}",
        "altered signature": f"{head}.{payload}.{signature[:-2]}{'AA' if signature[-2:] != 'AA' else 'BB'}",
        "no signature": f"{head}.{payload}.",
        "alg none": sign(body, {"alg": "none", "typ": "JWT"}),
        "alg HS512": sign(body, {"alg": "HS512", "typ": "JWT"}),
        "other key": sign(body, key="another-key-0123456789"),
        "no exp": sign({k: v for k, v in body.items() if k != "exp"}),
        "not yet valid": sign(body | {"nbf": now + 600}),
        "wrong iss": sign(body | {"iss": "somebody"}),
        "wrong aud": sign(body | {"aud": "somebody"}),
        "no token": "abc",
    }
    texts = set()
    for name, bad in wrong.items():
        answer = signed.client(bad).get("/api/events", headers={"Cookie": f"thenorsound_refresh={cookie}"})
        assert answer.status == 401, (name, answer)
        assert answer.headers["X-Access-Token"] is None, name
        texts.add(answer.error["message"])
        checked = signed.client(bad).post("/api/auth/validate")
        assert checked.json == {"isValid": False, "reason": "INVALID"}, (name, checked)
    assert len(texts) == 1


def test_identity_fields_from_outside_have_no_effect(signed):
    token, _ = login(signed)
    user = claims(token)["sub"]
    answer = signed.client(token).get("/api/auth/claims", headers={
        "X-User-Id": "usr-somebody", "X_User_Id": "usr-somebody", "X-User-Roles": "Admin",
        "X-User-CustomerId": "cust-x", "X-Internal-Credential": "gateway:guess"})
    assert answer.json["userId"] == user and answer.json["roles"] == ["CustomerAdmin"]
    assert signed.client().get("/api/auth/claims", headers={"X-User-Id": user}).status == 401
    assert signed.client(token).get("/internal/users/" + user).status == 404


def test_two_authorization_fields_are_400(signed):
    import socket
    token, _ = login(signed)
    with socket.create_connection(("127.0.0.1", signed.port)) as raw:
        raw.sendall((f"GET /api/events HTTP/1.1\r\nHost: localhost:{signed.port}\r\n"
                     f"Authorization: Bearer {token}\r\nAuthorization: Bearer {token}\r\n\r\n").encode())
        assert raw.recv(4096).startswith(b"HTTP/1.1 400 ")
