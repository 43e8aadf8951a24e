"""What the checks of the wire's rules share: how a refusal looks, and small things of one's own."""
import itertools
import random
import re

CODES = {400: "VALIDATION_ERROR", 401: "UNAUTHORIZED", 403: "FORBIDDEN", 404: "NOT_FOUND",
         405: "METHOD_NOT_ALLOWED", 406: "NOT_ACCEPTABLE", 409: "CONFLICT", 412: "PRECONDITION_FAILED",
         413: "PAYLOAD_TOO_LARGE", 415: "UNSUPPORTED_MEDIA_TYPE", 422: "IDEMPOTENCY_KEY_REUSED",
         429: "RATE_LIMITED"}
EMOJI = "\U0001F3B5"
TIME = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$")
number = itertools.count(random.randrange(10_000, 60_000))


def refused(answer, status, *fields, code=None):
    """The error's whole form; `fields` are all the fields that must be named, in any order."""
    assert answer.status == status, answer
    error = answer.error
    assert set(error) == {"code", "message", "details", "timestamp", "traceId"}, answer
    assert error["code"] == (code or CODES[status]), answer
    assert error["message"] and TIME.match(error["timestamp"]) and re.match("^[0-9a-f]{32}$", error["traceId"])
    assert all(set(detail) == {"field", "message"} and detail["message"] for detail in error["details"])
    assert answer.headers["Cache-Control"] == "no-store" and answer.headers["ETag"] is None
    if status in (400, 401, 403, 404, 405, 406, 415):
        assert answer.fields == sorted(fields), answer
    if status == 401:
        assert answer.headers["WWW-Authenticate"] == "Bearer"
    return answer


def whole(answer, status=200):
    """A single thing: ETag and version agree, and it has what every document has."""
    assert answer.status == status, answer
    thing = answer.json
    assert thing["id"] and answer.headers["ETag"] == f'"{thing["version"]}"', answer.headers
    assert TIME.match(thing["createdAt"]) and TIME.match(thing["updatedAt"]), thing
    return thing


def mail():
    return f"rule{next(number)}@rules.example"


def check_digit(digits):
    total = 0
    for index, digit in enumerate(reversed(digits)):
        product = int(digit) * (2 if index % 2 == 0 else 1)
        total += product // 10 + product % 10
    return str((10 - total % 10) % 10)


def org_number():
    digits = f"5567{next(number):05d}"
    return digits[:6] + "-" + digits[6:] + check_digit(digits)


def company_body(customer_type=1, **more):
    return {"name": f"Regelbolaget {next(number)} AB", "orgNumber": org_number(), "address": "Gatan 1",
            "city": "Stockholm", "zipCode": "111 22", "email": "info@rules.example",
            "phone": "08-123 45 67", "customerType": customer_type} | more


def make_company(admin, customer_type=1, **more):
    return whole(admin.post("/api/customers", company_body(customer_type, **more)), 201)


def person_body(company=None, user_type=2, role=3, **more):
    body = {"email": mail(), "firstName": "Regel", "lastName": "Person", "userType": user_type, "role": role}
    return body | ({"customerId": company} if company else {}) | more


def make_person(admin, company=None, user_type=2, role=3, password="rules-password", **more):
    """With password None, somebody who is invited by mail."""
    return whole(admin.post("/api/users", person_body(company, user_type, role, password=password, **more)), 201)


def make_login(program, admin, company=None, user_type=2, role=3, **more):
    """A person -> (the person, a client that is logged in)."""
    person = make_person(admin, company, user_type, role, **more)
    return person, program.login(person["email"], "rules-password")


class World:
    """Two companies of each kind; of the first ones an admin and a user, logged in."""

    def __init__(self, program):
        self.program = program
        self.admin = program.login("admin@demo.example")
        self.organiser = make_company(self.admin)["id"]
        self.other_organiser = make_company(self.admin)["id"]
        self.crew_company = make_company(self.admin, 2)["id"]
        self.other_crew_company = make_company(self.admin, 2)["id"]
        self.boss, self.organiser_admin = make_login(program, self.admin, self.organiser, 2, 2)
        self.colleague, self.organiser_user = make_login(program, self.admin, self.organiser, 2, 3)
        self.chief, self.crew_admin = make_login(program, self.admin, self.crew_company, 3, 4)
        self.member, self.crew_user = make_login(program, self.admin, self.crew_company, 3, 5)
