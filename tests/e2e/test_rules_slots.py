"""Slots to the letter: which one is taken, what is refused first, and changes that would strand somebody."""
import pytest
from program import until
from scene import at, iso, own_day, slot
from stage import SOUND, Stage, letters

OTHER = ("Light", "Operator")


@pytest.fixture(scope="module")
def stage(shared):
    stage = Stage(shared.login("admin@demo.example"), skills=[SOUND, OTHER])
    stage.tariff("Hour", 400, OTHER)
    stage.plain, _ = stage.hire([SOUND])
    stage.second, _ = stage.hire([SOUND])
    return stage


def place(stage, event, start=12, hours=2, who=None, **more):
    return (who or stage.organiser).post("/api/bookings", stage.body(event, start, hours, **more))


def refused(answer, code):
    status = {"CREW_NOT_QUALIFIED": 422, "TARIFF_NOT_FOUND": 422, "EVENT_SLOT_UNAVAILABLE": 409,
              "CREW_UNAVAILABLE": 409, "CONFLICT": 409}[code]
    assert (answer.status, answer.code) == (status, code), answer
    if code == "EVENT_SLOT_UNAVAILABLE":
        assert answer.error["message"] == "Event slot unavailable"


def booked(stage, event):
    return [s["booked"] for s in stage.organiser.ok("GET", f"/api/events/{event['id']}")["slots"]]


def test_the_first_slot_with_room_in_the_events_order(stage):
    day = own_day()
    event = stage.event(day, slots=[slot(day, *OTHER), slot(day, *SOUND, start=13), slot(day, *SOUND), slot(day, *SOUND)])
    ids = [s["id"] for s in event["slots"]]
    # 12-14 lies in neither the second slot (from 13) nor, for who only knows sound, the first.
    first = place(stage, event, crew_id=stage.plain["id"]).json
    assert first["slotId"] == ids[2] and (first["category"], first["skill"]) == SOUND
    assert place(stage, event, crew_id=stage.second["id"]).json["slotId"] == ids[3]
    assert place(stage, event).json["slotId"] == ids[0]  # knows both: the first in order
    assert booked(stage, event) == [1, 0, 1, 1]
    assert place(stage, event, 14, 2, crew_id=stage.plain["id"]).json["slotId"] == ids[1]
    shown = stage.organiser.ok("GET", f"/api/events/{event['id']}")
    assert shown["version"] == event["version"]  # a reservation is no change of the event


def test_each_live_booking_takes_one_however_short(stage):
    event = stage.slots_event(1)
    first = place(stage, event, 12, 1 / 60).json
    refused(place(stage, event, 18, 1, crew_id=stage.plain["id"]), "EVENT_SLOT_UNAVAILABLE")
    stage.confirm(first)
    stage.admin.ok("PUT", f"/api/bookings/{first['id']}/complete", {})


def test_category_and_skill_asked_for_choose_the_slot(stage):
    day = own_day()
    event = stage.event(day, slots=[slot(day, *SOUND, capacity=3), slot(day, *OTHER, capacity=3)])
    ids = [s["id"] for s in event["slots"]]
    light = place(stage, event, category=OTHER[0], skill=OTHER[1]).json
    assert light["slotId"] == ids[1] and light["rate"] == 400
    assert place(stage, event, 15, category=SOUND[0]).json["slotId"] == ids[0]
    assert place(stage, event, 18, skill=OTHER[1]).json["slotId"] == ids[1]
    # Asked for what the person can't: the skills decide.
    refused(place(stage, event, crew_id=stage.plain["id"], category=OTHER[0]), "CREW_NOT_QUALIFIED")
    # Asked for what the event doesn't need.
    refused(place(stage, event, 20, 1, category="Video"), "EVENT_SLOT_UNAVAILABLE")


def test_skills_before_span_and_room(stage):
    drummer, _ = stage.hire([("Musician", "Drums")])
    event = stage.slots_event(1)
    assert place(stage, event).status == 201  # full now
    refused(place(stage, event, crew_id=drummer["id"]), "CREW_NOT_QUALIFIED")
    refused(place(stage, event, 5, 1, crew_id=drummer["id"]), "CREW_NOT_QUALIFIED")  # outside, too
    refused(place(stage, event, crew_id=drummer["id"], slotId=event["slots"][0]["id"]), "CREW_NOT_QUALIFIED")
    refused(place(stage, event, crew_id=stage.plain["id"]), "EVENT_SLOT_UNAVAILABLE")
    refused(place(stage, event, 9, 2, crew_id=stage.plain["id"]), "EVENT_SLOT_UNAVAILABLE")
    # The slot before the person: who is busy besides hears of the slot.
    refused(place(stage, event), "EVENT_SLOT_UNAVAILABLE")


def test_a_named_slot_is_that_slot_or_none(stage):
    day = own_day()
    event = stage.event(day, slots=[slot(day, *SOUND, capacity=2), slot(day, *SOUND, start=14, end=18)])
    second = event["slots"][1]["id"]
    assert place(stage, event, 14, 2, slotId=second).json["slotId"] == second
    refused(place(stage, event, 16, 2, slotId=second, crew_id=stage.plain["id"]), "EVENT_SLOT_UNAVAILABLE")
    stage.admin.ok("GET", f"/api/events/{event['id']}")
    refused(place(stage, event, 17, 2, slotId=second), "EVENT_SLOT_UNAVAILABLE")  # 17-19 is not in it
    unknown = place(stage, event, 12, 1, slotId="slot-none")
    assert unknown.status == 400 and unknown.fields == ["slotId"]
    theirs = stage.slots_event(1)["slots"][0]["id"]
    assert place(stage, event, 12, 1, slotId=theirs).fields == ["slotId"]


