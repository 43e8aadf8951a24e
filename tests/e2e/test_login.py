"""Seed flow 2: login."""
import base64
import json
import http.cookies


def claims(token):
    payload = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))


def cookie_of(answer):
    jar = http.cookies.SimpleCookie()
    jar.load(answer.headers["Set-Cookie"])
    return jar["thenorsound_refresh"]


def test_login_gives_two_tokens_and_the_cookie(shared):
    answer = shared.client().post("/api/auth/login",
                                  {"email": "organiser@demo.example", "password": "demo-password"})
    assert answer.status == 200
    assert answer.json["expiresIn"] == 900 and answer.json["tokenType"] == "Bearer"
    cookie = cookie_of(answer)
    assert cookie.value == answer.json["refreshToken"]
    assert cookie["path"] == "/api" and cookie["max-age"] == "604800"
    assert cookie["httponly"] and cookie["samesite"] == "Strict"
    assert answer.headers["Cache-Control"] == "no-store"
    found = claims(answer.json["accessToken"])
    assert found["email"] == "organiser@demo.example" and found["roles"] == ["CustomerAdmin"]
    assert found["customerType"] == 1 and found["exp"] - found["iat"] == 900
    assert {"sub", "customerId", "sid", "jti", "iss", "aud"} <= set(found)


def test_wrong_password_and_unknown_address_are_answered_alike(shared):
    client = shared.client()
    wrong = client.post("/api/auth/login", {"email": "organiser@demo.example", "password": "not-this-one"})
    unknown = client.post("/api/auth/login", {"email": "nobody@demo.example", "password": "not-this-one"})
    assert wrong.status == unknown.status == 401
    strip = lambda error: {k: v for k, v in error.items() if k not in ("timestamp", "traceId")}
    assert strip(wrong.error) == strip(unknown.error)
    assert wrong.code == "UNAUTHORIZED" and wrong.headers["WWW-Authenticate"] == "Bearer"
    assert wrong.headers["Set-Cookie"] is None


def test_every_wrong_field_is_named(shared):
    answer = shared.client().post("/api/auth/login", {"email": 7, "extra": True})
    assert answer.status == 400 and answer.code == "VALIDATION_ERROR"
    assert answer.fields == ["email", "extra", "password"]


def test_all_five_demo_logins_work(shared):
    roles = {"admin": "Admin", "organiser": "CustomerAdmin", "organiser-user": "CustomerUser",
             "crewadmin": "CrewAdmin", "crew": "CrewUser"}
    for name, role in roles.items():
        found = shared.login(f"{name}@demo.example").ok("GET", "/api/auth/claims")
        assert found["roles"] == [role] and found["email"] == f"{name}@demo.example"


def test_refresh_rotates_and_logout_ends_the_session(shared):
    client = shared.client()
    first = client.post("/api/auth/login",
                        {"email": "organiser-user@demo.example", "password": "demo-password"}).json
    second = client.post("/api/auth/refresh", {"refreshToken": first["refreshToken"]})
    assert second.status == 200 and second.json["refreshToken"] != first["refreshToken"]
    client.token = second.json["accessToken"]
    assert client.get("/api/auth/claims").status == 200
    assert client.post("/api/auth/logout").status == 204
    assert client.get("/api/auth/claims").status == 401
    client.token = None
    again = client.post("/api/auth/refresh", {"refreshToken": second.json["refreshToken"]})
    assert again.status == 401


def test_a_lost_answer_of_refresh_may_be_asked_for_again(shared):
    client = shared.client()
    first = client.post("/api/auth/login",
                        {"email": "crew@demo.example", "password": "demo-password"}).json
    one = client.post("/api/auth/refresh", {"refreshToken": first["refreshToken"]})
    two = client.post("/api/auth/refresh", {"refreshToken": first["refreshToken"]})
    assert one.status == two.status == 200
    assert one.json["refreshToken"] == two.json["refreshToken"]
    # Once the successor has been used, the old one is a theft: the session ends.
    third = client.post("/api/auth/refresh", {"refreshToken": one.json["refreshToken"]})
    assert third.status == 200
    assert client.post("/api/auth/refresh", {"refreshToken": first["refreshToken"]}).status == 401
    assert client.post("/api/auth/refresh", {"refreshToken": third.json["refreshToken"]}).status == 401


def test_the_life_of_an_access_token_is_configured(own):
    program = own(env={"THENORSOUND_AUTH_ACCESS_MINUTES": "2"})
    answer = program.client().post("/api/auth/login", {"email": "crew@demo.example", "password": "demo-password"})
    found = claims(answer.json["accessToken"])
    assert answer.json["expiresIn"] == 120 and found["exp"] - found["iat"] == 120
