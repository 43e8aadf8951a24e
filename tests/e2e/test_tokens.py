"""Tokens and sessions against forgery, theft and guessing, at the real program's door."""
import base64
import concurrent.futures
import hashlib
import hmac
import json
import socket
import time

import pytest
from program import DEMO_PASSWORD, PATIENCE, until
from test_login import claims, cookie_of
from test_token import JWT_KEY, encode, expired, login, sign, signed  # noqa: F401 (a fixture)

ORGANISER = "organiser@demo.example"
SOON = 2.0  # a revocation is heard within a second; some more for a busy machine


def signed_text(header, payload, key=JWT_KEY, method=hashlib.sha256):
    """A token of these texts, however odd."""
    text = encode(header.encode()) + "." + encode(payload.encode())
    return text + "." + encode(hmac.new(key.encode(), text.encode(), method).digest())


def text_of(payload, **more):
    return json.dumps(payload | more)


HEADER = '{"alg":"HS256","typ":"JWT"}'


def with_padding_bits(part):
    """The same bytes by another text: the last character's unused bits are set."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    assert len(part) % 4 in (2, 3)
    return part[:-1] + letters[letters.index(part[-1]) | 1]


def forgeries(token):
    """Name -> a token that is nearly right; the key is the server's own unless the name says else."""
    head, body, signature = token.split(".")
    right = claims(token)
    now = int(time.time())
    unsigned = encode(b'{"alg":"none","typ":"JWT"}') + "." + body + "."
    found = {
        "alg none, no signature": unsigned,
        "alg none, the old signature": unsigned + signature,
        "key of no letters": signed_text(HEADER, text_of(right), key=""),
        "another key": signed_text(HEADER, text_of(right), key="another-key-0123456789"),
        "HS384": signed_text('{"alg":"HS384","typ":"JWT"}', text_of(right), method=hashlib.sha384),
        "HS512": signed_text('{"alg":"HS512","typ":"JWT"}', text_of(right), method=hashlib.sha512),
        "SHA-512 called HS256": signed_text(HEADER, text_of(right), method=hashlib.sha512),
        "no signature": f"{head}.{body}.",
        "no dot behind": f"{head}.{body}",
        "signature alone": "..." + signature,
        "signature cut": token[:-4],
        "signature longer": token + "AAAA",
        "signature of other bits": token[:-1] + with_padding_bits(signature)[-1],
        "payload of other bits": f"{head}.{body}A.{signature}",
        "padded": token + "=",
        "four parts": token + ".x",
        "five parts, as encrypted ones have": f"{head}.{body}.{body}.{body}.{signature}",
        "empty parts": "..",
        "space inside": f"{head}. {body}.{signature}",
        "tab behind the header": f"{head}\t.{body}.{signature}",
        "plain base64": f"{head}.{base64.b64encode(json.dumps(right).encode() + b'   ').decode()}.{signature}",
        "roles made more": f"{head}.{encode(text_of(right, roles=['Admin']).encode())}.{signature}",
        "15 KiB": f"{head}.{'A' * 15_000}.{signature}",
        "no header": "." + body + "." + signature,
        "a header that is no object": signed_text('"HS256"', text_of(right)),
        "a payload that is no object": signed_text(HEADER, '["sub"]'),
        "no alg": signed_text('{"typ":"JWT"}', text_of(right)),
        "alg twice": signed_text('{"alg":"none","alg":"HS256","typ":"JWT"}', text_of(right)),
        "typ of something else": signed_text('{"alg":"HS256","typ":"at+jwt"}', text_of(right)),
        "crit": signed_text('{"alg":"HS256","crit":["exp"]}', text_of(right)),
        "unknown crit": signed_text('{"alg":"HS256","crit":["x"],"x":1}', text_of(right)),
        "b64 false": signed_text('{"alg":"HS256","b64":false,"crit":["b64"]}', text_of(right)),
        "kid of a file": signed_text('{"alg":"HS256","kid":"../../dev/null"}', text_of(right), key=""),
        "kid with the right key": signed_text('{"alg":"HS256","kid":"1"}', text_of(right)),
        "a key of its own": signed_text('{"alg":"HS256","jwk":{"kty":"oct","k":"QQ"}}', text_of(right), key="A"),
        "jku": signed_text('{"alg":"HS256","jku":"http://127.0.0.1/keys"}', text_of(right)),
        "zipped": signed_text('{"alg":"HS256","zip":"DEF"}', text_of(right)),
        "sub twice": signed_text(HEADER, text_of(right)[:-1] + ', "sub": "usr-other"}'),
        "exp twice": signed_text(HEADER, text_of(right)[:-1] + f', "exp": {now + 9000}}}'),
        "nbf ahead": signed_text(HEADER, text_of(right, nbf=now + 600)),
        "issued in the future": signed_text(HEADER, text_of(right, iat=now + 600, exp=now + 1500)),
        "exp as text": signed_text(HEADER, text_of(right, exp=str(now + 900))),
        "exp with a fraction": signed_text(HEADER, text_of(right, exp=now + 900.5)),
        "exp of the 1900s": signed_text(HEADER, text_of(right, exp=-1)),
        "exp beyond all numbers": signed_text(HEADER, text_of(right, exp=2**70)),
        "exp of the year 300000": signed_text(HEADER, text_of(right, exp=9_400_000_000_000)),
        "exp null": signed_text(HEADER, text_of(right, exp=None)),
        "wrong iss": signed_text(HEADER, text_of(right, iss="somebody")),
        "wrong aud": signed_text(HEADER, text_of(right, aud="somebody")),
        "aud as array": signed_text(HEADER, text_of(right, aud=[right["aud"], "somebody"])),
        "an unknown role": signed_text(HEADER, text_of(right, roles=["Root"])),
        "two roles": signed_text(HEADER, text_of(right, roles=["CustomerAdmin", "Admin"])),
        "roles as text": signed_text(HEADER, text_of(right, roles="Admin")),
        "sub as number": signed_text(HEADER, text_of(right, sub=1)),
        "text behind the JSON": signed_text(HEADER, text_of(right) + "{}"),
        "a BOM": signed_text(HEADER, "\ufeff" + text_of(right)),
    }
    for spelling in ("None", "NONE", "nOnE", "", " none", "none\u0000"):
        header = json.dumps({"alg": spelling, "typ": "JWT"})
        found[f"alg {spelling!r}"] = encode(header.encode()) + "." + body + "."
        found[f"alg {spelling!r}, signed"] = signed_text(header, text_of(right))
    for algorithm in ("RS256", "ES256", "PS256", "EdDSA", "hs256", "HS256 ", "HS1"):
        found[f"alg {algorithm!r}"] = signed_text(json.dumps({"alg": algorithm}), text_of(right))
    for missing in ("sub", "email", "roles", "sid", "jti", "iat", "exp", "iss", "aud"):
        found["no " + missing] = signed_text(HEADER, json.dumps({k: v for k, v in right.items() if k != missing}))
    return found


