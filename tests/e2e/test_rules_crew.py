"""Crew as others see it: cards, availability, what is sensitive, subscriptions."""
import datetime

import pytest
from program import until
from rules import World, make_login, make_person, refused, whole
from scene import at, booking_body, iso, make_event

SKILLS = [{"category": "Rigging", "skill": "Head Rigger"}, {"category": "Power", "skill": "Electrician"}]
DAY = datetime.timedelta(days=1)


@pytest.fixture(scope="module")
def world(shared):
    world = World(shared)
    world.rigger = make_person(world.admin, world.crew_company, 3, 5, skills=[s | {"proficiency": "x"} for s in SKILLS],
                               about="Om", phone="0701234567")
    world.in_house = make_person(world.admin, world.organiser, 3, 5, skills=SKILLS[:1])
    world.their_in_house = make_person(world.admin, world.other_organiser, 3, 5, skills=SKILLS[:1])
    world.inactive = make_person(world.admin, world.crew_company, 3, 5, skills=SKILLS[:1], isActive=False)
    return world


def cards(client, query=""):
    return {card["id"]: card for card in client.all_items("/api/users/crew" + query)}


def span(day, start=0, hours=24):
    return iso(at(day, start)), iso(at(day, start + hours))


def date(day):
    return (datetime.date.today() + day * DAY).isoformat()


# --- cards

def test_cards(world):
    seen = cards(world.organiser_admin)
    name = world.admin.ok("GET", f"/api/customers/{world.crew_company}")["name"]
    assert seen[world.rigger["id"]] == {"id": world.rigger["id"], "name": "Regel Person", "customerId": world.crew_company,
                                        "customerName": name, "skills": SKILLS}
    assert {world.in_house["id"], world.member["id"], world.chief["id"]} <= set(seen)
    assert not {world.their_in_house["id"], world.inactive["id"], world.colleague["id"]} & set(seen)
    everybody = set(cards(world.admin))
    assert {world.their_in_house["id"], world.in_house["id"]} <= everybody and world.inactive["id"] not in everybody
    assert set(cards(world.crew_admin)) == {world.rigger["id"], world.member["id"], world.chief["id"]}
    assert all(set(card) == {"id", "name", "customerId", "customerName", "skills"} for card in seen.values())


def test_filters_of_cards(world):
    head = "?category=Rigging&skill=Head%20Rigger"
    assert {world.rigger["id"], world.in_house["id"]} <= set(cards(world.organiser_admin, head))
    assert set(cards(world.organiser_admin, head + f"&customerId={world.crew_company}")) == {world.rigger["id"]}
    assert set(cards(world.organiser_admin, f"?customerId={world.organiser}")) == {world.in_house["id"]}
    assert cards(world.crew_admin, "?category=Power&skill=Head%20Rigger") == {}
    assert set(cards(world.crew_admin, "?category=Power")) == {world.rigger["id"]}
    for query in ("?category=Nope", "?skill=Nope", "?category=power", "?q=nobodyatall"):
        assert cards(world.organiser_admin, query) == {}
    assert cards(world.admin, "?customerId=cust-none") == {} == cards(world.admin, "?customerId=")
    for other in (world.other_organiser, "cust-none", ""):
        refused(world.organiser_admin.get(f"/api/users/crew?customerId={other}&pageSize=0"), 403)
    for other in (world.other_crew_company, world.organiser, "cust-none"):
        refused(world.crew_admin.get(f"/api/users/crew?customerId={other}&pageSize=0"), 403)
        refused(world.crew_admin.get(f"/api/users/crew/availability?customerId={other}"), 403)
    start, end = span(500)
    for path in ("/api/users/crew", "/api/users/crew/availability"):
        rest = f"&from={start}&to={end}" if "availability" in path else ""
        refused(world.admin.get(f"{path}?availableFrom={start}{rest}"), 400, "availableTo")
        refused(world.admin.get(f"{path}?availableTo={start}{rest}"), 400, "availableFrom")
        refused(world.admin.get(f"{path}?availableFrom={end}&availableTo={start}{rest}"), 400, "availableTo")
        refused(world.admin.get(f"{path}?availableFrom=2027-01-01T10:00:00&availableTo=2027-01-02{rest}"), 400,
                "availableFrom", "availableTo")
    refused(world.admin.get("/api/users/crew/availability"), 400, "from", "to")


