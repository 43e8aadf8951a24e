"""The gateway alone before services that fail in every way: retries, time limits, breaker, addresses."""
import concurrent.futures
import statistics
import threading
import time

import pytest
from gateway_scene import TIMEOUT, WORD, Scene, always, at_once
from program import PATIENCE, SMALL, until
from upstream import CLOSE, Hang, Pieces, answer, token

pytestmark = pytest.mark.embedded


@pytest.fixture(scope="module")
def patient(tmp_path_factory):
    """Its breaker never opens: what is seen are retries and time limits alone."""
    scene = Scene(tmp_path_factory.mktemp("patient"), breaker_min_calls=1_000_000)
    yield scene
    scene.close()


@pytest.fixture
def scene(patient):
    for service in (patient.event, patient.booking, patient.customer):
        service.behave = lambda asked: answer()
    patient.fill_budget()
    patient.event.forget()
    return patient


def in_turn(*said):
    """One after the other, then the last one for ever."""
    left = list(said)
    lock = threading.Lock()

    def behave(asked):
        with lock:
            return left.pop(0) if len(left) > 1 else left[0]
    return behave


HALF = answer(200, {"items": []})[:-5]

# --- What is repeated ---


@pytest.mark.parametrize("failure", [
    answer(408, WORD), answer(429, WORD), answer(500, WORD), answer(502, WORD), answer(503, WORD),
    answer(504, WORD), CLOSE, Pieces([HALF]), Pieces([b"HTTP/1.1 200 OK\r\nContent-"]),
    Pieces([b"nonsense\r\n\r\n"])], ids=["408", "429", "500", "502", "503", "504", "closes",
                                         "closes in the body", "closes in the head", "nonsense"])
def test_a_failure_is_tried_again_until_it_is_none(scene, failure):
    scene.event.behave = in_turn(failure, failure, answer(200, {"fine": True}))
    got = scene.client.get("/api/events")
    assert got.status == 200 and got.json == {"fine": True}
    assert scene.event.count() == 3


def test_three_repeats_after_100_200_400_ms(scene):
    scene.event.behave = always(answer(503, WORD))
    gaps = [[], [], []]
    for _ in range(3):
        scene.event.forget()
        assert scene.client.get("/api/events").status == 503
        times = [asked.at for asked in scene.event.asked]
        assert len(times) == 4
        for i in range(3):
            gaps[i].append(times[i + 1] - times[i])
    for expected, measured in zip((0.1, 0.2, 0.4), gaps):
        assert min(measured) >= expected - 0.01, measured
        assert min(measured) <= expected + 0.15 * PATIENCE, measured


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 412, 422])
def test_a_refusal_is_handed_on_at_once(scene, status):
    scene.event.behave = always(answer(status, WORD))
    got = scene.client.get("/api/events")
    assert (got.status, got.code, scene.event.count()) == (status, "SAID", 1)


# method, fields, how often it is sent where it fails, and where nothing could be sent
WRITES = {
    "POST": ("POST", {}, 1, 1),
    "POST with key": ("POST", {"Idempotency-Key": "k"}, 4, 4),
    "POST with key and If-Match": ("POST", {"Idempotency-Key": "k", "If-Match": '"1"'}, 1, 4),
    "POST with If-Match": ("POST", {"If-Match": '"1"'}, 1, 1),
    "PUT": ("PUT", {}, 4, 4),
    "PUT with If-Match": ("PUT", {"If-Match": '"1"'}, 1, 4),
    "DELETE": ("DELETE", {}, 4, 4),
    "DELETE with If-Match": ("DELETE", {"If-Match": '"1"'}, 1, 4),
}


def write_all(scene):
    """Sends all of them at the same time; their answers."""
    def write(index):
        method, fields, _, _ = list(WRITES.values())[index]
        return scene.asking(token()).request(method, f"/api/events/evt-{index}", {"name": "x"}, headers=fields)
    return at_once(len(WRITES), write)


@pytest.mark.parametrize("failure", [answer(503, WORD), CLOSE], ids=["503", "closes"])
def test_writes_are_repeated_where_that_does_no_harm(scene, failure):
    scene.event.behave = always(failure)
    assert {got.status for got in write_all(scene)} == {503}
    sent = {name: scene.event.count(f"/api/events/evt-{index}") for index, name in enumerate(WRITES)}
    assert sent == {name: often for name, (_, _, often, _) in WRITES.items()}
    assert {asked.body for asked in scene.event.asked} == {b'{"name": "x"}'}


