"""Logins: forms and answers, sessions, invitation and reset with their mails, a change of mail."""
import email
import email.policy
import os
import pathlib
import re
import time

import pytest
from program import until
from rules import World, mail, make_login, make_person, refused, whole

CLAIMS = {"userId", "email", "name", "roles", "userType", "customerId", "customerType", "sid", "exp"}


@pytest.fixture(scope="module")
def world(shared):
    return World(shared)


@pytest.fixture(scope="module")
def earlier(shared):
    """The mails of the demo data, thousands, need not be read."""
    return {entry.name for entry in os.scandir(shared.data / "outbox")}


@pytest.fixture
def nobody(shared):
    return shared.client()


def mails_to(program, earlier, address, subject):
    found = []
    for entry in os.scandir(program.data / "outbox"):
        if not entry.name.endswith(".eml") or entry.name in earlier:
            continue
        message = email.message_from_bytes(pathlib.Path(entry.path).read_bytes(), policy=email.policy.default)
        if address in message["To"] and subject in message["Subject"]:
            found.append(message)
    return found


def the_mail(program, earlier, address, subject):
    return until(f"a mail '{subject}'", lambda: mails_to(program, earlier, address, subject), seconds=60)[-1]


def link_in(message, page):
    links = re.findall(r"https?://\S+", message.get_content())
    found = [link for link in links if f"/{page}#token=" in link]
    assert len(found) == 1 and "?" not in found[0], links
    return found[0].split("#token=")[1]


# --- login, claims, validate

def test_login_reads_its_fields(shared, world, nobody):
    address = world.boss["email"]
    assert nobody.post("/api/auth/login", {"email": address.upper(), "password": "rules-password"}).status == 200
    refused(nobody.post("/api/auth/login", {}), 400, "email", "password")
    refused(nobody.post("/api/auth/login", {"email": "no address", "password": 5, "remember": True}), 400,
            "email", "password", "remember")
    refused(nobody.post("/api/auth/login?next=1", {"email": address, "password": "rules-password"}), 400, "next")
    refused(nobody.post("/api/auth/login", b"[]"), 400, "")
    refused(nobody.post("/api/auth/login", b"{"), 400)
    for wrong in ("rules-password\0", "Rules-password", "rules-password" + "x" * 80):
        refused(nobody.post("/api/auth/login", {"email": address, "password": wrong}), 401)
    answer = nobody.post("/api/auth/login", {"email": address, "password": "rules-password"})
    assert set(answer.json) == {"accessToken", "refreshToken", "expiresIn", "tokenType"}


def test_claims_and_validate(world, nobody):
    mine = world.organiser_admin.ok("GET", "/api/auth/claims")
    assert set(mine) == CLAIMS and mine["userId"] == world.boss["id"] and mine["roles"] == ["CustomerAdmin"]
    assert (mine["userType"], mine["customerType"], mine["customerId"]) == (2, 1, world.organiser)
    assert mine["name"] == "Regel Person" and mine["exp"] > time.time()
    assert set(world.admin.ok("GET", "/api/auth/claims")) == CLAIMS - {"customerId", "customerType"}
    good = world.organiser_admin.post("/api/auth/validate")
    assert good.status == 200 and good.json == {"isValid": True, "userId": world.boss["id"], "email": world.boss["email"],
                                                "roles": ["CustomerAdmin"], "customerId": world.organiser}
    for head in ({}, {"Authorization": "Bearer x.y.z"}, {"Authorization": "Basic YTpi"}, {"Authorization": "Bearer"}):
        answer = nobody.post("/api/auth/validate", headers=head)
        assert answer.status == 200 and answer.json == {"isValid": False, "reason": "INVALID"}


def test_five_wrong_passwords_make_one_wait_and_the_right_one_ends_it(shared, world, nobody):
    person, _ = make_login(shared, world.admin, world.organiser)

    def attempt(password):
        return nobody.post("/api/auth/login", {"email": person["email"], "password": password})
    for _ in range(5):
        refused(attempt("not-this-one"), 401)
    waits = refused(attempt("rules-password"), 429).headers["Retry-After"]
    assert waits == "1"
    until("the wait is over", lambda: attempt("rules-password").status == 200)
    assert attempt("rules-password").status == 200
    assert world.crew_admin.get("/api/auth/claims").status == 200


# --- sessions

def test_sessions_of_ones_own(shared, world):
    person, first = make_login(shared, world.admin, world.organiser)
    second = shared.login(person["email"], "rules-password")
    sids = {client.ok("GET", "/api/auth/claims")["sid"] for client in (first, second)}
    page = first.ok("GET", "/api/auth/sessions")
    assert page["total"] == 2 and {item["sid"] for item in page["items"]} == sids
    current = first.ok("GET", "/api/auth/claims")["sid"]
    assert [item["current"] for item in page["items"] if item["sid"] == current] == [True]
    other = (sids - {current}).pop()
    refused(world.admin.delete(f"/api/auth/sessions/{other}"), 403)
    refused(first.delete("/api/auth/sessions/none"), 404)
    assert first.delete(f"/api/auth/sessions/{other}").status == 204
    until("it has ended", lambda: second.get("/api/auth/claims").status == 401)
    assert second.post("/api/auth/validate").json == {"isValid": False, "reason": "REVOKED"}
    refused(first.delete(f"/api/auth/sessions/{other}"), 404)
    answer = first.delete(f"/api/auth/sessions/{current}")
    assert answer.status == 204 and "Max-Age=0" in answer.headers["Set-Cookie"]
    refused(first.get("/api/auth/claims"), 401)