# --- availability

def test_marks_and_what_each_sees_of_them(world):
    path, day = f"/api/users/{world.member['id']}/availability", 520
    spans = [{"startDate": date(day), "endDate": date(day + 1), "note": "Fjällen"},
             {"startDate": date(day + 4), "endDate": date(day + 4)}]
    answer = world.crew_user.put(path, {"spans": spans})
    assert answer.status == 200 and answer.json["spans"] == spans and answer.json["clashes"] == []
    assert answer.json["crewId"] == world.member["id"] and answer.headers["ETag"] == f'"{answer.json["version"]}"'
    start, end = iso(at(day - 1, 0)), iso(at(day + 7, 0))
    views = {name: client.ok("GET", f"{path}?from={start}&to={end}") for name, client in (
        ("admin", world.admin), ("booker", world.organiser_admin), ("chief", world.crew_admin), ("self", world.crew_user))}
    for view in views.values():
        assert {"crewId", "date", "isAvailable", "windows", "busy"} <= set(view) and view["isAvailable"] is False
        assert len(view["busy"]) == 2 and len(view["windows"]) == 3
        assert view["windows"][0]["startTime"] == start and view["windows"][-1]["endTime"] == end
    assert all(set(item) == {"startTime", "endTime"} for item in views["booker"]["busy"])
    assert "Fjällen" not in str(views["booker"]) + str(views["admin"])
    for name in ("chief", "self"):
        assert views[name]["busy"][0]["kind"] == "Unavailable" and views[name]["busy"][0]["note"] == "Fjällen"
    free = world.organiser_admin.ok("GET", f"{path}?date={date(day + 2)}")
    assert free["isAvailable"] is True and free["busy"] == [] and free["date"] == date(day + 2)
    assert len(free["windows"]) == 1
    assert world.organiser_admin.ok("GET", f"{path}?date={date(day)}")["windows"] == []
    one, two = span(day, 8, 4)
    busy = world.organiser_admin.all_items(f"/api/users/crew/availability?from={one}&to={two}&customerId={world.crew_company}")
    assert {item["crewId"]: item["busy"] for item in busy}[world.member["id"]] == [{"startTime": one, "endTime": two}]
    assert world.member["id"] not in cards(world.organiser_admin, f"?availableFrom={one}&availableTo={two}")
    assert world.rigger["id"] in cards(world.organiser_admin, f"?availableFrom={one}&availableTo={two}")
    # Replaced whole; an empty list clears them.
    assert world.crew_admin.ok("PUT", path, {"spans": spans[1:]})["spans"] == spans[1:]
    assert world.crew_user.ok("PUT", path, {"spans": []})["spans"] == []
    assert world.organiser_admin.ok("GET", f"{path}?date={date(day)}")["isAvailable"] is True


def test_a_mark_over_a_booking_is_taken_and_names_it(shared, world):
    organiser = shared.login("organiser@demo.example")
    crew = shared.login("crew@demo.example")
    me = crew.ok("GET", "/api/auth/claims")["userId"]
    company, event = crew.ok("GET", "/api/auth/claims")["customerId"], make_event(organiser)
    booking = organiser.ok("POST", "/api/bookings", booking_body(event, me), status=201)
    path = f"/api/users/{me}/availability"
    answer = crew.ok("PUT", path, {"spans": [{"startDate": date(event["day"] - 1), "endDate": date(event["day"] + 1)}]})
    assert answer["clashes"] == [booking["id"]] and company
    view = crew.ok("GET", f"{path}?from={booking['startTime']}&to={booking['endTime']}")
    assert {item["kind"] for item in view["busy"]} == {"Booking", "Unavailable"}
    assert [item["bookingId"] for item in view["busy"] if item["kind"] == "Booking"] == [booking["id"]]
    assert len(organiser.ok("GET", f"{path}?from={booking['startTime']}&to={booking['endTime']}")["busy"]) == 1
    assert crew.ok("PUT", path, {"spans": []})["clashes"] == []


