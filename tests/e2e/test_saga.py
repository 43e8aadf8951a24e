"""Seed flow 5: the saga with a failure at each step, and what is undone."""
import pytest
from program import until
from scene import booking_body, free_crew, iso, at, make_event, own_day, slot
from test_booking import shared_skill


def booked(client, event):
    return [s["booked"] for s in client.ok("GET", f"/api/events/{event['id']}")["slots"]]


def is_free(client, crew_id, event, start=12, hours=4):
    query = f"from={iso(at(event['day'], 0))}&to={iso(at(event['day'] + 2, 0))}"
    shown = client.ok("GET", f"/api/users/{crew_id}/availability?{query}")
    return not any(b["startTime"] < iso(at(event["day"], start + hours)) and
                   b["endTime"] > iso(at(event["day"], start)) for b in shown["busy"])


def failed_bookings(client, event):
    found = client.all_items(f"/api/bookings?eventId={event['id']}&status=CANCELLED")
    return [b for b in found if b["cancellation"]["code"] == "Failed"]


def scene(organiser, capacity=1):
    _, category, skill = shared_skill(organiser)
    day = own_day()
    event = make_event(organiser, day, slots=[slot(day, category, skill, capacity)])
    return event, free_crew(organiser, category, skill, day, count=2)


def test_step_1_fails_nothing_was_reserved(organiser):
    event, (one, two) = scene(organiser)
    organiser.ok("POST", "/api/bookings", booking_body(event, one["id"]), status=201)
    answer = organiser.post("/api/bookings", booking_body(event, two["id"]))
    assert answer.status == 409 and answer.code == "EVENT_SLOT_UNAVAILABLE"
    assert booked(organiser, event) == [1]
    assert is_free(organiser, two["id"], event)
    assert [b["crewId"] for b in failed_bookings(organiser, event)] == [two["id"]]
    # Bookings that never became REQUESTED are left out unless asked for.
    assert len(organiser.all_items(f"/api/bookings?eventId={event['id']}")) == 1


def test_step_2_fails_the_slot_is_freed(organiser):
    event, (one, _) = scene(organiser, capacity=5)
    other = make_event(organiser, event["day"])
    organiser.ok("POST", "/api/bookings", booking_body(other, one["id"]), status=201)
    answer = organiser.post("/api/bookings", booking_body(event, one["id"]))
    assert answer.status == 409 and answer.code == "CREW_UNAVAILABLE"
    assert booked(organiser, event) == [0]
    assert len(failed_bookings(organiser, event)) == 1


def test_step_3_fails_slot_and_person_are_freed(organiser):
    event, (one, _) = scene(organiser, capacity=5)
    customer = organiser.ok("GET", "/api/auth/claims")["customerId"]
    tariffs = organiser.ok("GET", f"/api/customers/{customer}/tariffs")
    category, skill = event["slots"][0]["category"], event["slots"][0]["skill"]
    offered = {t["timeType"] for t in tariffs if t["category"] == category and t["skill"] == skill}
    missing = next(t for t in ("Event", "HalfDay", "Day", "Hour") if t not in offered)
    answer = organiser.post("/api/bookings", booking_body(event, one["id"], timeType=missing))
    assert answer.status == 422 and answer.code == "TARIFF_NOT_FOUND"
    assert booked(organiser, event) == [0] and is_free(organiser, one["id"], event)
    assert len(failed_bookings(organiser, event)) == 1


@pytest.mark.parametrize("step", ["reserve-event-slot", "reserve-crew", "calculate-price", "commit"])
def test_a_step_that_breaks_is_undone_with_those_before_it(own, step):
    program = own(env={"THENORSOUND_BOOKING_FAIL_STEP": step})
    organiser = program.login("organiser@demo.example")
    event, (one, _) = scene(organiser, capacity=5)
    answer = organiser.post("/api/bookings", booking_body(event, one["id"]))
    assert answer.status >= 500, answer
    until("the slot is free", lambda: booked(organiser, event) == [0])
    until("the person is free", lambda: is_free(organiser, one["id"], event))
    assert len(until("the failed booking", lambda: failed_bookings(organiser, event))) == 1
    admin = program.login("admin@demo.example")
    until("booking.failed is told", lambda: [
        e for e in admin.all_items(f"/api/admin/audit?subject={failed_bookings(organiser, event)[0]['id']}")
        if e["type"] == "booking.failed"])
    # Nothing stands in the way of booking the same again, once it works.
    program.stop()
    program.env = {}
    program.start()
    organiser = program.login("organiser@demo.example")
    assert organiser.post("/api/bookings", booking_body(event, one["id"])).status == 201
