"""kill -9 at any instant: what was acknowledged is there, nothing is half done or done twice."""
import json
import random
import threading
import time

import pytest
from program import SMALL, until
from scene import at, booking_body, free_crew, iso, make_event, own_day, slot
from test_booking import shared_skill
from test_saga import booked, is_free


@pytest.mark.embedded
@pytest.mark.parametrize("point", ["after-pending", "after-slot", "after-crew", "after-price", "after-commit"])
def test_killed_inside_the_saga(own, point):
    """Unfinished sagas are settled within 30 s of the restart."""
    program = own()
    organiser = program.login("organiser@demo.example")
    _, category, skill = shared_skill(organiser)
    day = own_day()
    event = make_event(organiser, day, slots=[slot(day, category, skill, capacity=3)])
    crew = free_crew(organiser, category, skill, day)[0]
    program.stop()
    program.env = {"THENORSOUND_BOOKING_FAULT_POINT": point}
    program.start()
    organiser = program.login("organiser@demo.example")
    head = {"Idempotency-Key": f"killed-{point}"}
    with pytest.raises(Exception):
        organiser.post("/api/bookings", booking_body(event, crew["id"]), headers=head)
    assert program.wait_end() != 0
    program.env = {}
    program.start()
    organiser = program.login("organiser@demo.example")

    def settled():
        all_of_it = organiser.all_items(f"/api/bookings?eventId={event['id']}&status=PENDING")
        return not all_of_it
    until("no saga is unfinished", settled, 30)
    live = organiser.all_items(f"/api/bookings?eventId={event['id']}")
    if point == "after-commit":
        assert [b["status"] for b in live] == ["REQUESTED"]
        assert booked(organiser, event) == [1]
    else:
        assert live == []
        until("the slot is free", lambda: booked(organiser, event) == [0], 30)
        until("the person is free", lambda: is_free(organiser, crew["id"], event), 30)


def test_killed_under_load_nothing_acknowledged_is_lost(own):
    program = own()
    organiser = program.login("organiser@demo.example")
    _, category, skill = shared_skill(organiser)
    event = make_event(organiser, hours=60 * 24)
    crew = free_crew(organiser, category, skill, event["day"], count=10)
    acknowledged, lock = [], threading.Lock()
    for number in range(2 if SMALL else 6):
        stop, before = threading.Event(), len(acknowledged)

        def book(person, lane):
            client = program.client(organiser.token)
            for step in range(200):
                if stop.is_set():
                    return
                start = at(event["day"] + number * 8 + step // 20, 0) + (at(1, step % 20) - at(1, 0))
                body = {"eventId": event["id"], "crewId": person["id"], "startTime": iso(start),
                        "endTime": iso(start + (at(1, 1) - at(1, 0)))}
                try:
                    answer = client.post("/api/bookings", body)
                except Exception:
                    return
                if answer.status == 201:
                    with lock:
                        acknowledged.append(answer.json["id"])

        threads = [threading.Thread(target=book, args=(person, lane)) for lane, person in enumerate(crew)]
        for thread in threads:
            thread.start()
        until("bookings of this round are acknowledged", lambda: len(acknowledged) >= before + 30, 30)
        time.sleep(random.uniform(0.0, 1.0))
        program.kill()
        stop.set()
        for thread in threads:
            thread.join()
        program.start()
        organiser = program.login("organiser@demo.example")
    until("no saga is unfinished",
          lambda: not organiser.all_items(f"/api/bookings?eventId={event['id']}&status=PENDING"), 30)
    found = {b["id"]: b for b in organiser.all_items(f"/api/bookings?eventId={event['id']}")}
    assert set(acknowledged) <= set(found)
    taken = {}
    for booking in found.values():
        if booking["status"] != "CANCELLED":
            key = (booking["crewId"], booking["startTime"])
            assert key not in taken, "booked twice"
            taken[key] = booking["id"]
    # Every one of them got exactly one draft, however often its message was delivered.
    admin = program.login("admin@demo.example")

    def drafts():
        return [i["bookingId"] for i in admin.all_items("/api/invoices?status=Draft") if i.get("bookingId") in found]
    until("a draft for each", lambda: set(drafts()) >= set(acknowledged), 60)
    assert len(drafts()) == len(set(drafts()))


def test_stopped_and_started_all_is_still_there(own):
    program = own()
    organiser = program.login("organiser@demo.example")
    before = json.dumps(organiser.all_items("/api/bookings"), sort_keys=True)
    program.stop()
    program.start()
    organiser = program.login("organiser@demo.example")
    assert json.dumps(organiser.all_items("/api/bookings"), sort_keys=True) == before
