"""What the gateway alone asks of auth, hands on to services and keeps to itself."""
import threading

import pytest
from gateway_scene import Scene, always, at_once
from upstream import Hang, answer, token

pytestmark = pytest.mark.embedded


@pytest.fixture(scope="module")
def patient(tmp_path_factory):
    """One for all tests here."""
    scene = Scene(tmp_path_factory.mktemp("patient"))
    yield scene
    scene.close()


@pytest.fixture
def scene(patient):
    for service in (patient.event, patient.booking, patient.customer):
        service.behave = lambda asked: answer()
    patient.event.forget()
    return patient


# --- Who asks ---


def test_many_requests_with_one_new_token_ask_auth_once(scene):
    scene.auth.forget()
    scene.auth.delay = 0.3
    fresh = token("usr-many", number=1)
    gate = threading.Barrier(20)

    def ask(_):
        client = scene.asking(fresh)
        gate.wait()
        return client.get("/api/events").status

    try:
        assert at_once(20, ask) == [200] * 20
    finally:
        scene.auth.delay = 0.0
    assert scene.auth.count("/internal/auth/validate") == 1
    assert scene.asking(fresh).get("/api/events").status == 200
    assert scene.auth.count("/internal/auth/validate") == 1


def test_simultaneous_requests_share_a_refresh_and_run_once(scene):
    scene.auth.forget()
    scene.auth.delay = 0.3
    old = token("usr-late", "expired")
    gate = threading.Barrier(12)

    def ask(number):
        client = scene.asking(old)
        gate.wait()
        return client.post("/api/events", {"number": number},
                           headers={"Cookie": "theme=dark; thenorsound_refresh=good"})

    try:
        answers = at_once(12, ask)
    finally:
        scene.auth.delay = 0.0
    fresh = token("usr-late", "ok", 99)
    for got in answers:
        assert got.status == 200 and got.headers["X-Access-Token"] == fresh
        assert got.headers["Set-Cookie"].startswith("thenorsound_refresh=next;")
    assert scene.auth.count("/internal/auth/refresh") == 1
    posts = [asked for asked in scene.event.asked if asked.method == "POST"]
    assert sorted(asked.body for asked in posts) == sorted(b'{"number": %d}' % i for i in range(12))
    for asked in posts:
        assert asked.all("Authorization") == ["Bearer " + fresh]
        assert asked.all("X-User-Id") == ["usr-late"] and asked.all("Cookie") == []


def test_a_failing_refresh_runs_nothing_and_clears_the_cookie(scene):
    got = scene.asking(token(what="expired")).post(
        "/api/events", {}, headers={"Cookie": "thenorsound_refresh=bad"})
    assert got.status == 401 and "Max-Age=0" in got.headers["Set-Cookie"]
    assert scene.event.count() == 0


FORGED = {"X-User-Id": "usr-evil", "X_User_Id": "usr-evil", "x-uSeR-rOlEs": "Admin", "X_USER_ROLES": "Admin",
          "X-User_CustomerId": "cust-evil", "X-User-Anything": "evil", "X-Internal-Credential": "gateway:evil",
          "X_Internal_Credential": "gateway:evil", "X-Forwarded-For": "10.9.9.9", "X_Forwarded_For": "10.9.9.9",
          "X-Forwarded-Host": "evil", "X-Forwarded-Proto": "evil", "X_Forwarded-Port": "evil",
          "Forwarded": "for=10.9.9.9", "X-Real-IP": "10.9.9.9", "X-Original-URL": "/internal/evil"}


