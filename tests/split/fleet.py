"""The system with several copies of its services and consumers, what is broken about it, and load on it."""
import collections
import datetime
import os
import threading
import time

import split
from program import PATIENCE, until
from scene import at, iso, make_event, own_day, slot
from split import SplitProgram
from stage import SOUND, Stage

FULL = os.environ.get("THENORSOUND_TEST_FULL") == "1"
COPIES = {"booking": 2, "event": 2, "user": 2, "notification": 3, "analytics": 3, "invoicing": 3}
ADMIN = "first@admin.example"
PASSWORD = "first-password"
# The gateway gives a service 25 s; what is more is the way there and back on a machine that is busy.
REQUEST_LIMIT = 27 * PATIENCE
LIVE = ("REQUESTED", "CONFIRMED", "COMPLETED")


class Fleet:
    def __init__(self, folder):
        os.environ.setdefault("THENORSOUND_TEST_VHOSTS", "1")
        self.broker = split.broker(folder / "broker")
        self.folder = folder
        self.program = None

    def start(self):
        self.broker.start()
        env = {"THENORSOUND_ADMIN_EMAIL": ADMIN, "THENORSOUND_ADMIN_PASSWORD": PASSWORD,
               "THENORSOUND_AUTH_ACCESS_MINUTES": "60"}
        self.program = SplitProgram(self.folder / "data", env=env, copies=COPIES,
                                    broker_url=self.broker.url + "/t0")
        self.program.start()
        return self

    def end(self):
        try:
            if self.program is not None:
                self.program.stop()
        except AssertionError:
            self.program.kill()
            self.database.stop()
            raise
        finally:
            self.broker.stop()

    def mend(self):
        """All that a test stopped or killed runs again."""
        for server in (self.database, self.broker):
            if not server.runs:
                server.start()
        for part in self.program.parts:
            if part.env or part.process is None or part.process.poll() is not None:
                part.env = {}
                if part.process is not None and part.process.poll() is None:
                    part.stop()
                part.start()
        self.program.wait_ready()

    @property
    def database(self):
        return self.program.database

    def admin(self):
        return self.program.login(ADMIN, PASSWORD)

    def stage(self, crew=1, day=None, name="Long event", **more):
        """Two companies and `crew` people to book, with an event of 50 days that takes them all."""
        begun = iso(datetime.datetime.now(datetime.timezone.utc))
        stage = Stage(self.admin(), **more)
        stage.begun = begun
        stage.program = self.program
        stage.people = [stage.crew_id] + [
            stage.admin.ok("POST", "/api/users", {
                "email": f"c{number}.{stage.crew_user['email']}", "firstName": "Crew", "lastName": f"Nr{number}",
                "userType": 3, "role": 5, "customerId": stage.seller["id"],
                "skills": [{"category": SOUND[0], "skill": SOUND[1]}]}, status=201)["id"]
            for number in range(1, crew)]
        day = day or own_day()
        slots = [slot(day, *SOUND, capacity=1_000) | {"endTime": iso(at(day, 10 + 50 * 24))} for _ in range(5)]
        stage.place = make_event(stage.organiser, day, slots, hours=50 * 24, name=name)
        return stage


Answered = collections.namedtuple("Answered", "at seconds status code retry_after key booking_id what")


def is_to_be_repeated(answer):
    return answer is None or answer.status != 201 and "Retry-After" in answer.headers


class Load:
    """People who book, each for one crew member hour after hour, and one who looks at lists."""

    def __init__(self, stage, from_hour=0, pace=0.05):
        """`pace`: seconds from one booking of a person to the next."""
        self.stage, self.from_hour, self.pace = stage, from_hour, pace
        self.answers, self.lock = [], threading.Lock()
        self.stopping = threading.Event()
        self.threads = []

    def __enter__(self):
        for lane in range(len(self.stage.people)):
            self.threads.append(threading.Thread(target=self.book, args=(lane,)))
        self.threads.append(threading.Thread(target=self.look))
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, kind, *_):
        if kind is not None:  # What went before says why.
            print("the latest answers:", *self.answers[-60:], sep="\n  ")
        self.stopping.set()
        for thread in self.threads:
            thread.join()

    def book(self, lane):
        """Every second one repeats with the same Idempotency-Key until it knows; the others go on."""
        stage = self.stage
        client = stage.program.client(stage.organiser.token)
        hour = self.from_hour
        while not self.stopping.is_set():
            body = stage.body(stage.place, 10 + hour, 1, crew_id=stage.people[lane])
            key = f"{stage.place['id']}-{lane}-{hour}" if lane % 2 else None
            answer = self.ask(client, "POST", "/api/bookings", body, key)
            while key and is_to_be_repeated(answer) and not self.stopping.is_set():
                self.stopping.wait(0.2)
                answer = self.ask(client, "POST", "/api/bookings", body, key)
            self.stopping.wait(self.pace + (0.1 if is_to_be_repeated(answer) else 0))
            hour += 1

    def look(self):
        client = self.stage.program.client(self.stage.organiser.token)
        paths = [f"/api/bookings?eventId={self.stage.place['id']}&pageSize=5", "/api/events?pageSize=5",
                 f"/api/users/crew?pageSize=5", "/api/invoices?pageSize=5", "/api/auth/claims"]
        for number in range(10_000_000):
            if self.stopping.wait(0.05):
                return
            self.ask(client, "GET", paths[number % len(paths)])

    def ask(self, client, method, path, body=None, key=None):
        started = time.monotonic()
        answer = None
        try:
            head = {"Idempotency-Key": key} if key else {}
            answer = client.request(method, path, body, headers=head, timeout=2 * REQUEST_LIMIT)
        except OSError as problem:
            client.close()
            code = type(problem).__name__
        else:
            code = answer.code if answer.status >= 400 else ""
        made = answer.json["id"] if answer is not None and answer.status == 201 else None
        with self.lock:
            self.answers.append(Answered(
                started, time.monotonic() - started, answer.status if answer is not None else 0, code,
                answer.headers.get("Retry-After") if answer is not None else None, key, made, f"{method} {path}"))
        return answer

    def since(self, moment):
        with self.lock:
            return [answer for answer in self.answers if answer.at >= moment]

    def acknowledged(self, since=0):
        return [answer.booking_id for answer in self.since(since) if answer.booking_id]

    def wait_for_more(self, count, seconds=60):
        before = time.monotonic()
        until(f"{count} more bookings are acknowledged", lambda: len(self.acknowledged(before)) >= count, seconds)

    def counted(self):
        return dict(collections.Counter((a.what.split("?")[0], a.status, a.code) for a in self.answers))

    def assert_answers(self, allowed):
        """Nothing took longer than a request may, and every answer is one of `allowed`."""
        wrong = [a for a in self.answers if (a.status, a.code) not in allowed]
        assert not wrong, wrong[:5]
        without = [a for a in self.answers if a.status == 503 and not (a.retry_after or "").isdigit()]
        assert not without, without[:5]
        slow = [a for a in self.answers if a.seconds > REQUEST_LIMIT]
        assert not slow, slow[:5]