def test_refresh_and_logout_by_cookie(shared, world, nobody):
    body = {"email": world.colleague["email"], "password": "rules-password"}
    cookie = nobody.post("/api/auth/login", body).json["refreshToken"]
    head = {"Cookie": f"a=b; thenorsound_refresh={cookie}; c=d"}
    answer = nobody.post("/api/auth/refresh", headers=head)
    assert answer.status == 200 and set(answer.json) == {"accessToken", "expiresIn", "tokenType"}
    rotated = re.match("thenorsound_refresh=([^;]+)", answer.headers["Set-Cookie"])[1]
    assert rotated != cookie
    head = {"Cookie": f"thenorsound_refresh={rotated}"}
    elsewhere = {"Origin": "https://elsewhere.example"}
    for path in ("login", "refresh", "logout"):
        refused(nobody.post(f"/api/auth/{path}", body if path == "login" else None, headers=head | elsewhere), 403)
        refused(nobody.post(f"/api/auth/{path}", body if path == "login" else None,
                            headers=head | {"Sec-Fetch-Site": "cross-site"}), 403)
    answer = nobody.post("/api/auth/logout", headers=head)
    assert answer.status == 204 and "Max-Age=0" in answer.headers["Set-Cookie"]
    for path in ("refresh", "logout"):
        gone = refused(nobody.post(f"/api/auth/{path}", headers=head), 401)
        assert "Max-Age=0" in gone.headers["Set-Cookie"]
        refused(nobody.post(f"/api/auth/{path}"), 401)
    refused(nobody.post("/api/auth/refresh", {"refreshToken": "x"}), 401)
    refused(nobody.post("/api/auth/refresh", {"refreshToken": 5, "x": 1}), 400, "refreshToken", "x")


def test_change_of_password(shared, world, nobody):
    person, client = make_login(shared, world.admin, world.organiser)
    other = shared.login(person["email"], "rules-password")

    def change(current, new):
        return client.post("/api/auth/change-password", {"currentPassword": current, "newPassword": new})
    refused(client.post("/api/auth/change-password", {"x": 1}), 400, "currentPassword", "newPassword", "x")
    refused(change("rules-password", "1234567"), 400, "newPassword")
    refused(change("rules-password", "x" * 73), 400, "newPassword")
    refused(change("rules-password", "12345678\0"), 400, "newPassword")
    refused(change("not-this-one", "a-new-password"), 400, "currentPassword")
    assert client.get("/api/auth/claims").status == other.get("/api/auth/claims").status == 200
    for current, new in (("rules-password", "x" * 72), ("x" * 72, "åäöÅÄÖ🎵 ")):
        assert change(current, new).status == 200
        assert nobody.post("/api/auth/login", {"email": person["email"], "password": new}).status == 200
        refused(nobody.post("/api/auth/login", {"email": person["email"], "password": current}), 401)
    assert client.get("/api/auth/claims").status == 200
    until("the other session has ended", lambda: other.get("/api/auth/claims").status == 401)
    refused(nobody.post("/api/auth/change-password", {}), 401)


@pytest.mark.parametrize("change", [{"role": 2}, {"isActive": False}, {"customerId": "elsewhere"}, None])
def test_what_ends_all_sessions(shared, world, nobody, change):
    person, client = make_login(shared, world.admin, world.organiser)
    path = f"/api/users/{person['id']}"
    if change is None:
        assert world.admin.delete(path).status == 204
    else:
        change = {"customerId": world.other_organiser} if "customerId" in change else change
        whole(world.admin.put(path, change))
    until("the session has ended", lambda: client.get("/api/auth/claims").status == 401)
    again = nobody.post("/api/auth/login", {"email": person["email"], "password": "rules-password"})
    assert again.status == (401 if change is None or "isActive" in change else 200)


def test_what_ends_no_session(shared, world):
    person, client = make_login(shared, world.admin, world.organiser)
    whole(world.admin.put(f"/api/users/{person['id']}", {"firstName": "Ny", "email": mail()}))
    whole(client.put(f"/api/users/{person['id']}", {"phone": "0701234567", "role": 3}))
    assert client.ok("GET", "/api/auth/claims")["name"] == "Ny Person"


# --- invitation and reset

@pytest.mark.parametrize("language, subject, greeting", [("sv", "Välkommen till ThenorSound", "Hej Regel"),
                                                         ("en", "Welcome to ThenorSound", "Hello Regel")])