def test_what_only_the_gateway_may_say_is_not_believed_from_outside(scene):
    assert scene.client.get("/api/events", headers=FORGED).status == 200
    asked = scene.event.asked[-1]
    said = [f"{name}: {value}" for name, value in asked.fields]
    assert not [line for line in said if "evil" in line.lower() or "10.9.9.9" in line or "_" in line.split(":")[0]]
    assert asked.all("X-User-Id") == ["usr-1"] and asked.all("X-User-Roles") == ["CustomerAdmin"]
    assert asked.all("X-User-CustomerId") == ["cust-1"] and asked.all("X-Forwarded-For") == ["127.0.0.1"]
    assert len(asked.all("X-Internal-Credential")) == 1
    assert asked.field("X-Internal-Credential").startswith("gateway:")
    # Nobody is logged in on a public route, whatever is said.
    scene.auth.forget()
    assert scene.asking().post("/api/auth/login", {}, headers=FORGED).status == 200
    asked = scene.auth.asked[-1]
    assert asked.all("X-User-Id") == [] and asked.all("X-User-Roles") == []


# --- Trace context ---

TRACE, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"


def forwarded_trace(scene, fields):
    assert scene.client.get("/api/events", headers=fields).status == 200
    asked = scene.event.asked[-1]
    version, trace, span, flags = asked.field("traceparent").split("-")
    assert version == "00" and len(trace) == 32 and len(span) == 16 and span != SPAN
    assert len(asked.all("traceparent")) == 1
    return trace, flags, asked.all("tracestate")


def test_a_trace_is_continued_with_its_state(scene):
    state = {"tracestate": "vendor=opaque,other=1"}
    parent = f"00-{TRACE}-{SPAN}-01"
    assert forwarded_trace(scene, {"traceparent": parent} | state) == (TRACE, "01", [state["tracestate"]])
    assert forwarded_trace(scene, {"traceparent": f"00-{TRACE}-{SPAN}-00"})[:2] == (TRACE, "00")
    assert forwarded_trace(scene, {"traceparent": f"cc-{TRACE}-{SPAN}-01-later"})[0] == TRACE


@pytest.mark.parametrize("bad", [
    "", "x", f"00-{TRACE.upper()}-{SPAN}-01", f"00-{'0' * 32}-{SPAN}-01", f"00-{TRACE}-{'0' * 16}-01",
    f"ff-{TRACE}-{SPAN}-01", f"00-{TRACE}-{SPAN}-01-more", f"00-{TRACE}-{SPAN}", f"00-{TRACE[1:]}-{SPAN}-01"])
def test_a_malformed_trace_is_replaced_and_its_state_dropped(scene, bad):
    trace, flags, states = forwarded_trace(scene, {"traceparent": bad, "tracestate": "vendor=1"})
    assert trace != TRACE and flags == "01" and states == []


def test_errors_name_the_trace(scene):
    scene.event.behave = always(Hang)
    got = scene.client.post("/api/events", {}, headers={"traceparent": f"00-{TRACE}-{SPAN}-01"})
    assert got.error["traceId"] == TRACE


# --- Limits ---


def test_users_and_strangers_have_their_limits(tmp_path):
    scene = Scene(tmp_path, rate_limit_per_minute=5, address_limit_per_minute=25)
    try:
        mine, other = scene.client, scene.asking(token("usr-2"))
        assert [mine.get("/api/events").status for _ in range(6)] == [200] * 5 + [429]
        refused = mine.get("/api/events")
        assert refused.code == "RATE_LIMITED"
        assert refused.headers["RateLimit-Limit"] == "5" and refused.headers["RateLimit-Remaining"] == "0"
        assert 1 <= int(refused.headers["RateLimit-Reset"]) <= 60
        assert refused.headers["Retry-After"] == refused.headers["RateLimit-Reset"]
        assert other.get("/api/events").status == 200
        stranger = scene.asking()
        assert [stranger.post("/api/auth/login", {}).status for _ in range(6)] == [200] * 5 + [429]
        # 14 so far from this address; what has no token counts there too, and 429 comes before 401.
        statuses = [scene.asking().get("/api/events").status for _ in range(13)]
        assert statuses == [401] * 11 + [429] * 2
        assert scene.asking().get("/api/events").headers["RateLimit-Limit"] == "25"
        assert scene.event.count() == 6
    finally:
        scene.close()
