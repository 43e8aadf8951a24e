"""Whatever is sent, by whomever: the answer is one that the description has, and never a 5xx.

THENORSOUND_PROPERTY_SECONDS: how long (12 unless set). THENORSOUND_PROPERTY_SEED: what was printed, to replay it.
"""
import datetime
import itertools
import json
import os
import random
import shutil
import time
import urllib.parse

import jsonschema
import pytest
from described import Described, Undescribed, follow
from generated import JUNK, Generator, put_in_order, spoiled
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from program import PATIENCE, SMALL, Program

SECONDS = float(os.environ.get("THENORSOUND_PROPERTY_SECONDS", "5" if SMALL else "12"))
SEED = int(os.environ.get("THENORSOUND_PROPERTY_SEED", random.randrange(2**31)))
ROLES = {"Admin": "admin", "CustomerAdmin": "organiser", "CustomerUser": "organiser-user", "CrewAdmin": "crewadmin",
         "CrewUser": "crew", "nobody": None}
# What would end the test's own logins and companies.
SPARED = {"changeUser": "logins", "deleteUser": "logins", "deleteCustomer": "companies", "changeCustomer": "companies"}
# What is made is used by what comes later.
MADE = {"createUser": "UserId", "createCustomer": "CustomerId", "createEvent": "EventId", "createBooking": "BookingId",
        "createTariff": "TariffId", "issueInvoice": "InvoiceId"}
MOST_IDS = 60
# What a valid body must not be told.
ON_FORM = ("is not a known field", "must be a text", "must be true or false", "must be one of", "must be an object",
           "must be an array", "must be a whole number", "must be a number", "must be at most 2", "must be at least", "is read-only",
           "must be a date and time", "must be a day")


class World:
    """The real program's ids, and who may ask."""

    def __init__(self, program, described):
        self.program, self.described = program, described
        self.tokens = {role: self.login(role) for role in ROLES}
        admin = program.client(self.tokens["Admin"])
        users = admin.all_items("/api/users")
        mails = {f"{name}@demo.example" for name in ROLES.values()}
        self.logins = [user["id"] for user in users if user["email"] in mails]
        self.companies = sorted({user["customerId"] for user in users if user["id"] in self.logins and "customerId" in user})
        events = admin.all_items("/api/events")
        customers = admin.all_items("/api/customers")
        self.ids = {
            "UserId": self.logins + [user["id"] for user in users][:15],
            "CustomerId": self.companies + [customer["id"] for customer in customers][:4],
            "EventId": [event["id"] for event in events][:8],
            "SlotId": [slot["id"] for event in events[:8] for slot in event["slots"]][:10],
            "BookingId": [booking["id"] for booking in admin.all_items("/api/bookings")][:8],
            "InvoiceId": [invoice["id"] for invoice in admin.all_items("/api/invoices")][:8],
            "TariffId": [tariff["id"] for company in self.companies[:1] + [event["customerId"] for event in events[:3]]
                         for tariff in admin.ok("GET", f"/api/customers/{company}/tariffs")][:8],
        }
        for kind, ids in self.ids.items():
            assert ids, kind
        catalogue = admin.ok("GET", "/api/catalogue")
        self.skills = [(category["name"], skill["name"]) for category in catalogue["categories"] for skill in category["skills"]]
        self.events = [event for event in events if event["customerId"] in self.companies and event["status"] == "Scheduled"]
        self.crew = [user for user in users if user["userType"] == 3 and user["customerId"] in self.companies]
        organiser = next(company["id"] for company in customers if company["id"] in self.companies and company["customerType"] == 1)
        self.tariffs = [tariff for tariff in admin.ok("GET", f"/api/customers/{organiser}/tariffs")
                        if tariff["timeType"] == "Hour"]
        self.names = {
            "category": [category["name"] for category in catalogue["categories"]],
            "skill": [skill["name"] for category in catalogue["categories"] for skill in category["skills"]],
            "sid": ["none"], "subscriptionId": ["none"], "q": ["a", "Kim ö", "%"], "email": ["kim@example.se"],
            "currentPassword": ["demo-password", "wrong-password"], "password": ["demo-password"],
            "orgNumber": ["556036-0793", "5560160680", "811218-9876"], "zipCode": ["11122"], "country": ["SE", "NO"],
            "phone": ["08-123 45 67", "+46 70 123 45 67"], "vatNumber": ["SE556036079301"], "bankgiro": ["5050-1055"],
            "socialSecurityNumber": ["811218-9876"], "pageSize": [1, 5], "pageNumber": [1, 2], "year": [2027], "month": [7],
            "vatReason": ["None"], "endpoint": ["https://push.example.com/a"],
        }

    def login(self, role):
        if ROLES[role] is None:
            return None
        return self.program.login(f"{ROLES[role]}@demo.example").token

    def client(self, role):
        return self.program.client(self.tokens[role])