def test_near_right_tokens_are_401_in_the_same_words(signed):
    token, cookie = login(signed)
    assert signed.client(signed_text(HEADER, text_of(claims(token)))).get("/api/auth/claims").status == 200
    words = set()
    for name, bad in forgeries(token).items():
        # With the session's cookie at hand: only a token right in all but exp may be refreshed.
        got = signed.client(bad).get("/api/auth/claims", headers={"Cookie": f"thenorsound_refresh={cookie}"})
        assert got.status == 401, (name, got)
        assert got.headers["WWW-Authenticate"] == "Bearer" and got.headers["X-Access-Token"] is None, name
        words.add((got.code, got.error["message"], json.dumps(got.error["details"])))
        if bad.isprintable() and "A" * 9_000 not in bad:
            checked = signed.client(bad).post("/api/auth/validate")
            assert checked.json == {"isValid": False, "reason": "INVALID"}, (name, checked)
    none = signed.client().get("/api/auth/claims")
    late = signed.client(expired(token)).get("/api/auth/claims")
    assert words == {(each.code, each.error["message"], "[]") for each in (none, late)}


def test_the_scheme_is_in_any_case_and_no_other(signed):
    token, _ = login(signed)
    status = lambda field: signed.client().get("/api/auth/claims", headers={"Authorization": field}).status
    assert {status(f"{scheme} {token}") for scheme in ("Bearer", "bearer", "BEARER", "bEaReR")} == {200}
    for field in (token, f"Basic {token}", f"Bearer{token}", f"Bearer {token} x", "Bearer", f"Token {token}",
                  f"Bearer, {token}", f'Bearer "{token}"'):
        assert status(field) == 401, field


def raw(program, text):
    with socket.create_connection(("127.0.0.1", program.port), timeout=30 * PATIENCE) as connection:
        connection.sendall(text.encode())
        return connection.recv(65536).decode("latin-1")