def test_an_invitation_makes_the_login(shared, world, nobody, language, subject, greeting, earlier):
    person = make_person(world.admin, world.organiser, password=None, language=language)
    message = the_mail(shared, earlier, person["email"], subject)
    assert message.get_content().startswith(greeting) and message["To"].endswith(f"<{person['email']}>")
    token = link_in(message, "register")
    refused(nobody.post("/api/auth/login", {"email": person["email"], "password": "a-new-password"}), 401)
    refused(nobody.post("/api/auth/register", {"token": token, "password": "short"}), 400, "password")
    refused(nobody.post("/api/auth/register", {"token": token + "x", "password": "short"}), 400, "token", "password")
    refused(nobody.post("/api/auth/register", {}), 400, "token", "password")
    refused(nobody.post("/api/auth/reset-password", {"token": token, "password": "a-new-password"}), 400, "token")
    assert nobody.post("/api/auth/register", {"token": token, "password": "a-new-password"}).status == 200
    assert nobody.post("/api/auth/login", {"email": person["email"], "password": "a-new-password"}).status == 200
    refused(nobody.post("/api/auth/register", {"token": token, "password": "another-password"}), 400, "token")
    assert token not in shared.printed()
    entries = world.admin.ok("GET", f"/api/admin/audit?subject={person['id']}")["items"]
    assert entries and token not in str(entries) and person["email"] not in str(entries)


def test_with_a_password_nobody_is_invited(shared, world, earlier):
    with_password, _ = make_login(shared, world.admin, world.organiser)
    later = make_person(world.admin, world.organiser, password=None)
    the_mail(shared, earlier, later["email"], "Välkommen")
    assert mails_to(shared, earlier, with_password["email"], "Välkommen") == []


def test_an_invitation_ends_with_the_user(shared, world, nobody, earlier):
    person = make_person(world.admin, world.organiser, password=None)
    token = link_in(the_mail(shared, earlier, person["email"], "Välkommen"), "register")
    assert world.admin.delete(f"/api/users/{person['id']}").status == 204
    refused(nobody.post("/api/auth/register", {"token": token, "password": "a-new-password"}), 400, "token")


def test_a_forgotten_password(shared, world, nobody, earlier):
    person, client = make_login(shared, world.admin, world.organiser, language="en")
    unknown = nobody.post("/api/auth/forgot-password", {"email": mail()})
    known = nobody.post("/api/auth/forgot-password", {"email": person["email"].upper()})
    assert known.status == unknown.status == 202 and known.text == unknown.text
    for body, fields in (({}, ["email"]), ({"email": "x"}, ["email"]), ({"email": 5, "x": 1}, ["email", "x"])):
        refused(nobody.post("/api/auth/forgot-password", body), 400, *fields)
    message = the_mail(shared, earlier, person["email"], "A new password for ThenorSound")
    token = link_in(message, "reset-password")
    refused(nobody.post("/api/auth/register", {"token": token, "password": "a-new-password"}), 400, "token")
    refused(nobody.post("/api/auth/reset-password", {"token": token, "password": "x" * 73}), 400, "password")
    assert client.get("/api/auth/claims").status == 200
    assert nobody.post("/api/auth/reset-password", {"token": token, "password": "a-new-password"}).status == 200
    until("all sessions have ended", lambda: client.get("/api/auth/claims").status == 401)
    refused(nobody.post("/api/auth/login", {"email": person["email"], "password": "rules-password"}), 401)
    assert nobody.post("/api/auth/login", {"email": person["email"], "password": "a-new-password"}).status == 200
    refused(nobody.post("/api/auth/reset-password", {"token": token, "password": "another-password"}), 400, "token")


# --- a change of mail

def test_a_change_of_mail(shared, world, nobody):
    person, client = make_login(shared, world.admin, world.organiser)
    path, old, new = f"/api/users/{person['id']}", person["email"], mail()

    def login(address):
        return nobody.post("/api/auth/login", {"email": address, "password": "rules-password"}).status
    refused(world.organiser_admin.put(path, {"email": world.boss["email"].upper()}), 409)
    assert login(old) == 200 and whole(client.get(path))["version"] == 1
    changed = whole(world.organiser_admin.put(path, {"email": new, "firstName": "Ny"}))
    assert (changed["email"], changed["firstName"], changed["version"]) == (new, "Ny", 2)
    assert (login(new), login(old)) == (200, 401)
    assert client.ok("GET", "/api/auth/claims")["email"] == new
    assert make_person(world.admin, world.organiser, email=old)["email"] == old
    assert whole(world.admin.put(path, {"email": new.upper()}))["email"] == new.upper()
    refused(client.put(path, {"email": mail()}), 403)


def test_an_invitation_survives_a_change_of_mail(shared, world, nobody, earlier):
    person = make_person(world.admin, world.organiser, password=None)
    token = link_in(the_mail(shared, earlier, person["email"], "Välkommen"), "register")
    new = mail()
    whole(world.admin.put(f"/api/users/{person['id']}", {"email": new}))
    assert nobody.post("/api/auth/register", {"token": token, "password": "a-new-password"}).status == 200
    assert nobody.post("/api/auth/login", {"email": new, "password": "a-new-password"}).status == 200
