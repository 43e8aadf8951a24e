"""Services on sockets of their own: whom they believe, and the gateway before them."""
import shutil

import pytest
from program import Client, Program, free_port, until
from scene import booking_body, free_crew, make_event
from test_booking import shared_skill
from test_login import claims

pytestmark = pytest.mark.embedded

SERVICES = {"auth": 1, "user": 2, "customer": 3, "event": 4, "booking": 5, "notification": 7,
            "analytics": 8, "invoicing": 9}
LISTS = {"user": "/api/users", "customer": "/api/customers", "event": "/api/events", "booking": "/api/bookings",
         "analytics": "/api/admin/dead-letters"}


class Split:
    """The gateway in one process, all services in another; `data` holds the keys of both."""

    def __init__(self, data, folder):
        shutil.copytree(data, folder / "services")
        (folder / "gateway").mkdir()
        shutil.copy(folder / "services" / "secrets", folder / "gateway" / "secrets")
        port = free_port()
        self.services = Program(folder / "services", demo=True, targets=list(SERVICES), port=port)
        self.gateway = Program(folder / "gateway", targets=["gateway"], port=port)
        self.keys = dict(line.split("=", 1) for line in (folder / "services" / "secrets").read_text().splitlines())

    def at(self, service, token=None):
        """A client of a service itself, not through the door."""
        client = Client(self.gateway.port + SERVICES[service], token)
        client.watch = None
        return client

    def credential(self, service="gateway"):
        return f"{service}:{self.keys['internal-' + service]}"


@pytest.fixture(scope="module")
def split(demo_data, tmp_path_factory):
    made = Split(demo_data, tmp_path_factory.mktemp("split"))
    made.services.start()
    made.gateway.start()
    yield made
    made.gateway.stop()
    made.services.stop()


@pytest.fixture(scope="module")
def admin(split):
    return split.gateway.login("admin@demo.example")


def as_user(split, admin, service="gateway"):
    return {"X-Internal-Credential": split.credential(service), "X-User-Id": claims(admin.token)["sub"],
            "X-User-Roles": "Admin"}


def test_a_booking_goes_through_all_processes(split):
    organiser = split.gateway.login("organiser@demo.example")
    _, category, skill = shared_skill(organiser)
    event = make_event(organiser)
    crew = free_crew(organiser, category, skill, event["day"])[0]
    booking = organiser.ok("POST", "/api/bookings", booking_body(event, crew["id"]), status=201)
    assert booking["status"] == "REQUESTED"


@pytest.mark.parametrize("service", LISTS)
def test_only_a_credential_makes_a_service_believe_who_asks(split, admin, service):
    direct, path = split.at(service), LISTS[service]
    right = as_user(split, admin)
    who = {name: value for name, value in right.items() if name.startswith("X-User")}
    key = split.keys["internal-gateway"]
    wrong = ["gateway:", "gateway:" + key[:-1], "gateway:" + key + "A", "gateway:" + key.swapcase(), key, ":" + key,
             "Gateway:" + key, "nobody:" + key, "user:" + key, "gateway", ""]
    assert direct.get(path, headers=right).status == 200
    assert direct.get(path, headers=who).status == 401
    assert direct.get(path, headers=who | {"X_Internal_Credential": right["X-Internal-Credential"]}).status == 401
    assert direct.get(path, headers={"X_User_Id": who["X-User-Id"], "X_User_Roles": "Admin",
                                     "X-Internal-Credential": right["X-Internal-Credential"]}).status == 403
    for bad in wrong:
        got = direct.get(path, headers=who | {"X-Internal-Credential": bad})
        assert (got.status, got.code) == (401, "UNAUTHORIZED"), bad
        # Not even a good token mends it.
        assert split.at(service, admin.token).get(path, headers={"X-Internal-Credential": bad}).status == 401
    for roles in ("", "Root", "1", "admin"):
        assert direct.get(path, headers=right | {"X-User-Roles": roles}).status == 401, roles


@pytest.mark.parametrize("service", LISTS)
def test_a_token_alone_is_asked_of_auth(split, admin, service):
    path = LISTS[service]
    assert split.at(service).get(path).status == 401
    assert split.at(service, admin.token).get(path).status == 200
    assert split.at(service, admin.token + "x").get(path).status == 401
    # Whoever the fields name, it is the token's user that asks.
    organiser = split.gateway.login("organiser@demo.example")
    got = split.at(service, organiser.token).get(path, headers={
        "X-User-Id": claims(admin.token)["sub"], "X-User-Roles": "Admin"})
    if service == "analytics":
        assert got.status == 403
        return
    company = claims(organiser.token)["customerId"]
    owner = "id" if service == "customer" else "customerId"
    assert {thing[owner] for thing in got.json["items"]} == {company}


def test_a_session_that_is_over_is_refused_by_services_at_once(split):
    client = split.gateway.login("crewadmin@demo.example")
    direct = split.at("user", client.token)
    assert direct.get("/api/users").status == 200
    assert client.post("/api/auth/logout").status == 204
    assert direct.get("/api/users").status == 401
    assert client.get("/api/users").status == 401


INTERNAL = {"user": "/internal/users/{user}", "customer": "/internal/customers/{customer}"}


@pytest.mark.parametrize("service", INTERNAL)
def test_internal_routes_are_for_services_alone(split, admin, service):
    organiser = split.gateway.login("organiser@demo.example")
    found = claims(organiser.token)
    path = INTERNAL[service].format(user=found["sub"], customer=found["customerId"])
    direct = split.at(service)
    for caller in SERVICES:
        assert direct.get(path, headers={"X-Internal-Credential": split.credential(caller)}).status == 200, caller
    assert direct.get(path).status == 401
    assert direct.get(path, headers=as_user(split, admin)).status == 403
    assert split.at(service, admin.token).get(path).status == 403
    # And a service itself is nobody who may ask for anything else.
    itself = {"X-Internal-Credential": split.credential("booking")}
    assert direct.get(LISTS[service], headers=itself).status == 403
    assert direct.get(path + "/nothing", headers=itself).status == 404
    for address in (path, "/%69nternal" + path[9:], "/internal", "/internal/", "/internal/auth/validate"):
        for client in (admin, organiser, split.gateway.client()):
            assert client.get(address, headers=itself).status == 404, address
            assert client.post(address, {}, headers=itself).status == 404, address


def test_a_rightly_signed_token_of_a_session_that_is_not_there_is_none(split, shared):
    foreign = shared.login("admin@demo.example").token  # the same keys, another store
    assert split.at("user", foreign).get("/api/users").status == 401
    assert split.gateway.client(foreign).get("/api/users").status == 401


def test_services_that_are_gone_are_503_and_come_back(split, admin):
    split.services.stop()
    got = split.gateway.client(admin.token).post("/api/auth/login", {"email": "a@b.se", "password": "x"})
    assert (got.status, got.code) == (503, "SERVICE_UNAVAILABLE")
    assert int(got.headers["Retry-After"]) >= 1
    assert split.gateway.client().get("/health").status == 200
    assert split.gateway.client().get("/api/users").status == 401
    split.services.start()
    until("it answers again", lambda: split.gateway.client(admin.token).get("/api/users").status == 200, 30)
