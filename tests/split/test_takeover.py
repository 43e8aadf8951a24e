"""Two copies of the booking service, one killed in the middle of sagas: the other settles them."""
import itertools
import random
import time

from fleet import FULL, LIVE, Load, assert_reservations, assert_whole, settled, show
from program import PATIENCE, until

POINTS = ["after-pending", "after-slot", "after-crew", "after-price", "after-commit"]
ROUNDS = 6 if FULL else 2
SETTLED = 30  # seconds after the death
ALLOWED = {(200, ""), (201, ""), (503, "SERVICE_UNAVAILABLE"), (409, "CONFLICT")}


def test_killed_at_each_point_of_the_saga(fleet):
    stage = fleet.stage(crew=2)
    doomed = fleet.program.of("booking")[1]
    hours = itertools.count()
    deaths = [die_at(stage, doomed, point, hours) for point in POINTS]
    for point, start, died in deaths:
        until(f"what was killed {point} is settled", lambda: not bookings_at(stage, start, "PENDING"),
              max(1.0, SETTLED - (time.monotonic() - died) / PATIENCE))
        assert len(bookings_at(stage, start, "REQUESTED" if point == "after-commit" else "CANCELLED")) == 1, point
    live = {b["id"]: b for b in stage.organiser.all_items(f"/api/bookings?eventId={stage.place['id']}")
            if b["status"] in LIVE}
    assert_reservations(stage, live)


def die_at(stage, doomed, point, hours):
    """Books until the one copy is dead at that point; it never settles anything itself. -> what it was at."""
    if doomed.process is not None:
        doomed.stop()
    doomed.env = {"THENORSOUND_BOOKING_FAULT_POINT": point, "THENORSOUND_BOOKING_SWEEP_MS": "60000"}
    doomed.start().wait_ready()

    def dies():
        body = stage.body(stage.place, 10 + next(hours), 1)
        return stage.organiser.post("/api/bookings", body).status == 503 and body["startTime"]
    start = until(f"the copy that dies {point} is asked", dies, 40)
    died = time.monotonic()
    assert doomed.process.wait(timeout=10 * PATIENCE) != 0
    doomed.kill()
    return point, start, died


def bookings_at(stage, start, status):
    found = stage.organiser.all_items(f"/api/bookings?eventId={stage.place['id']}&status={status}")
    return [b for b in found if b["startTime"] == start]


def test_killed_at_random_instants_under_load(fleet):
    stage = fleet.stage(crew=12)
    parts = fleet.program.of("booking")
    loads, longest, unfinished = [], 0.0, 0
    for number in itertools.count():
        if number >= ROUNDS and unfinished > 0:
            break
        assert number < 5 * ROUNDS, "no saga was ever cut off"
        victim = random.choice(parts)
        with Load(stage, from_hour=75 * number, pace=0) as load:
            load.wait_for_more(20)
            time.sleep(random.uniform(0.0, 0.5))
            victim.kill()
            died = time.monotonic()
        path = f"/api/bookings?eventId={stage.place['id']}&status=PENDING"
        unfinished += stage.organiser.ok("GET", path)["total"]
        settled(stage, SETTLED)
        longest = max(longest, time.monotonic() - died)
        load.assert_answers(ALLOWED)
        loads.append(load)
        victim.start().wait_ready()
    show(f"{number} kills, {unfinished} sagas unfinished, settled after at most {longest:.1f} s")
    loads[0].answers += [answer for load in loads[1:] for answer in load.answers]
    assert_whole(stage, loads[0])