def test_sizes_and_doubles(signed):
    token, _ = login(signed)
    start = f"GET /api/auth/claims HTTP/1.1\r\nHost: localhost:{signed.port}\r\n"
    assert raw(signed, start + f"Authorization: Bearer {token}\r\n\r\n").startswith("HTTP/1.1 200 ")
    for second in (f"Authorization: Bearer {token}", "authorization: Basic eDp5", "Authorization:"):
        got = raw(signed, start + f"Authorization: Bearer {token}\r\n{second}\r\n\r\n")
        assert got.startswith("HTTP/1.1 400 ") and "VALIDATION_ERROR" in got, second
    with socket.create_connection(("127.0.0.1", signed.port), timeout=30 * PATIENCE) as connection:
        try:
            connection.sendall((start + "Authorization: Bearer " + "A" * 1_000_000 + "\r\n\r\n").encode())
        except (BrokenPipeError, ConnectionResetError):
            pass  # it needn't be read to its end
        assert connection.recv(65536).startswith(b"HTTP/1.1 431 ")


def test_a_public_route_does_not_look_at_the_token(signed):
    for bad in ("nonsense", expired(login(signed)[0]), "a.b.c"):
        client = signed.client(bad)
        assert client.post("/api/auth/login", {"email": ORGANISER, "password": DEMO_PASSWORD}).status == 200
        assert client.get("/health").status == 200
        assert client.post("/api/auth/forgot-password", {"email": "nobody@demo.example"}).status == 202


# --- Sessions ---


def begin(program, email=ORGANISER, password=DEMO_PASSWORD):
    got = program.client().post("/api/auth/login", {"email": email, "password": password})
    assert got.status == 200, got
    return got.json


def refresh(program, token):
    return program.client().post("/api/auth/refresh", {"refreshToken": token})


def is_in(program, token):
    return program.client(token).get("/api/auth/claims").status == 200


def test_parallel_refreshes_get_the_same_successor(shared):
    session = begin(shared)
    with concurrent.futures.ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _: refresh(shared, session["refreshToken"]), range(10)))
    assert {each.status for each in answers} == {200}
    assert len({each.json["refreshToken"] for each in answers}) == 1
    assert answers[0].json["refreshToken"] != session["refreshToken"]


def test_a_stolen_token_ends_the_session_for_the_thief_too(shared):
    session = begin(shared)
    second = refresh(shared, session["refreshToken"]).json
    third = refresh(shared, second["refreshToken"]).json
    assert is_in(shared, third["accessToken"])
    assert refresh(shared, session["refreshToken"]).status == 401  # the oldest, used again
    assert refresh(shared, third["refreshToken"]).status == 401
    # The gateway knew the token, and hears of it.
    until("the access token is refused", lambda: not is_in(shared, third["accessToken"]), SOON)


def test_made_up_refresh_tokens_end_nothing(shared):
    session = begin(shared)
    sid, secret, tag = session["refreshToken"].split(".")
    for made_up in (f"{sid}.{secret}.{'A' * len(tag)}", f"{sid}.{'A' * len(secret)}.{tag}", sid, "", "..",
                    session["refreshToken"] + "x", session["accessToken"], "A" * 5_000):
        assert refresh(shared, made_up).status in (400, 401), made_up
    assert refresh(shared, session["refreshToken"]).status == 200


def test_sessions_are_listed_and_one_is_ended_at_once(shared):
    mine, other = begin(shared, "crewadmin@demo.example"), begin(shared, "crewadmin@demo.example")
    client = shared.client(mine["accessToken"])
    listed = client.all_items("/api/auth/sessions")
    sids = {claims(each["accessToken"])["sid"] for each in (mine, other)}
    assert sids <= {each["sid"] for each in listed}
    assert [each["sid"] for each in listed if each["current"]] == [claims(mine["accessToken"])["sid"]]
    assert is_in(shared, other["accessToken"])
    ended = claims(other["accessToken"])["sid"]
    assert client.delete("/api/auth/sessions/" + ended).status == 204
    assert not is_in(shared, other["accessToken"])  # through the same gateway: by the next request
    assert refresh(shared, other["refreshToken"]).status == 401
    assert is_in(shared, mine["accessToken"])
    assert client.delete("/api/auth/sessions/" + ended).status == 404
    foreign = claims(begin(shared)["accessToken"])["sid"]
    assert client.delete("/api/auth/sessions/" + foreign).status == 403


def make_user(shared, admin, **more):
    """A CustomerUser of the demo organiser with a password."""
    company = claims(begin(shared)["accessToken"])["customerId"]
    body = {"email": f"guard-{time.time_ns()}@example.com", "password": "guarded-password", "firstName": "G",
            "lastName": "D", "userType": 2, "role": 3, "customerId": company} | more
    return body | admin.ok("POST", "/api/users", body, status=201)


CHANGES = {"role": {"role": 2}, "isActive": {"isActive": False}, "deletion": None}


