"""The races of the main job with two booking, two event and two user processes: as exact as in one."""
from fleet import FULL, LIVE, REQUEST_LIMIT, percentile, show
from program import PATIENCE, until
from race import race
from scene import at, iso, make_event, own_day, slot
from stage import SOUND

ROUNDS = 100 if FULL else 2
CLIENTS = 200 if FULL else 40


def statuses(results):
    found = {}
    for status, body, _ in results:
        key = (status, body["error"]["code"] if status >= 400 else "")
        found[key] = found.get(key, 0) + 1
    return found


def live(stage, event):
    return [b for b in stage.organiser.all_items(f"/api/bookings?eventId={event['id']}") if b["status"] in LIVE]


def in_time(times, results):
    times += [seconds for _, _, seconds in results]
    assert max(seconds for _, _, seconds in results) < REQUEST_LIMIT


def test_one_persons_evening_is_booked_once(fleet):
    stage = fleet.stage(crew=4)
    times = []
    for number in range(ROUNDS):
        person = stage.people[number % 4]
        body = stage.body(stage.place, 18 + 24 * (number // 4), 5, crew_id=person)
        results = race(fleet.program.port, stage.organiser.token, [("POST", "/api/bookings", body)] * CLIENTS,
                       60 * PATIENCE)
        assert statuses(results) == {(201, ""): 1, (409, "CREW_UNAVAILABLE"): CLIENTS - 1}
        in_time(times, results)
    found = live(stage, stage.place)
    assert len(found) == ROUNDS == len({(b["crewId"], b["startTime"]) for b in found})
    slots_hold(stage, stage.place, ROUNDS)
    show(f"evening: {ROUNDS} rounds of {CLIENTS}, p50 {percentile(times, 0.5):.2f} s, "
         f"p99 {percentile(times, 0.99):.2f} s, longest {max(times):.2f} s")


def test_a_slot_takes_exactly_its_capacity(fleet):
    stage = fleet.stage(crew=CLIENTS)
    capacity = CLIENTS // 4
    times = []
    for _ in range(ROUNDS):
        day = own_day()
        event = make_event(stage.organiser, day, slots=[slot(day, *SOUND, capacity)])
        requests = [("POST", "/api/bookings", stage.body(event, crew_id=person)) for person in stage.people]
        results = race(fleet.program.port, stage.organiser.token, requests, 60 * PATIENCE)
        assert statuses(results) == {(201, ""): capacity, (409, "EVENT_SLOT_UNAVAILABLE"): CLIENTS - capacity}
        in_time(times, results)
        assert len(live(stage, event)) == capacity
        slots_hold(stage, event, capacity)
    booked = {b["crewId"] for b in live(stage, event)}
    window = f"from={iso(at(event['day'], 0))}&to={iso(at(event['day'] + 2, 0))}"
    for person in stage.people[:10]:
        busy = stage.boss.ok("GET", f"/api/users/{person}/availability?{window}")["busy"]
        assert bool(busy) == (person in booked)
    show(f"slot of {capacity}: {ROUNDS} rounds of {CLIENTS}, p50 {percentile(times, 0.5):.2f} s, "
         f"p99 {percentile(times, 0.99):.2f} s, longest {max(times):.2f} s")


def slots_hold(stage, event, count):
    path = f"/api/events/{event['id']}"
    until("the slots hold the live bookings",
          lambda: sum(s["booked"] for s in stage.organiser.ok("GET", path)["slots"]) == count, 30)
