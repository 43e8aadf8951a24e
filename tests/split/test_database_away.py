"""The database is stopped or killed under load: 503 meanwhile, itself again soon, nothing lost or doubled."""
import collections
import time

import pytest

from fleet import FULL, Load, assert_whole, settled, show
from program import PATIENCE, until

AWAY = 30 if FULL else 6
ALLOWED = {(200, ""), (201, ""), (503, "SERVICE_UNAVAILABLE"),
           (409, "CONFLICT")}  # a repeat with the same key while the first one is still at it
BACK = 10 * PATIENCE


def take_away(database, how):
    if how == "killed":
        database.kill()
    elif how == "frozen":
        database.do("freeze")
    else:
        database.stop()


def bring_back(database, how):
    if how == "frozen":
        database.do("thaw")
    else:
        database.start()


@pytest.mark.parametrize("how", ["stopped", "killed"] + (["frozen"] if FULL else []))
def test_the_database_is_away_for_a_while(fleet, how):
    stage = fleet.stage(crew=6)
    with Load(stage) as load:
        load.wait_for_more(20)
        left = time.monotonic()
        take_away(fleet.database, how)
        gone = time.monotonic()
        time.sleep(AWAY)  # how long it is away is what the test is about
        meanwhile = load.since(gone)
        bring_back(fleet.database, how)
        returned = time.monotonic()
        load.wait_for_more(10, BACK)
        back_after = time.monotonic() - returned
        until("every kind of request succeeds again", lambda: all_well(load, returned), BACK)
        well_after = time.monotonic() - returned
        load.wait_for_more(20)
    show(how, f"{AWAY} s: {len(meanwhile)} requests meanwhile,",
         dict(collections.Counter(a.status for a in meanwhile)),
         f"longest {max(a.seconds for a in load.since(left)):.1f} s; 10 bookings {back_after:.1f} s after its return, "
         f"all well after {well_after:.1f} s; {len(load.acknowledged())} acknowledged")
    assert [a for a in meanwhile if a.status == 503], "nobody noticed that the database was away"
    load.assert_answers(ALLOWED)
    settled(stage)
    live = assert_whole(stage, load)
    show(len(live), "live bookings, each whole")


def all_well(load, since):
    """The latest answer to each kind of request is a good one."""
    latest = {}
    for answer in load.since(since):
        latest[(answer.what.split("?")[0], answer.key is None)] = answer.status
    return len(latest) >= 6 and all(status in (200, 201) for status in latest.values())
