"""What the tests of hostile input share: one thing of each kind, a right body for each route that takes one, and
the one error form."""
import contextlib
import copy
import json
import re
import shutil
import socket

import pytest
from program import PATIENCE, Program
from scene import at, booking_body, free_crew, iso, make_event, own_day, slot

LIMIT = 1_048_576
METHODS = ("get", "post", "put", "delete")
PAGES = ("/health", "/openapi.json", "/docs", "/api/stream")  # the gateway's own, and one without an end
# Without a body of their own: what they act on is the token, or what the path names.
BODILESS = {"POST /api/auth/validate", "POST /api/auth/logout", "POST /api/bookings/{id}/invoice",
            "POST /api/admin/dead-letters/{id}/replay", "PUT /api/bookings/{id}/confirm",
            "PUT /api/bookings/{id}/complete"}



def labels():
    return {"sv": "Ljus", "en": "Light"}


@pytest.fixture(scope="module")
def world(demo_data, tmp_path_factory):
    data = tmp_path_factory.mktemp("hostile") / "data"
    shutil.copytree(demo_data, data)
    program = Program(data, demo=True).start()
    yield World(program)
    program.stop()


class World:
    """One thing of each kind, and for each route whom to be, where to send, and a body that is right."""

    def __init__(self, program):
        self.program = program
        self.admin = program.login("admin@demo.example")
        self.crew_login = program.login("crew@demo.example")
        organiser = program.login("organiser@demo.example")
        self.me = self.crew_login.ok("GET", "/api/auth/claims")["userId"]
        skill = organiser.ok("GET", "/api/users/crew")["items"][0]["skills"][0]
        category, skill = skill["category"], skill["skill"]
        day = own_day()
        self.event = make_event(organiser, day, slots=[slot(day, category, skill, capacity=3)])
        crew = free_crew(organiser, category, skill, day, count=2)
        self.crew, self.customer = crew[0], organiser.ok("GET", "/api/auth/claims")["customerId"]
        self.booking = organiser.ok("POST", "/api/bookings", booking_body(self.event, self.crew["id"]), status=201)
        confirmed = organiser.ok("POST", "/api/bookings", booking_body(self.event, crew[1]["id"]), status=201)
        self.admin.ok("PUT", f"/api/bookings/{confirmed['id']}/confirm")
        self.invoice = self.admin.ok("POST", f"/api/bookings/{confirmed['id']}/invoice", status=(200, 201))
        self.tariff = self.admin.ok("GET", f"/api/customers/{self.customer}/tariffs")[0]
        self.skill = {"category": category, "skill": skill}
        self.company = self.crew["customerId"]
        described = program.client().ok("GET", "/openapi.json")["paths"]
        self.paths = {path: {method: operation for method, operation in methods.items() if method in METHODS}
                      for path, methods in described.items() if path not in PAGES}
        self.bodies = self.right_bodies(day)

    def writing(self):
        return sorted(f"{method.upper()} {path}" for path, methods in self.paths.items() for method in methods
                      if method in ("post", "put"))

    def client(self, route):
        return self.crew_login if route.split(" ")[1] in (
            "/api/auth/change-password", "/api/users/{id}/push-subscriptions") else self.admin

    def address(self, route):
        path = route.split(" ")[1]
        kinds = {"users": self.me, "customers": self.customer, "events": self.event["id"],
                 "tariffs": self.tariff["id"], "bookings": self.booking["id"], "invoices": self.invoice["id"],
                 "dead-letters": "none", "crew": self.crew["id"], "event": self.event["id"]}
        if path == "/api/customers/{id}":
            return f"/api/customers/{self.company}"  # a crew company has all the fields
        return re.sub(r"/([a-z-]+)/\{[a-zA-Z]+\}", lambda found: f"/{found[1]}/{kinds.get(found[1], self.customer)}", path)

    def send(self, route, body, **more):
        return self.client(route).request(route.split(" ")[0], self.address(route), body, **more)

    def right_bodies(self, day):
        times = {"startTime": iso(at(day, 12)), "endTime": iso(at(day, 16))}
        user = {"email": "new.person@demo.example", "firstName": "Ny", "lastName": "Person", "phone": "070-1234567",
                "userType": 3, "role": 5, "customerId": self.company, "language": "sv", "channels": ["email"],
                "isActive": True, "skills": [self.skill | {"yearsOfExperience": 3, "proficiency": "Senior"}],
                "about": "About", "references": "References"}
        account = {"clearingNumber": "8327-9", "accountNumber": "9173648251", "holderName": "Ny Person"}
        company = {"name": "Nya Ljud AB", "orgNumber": "556036-0793", "country": "SE", "address": "Gatan 1",
                   "city": "Lund", "zipCode": "222 22", "email": "ny@demo.example", "phone": "046-12 34 56",
                   "contact": "Ny", "customerType": 2, "isActive": True, "invoiceEmail": "faktura@demo.example",
                   "vatNumber": "SE556036079301", "seat": "Lund", "instantBooking": True, "vatStatus": "Registered",
                   "fTax": True, "invoicePrefix": "NYAB", "bankgiro": "5050-1055", "plusgiro": "28 65 43-4",
                   "iban": "SE45 5000 0000 0583 9825 7466", "bic": "ESSESESS",
                   "terms": {"issueOn": "Confirmed", "dueFrom": "Work", "paymentDays": 30, "answerHours": 48,
                             "minMinutes": 0, "stepMinutes": 1}}
        event = {"customerId": self.customer, "name": "Ny", "description": "Text", "startDate": iso(at(day, 10)),
                 "endDate": iso(at(day, 22)), "crewFrom": iso(at(day, 8)), "crewTo": iso(at(day, 23)),
                 "location": "Lund", "address": "Gatan 1", "eventType": "Concert", "status": "Scheduled",
                 "details": {"performer": "Nu", "stage": "Stora", "audience": 500, "equipment": ["Mixer"]},
                 "onSiteContact": {"name": "Ny", "phone": "070-1234567"}, "crewInfo": "Ring", "orderReference": "1",
                 "buyerReference": "2", "project": "3",
                 "slots": [self.skill | times | {"capacity": 2, "notes": "Note"}]}
        tariff = self.skill | {"crewCustomerId": self.company, "timeType": "Hour", "amount": 500.5,
                               "validFrom": "2031-01-01", "validTo": "2031-12-31"}
        catalogue = {"categories": [{"name": "Ljus", "labels": labels(), "vatRate": 0, "vatReason": "Reason",
                                     "skills": [{"name": "Op", "labels": labels()}]}]}
        booking = {"eventId": self.event["id"], "crewId": self.crew["id"], **times, **self.skill,
                   "slotId": self.event["slots"][0]["id"], "timeType": "Hour", "notes": "Note",
                   "answerBy": iso(at(day - 5, 12)), "autoConfirm": True, "expectedTotal": 2000}
        return {
            "POST /api/auth/login": {"email": "admin@demo.example", "password": "demo-password"},
            "POST /api/auth/refresh": {"refreshToken": "token"},
            "POST /api/auth/register": {"token": "token", "password": "a-long-password"},
            "POST /api/auth/forgot-password": {"email": "nobody@demo.example"},
            "POST /api/auth/reset-password": {"token": "token", "password": "a-long-password"},
            "POST /api/auth/change-password": {"currentPassword": "demo-password", "newPassword": "a-long-password"},
            "POST /api/users": user | {"password": "a-long-password", "socialSecurityNumber": "19811218-9876",
                                       "bankAccount": account},
            "PUT /api/users/{id}": user | {"customerId": self.company},
            "PUT /api/users/{id}/sensitive": {"socialSecurityNumber": "19811218-9876", "bankAccount": account},
            "PUT /api/users/{id}/availability": {"spans": [{"startDate": iso(at(day, 0)), "endDate": iso(at(day, 24)),
                                                            "note": "Ill"}]},
            "POST /api/users/{id}/push-subscriptions": {"endpoint": "https://push.example.com/x",
                                                        "keys": {"p256dh": "B" + "A" * 86, "auth": "A" * 22}},
            "POST /api/customers": company,
            "PUT /api/customers/{id}": company,
            "POST /api/customers/{id}/tariffs": tariff,
            "PUT /api/tariffs/{id}": tariff,
            "PUT /api/catalogue": catalogue,
            "PUT /api/admin/settings": {"booking.past_days": 7},
            "POST /api/events": event,
            "PUT /api/events/{id}": event,
            "PUT /api/events/{id}/status": {"status": "InProgress", "reason": "So"},
            "POST /api/bookings": booking,
            "PUT /api/bookings/{id}/decline": {"reason": "So"},
            "PUT /api/bookings/{id}/cancel": {"reason": "So"},
            "PUT /api/invoices/{id}/status": {"status": "Credited"},
            "POST /api/invoices/{id}/payments": {"amount": 10, "paidDate": "2026-01-01", "method": "Bankgiro",
                                                 "reference": "1"},
        } | {route: {} for route in BODILESS}

    def snapshot(self):
        """All that lists show, as text."""
        admin = self.admin
        lists = {path: admin.all_items(path) for path in (
            "/api/users", "/api/customers", "/api/events", "/api/bookings", "/api/invoices", "/api/admin/dead-letters")}
        things = [f"/api/customers/{self.customer}/tariffs", "/api/catalogue", "/api/admin/settings",
                  f"/api/users/{self.me}/sensitive", f"/api/users/{self.me}/availability?date=2031-01-01",
                  f"/api/customers/{self.company}", f"/api/events/{self.event['id']}"]
        return lists | {path: admin.ok("GET", path) for path in things}