def test_an_event_without_slots_takes_any_crew_between_build_up_and_strike(stage):
    drummer, _ = stage.hire([("Musician", "Drums")])
    stage.tariff("Hour", 300, ("Musician", "Drums"))
    day = own_day()
    event = stage.event(day, crewFrom=iso(at(day, 6)), crewTo=iso(at(day + 1, 2)))  # 10-22 itself
    for start, hours in ((6, 2), (24, 2)):
        assert place(stage, event, start, hours, crew_id=drummer["id"]).status == 201
    for start, end in ((at(day, 5, 59), at(day, 7)), (at(day + 1, 1), at(day + 1, 2, 1))):
        answer = stage.organiser.post("/api/bookings", stage.body(event) | {"startTime": iso(start), "endTime": iso(end)})
        refused(answer, "EVENT_SLOT_UNAVAILABLE")
    bare = stage.event()
    refused(place(stage, bare, 9, 2), "EVENT_SLOT_UNAVAILABLE")
    assert place(stage, bare, 10, 12, slotId="slot-x").fields == ["slotId"]


def put(stage, event, body, **more):
    return stage.organiser.put(f"/api/events/{event['id']}", body, **more)


def test_a_change_that_would_strand_somebody_names_the_bookings(stage):
    day = own_day()
    event = stage.event(day, slots=[slot(day, *SOUND, capacity=2), slot(day, *OTHER, capacity=1)])
    one = place(stage, event, 12, 4, crew_id=stage.plain["id"]).json
    two = place(stage, event, 14, 6, crew_id=stage.second["id"]).json
    first, second = event["slots"]
    used = {"id": first["id"]}

    def stranded(body, *bookings):
        answer = put(stage, event, body)
        refused(answer, "CONFLICT")
        assert answer.error["details"]
        for booking in bookings:
            assert booking["id"] in answer.text, (booking["id"], answer)
        for booking in (one, two):
            assert booking in bookings or booking["id"] not in answer.text
    stranded({"slots": [used | {"capacity": 1}, second]}, one, two)
    stranded({"slots": [second]}, one, two)
    stranded({"slots": []}, one, two)
    stranded({"slots": [used | {"startTime": iso(at(day, 13))}, second]}, one)
    stranded({"slots": [used | {"endTime": iso(at(day, 19))}, second]}, two)
    stranded({"slots": [used | {"category": OTHER[0], "skill": OTHER[1]}, second]}, one, two)
    stranded({"startDate": iso(at(day, 13))}, one)
    stranded({"crewFrom": iso(at(day, 13)), "endDate": iso(at(day, 18))}, one, two)
    assert stage.organiser.ok("GET", f"/api/events/{event['id']}")["version"] == event["version"]
    # What still fits is changed; the slot nobody is in may go.
    changed = put(stage, event, {"slots": [used | {"startTime": iso(at(day, 12)), "endTime": iso(at(day, 20))}]})
    assert changed.status == 200 and [s["booked"] for s in changed.json["slots"]] == [2]
    assert changed.json["slots"][0]["id"] == first["id"]
    # A slot more than the event can't hold anything is 400, not 409.
    outside = put(stage, event, {"slots": [used, slot(day, *SOUND, start=9)]})
    assert outside.status == 400 and outside.fields == ["slots[1].startTime"]
    # 412 before 409.
    assert put(stage, event, {"slots": []}, headers={"If-Match": '"1"'}).status == 412


def test_an_event_with_live_bookings_is_not_deleted(stage):
    event = stage.event()
    booking = stage.book(event)
    answer = stage.organiser.delete(f"/api/events/{event['id']}")
    refused(answer, "CONFLICT")
    assert booking["id"] in answer.text
    stage.cancel(booking)
    assert stage.organiser.delete(f"/api/events/{event['id']}").status == 204
    assert stage.organiser.get(f"/api/events/{event['id']}").status == 404
    assert stage.organiser.delete(f"/api/events/{event['id']}").status == 404
    assert place(stage, event).status == 404
    assert all(e["id"] != event["id"] for e in stage.organiser.all_items("/api/events"))
    # The booking is still there to be read.
    assert stage.organiser.ok("GET", f"/api/bookings/{booking['id']}")["eventName"] == event["name"]


def test_a_cancelled_event_cancels_its_bookings_and_frees_everybody(shared, stage):
    event = stage.slots_event(3)
    asked = stage.book(event)
    agreed = stage.confirmed(event, crew_id=stage.plain["id"])
    answer = stage.organiser.ok("PUT", f"/api/events/{event['id']}/status", {"status": "Cancelled", "reason": "Storm"})
    assert answer["status"] == "Cancelled" and answer["reason"] == "Storm"

    def over(booking):
        shown = stage.organiser.ok("GET", f"/api/bookings/{booking['id']}")
        return shown["status"] == "CANCELLED" and shown
    for booking in (asked, agreed):
        shown = until("the booking is cancelled", lambda: over(booking))
        assert shown["cancellation"]["code"] == "EventCancelled"
    until("the slot is free", lambda: booked(stage, event) == [0])
    refused(place(stage, event), "CONFLICT")
    other = stage.event(event["day"])
    until("the person is free", lambda: place(stage, other).status == 201)
    concerned = {stage.organiser_user["email"], stage.boss_user["email"], stage.crew_user["email"], stage.plain["email"]}
    until("both sides and the crew members hear of it", lambda: concerned == {
        to for to, _, text in letters(shared, event["name"]) if "inställt" in text or "event is cancelled" in text}, 60)