@pytest.mark.parametrize("what", CHANGES)
def test_what_a_login_rests_on_changing_ends_it_at_once(shared, admin, what):
    user = make_user(shared, admin)
    session = begin(shared, user["email"], "guarded-password")
    assert is_in(shared, session["accessToken"])
    path = "/api/users/" + user["id"]
    if CHANGES[what] is None:
        assert admin.delete(path).status == 204
    else:
        assert admin.put(path, CHANGES[what]).status == 200
    until("the session is over", lambda: not is_in(shared, session["accessToken"]), SOON)
    assert refresh(shared, session["refreshToken"]).status == 401
    again = shared.client().post("/api/auth/login", {"email": user["email"], "password": "guarded-password"})
    assert again.status == (200 if what == "role" else 401)
    if what == "role":
        assert claims(again.json["accessToken"])["roles"] == ["CustomerAdmin"]


def test_other_changes_leave_the_login_alone(shared, admin):
    user = make_user(shared, admin)
    session = begin(shared, user["email"], "guarded-password")
    assert admin.put("/api/users/" + user["id"], {"firstName": "Gunnel"}).status == 200
    time.sleep(0.5)
    assert is_in(shared, session["accessToken"])


def test_a_new_password_ends_the_other_sessions(shared, admin):
    user = make_user(shared, admin)
    mine, other = (begin(shared, user["email"], "guarded-password") for _ in range(2))
    assert is_in(shared, other["accessToken"])
    body = {"currentPassword": "guarded-password", "newPassword": "another-password"}
    assert shared.client(mine["accessToken"]).post("/api/auth/change-password", body).status == 200
    assert is_in(shared, mine["accessToken"]) and not is_in(shared, other["accessToken"])
    assert refresh(shared, other["refreshToken"]).status == 401
    assert refresh(shared, mine["refreshToken"]).status == 200
    login = lambda password: shared.client().post("/api/auth/login", {"email": user["email"], "password": password})
    assert login("guarded-password").status == 401 and login("another-password").status == 200


# --- Cookies ---


def test_the_cookies_attributes(shared):
    got = shared.client().post("/api/auth/login", {"email": ORGANISER, "password": DEMO_PASSWORD})
    token = got.json["refreshToken"]
    expected = f"thenorsound_refresh={token}; Path=/api; Max-Age=604800; HttpOnly; SameSite=Strict"
    assert got.headers.get_all("Set-Cookie") == [expected]
    cleared = shared.client().post("/api/auth/logout", headers={"Cookie": f"thenorsound_refresh={token}"})
    assert cleared.status == 204
    assert cleared.headers["Set-Cookie"] == \
        "thenorsound_refresh=; Path=/api; Max-Age=0; HttpOnly; SameSite=Strict"


@pytest.mark.parametrize("url, secure", [
    ("https://localhost:5000", True), ("http://localhost.evil.example", True), ("http://localhost", False)])
def test_the_cookie_is_secure_unless_plain_http_on_localhost(own, url, secure):
    program = own(env={"THENORSOUND_GATEWAY_PUBLIC_URL": url})
    got = program.client().post("/api/auth/login", {"email": ORGANISER, "password": DEMO_PASSWORD})
    assert got.headers["Set-Cookie"].endswith("; Secure") is secure
    cookie = f"thenorsound_refresh={got.json['refreshToken']}"
    program.client().post("/api/auth/logout", headers={"Cookie": cookie})
    gone = program.client().post("/api/auth/refresh", headers={"Cookie": cookie})
    assert gone.status == 401 and gone.headers["Set-Cookie"].endswith("; Secure") is secure


FOREIGN = [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"},
           {"Origin": "http://localhost.evil.example"}, {"Sec-Fetch-Site": "Cross-Site"}]


@pytest.mark.parametrize("fields", FOREIGN, ids=str)
def test_a_page_from_elsewhere_cannot_use_the_cookie(signed, fields):
    token, cookie = login(signed)
    with_cookie = fields | {"Cookie": f"thenorsound_refresh={cookie}"}
    client = signed.client()
    for path, body in (("login", {"email": ORGANISER, "password": DEMO_PASSWORD}), ("refresh", None), ("logout", None)):
        got = client.post("/api/auth/" + path, body, headers=with_cookie)
        assert (got.status, got.code) == (403, "FORBIDDEN"), path
        assert got.headers["Set-Cookie"] is None
    # Elsewhere it is ignored: no refresh, and nothing is cleared.
    got = signed.client(expired(token)).get("/api/events", headers=with_cookie)
    assert got.status == 401 and got.headers["X-Access-Token"] is None and got.headers["Set-Cookie"] is None
    assert signed.client(token).get("/api/events", headers=with_cookie).status == 200
    # Nothing of this used the cookie up.
    ours = {"Cookie": f"thenorsound_refresh={cookie}", "Origin": f"http://localhost:{signed.port}",
            "Sec-Fetch-Site": "same-origin"}
    assert client.post("/api/auth/refresh", headers=ours).status == 200
