"""Two requests at once never book a person, or a place in a slot, twice."""
import os

from program import PATIENCE, SMALL, until
from race import race
from scene import at, booking_body, free_crew, iso, make_event, own_day, slot
from test_booking import shared_skill

ROUNDS = int(os.environ.get("THENORSOUND_TEST_ROUNDS", "3" if SMALL else "100"))
CLIENTS = 50 if SMALL else 200


def statuses(results):
    found = {}
    for status, body, _ in results:
        key = (status, body["error"]["code"] if status >= 400 else "")
        found[key] = found.get(key, 0) + 1
    return found


def live(client, event):
    return [b for b in client.all_items(f"/api/bookings?eventId={event['id']}") if b["status"] == "REQUESTED"]


def test_one_persons_evening_is_booked_once(shared, organiser):
    _, category, skill = shared_skill(organiser)
    event = make_event(organiser, hours=16 * 24)
    crew = free_crew(organiser, category, skill, event["day"], count=8)
    for number in range(ROUNDS):
        person = crew[number % len(crew)]
        day = event["day"] + number // len(crew)
        body = {"eventId": event["id"], "crewId": person["id"],
                "startTime": iso(at(day, 18)), "endTime": iso(at(day, 23))}
        results = race(shared.port, organiser.token, [("POST", "/api/bookings", body)] * CLIENTS, 60 * PATIENCE)
        assert statuses(results) == {(201, ""): 1, (409, "CREW_UNAVAILABLE"): CLIENTS - 1}
        mine = [b for b in live(organiser, event) if b["crewId"] == person["id"] and b["startTime"] == body["startTime"]]
        assert len(mine) == 1
    assert_no_orphans(shared, organiser, event)


def test_a_slot_of_50_takes_exactly_50(shared, organiser, admin):
    """200 people for 50 places; each person once."""
    _, category, skill = shared_skill(organiser)
    capacity = CLIENTS // 4
    people = many_crew(admin, category, skill, CLIENTS)
    for _ in range(ROUNDS):
        day = own_day()
        event = make_event(organiser, day, slots=[slot(day, category, skill, capacity)])
        requests = [("POST", "/api/bookings", booking_body(event, person)) for person in people]
        results = race(shared.port, organiser.token, requests, 60 * PATIENCE)
        assert statuses(results) == {(201, ""): capacity,
                                     (409, "EVENT_SLOT_UNAVAILABLE"): CLIENTS - capacity}
        shown = organiser.ok("GET", f"/api/events/{event['id']}")
        assert shown["slots"][0]["booked"] == capacity
        assert len(live(organiser, event)) == capacity
    assert_no_orphans(shared, organiser, event)


def many_crew(admin, category, skill, count):
    """`count` bookable people of one crew company, made once and reused."""
    company = admin.ok("GET", "/api/customers?customerType=2")["items"][0]["id"]
    found = admin.all_items(f"/api/users/crew?q=Racer&customerId={company}")
    people = [person["id"] for person in found]
    for number in range(len(people), count):
        made = admin.ok("POST", "/api/users", {
            "email": f"racer{number}@crew.example", "firstName": "Racer", "lastName": f"Number{number}",
            "userType": 3, "role": 5, "customerId": company,
            "skills": [{"category": category, "skill": skill}]}, status=201)
        people.append(made["id"])
    return people[:count]


def assert_no_orphans(program, client, event):
    """Every reservation of the event and of its people belongs to a live booking."""
    bookings = live(client, event)
    shown = client.ok("GET", f"/api/events/{event['id']}")
    if shown["slots"]:
        assert sum(s["booked"] for s in shown["slots"]) == len(bookings)
    admin = program.login("admin@demo.example")
    for person in {b["crewId"] for b in bookings}:
        spans = admin.ok("GET", f"/api/users/{person}/availability?from={iso(at(event['day'] - 1, 0))}"
                                f"&to={iso(at(event['day'] + 20, 0))}")
        held = {b["bookingId"] for b in spans["busy"] if b.get("bookingId")}
        for booking_id in held:
            status = admin.ok("GET", f"/api/bookings/{booking_id}")["status"]
            assert status in ("REQUESTED", "CONFIRMED", "COMPLETED"), (booking_id, status)
