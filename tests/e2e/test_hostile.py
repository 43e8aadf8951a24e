"""What strangers send: every POST and PUT of /openapi.json with bodies that are wrong in every way we know,
every GET with queries that are. Each is refused in the one error form, every wrong field by its name; nothing
is stored, nothing fails on our side."""
import contextlib
import copy
import json
import re
import shutil
import socket
import urllib.parse

import pytest
from program import PATIENCE, Program
from scene import at, booking_body, free_crew, iso, make_event, own_day, slot
from test_booking import shared_skill

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
        _, category, skill = shared_skill(organiser)
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


def test_every_route_that_takes_a_body_is_known_here(world):
    assert world.writing() == sorted(world.bodies)


MALFORMED = {
    "not JSON": b"name=value", "one brace": b"{", "truncated": b'{"name": "x', "no value": b'{"name":}',
    "two values": b"{} {}", "trailing comma": b'{"a": 1,}', "single quotes": b"{'a': 1}", "comment": b"{} // x",
    "only spaces": b"   ", "BOM": b"\xef\xbb\xbf{}", "UTF-16": "{}".encode("utf-16"), "NUL": b"\x00",
    "NUL behind": b"{}\x00", "raw control character": b'{"a": "\x01"}', "bad escape": b'{"a": "\\x41"}',
    "invalid UTF-8": b'{"a": "\xff\xfe"}', "lone continuation": b'{"a": "\x80"}', "cut off": b'{"a": "\xc3"}',
    "overlong slash": b'{"a": "\xc0\xaf"}', "overlong of three": b'{"a": "\xe0\x80\xaf"}',
    "surrogate in UTF-8": b'{"a": "\xed\xa0\x80"}', "beyond Unicode": b'{"a": "\xf4\x90\x80\x80"}',
    "lone high surrogate": b'{"a": "\\ud800"}', "lone low surrogate": b'{"a": "\\udc00"}',
    "swapped surrogates": b'{"a": "\\udc00\\ud800"}', "duplicate key": b'{"a": 1, "a": 1}',
    "duplicate key, escaped": b'{"a": 1, "\\u0061": 2}', "duplicate key within": b'{"a": {"b": 1, "b": 2}}',
    "33 levels": b'{"a":' + b"[" * 32 + b"]" * 32 + b"}", "10,000 levels": b"[" * 10_000 + b"]" * 10_000,
    "10,000 objects": b'{"a":' * 10_000 + b"1" + b"}" * 10_000, "unclosed 10,000": b"[" * 10_000,
    "number too large": b'{"a": 1e400}', "negative too large": b'{"a": -1e400}', "NaN": b'{"a": NaN}',
    "Infinity": b'{"a": Infinity}', "hexadecimal": b'{"a": 0x10}', "leading zero": b'{"a": 01}', "plus": b'{"a": +1}',
    "digits without end": b'{"a": ' + b"9" * 400 + b"}",
}


def test_what_is_no_json_is_400_without_details(world, unchanged, faults):
    for route in routes(world):
        for what, body in MALFORMED.items():
            with faults.case(route, what):
                assert check_form(world.send(route, body), 400, "VALIDATION_ERROR")["details"] == []


def test_thirty_two_levels_are_read(world, unchanged, faults):
    for route in routes(world):
        with faults.case(route):
            deep = b'{"hostile":' + b"[" * 31 + b"]" * 31 + b"}"
            assert "hostile" in named(check_form(world.send(route, deep), 400, "VALIDATION_ERROR"))


def test_what_is_no_object_is_a_fault_of_the_empty_field(world, unchanged, faults):
    for route in routes(world):
        for body in (b"[]", b'"x"', b"3", b"null", b"true", b"[{}]", b"-0.0"):
            with faults.case(route, body):
                assert named(check_form(world.send(route, body), 400, "VALIDATION_ERROR")) == [""]


