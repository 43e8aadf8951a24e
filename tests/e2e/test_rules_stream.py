"""The live stream: {type, id} of what the caller may GET, a sign of life, an end with its login."""
import http.client
import json
import threading
import time

import pytest
from program import PATIENCE, until
from stage import Stage, person


class Listener:
    """Reads one stream in the background."""

    def __init__(self, client):
        self.connection = http.client.HTTPConnection("127.0.0.1", client.port, timeout=120)
        self.connection.request("GET", "/api/stream", headers={"Authorization": "Bearer " + client.token,
                                                               "Accept": "text/event-stream"})
        self.response = self.connection.getresponse()
        self.lines, self.ended = [], None
        self.thread = threading.Thread(target=self.read, daemon=True)
        self.thread.start()

    def read(self):
        try:
            for line in self.response:
                self.lines.append(line.decode().rstrip("\n"))
        except OSError:
            pass
        self.ended = time.monotonic()

    def events(self):
        return [json.loads(line[6:]) for line in list(self.lines) if line.startswith("data: ")]

    def heard(self, kind, of=None):
        return [e for e in self.events() if e["type"] == kind and (of is None or e["id"] == of)]

    def close(self):
        self.connection.sock and self.connection.sock.close()


@pytest.fixture(scope="module")
def stage(shared):
    stage = Stage(shared.login("admin@demo.example"))
    stage.user = person(stage.admin, 3, stage.buyer["id"])[1]
    stage.stranger = Stage(stage.admin)
    stage.colleague = stage.hire()[1]
    return stage


@pytest.fixture
def listen():
    made = []

    def start(client):
        listener = Listener(client)
        made.append(listener)
        assert listener.response.status == 200
        until("the stream begins", lambda: listener.lines)
        return listener
    yield start
    for listener in made:
        listener.close()


def test_each_role_hears_of_what_it_may_get_and_of_nothing_else(stage, listen):
    roles = {name: listen(client) for name, client in {
        "admin": stage.admin, "organiser": stage.organiser, "user": stage.user, "boss": stage.boss, "crew": stage.crew,
        "colleague": stage.colleague, "other organiser": stage.stranger.organiser, "other boss": stage.stranger.boss,
        "other crew": stage.stranger.crew}.items()}
    event = stage.event()
    booking = stage.confirmed(event)
    paper = until("an invoice", lambda: [i for i in stage.invoices_of(booking) if i["status"] == "Issued"], 20)[0]
    stage.organiser.ok("PUT", f"/api/events/{event['id']}", {"crewInfo": "Changed"})
    stage.cancel(booking)
    until("the credit", lambda: [i for i in stage.invoices_of(booking) if i["status"] == "Credited"], 20)
    # Nobody of the crew's side is booked on it any more.
    stage.organiser.ok("PUT", f"/api/events/{event['id']}", {"name": "Last"})
    last = stage.stranger.event()
    until("Admin has heard it all", lambda: roles["admin"].heard("event.created", last["id"]) and
          roles["admin"].heard("invoice.credited", paper["id"]) and
          len(roles["admin"].heard("event.updated", event["id"])) == 2, 30)
    expected = {
        "booking.created": {"admin", "organiser", "user", "boss", "crew"},
        "booking.confirmed": {"admin", "organiser", "user", "boss", "crew"},
        "booking.cancelled": {"admin", "organiser", "user", "boss", "crew"},
        "invoice.generated": {"admin", "organiser", "boss"},
        "invoice.credited": {"admin", "organiser", "boss"},
        "event.created": {"admin", "organiser", "user"},
    }
    ids = {"booking": booking["id"], "invoice": paper["id"], "event": event["id"]}
    for kind, who in expected.items():
        of = ids[kind.split(".")[0]]
        until(f"{kind} is heard", lambda: {n for n, l in roles.items() if l.heard(kind, of)} >= who, 20)
        assert {n for n, l in roles.items() if l.heard(kind, of)} == who, kind
    updates = {name: len(l.heard("event.updated", event["id"])) for name, l in roles.items()}
    assert updates == {name: 2 if name in ("admin", "organiser", "user") else 1 if name in ("boss", "crew") else 0
                       for name in roles}
    for listener in roles.values():
        assert all(set(e) == {"type", "id"} for e in listener.events())
        assert listener.response.headers["Content-Type"] == "text/event-stream"
        assert listener.response.headers["Cache-Control"] == "no-store"


def test_it_needs_a_login_and_takes_no_parameters(shared, stage):
    assert shared.client().get("/api/stream").status == 401
    assert stage.crew.get("/api/stream?since=1").fields == ["since"]
    assert stage.crew.get("/api/stream", headers={"Accept": "image/png"}).status == 406


def test_it_ends_with_its_session_and_no_other(shared, stage, listen):
    email = stage.crew_user["email"]
    first, second = shared.login(email, "stage-password"), shared.login(email, "stage-password")
    one, two = listen(first), listen(second)
    left = time.monotonic()
    first.ok("POST", "/api/auth/logout", {})
    until("the stream ends", lambda: one.ended, 10)
    assert one.ended - left < 10 * PATIENCE  # not only at the next sign of life
    assert two.ended is None and second.get("/api/auth/claims").status == 200


def test_it_ends_when_its_person_is_deleted(stage, listen):
    user, client = stage.hire()
    listener = listen(client)
    stage.admin.ok("DELETE", f"/api/users/{user['id']}")
    until("the stream ends", lambda: listener.ended, 20)