@pytest.fixture
def unchanged(world):
    """Whatever the test has sent, nothing of it is stored."""
    before = world.snapshot()
    yield
    after = world.snapshot()
    assert {path: thing for path, thing in after.items() if thing != before[path]} == {}


def check_form(answer, status, code=None):
    assert answer.status == status, answer
    assert set(answer.json) == {"error"}, answer
    error = answer.error
    assert {"code", "message", "details", "timestamp", "traceId"} <= set(error), answer
    assert isinstance(error["message"], str) and error["message"] and isinstance(error["details"], list)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z", error["timestamp"]), answer
    assert re.fullmatch(r"[0-9a-f]{32}", error["traceId"]), answer
    assert all(set(detail) == {"field", "message"} for detail in error["details"]), answer
    if code:
        assert error["code"] == code, answer
    return error


def routes(world):
    return [route for route in world.writing() if route not in BODILESS]


class Faults:
    """Goes on after a failed case; at the end all of them are told."""

    def __init__(self):
        self.found = []

    @contextlib.contextmanager
    def case(self, *what):
        try:
            yield
        except AssertionError as problem:
            self.found.append(" ".join(str(part)[:80] for part in what) + ": " + str(problem).split("\n")[0][:300])

    def none(self):
        assert not self.found, f"{len(self.found)} faults\n" + "\n".join(self.found[:60])