def test_routes_without_a_body_refuse_one_that_is_wrong(world, unchanged, faults):
    for route in sorted(BODILESS):
        if "/api/auth/" in route:
            continue  # a token is all they look at
        for body in (b"{", b'{"a": 1, "a": 1}', b"\xff", b"[]", b'{"hostile": 1}'):
            with faults.case(route, body):
                answer = world.send(route, body)
                check_form(answer, 400, "VALIDATION_ERROR")


def test_a_body_must_say_that_it_is_json(world, unchanged, faults):
    for route in routes(world):
        body = json.dumps(world.bodies[route])
        heads = [{"Content-Type": kind} for kind in (
            "text/plain", "application/xml", "application/x-www-form-urlencoded", "multipart/form-data", "json",
            "application/json; charset=utf-16", "application/jsonp", "", "*/*")]
        heads += [{"Content-Encoding": coding} for coding in ("gzip", "deflate", "br", "x", "gzip, gzip")]
        for head in heads:
            with faults.case(route, head):
                check_form(world.send(route, body, headers=head), 415, "UNSUPPORTED_MEDIA_TYPE")


def test_the_largest_body_and_one_byte_more(world, unchanged, faults):
    def body_of(size):
        return b'{"hostile":"' + b"x" * (size - 14) + b'"}'
    for route in routes(world):
        with faults.case(route):
            assert "hostile" in named(check_form(world.send(route, body_of(LIMIT)), 400, "VALIDATION_ERROR"))
        with faults.case(route, "one byte more"):
            check_form(sent_raw(world, route, LIMIT + 1), 413, "PAYLOAD_TOO_LARGE")
    with faults.case("10 MB"):
        check_form(sent_raw(world, "POST /api/events", 10 * LIMIT), 413, "PAYLOAD_TOO_LARGE")


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


# ---- fields

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


def test_a_wrong_value_in_any_field_is_named_by_its_path(world, unchanged, faults):
    for route in routes(world):
        right = world.bodies[route]
        for path, value in leaves(right):
            for wrong in wrong_values(value):
                if isinstance(wrong, str) and any_text_will_do(route, path) or (path, wrong) == (YEARS, 0.001):
                    continue
                with faults.case(route, path, repr(wrong)):
                    answer = world.send(route, with_value(right, path, wrong))
                    error = check_form(answer, 400, "VALIDATION_ERROR")
                    assert path in named(error), answer


def test_every_wrong_field_is_named_and_not_only_the_first(world, unchanged, faults):
    for route in routes(world):
        right = world.bodies[route]
        ids = {"customerId", "eventId", "crewId"}  # looked at before all other fields
        wrong = {name: ({"$ne": None} if not isinstance(value, dict) else 17) for name, value in right.items()}
        wrong |= {name: right[name] for name in ids & set(right)}
        expected = sorted((set(right) - ids) | {"hostile", "$where"})
        with faults.case(route):
            error = check_form(world.send(route, wrong | {"hostile": 1, "$where": "1"}), 400, "VALIDATION_ERROR")
            assert named(error) == expected, error
            assert len(error["details"]) == len(expected), "each once"


def test_unknown_parameters_are_refused_beside_a_body_too(world, unchanged, faults):
    for route in routes(world):
        with faults.case(route):
            method, path = route.split(" ")[0], world.address(route) + "?hostile=1"
            error = check_form(world.client(route).request(method, path, {"hostile": 2}), 400, "VALIDATION_ERROR")
            assert "hostile" in named(error), error


# ---- ids

def test_ids_of_another_kind_name_nothing(world, unchanged, faults):
    event_id, crew_id = world.event["id"], world.crew["id"]
    bad = [event_id, crew_id, world.booking["id"], world.tariff["id"], world.event["slots"][0]["id"], "", " ", "$ne", "evt-", "evt-" + "x" * 300, "../../etc/passwd", "evt-1' OR '1'='1", "\u202egnp"]
    booking, event, user = (world.bodies[route] for route in ("POST /api/bookings", "POST /api/events", "POST /api/users"))
    for wrong in bad:
        with faults.case("eventId", wrong):
            if wrong != event_id:
                check_form(world.send("POST /api/bookings", booking | {"eventId": wrong}), 404, "NOT_FOUND")
        for route, body, field in (("POST /api/bookings", booking, "crewId"), ("POST /api/bookings", booking, "slotId"),
                                   ("POST /api/events", event, "customerId"), ("POST /api/users", user, "customerId"),
                                   ("POST /api/customers/{id}/tariffs", world.bodies["PUT /api/tariffs/{id}"],
                                    "crewCustomerId")):
            if (field, wrong) in (("crewId", crew_id), ("slotId", booking["slotId"])):
                continue
            with faults.case(route, field, wrong):
                error = check_form(world.send(route, body | {field: wrong}), 400, "VALIDATION_ERROR")
                assert named(error) == [field], error