def test_fields_of_availability(world):
    path = f"/api/users/{world.member['id']}/availability"
    refused(world.crew_user.put(path, {}), 400, "spans")
    refused(world.crew_user.put(path, {"spans": [
        {"startDate": date(10), "endDate": date(9)}, {"startDate": "x"}, {"startDate": date(1), "endDate": date(2), "note": "n" * 201},
        5, {"startDate": iso(at(1, 0)), "endDate": "2027-02-30", "x": 1}], "x": 1}), 400, "spans[0].endDate", "spans[1].startDate",
        "spans[1].endDate", "spans[2].note", "spans[3]", "spans[4].startDate", "spans[4].endDate", "spans[4].x", "x")
    start, far = iso(at(30, 0)), iso(at(123, 0))
    refused(world.admin.get(path), 400, "date")
    refused(world.admin.get(f"{path}?from={start}"), 400, "to")
    refused(world.admin.get(f"{path}?from={start}&to={far}"), 400, "to")
    refused(world.admin.get(f"{path}?from={start}&to={start}"), 400, "to")
    refused(world.admin.get(f"{path}?date={start}"), 400, "date")
    refused(world.admin.get(f"{path}?from=2027-01-01T00:00:00&to=2027-01-02"), 400, "from", "to")
    refused(world.admin.get(f"{path}?date={date(1)}&x=1"), 400, "x")
    assert world.admin.get(f"{path}?from={start}&to={iso(at(122, 0))}").status == 200
    assert world.admin.get(f"{path}?from=2027-03-28T00:00:00%2B01:00&to=2027-03-29T00:00:00%2B02:00").status == 200


def test_whose_availability(world):
    query = f"?date={date(3)}"
    for client, person, status in (
            (world.organiser_admin, world.their_in_house, 403), (world.organiser_admin, world.in_house, 200),
            (world.organiser_admin, world.rigger, 200), (world.crew_user, world.rigger, 403),
            (world.crew_admin, world.in_house, 403), (world.organiser_admin, world.inactive, 403),
            (world.crew_admin, world.inactive, 200), (world.admin, world.their_in_house, 200)):
        assert client.get(f"/api/users/{person['id']}/availability{query}").status == status, person
    for client in (world.organiser_admin, world.crew_user, world.admin):
        refused(client.get("/api/users/usr-none/availability?nope=1"), 404)
    for client, person, status in (
            (world.organiser_admin, world.in_house, 200), (world.organiser_admin, world.rigger, 403),
            (world.organiser_admin, world.their_in_house, 403), (world.crew_admin, world.rigger, 200),
            (world.crew_user, world.rigger, 403), (world.admin, world.rigger, 200)):
        assert client.put(f"/api/users/{person['id']}/availability", {"spans": []}).status == status, person
    refused(world.crew_user.put(f"/api/users/{world.rigger['id']}/availability", b"[]"), 403)
    refused(world.organiser_user.get(f"/api/users/{world.rigger['id']}/availability{query}"), 403)
    version = world.crew_admin.put(f"/api/users/{world.rigger['id']}/availability", {"spans": []}).json["version"]
    refused(world.crew_admin.put(f"/api/users/{world.rigger['id']}/availability", {"spans": []},
                                 headers={"If-Match": f'"{version - 1}"'}), 412)


# --- what is sensitive

def test_sensitive(world):
    path = f"/api/users/{world.rigger['id']}/sensitive"
    account = {"clearingNumber": "8327-9", "accountNumber": "12 345 678-9", "holderName": "R P"}
    first = whole(world.crew_admin.get(path))
    assert set(first) == {"id", "version", "createdAt", "updatedAt"}
    filled = whole(world.crew_admin.put(path, {"socialSecurityNumber": "811218-9876", "bankAccount": account}))
    assert filled["bankAccount"] == account and filled["version"] > first["version"]
    assert whole(world.admin.put(path, filled)) | {"updatedAt": "", "version": 0} == filled | {"updatedAt": "", "version": 0}
    refused(world.admin.put(path, filled, headers={"If-Match": '"1"'}), 412)
    left = whole(world.admin.put(path, {"bankAccount": None}))
    assert left["socialSecurityNumber"] == "811218-9876" and "bankAccount" not in left
    refused(world.admin.put(path, {"socialSecurityNumber": "811218-9875", "bankAccount": {}, "x": 1}), 400,
            "socialSecurityNumber", "bankAccount.clearingNumber", "bankAccount.accountNumber", "bankAccount.holderName", "x")
    for client in (world.admin, world.crew_admin):
        for text in (client.get(f"/api/users/{world.rigger['id']}").text, client.get("/api/users?pageSize=200").text,
                     client.get(f"/api/customers/{world.crew_company}/details").text):
            assert "811218" not in text and "bankAccount" not in text and "socialSecurityNumber" not in text