def settled(stage, seconds=30):
    """Waits until no saga is unfinished."""
    path = f"/api/bookings?eventId={stage.place['id']}&status=PENDING"

    def none_pending():
        answer = stage.organiser.get(path)
        return answer.status == 200 and answer.json["total"] == 0
    until("no saga is unfinished", none_pending, seconds)


def assert_whole(stage, load, drafts=True):
    """What was acknowledged is there once; reservations, invoices and the audit are of exactly what is there."""
    everything = {b["id"]: b for b in stage.organiser.all_items(f"/api/bookings?eventId={stage.place['id']}")}
    live = {id: b for id, b in everything.items() if b["status"] in LIVE}
    acknowledged = load.acknowledged()
    assert len(set(acknowledged)) == len(acknowledged)
    assert set(acknowledged) <= set(live), "an acknowledged booking is lost"
    places = collections.Counter((b["crewId"], b["startTime"]) for b in live.values())
    assert not [place for place, count in places.items() if count > 1], "booked twice"
    assert_reservations(stage, live)
    assert_effects(stage, live, drafts)
    return live


def assert_reservations(stage, live):
    path = f"/api/events/{stage.place['id']}"
    until("the slots hold exactly the live bookings",
          lambda: sum(s["booked"] for s in stage.organiser.ok("GET", path)["slots"]) == len(live), 45)
    first = stage.place["day"]
    window = f"from={iso(at(first, 0))}&to={iso(at(first + 60, 0))}"
    for person in stage.people:
        mine = {id for id, b in live.items() if b["crewId"] == person}

        def held():
            shown = stage.boss.ok("GET", f"/api/users/{person}/availability?{window}")
            return {b["bookingId"] for b in shown["busy"] if b.get("bookingId")}
        try:
            until("the calendar holds exactly the live bookings", lambda: held() == mine, 45)
        except AssertionError as late:
            found = held()
            raise AssertionError(f"{late}: of {len(mine)}, {len(mine - found)} are missing: "
                                 f"{sorted(mine - found)[:3]}; beside them {sorted(found - mine)[:3]}") from None


def audit_of(stage):
    """[(type, subject)] of every message since the stage was made that analytics keeps."""
    rows = stage.admin.all_items(f"/api/admin/audit?from={stage.begun}")
    return [(row["type"], row["subject"]) for row in rows]


def told_of(stage):
    """The bookings whose making is in the audit, as often as it is."""
    return [subject for kind, subject in audit_of(stage) if kind == "booking.created"]


def assert_effects(stage, live, drafts=True):
    """One row in the audit and one invoice for each."""
    def told():
        rows = collections.Counter(told_of(stage))
        return set(live) <= set(rows) and rows
    rows = until("every booking is in the audit", told, 90, every=1)
    assert {rows[id] for id in live} <= {1}

    def invoices():
        found = collections.Counter(i["bookingId"] for i in stage.boss.all_items("/api/invoices")
                                    if i.get("bookingId"))
        return set(live) <= set(found) and found
    if drafts:
        found = until("every booking has its invoice", invoices, 90, every=1)
        assert set(found) == set(live) and set(found.values()) <= {1}
    letters = stage.admin.ok("GET", "/api/admin/dead-letters")["items"]
    assert letters == [], letters[:3]


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0


def show(*words):
    """Figures, into what tests/split/run prints."""
    print("   figures:", *words, flush=True)