def test_where_nothing_was_sent_a_write_with_if_match_is_repeated_too(scene):
    before = scene.metric("thenorsound_upstream_retries_total", upstream="event")
    scene.event.close()
    try:
        answers = write_all(scene)
    finally:
        scene.event.open(scene.event.port)
    for got in answers:
        assert got.status == 503 and got.code == "SERVICE_UNAVAILABLE"
        assert int(got.headers["Retry-After"]) >= 1
    repeats = scene.metric("thenorsound_upstream_retries_total", upstream="event") - before
    assert repeats == sum(often - 1 for _, _, _, often in WRITES.values())


def test_a_key_means_nothing_to_auth(scene):
    scene.auth.forget()
    scene.auth.behave = always(answer(503, WORD))
    try:
        got = scene.client.post("/api/auth/login", {}, headers={"Idempotency-Key": "k"})
        assert (got.status, scene.auth.count()) == (503, 1)
    finally:
        scene.auth.behave = scene.auth.answer


def test_what_the_service_says_of_waiting_is_handed_on(scene):
    scene.event.behave = always(answer(503, WORD, {"Retry-After": "7"}))
    got = scene.client.post("/api/events", {})
    assert got.status == 503 and got.headers["Retry-After"] == "7"


# --- Time ---


def test_what_hangs_is_504_after_the_timeout_and_tried_once_more(scene):
    scene.event.behave = always(Hang)
    started = time.monotonic()
    got = scene.client.get("/api/events")
    took = time.monotonic() - started
    assert (got.status, got.code) == (504, "GATEWAY_TIMEOUT")
    assert scene.event.count() == 2
    assert TIMEOUT * 0.9 <= took <= TIMEOUT + 1.0 * PATIENCE


def test_a_post_that_hangs_is_504_and_sent_once(scene):
    scene.event.behave = always(Hang)
    started = time.monotonic()
    got = scene.client.post("/api/events", {})
    assert (got.status, got.code, scene.event.count()) == (504, "GATEWAY_TIMEOUT", 1)
    assert time.monotonic() - started >= TIMEOUT * 0.9


def test_an_answer_that_never_ends_is_504(scene):
    endless = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n"
    scene.event.behave = lambda asked: Pieces([endless] + [b" "] * 10_000, pause=0.05)
    got = scene.client.post("/api/events", {})
    assert (got.status, scene.event.count()) == (504, 1)


def test_a_slow_answer_is_an_answer(scene):
    whole = answer(200, {"slow": True})
    scene.event.behave = lambda asked: Pieces([whole[i:i + 20] for i in range(0, len(whole), 20)], 0.02)
    assert scene.client.get("/api/events").json == {"slow": True}
    assert scene.event.count() == 1


def test_another_service_is_not_affected(scene):
    scene.event.behave = always(Hang)
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        waiting = [pool.submit(lambda: scene.asking(token()).get("/api/events")) for _ in range(8)]
        until("all hang", lambda: scene.event.count() >= 8)
        assert scene.client.get("/api/bookings").status == 200
        assert not all(each.done() for each in waiting)
        assert {each.result().status for each in waiting} == {504}


# --- The load on what fails ---