@pytest.fixture
def faults():
    faults = Faults()
    yield faults
    faults.none()


def sent_raw(world, route, size):
    """Announces a body and sends what the other side takes of it; reads the answer."""
    client = world.client(route)
    head = (f"{route.split(' ')[0]} {world.address(route)} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
            f"{client.token}\r\nContent-Type: application/json\r\nContent-Length: {size}\r\n\r\n")
    with socket.create_connection(("127.0.0.1", world.program.port), timeout=30 * PATIENCE) as connection:
        connection.sendall(head.encode())
        try:
            for _ in range(size // 65_536 + 1):
                connection.sendall(b" " * 65_536)
        except OSError:
            pass  # it may hang up while we are still sending
        received = b""
        while b"\r\n\r\n" not in received or b"traceId" not in received:
            piece = connection.recv(65_536)
            if not piece:
                break
            received += piece
    return Raw(received)


class Raw:
    def __init__(self, received):
        head, _, body = received.partition(b"\r\n\r\n")
        self.status = int(head.split()[1])
        self.json = json.loads(body[body.index(b"{"):body.rindex(b"}") + 1])
        self.error = self.json["error"]

    def __repr__(self):
        return f"<{self.status} {self.json}>"


def leaves(value, path=""):
    """(path as errors name it, value) of all members, inner ones too."""
    members = value.items() if isinstance(value, dict) else ((f"[{i}]", item) for i, item in enumerate(value))
    for name, inner in members:
        here = path + name if name.startswith("[") or not path else f"{path}.{name}"
        yield here, inner
        if isinstance(inner, (dict, list)):
            yield from leaves(inner, here)


def with_value(body, path, value):
    changed = copy.deepcopy(body)
    steps = [int(step[1:-1]) if step.startswith("[") else step for step in re.findall(r"\[\d+\]|[^.\[\]]+", path)]
    if path in body:
        steps = [path]  # settings have names with dots
    at_ = changed
    for step in steps[:-1]:
        at_ = at_[step]
    at_[steps[-1]] = value
    return changed


def wrong_values(value):
    """Values that can't be right where `value` is."""
    if isinstance(value, dict):
        return [17, "x", True, [], [{}]]
    if isinstance(value, list):
        return [17, "x", False, {}, {"$ne": None}]
    odd = [{"$ne": None}, {"$gt": ""}, {"$where": "sleep(1000)"}, [], [value], {}]
    if isinstance(value, bool):
        return odd + ["true", 0, 1, "", "' OR 1=1 --"]
    if isinstance(value, (int, float)):
        return odd + [str(value), True, "", -1, 2**63, -2**63 - 1, 2**64, 1e300, 0.001, "1; DROP TABLE users"]
    return odd + [17, True, "\u0000", "a\u0000b", "\u001b[2J", "\u0085", "x" * (LIMIT // 2)]


YEARS = "skills[0].yearsOfExperience"  # may have decimals


def any_text_will_do(route, path):
    """Passwords that are compared and ids that are looked for are right or wrong, not well or ill formed."""
    return path in ("currentPassword", "eventId") or (path, route) == ("password", "POST /api/auth/login")


def named(error):
    return sorted({detail["field"] for detail in error["details"]})
