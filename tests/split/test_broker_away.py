"""The broker is stopped or killed under load: nobody feels it, messages wait, and all come once."""
import collections
import time

import pytest

from fleet import FULL, Load, assert_whole, percentile, settled, show, told_of
from program import PATIENCE, until

AWAY = 60 if FULL else 6
ALLOWED = {(200, ""), (201, "")}


@pytest.mark.parametrize("how", ["stopped", "killed"])
def test_the_broker_is_away_for_a_while(fleet, how):
    stage = fleet.stage(crew=4)
    with Load(stage, pace=0.1 if FULL else 0.4) as load:
        load.wait_for_more(20)
        (fleet.broker.kill if how == "killed" else fleet.broker.stop)()
        gone = time.monotonic()
        time.sleep(AWAY)  # how long it is away is what the test is about
        meanwhile = load.acknowledged(gone)
    before = len(told_of(stage))
    fleet.broker.start()
    returned = time.monotonic()
    acknowledged = set(load.acknowledged())
    assert len(meanwhile) >= AWAY, "requests did not go on"
    until("all that waited is delivered", lambda: acknowledged <= set(told_of(stage)), 60, every=0.5)
    show(how, f"{AWAY} s: {len(meanwhile)} bookings meanwhile, p99 of requests "
         f"{percentile([a.seconds for a in load.since(gone)], 0.99):.2f} s; {len(acknowledged) - before} messages "
         f"that waited delivered {time.monotonic() - returned:.1f} s after its return")
    load.assert_answers(ALLOWED)
    settled(stage)
    assert_whole(stage, load)
    assert set(collections.Counter(told_of(stage)).values()) == {1}