def test_whose_sensitive(world):
    for client, person, status in (
            (world.organiser_admin, world.in_house, 200), (world.organiser_admin, world.rigger, 403),
            (world.organiser_admin, world.their_in_house, 403), (world.organiser_admin, world.colleague, 403),
            (world.crew_admin, world.in_house, 403), (world.crew_user, world.member, 200), (world.crew_user, world.rigger, 403),
            (world.organiser_user, world.colleague, 200), (world.organiser_user, world.in_house, 403)):
        assert client.get(f"/api/users/{person['id']}/sensitive").status == status, person
        assert client.put(f"/api/users/{person['id']}/sensitive", {}).status == status, person
        refused(client.get("/api/users/usr-none/sensitive"), 404)
    refused(world.organiser_user.put(f"/api/users/{world.colleague['id']}/sensitive",
                                     {"socialSecurityNumber": "811218-9876", "bankAccount": {}}), 400,
            "socialSecurityNumber", "bankAccount")


def test_each_reading_is_in_the_audit(world):
    person = make_person(world.admin, world.crew_company, 3, 5)
    path = f"/api/users/{person['id']}/sensitive"
    audit = f"/api/admin/audit?subject={person['id']}&userId={world.chief['id']}"

    def readings():
        return [item for item in world.admin.ok("GET", audit)["items"] if item["type"].startswith("sensitive")]
    assert readings() == []
    whole(world.crew_admin.get(path))
    until("the reading is there", lambda: len(readings()) == 1)
    whole(world.crew_admin.put(path, {}))  # Answers with all of it.
    until("the second too", lambda: len(readings()) == 2)
    refused(world.crew_user.get(path), 403)
    assert len(readings()) == 2 and readings()[0]["userId"] == world.chief["id"]


# --- subscriptions

def test_push_subscriptions(shared, world):
    path = f"/api/users/{world.member['id']}/push-subscriptions"
    keys = {"p256dh": "BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM", "auth": "tBHItJI5svbpez7KI4CCXg"}
    body = {"endpoint": "https://push.rules.example/one", "keys": keys}
    answer = world.crew_user.post(path, body)
    made = whole(answer, 201)
    assert answer.headers["Location"] == f"{path}/{made['id']}" and made["endpoint"] == body["endpoint"] and made["keys"] == keys
    assert world.crew_user.post(path, body).json["id"] == made["id"]
    for client in (world.admin, world.crew_admin, world.organiser_user):
        refused(client.post(path, {"endpoint": "http://x"}), 403)
        refused(client.delete(f"{path}/{made['id']}"), 403)
        refused(client.post("/api/users/usr-none/push-subscriptions", {}), 404)
    for endpoint in ("http://push.rules.example/x", "https://localhost/x", "https://127.0.0.1/x", "https://10.0.0.1/", "https://[::1]/",
                     "https://192.168.1.1:8443/", "https://printer.local/", "https://user@push.rules.example/", "ftp://a.b/",
                     "https://", "https://0x7f000001/", "https://2130706433/", "push.rules.example", 5, ""):
        refused(world.crew_user.post(path, body | {"endpoint": endpoint}), 400, "endpoint")
    refused(world.crew_user.post(path, {"endpoint": "x", "keys": {"x": 1}, "y": 1}), 400, "endpoint", "keys.p256dh", "keys.auth",
            "keys.x", "y")
    refused(world.crew_user.post(path, {}), 400, "endpoint", "keys")
    assert world.crew_user.delete(f"{path}/{made['id']}").status == 204
    refused(world.crew_user.delete(f"{path}/{made['id']}"), 404)
    other, client = make_login(shared, world.admin, world.organiser)
    own = whole(client.post(f"/api/users/{other['id']}/push-subscriptions", body), 201)
    refused(world.crew_user.delete(f"{path}/{own['id']}"), 404)