def with_path_values(path, value):
    return re.sub(r"\{[a-zA-Z]+\}", urllib.parse.quote(value, safe=""), path)


def test_a_path_that_names_nothing_is_404(world, unchanged, faults):
    """Of another kind, or no id at all; only what is no path is 400."""
    wrong = [world.event["id"], world.crew["id"], world.customer, "x", "$ne", "' OR 1=1 --", "null", "undefined", "0", "-1",
             "\u202e", "\U0001f600", "x" * 500]
    broken = ["%00", "%2F", "%2e%2e", "%zz", "%", "%c3%28", "%ed%a0%80", "%0a"]
    for path, methods in world.paths.items():
        if "{" not in path:
            continue
        kind = re.search(r"/([a-z-]+)/\{", path)[1]
        for method in methods:
            route = f"{method.upper()} {path}"
            body = world.bodies.get(route) or None
            for value in wrong:
                right_kind = {"users": "usr-", "crew": "usr-", "customers": "cust-", "customer": "cust-", "events": "evt-",
                              "event": "evt-"}.get(kind, "-")
                if value.startswith(right_kind):
                    continue
                with faults.case(route, value):
                    answer = world.client(route).request(method.upper(), with_path_values(path, value), body)
                    if path == "/api/users/{id}/push-subscriptions" or "/auth/sessions" in path:
                        assert answer.status in (403, 404), answer  # nobody else's, or nobody's
                    else:
                        check_form(answer, 404, "NOT_FOUND")
            for value in broken:
                with faults.case(route, value):
                    address = re.sub(r"\{[a-zA-Z]+\}", lambda _, value=value: value, path)
                    answer = world.client(route).request(method.upper(), address, body)
                    assert answer.status in (400, 403, 404), answer
                    check_form(answer, answer.status)


# ---- queries

def reading(world):
    """GET routes that may be asked again and again, with what makes them right."""
    times = {"from": "2026-01-01T00:00:00Z", "to": "2026-02-01T00:00:00Z"}
    needs = {"/api/users/crew/availability": times, "/api/events/date-range": times,
             "/api/events/calendar": {"year": "2026", "month": "5"},
             "/api/users/{id}/availability": {"date": "2026-05-01"},
             "/api/bookings/pricing": {name: world.bodies["POST /api/bookings"][name]
                                       for name in ("eventId", "crewId", "startTime", "endTime")}}
    for path, methods in world.paths.items():
        if "get" not in methods:
            continue
        names = [p["name"] for p in methods["get"].get("parameters", []) if p.get("in") == "query"]
        yield path, names, needs.get(path, {})


def ask(world, path, query):
    client = world.crew_login if path.startswith("/api/auth/") else world.admin
    text = query if isinstance(query, str) else urllib.parse.urlencode(query)
    return client.get(world.address("GET " + path) + ("?" + text if text else ""))


def test_every_get_is_right_without_what_is_wrong(world, faults):
    for path, _, needed in reading(world):
        with faults.case(path):
            assert ask(world, path, needed).status == 200, ask(world, path, needed)