def make_sense(draw, world, operation, value):
    """Most of what is drawn is refused for what it means; this makes some of it mean something."""
    if isinstance(value, list):
        for item in value:
            make_sense(draw, world, operation, item)
    if not isinstance(value, dict):
        return
    for item in value.values():
        make_sense(draw, world, operation, item)
    if "category" in value and "skill" in value:
        value["category"], value["skill"] = draw(st.sampled_from(world.skills))
    put_in_order(draw, value)
    if operation.id == "getAvailability" and draw(st.booleans()):
        value.pop("from", None), value.pop("to", None)
    elif operation.id == "getAvailability" and {"from", "to"} <= set(value):
        value.pop("date", None)
    if operation.id == "createEvent":
        for name in ("customerId", "crewFrom", "crewTo", "slots", "status"):
            if draw(st.booleans()):
                value.pop(name, None)
    if operation.id == "addPayment" and "amount" in value:
        value["amount"] = draw(st.sampled_from([0.5, 1, 100]))
    if operation.id in ("createBooking", "getPrice") and "crewId" in value:
        event, tariff = draw(st.sampled_from(world.events)), draw(st.sampled_from(world.tariffs))
        able = [user for user in world.crew if any(skill["skill"] == tariff["skill"] for skill in user["skills"])]
        start = datetime.datetime.fromisoformat(event["startDate"].replace("Z", "+00:00"))
        start += datetime.timedelta(minutes=15 * draw(st.integers(0, 8)))
        value |= {"eventId": event["id"], "crewId": draw(st.sampled_from(able or world.crew))["id"], "startTime": start.isoformat(),
                  "endTime": (start + datetime.timedelta(minutes=15 * draw(st.integers(1, 12)))).isoformat()}
        for name in ("slotId", "category", "skill", "timeType", "expectedTotal", "answerBy"):
            if draw(st.booleans()):
                value.pop(name, None)


def parts_of(target):
    return urllib.parse.quote(target, safe="")


@st.composite
def requests(draw, world, generator):
    """(operation, role, method, target, headers, body, is_valid)"""
    operation = draw(st.sampled_from(world.described.operations))
    role = draw(st.sampled_from(["Admin", "CustomerAdmin", *ROLES]))
    wrong = draw(st.sampled_from(["nothing"] * 4 + ["body", "body", "query", "raw", "path"]))
    path, query = operation.path, {}
    # From everywhere: failed logins would slow an address down.
    headers = {"X-Forwarded-For": "10." + ".".join(str(draw(st.integers(0, 255))) for _ in range(3))}
    spared = getattr(world, SPARED.get(operation.id, ""), ())
    for parameter in operation.parameters:
        name, where, schema = parameter["name"], parameter["in"], parameter["schema"]
        if where == "path":
            strategy = generator.text_of(schema, name).filter(lambda text: text not in spared)
            value = draw(JUNK.map(str) if wrong == "path" else strategy)
            path = path.replace("{" + name + "}", parts_of(value) or "none")
        elif where == "query" and (parameter.get("required") or draw(st.booleans())):
            query[name] = draw(JUNK.map(str) if wrong == "query" and draw(st.booleans()) else generator.text_of(schema, name))
        elif where == "header" and draw(st.integers(0, 3)) == 0:
            headers[name] = draw(st.sampled_from(['"1"', '"2"', "*", '"999"']) if name == "If-Match" else
                                 st.sampled_from(["a", "b", "c"]))
    sensible = draw(st.integers(0, 3)) > 0
    if sensible and wrong != "query":
        make_sense(draw, world, operation, query)
    if wrong == "query" and draw(st.booleans()):
        query["unheardOf"] = "1"
    body, valid = None, wrong == "nothing"
    schema = operation.source.get("requestBody")
    if schema is not None:
        schema = schema["content"]["application/json"]["schema"]
        value = draw(generator.value(schema))
        if sensible:
            make_sense(draw, world, operation, value)
        value = draw(spoiled(value)) if wrong == "body" else value
        if operation.id == "changePassword" and isinstance(value, dict) and value.get("newPassword") != "demo-password":
            value["currentPassword"] = "wrong-password"
        body = json.dumps(value)
        if wrong == "raw":
            body = draw(st.sampled_from(["{", "[]", "", "nul", '{"a":1,"a":2}', "\ufeff{}", "[" * 40, '"\\ud800"', body[:-1]]))
    target = path + ("?" + urllib.parse.urlencode(query) if query else "")
    return operation, role, target, headers, body, valid