def test_the_retry_budget_holds_the_load(scene):
    requests = 600 if SMALL else 1_000
    workers = 20
    scene.event.behave = always(answer(503, WORD))
    scene.event.forget()

    def ask(_):
        client = scene.asking(token())
        return {client.get("/api/events").status for _ in range(requests // workers)}

    assert set().union(*at_once(workers, ask)) == {503}
    assert requests < scene.event.count() < 1.2 * requests


OPEN_MS = 1_000


@pytest.fixture
def careful(tmp_path):
    scene = Scene(tmp_path, breaker_open_ms=int(OPEN_MS * PATIENCE), trusted_proxies="127.0.0.1/32",
                  upstream_timeout_ms=int(20_000 * PATIENCE))
    yield scene
    scene.close()


def state(scene, name="event"):
    return int(scene.metric("thenorsound_circuit_breaker_state", upstream=name))


def open_breaker(scene):
    scene.event.behave = always(answer(503, WORD))
    while state(scene) != 2:
        assert scene.client.post("/api/events", {}).status == 503
        assert scene.event.count() <= 10
    assert scene.event.count() == 10


def test_the_breaker_opens_answers_at_once_and_closes(careful):
    scene = careful
    open_breaker(scene)
    seen = scene.event.count()
    took = []
    opened = time.monotonic()
    while time.monotonic() - opened < OPEN_MS * PATIENCE / 2000:
        started = time.monotonic()
        got = scene.client.get("/api/events")
        took.append(time.monotonic() - started)
        assert (got.status, got.code) == (503, "SERVICE_UNAVAILABLE")
        assert 1 <= int(got.headers["Retry-After"]) <= max(1, OPEN_MS * PATIENCE / 1000)
    assert statistics.median(took) < 0.05 * PATIENCE
    assert scene.event.count() == seen
    assert scene.client.get("/api/bookings").status == 200 and state(scene, "booking") == 0

    # A failing probe opens it again.
    until("a probe", lambda: scene.client.get("/api/events") and scene.event.count() > seen)
    assert scene.event.count() == seen + 1 and state(scene) == 2

    # Few go through while it is half open, and close it.
    let_go = threading.Event()

    def held(asked):
        let_go.wait(30 * PATIENCE)
        return answer()
    scene.event.behave = held
    scene.event.forget()
    time.sleep(OPEN_MS * PATIENCE / 1000 + 0.05)
    with concurrent.futures.ThreadPoolExecutor(12) as pool:
        probes = [pool.submit(lambda: scene.asking(token()).get("/api/events").status)
                  for _ in range(12)]
        until("all but the probes are answered", lambda: sum(each.done() for each in probes) == 9)
        until("the probes have arrived", lambda: scene.event.count() == 3)
        assert state(scene) == 1
        let_go.set()
        assert sorted(each.result() for each in probes) == [200] * 3 + [503] * 9
    assert state(scene) == 0
    assert scene.client.get("/api/events").status == 200


def test_bugs_and_refusals_open_nothing(careful):
    for status in (500, 404, 422):
        careful.event.behave = always(answer(status, WORD))
        for _ in range(12):
            assert careful.client.post("/api/events", {}).status == status
    assert state(careful) == 0


def test_auth_being_gone_is_503_at_once_and_no_401(careful):
    careful.auth.close()
    for number in range(12):
        got = careful.asking(token(number=number)).get("/api/events")
        assert (got.status, got.code) == (503, "SERVICE_UNAVAILABLE")
    assert state(careful, "auth") == 2
    started = time.monotonic()
    assert careful.asking(token(number=99)).get("/api/events").status == 503
    assert time.monotonic() - started < 0.5 * PATIENCE
    assert careful.event.count() == 0


def test_the_address_of_a_trusted_proxy_is_replaced(careful):
    careful.client.get("/api/events", headers={"X-Forwarded-For": "198.51.100.7, 203.0.113.9"})
    assert careful.event.asked[-1].all("X-Forwarded-For") == ["203.0.113.9"]


# --- Several addresses ---


@pytest.fixture
def spread(tmp_path):
    scene = Scene(tmp_path, events=3)
    yield scene
    scene.close()


def up(scene, which):
    return scene.metric("thenorsound_upstream_address_up", upstream="event",
                        address=scene.events[which].address)


def test_requests_are_spread_and_a_dead_address_is_left_out(spread):
    for _ in range(30):
        assert spread.client.get("/api/events").status == 200
    assert [event.count() for event in spread.events] == [10, 10, 10]

    spread.events[1].close()
    for _ in range(30):
        assert spread.client.post("/api/events", {}).status in (200, 503)  # one may have been on its way
    for _ in range(30):
        assert spread.client.post("/api/events", {}).status == 200
    assert [up(spread, i) for i in range(3)] == [1, 0, 1]

    spread.events[1].open(spread.events[1].port)
    spread.events[1].forget()
    until("it is asked again", lambda: spread.client.get("/api/events").status == 200
          and up(spread, 1) == 1, 40)
    for _ in range(30):
        assert spread.client.get("/api/events").status == 200
    assert spread.events[1].count() >= 10


def test_an_address_that_is_only_ill_is_left_out_too(spread):
    spread.events[2].behave = always(answer(503, WORD))
    for _ in range(30):
        assert spread.client.get("/api/events").status == 200
    assert spread.events[2].count() <= 6 and up(spread, 2) == 0
    assert state(spread) == 0


def test_all_being_gone_is_503_and_recovers(spread):
    for event in spread.events:
        event.close()
    assert spread.client.post("/api/events", {}).status == 503
    for event in spread.events:
        event.open(event.port)
    until("it is answered again", lambda: spread.client.post("/api/events", {}).status == 200)