def test_wrong_queries_are_400_by_name(world, unchanged, faults):
    for path, names, needed in reading(world):
        right = urllib.parse.urlencode(needed)
        glue = "&" if right else ""
        wrong = [("hostile=1", "hostile"), ("hostile", "hostile"), ("$where=1", "$where"), ("PAGENUMBER=1", "PAGENUMBER"),
                 ("%24ne=1", "$ne"), ("hostile%5B%5D=1", "hostile[]"), ("a%00b=1", None), ("hostile=%zz", "hostile"),
                 ("hostile=%", "hostile"), ("hostile=%ff", "hostile"), ("hostile=%ed%a0%80", "hostile")]
        for name in names:
            value = needed.get(name, "1")
            encoded = urllib.parse.quote(value)
            if name not in needed:
                wrong.append((f"{name}={encoded}&{name}={encoded}", name))
            else:
                wrong.append((f"{name}={encoded}", name))
            wrong += [(f"{name}=%ff", name), (f"{name}=%c0%af", name), (f"{name}=%", name), (f"{name}=%g0", name)]
            if name not in needed and not name.endswith("Id"):  # an id that names nothing: an empty list
                wrong += [(f"{name}=a%00b", name), (f"{name}=" + "x" * 2_000, name)]
            if name in ("pageNumber", "pageSize"):
                wrong += [(f"{name}={bad}", name) for bad in
                          ("0", "-1", "1.5", "x", "", "1e3", "9223372036854775808", "99999999999999999999", "%2B1", "0x10",
                           "%201", "1%20", "NaN", "null", "true", "%7B%22%24ne%22%3Anull%7D")]
            if name == "pageSize":
                wrong.append(("pageSize=201", name))
            if name in ("status", "timeType", "by", "format", "userType", "role", "customerType"):
                wrong += [(f"{name}={bad}", name) for bad in ("Nothing", "", "%20", "requested", "9", "1%2C2", "%24ne")]
            if name in ("from", "to", "availableFrom", "availableTo", "startTime", "endTime") and name not in needed:
                wrong += [(f"{name}={bad}", name) for bad in ("yesterday", "", "2026-13-01", "0", "2026-02-30T00:00:00Z")]
            if name.endswith("Id") and path != "/api/bookings/pricing":
                for value in ("a%00b", "x" * 2_000, "%24ne", "' OR 1=1", "%7B%22%24ne%22%3Anull%7D", "%E2%80%AE"):
                    with faults.case(path, name, value):
                        answer = ask(world, path, right + glue + f"{name}={urllib.parse.quote(value, safe='%')}")
                        assert answer.status == 400 and named(answer.error) == [name] or \
                            answer.status == 200 and answer.json["items"] == [], answer
        for query, field in wrong:
            with faults.case(path, query):
                error = check_form(ask(world, path, right + glue + query), 400, "VALIDATION_ERROR")
                assert field is None or field in named(error), error


# ---- odd, and right

ODD = ["Robert'); DROP TABLE users;--", '{"$ne": null}', "$where: function() { return true }", "%s%n%x", "../../etc/passwd",
       "<script>alert(1)</script>", "\u202eevil\u202c", "\u200bzero\u200b", "e\u0301 and \u00e9", "\U0001f468\u200d\U0001f3a4 \U0001f3b8",
       "tab\tand\nline", "\uffff\ufffe", "\U0010ffff", "'\"`\\", "=1+1", "\u0130\u0131\u017f\u1e9e", "NULL", "\ufeffBOM"]


def test_odd_texts_are_kept_as_they_were_sent(world, faults):
    made = []
    for text in ODD:
        with faults.case(repr(text)):
            event = {name: value for name, value in world.bodies["POST /api/events"].items() if name != "slots"}
            sent = event | {"name": text, "description": text, "location": text, "crewInfo": text}
            event = world.admin.ok("POST", "/api/events", sent, status=201)
            made.append(event["id"])
            again = world.admin.ok("GET", f"/api/events/{event['id']}")
            for name in ("name", "description", "location", "crewInfo"):
                assert again[name] == text, again[name]
            found = world.admin.get("/api/events?" + urllib.parse.urlencode({"q": text}))
            assert found.status == 200, found
    assert len(set(made)) == len(ODD)
    for event_id in made:
        world.admin.ok("DELETE", f"/api/events/{event_id}", status=204)