def without_nulls(value):
    """In a POST null counts as absent."""
    if isinstance(value, dict):
        return {key: without_nulls(item) for key, item in value.items() if item is not None}
    return [without_nulls(item) for item in value] if isinstance(value, list) else value


def judge(operation, answer, body, valid):
    if answer.status >= 500:
        raise Undescribed(f"{operation}: {answer}")
    operation.check(answer)
    schema = operation.body_schema()
    if body and schema is not None and answer.status < 300:
        sent = json.loads(body)
        sent = without_nulls(sent) if operation.method == "post" else sent
        faults = list(jsonschema.Draft202012Validator(schema).iter_errors(sent))
        if faults:
            raise Undescribed(f"{operation} took what it should not: {jsonschema.exceptions.best_match(faults).message}")
    if valid and answer.status == 400:
        told = [detail for detail in answer.error["details"] if detail["message"].startswith(ON_FORM)]
        if told:
            raise Undescribed(f"{operation} refused what is described: {told}")


@pytest.fixture(scope="module")
def world(demo_data, tmp_path_factory):
    data = tmp_path_factory.mktemp("properties") / "data"
    shutil.copytree(demo_data, data)
    program = Program(data, demo=True, env={"THENORSOUND_GATEWAY_TRUSTED_PROXIES": "127.0.0.1"}).start()
    yield World(program, Described())
    program.stop()


def send(world, operation, role, target, headers, body):
    if operation.id == "openStream":
        return None  # endless
    answer = world.client(role).request(operation.method.upper(), target, body, headers, timeout=40 * PATIENCE)
    kind = MADE.get(operation.id)
    if answer.status == 201 and kind and len(world.ids[kind]) < MOST_IDS:
        world.ids[kind].append(answer.json["id"])
    if role != "nobody" and (operation.id == "logOut" or answer.status == 401 and operation.path[:10] != "/api/auth/"):
        world.tokens[role] = world.login(role)
    return answer


def target_of(world, operation):
    """The operation's path with things that are there, such as an Admin may ask for."""
    path = operation.path
    for item in operation.parameters:
        if item["in"] == "path":
            kind = item["schema"].get("$ref", "").rsplit("/", 1)[-1]
            ids = [user["id"] for user in world.crew] if "availability" in path else world.ids.get(kind, ["none"])
            path = path.replace("{" + item["name"] + "}", ids[0])
    return path


# Told apart from what is unknown: what can only be as it is anyway, and what is changed elsewhere.
UNDESCRIBED = {("createTariff", "customerId"), ("createTariff", "currency"), ("changeUser", "password")}
# Asked for before the fields are looked at.
IDS_OF_OTHERS = {"eventId", "crewId", "customerId"}
# Of oneself alone, or of what a fresh program has none of.
OUT_OF_REACH = {"createPushSubscription", "deletePushSubscription", "endSession", "replayDeadLetter"}


def test_what_is_not_described_is_refused_and_what_is_described_is_known(world):
    names = {name for schema in world.described.document["components"]["schemas"].values()
             for name in schema.get("properties", {})}
    names |= {item["name"] for operation in world.described.operations for item in operation.parameters if item["in"] == "query"}
    faults = []

    def told(operation, target, body):
        client = world.program.login("admin@demo.example") if operation.id == "logOut" else world.client("Admin")
        answer = client.request(operation.method.upper(), target, body)
        if answer.status != 400:
            faults.append(f"{operation}: {target} {body}: {answer}")
            return {}
        return {detail["field"]: detail["message"] for detail in answer.error["details"]}

    for operation in world.described.operations:
        if not operation.path.startswith("/api") or operation.id in OUT_OF_REACH:
            continue
        target = target_of(world, operation)
        query = {item["name"] for item in operation.parameters if item["in"] == "query"}
        sent = (names | {"unheardOf"}) - IDS_OF_OTHERS
        there = told(operation, f"{target}?" + urllib.parse.urlencode({name: "x" for name in sent}), None)
        wrong = [name for name in sent if (there.get(name, "") == "is not a known field") == (name in query)]
        faults += [f"{operation}: knows of the query, or doesn't: {wrong}"] if wrong else []
        schema = operation.source.get("requestBody")
        if schema is None:
            continue
        known = set(follow(schema["content"]["application/json"]["schema"], world.described.document)["properties"])
        there = told(operation, target, {name: "x" for name in names - known - IDS_OF_OTHERS})
        wrong = [name for name in names - known - IDS_OF_OTHERS
                 if there.get(name) != "is not a known field" and (operation.id, name) not in UNDESCRIBED]
        faults += [f"{operation}: takes {wrong}"] if wrong else []
        there = told(operation, target, {name: {"x": 1} for name in known - {"customerId"}} | {"unheardOf": 1})
        faults += [f"{operation}: does not know {name}" for name in known if there.get(name) == "is not a known field"]
    assert not faults, f"{len(faults)}:\n" + "\n".join(faults[:40])


def subsets(items):
    return itertools.chain.from_iterable(itertools.combinations(items, count) for count in range(len(items) + 1))


def test_every_combination_of_filters_is_answered(world):
    values = {"from": "2027-01-01T00:00:00Z", "to": "2027-02-01T00:00:00Z", "availableFrom": "2027-01-01T00:00:00Z",
              "availableTo": "2027-01-02T00:00:00Z", "date": "2027-01-01", "year": "2027", "month": "1", "q": "a",
              "startTime": "2027-01-01T10:00:00Z", "endTime": "2027-01-01T12:00:00Z", "skill": world.names["skill"][0],
              "category": world.names["category"][0], "subject": "none", "userId": world.ids["UserId"][0]}
    plain = set("pageNumber pageSize by format".split())
    faults, answered = [], 0
    for operation in world.described.operations:
        query = [item for item in operation.parameters if item["in"] == "query" and item["name"] not in plain]
        if operation.method != "get" or not query:
            continue
        path = operation.path
        for item in operation.parameters:
            kind = item["schema"].get("$ref", "").rsplit("/", 1)[-1]
            if item["in"] == "path":
                path = path.replace("{" + item["name"] + "}", world.ids[kind][0])
            elif item["in"] == "query" and kind in world.ids:
                values[item["name"]] = world.ids[kind][0]
            elif item["in"] == "query" and "enum" in (schema := follow(item["schema"], world.described.document)):
                values[item["name"]] = str(schema["enum"][0])
        needed = [item["name"] for item in query if item.get("required")]
        for chosen in subsets([item["name"] for item in query if not item.get("required")]):
            is_day = operation.path.startswith("/api/reports")
            text = urllib.parse.urlencode({name: values[name][:10] if is_day else values[name] for name in [*needed, *chosen]})
            for role in ("Admin",) if SMALL else ("Admin", "CustomerAdmin", "CrewAdmin"):
                answer = world.client(role).get(f"{path}?{text}")
                answered += answer.status == 200
                try:
                    judge(operation, answer, None, False)
                except Undescribed as fault:
                    faults.append(f"{role} {path}?{text}: {fault}")
    assert not faults, f"{len(faults)}:\n" + "\n".join(faults[:10])
    assert answered > 100


def test_every_answer_is_described(world):
    # The logins must go on working.
    generator = Generator(world.described, world.ids, world.names, {"newPassword": ["demo-password"]})
    end = time.monotonic() + SECONDS * PATIENCE
    print(f"THENORSOUND_PROPERTY_SEED={SEED}")
    sent, done, faults = [], set(), {}

    def round_of(number):
        @seed(number)
        @settings(max_examples=100, deadline=None, database=None, phases=[Phase.generate],
                  suppress_health_check=list(HealthCheck))
        @given(requests(world, generator))
        def run(request):
            operation, role, target, headers, body, valid = request
            if time.monotonic() > end:
                return
            answer = send(world, operation, role, target, headers, body)
            if answer is None:
                return
            sent.append(operation.id)
            done.update([operation.id] if answer.status < 300 else [])
            try:
                judge(operation, answer, body, valid)
            except Undescribed as fault:
                faults.setdefault((operation.id, answer.status), f"{role} {target} {headers} {body}\n    {fault}")
        run()

    number = SEED
    while time.monotonic() < end:
        round_of(number)
        number += 1
    assert not faults, f"seed {SEED}, {len(sent)} requests:\n" + "\n".join(faults.values())
    print(f"{len(sent)} requests; never done: {sorted({operation.id for operation in world.described.operations} - done)}")
    assert len(set(sent)) > 20 and len(sent) > 5 * SECONDS
