"""Three copies of each consumer, killed now and then: every effect once, in whatever order messages come."""
import collections
import concurrent.futures
import math
import random
import re
import threading
import time

from fleet import FULL, audit_of, show
from program import until
from queues import QUEUES, Queues
from scene import at, iso
from stage import letters

MESSAGES = 10_000 if FULL else 300
SHUFFLED = 200 if FULL else 24
CONSUMERS = ("notification", "analytics", "invoicing")
# What is done with a booking.
COURSES = [[], ["confirm"], ["cancel"], ["confirm", "cancel"]]
# The messages that tell of it, and (kind, status) of the invoices that it leaves.
PROMPT = [
    (["booking.created"], [("Invoice", "Draft")]),
    (["booking.created", "booking.confirmed", "invoice.generated"], [("Invoice", "Issued")]),
    (["booking.created", "booking.cancelled"], [("Invoice", "Cancelled")]),
    (["booking.created", "booking.confirmed", "invoice.generated", "booking.cancelled", "invoice.credited"],
     [("CreditNote", "Issued"), ("Invoice", "Credited")]),
]
# Where it was cancelled before anybody heard that it was confirmed, nothing is issued.
LATE = PROMPT[:3] + [(["booking.created", "booking.confirmed", "booking.cancelled"], [("Invoice", "Cancelled")])]
MAILS = {"booking.created": 3, "booking.confirmed": 3, "booking.cancelled": 3, "invoice.generated": 2,
         "invoice.credited": 2}
PER_ROUND = sum(len(messages) for messages, _ in PROMPT)


def test_every_effect_once_though_consumers_are_killed(fleet):
    stage = fleet.stage(crew=8)
    consumers = [part for target in CONSUMERS for part in fleet.program.of(target)]
    count = math.ceil(MESSAGES / PER_ROUND) * len(COURSES)
    over, kills = threading.Event(), []

    def kill_now_and_then():
        while not over.wait(random.uniform(1, 4)):
            victim = random.choice(consumers)
            victim.kill()
            kills.append(victim.name)
            victim.start().wait_ready()
    begun = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(1) as killer:
        killing = killer.submit(kill_now_and_then)
        try:
            bookings = place(stage, count)
            confirmed = [id for id, course in bookings.items() if "confirm" in COURSES[course]]
            do(stage, "confirm", confirmed)
            until_is("invoices", lambda: left(stage, confirmed), dict.fromkeys(confirmed, [("Invoice", "Issued")]),
                     patience(count))
            do(stage, "cancel", [id for id, course in bookings.items() if "cancel" in COURSES[course]])
            made = time.monotonic()
            wait_for_effects(stage, bookings, PROMPT)
        finally:
            over.set()
        killing.result()
    messages = sum(len(PROMPT[course][0]) for course in bookings.values())
    show(f"{count} bookings, {messages} messages, {len(kills)} consumers killed; made in {made - begun:.0f} s, "
         f"all effects there {time.monotonic() - made:.0f} s later")
    assert_effects_once(stage, bookings, PROMPT)


def test_the_same_end_in_whatever_order_messages_come(fleet):
    """The same plan twice while no consumer runs. Then the messages of one come as they were sent, those of
    the other shuffled, some twice."""
    day = 1_500 + random.randrange(300)
    ordered, shuffled = stages = [fleet.stage(crew=4, day=day, name="Twice") for _ in range(2)]
    until_quiet(fleet)
    consumers = [part for target in CONSUMERS for part in fleet.program.of(target)]
    for part in consumers:
        part.stop()
    plans = []
    for stage in stages:
        plans.append(place(stage, SHUFFLED))
        for word in ("confirm", "cancel"):
            do(stage, word, [id for id, course in plans[-1].items() if word in COURSES[course]])
    seed = random.randrange(10**6)
    print("seed", seed)
    moved = shuffle_queues(fleet, plans[1], random.Random(seed))
    for part in consumers:
        part.start()
    fleet.program.wait_ready()
    for stage, bookings in zip(stages, plans):
        wait_for_effects(stage, bookings, LATE)
        assert_effects_once(stage, bookings, LATE)
    pictures = [until_still(lambda: picture(stage, bookings)) for stage, bookings in zip(stages, plans)]
    assert pictures[0] == pictures[1]
    show(f"{moved} messages of {SHUFFLED} bookings in another order, some twice: the same end")


def at_once(act, items):
    with concurrent.futures.ThreadPoolExecutor(8) as people:
        return list(people.map(act, items))


def place(stage, count):
    """{booking's id: number of its course}"""
    def one(number):
        person, hour = number % len(stage.people), number // len(stage.people)
        body = stage.body(stage.place, 10 + hour, 1, crew_id=stage.people[person])
        return stage.organiser.ok("POST", "/api/bookings", body, status=201)["id"], number % len(COURSES)
    return dict(at_once(one, range(count)))


def do(stage, word, ids):
    at_once(lambda id: (stage.confirm if word == "confirm" else stage.cancel)({"id": id}), ids)


def patience(count):
    return 60 + count / 4


def told(stage, bookings):
    """{booking: Counter of message types} in the audit, those of its invoices with it."""
    of_invoice = {i["id"]: i["bookingId"] for i in stage.boss.all_items("/api/invoices") if i.get("bookingId")}
    found = {id: collections.Counter() for id in bookings}
    for kind, subject in audit_of(stage):
        booking = of_invoice.get(subject, subject)
        if booking in found:
            found[booking][kind] += 1
    return found


def posted(stage, bookings):
    """{booking: Counter of (address, subject) of mails}, those about its invoices with it."""
    of_invoice = {i["id"]: i["bookingId"] for i in stage.boss.all_items("/api/invoices") if i.get("bookingId")}
    found = {id: collections.Counter() for id in bookings}
    for address, subject, text in letters(stage.program):
        link = re.search(r"/(?:bookings|invoices)/([a-z]+-\w+)", text)
        booking = link and of_invoice.get(link[1], link[1])
        if booking in found:
            found[booking][address, subject] += 1
    return found


def left(stage, bookings):
    """{booking: [(kind, status)]} of invoices."""
    found = {id: [] for id in bookings}
    for invoice in stage.boss.all_items("/api/invoices"):
        if invoice.get("bookingId") in found:
            found[invoice["bookingId"]].append((invoice["kind"], invoice["status"]))
    return {id: sorted(papers) for id, papers in found.items()}


def until_is(what, look, expected, seconds):
    seen = {}

    def same():
        seen.clear()
        seen.update(look())
        return seen == expected
    try:
        until(what, same, seconds, every=1)
    except AssertionError as late:
        wrong = {id: (found, expected[id]) for id, found in seen.items() if found != expected[id]}
        raise AssertionError(f"{late}: {len(wrong)} differ, such as {list(wrong.items())[:4]}") from None


def mails_of(messages):
    return sum(MAILS[kind] for kind in messages)


def wait_for_effects(stage, bookings, courses):
    """Until there is at least what there should be."""
    seconds = patience(len(bookings))
    until_is("invoices", lambda: left(stage, bookings), {id: courses[n][1] for id, n in bookings.items()}, seconds)
    until_is("kinds of messages in the audit", lambda: {id: set(kinds) for id, kinds in told(stage, bookings).items()},
             {id: set(courses[n][0]) for id, n in bookings.items()}, seconds)
    until_is("numbers of mails", lambda: {id: len(mails) for id, mails in posted(stage, bookings).items()},
             {id: mails_of(courses[n][0]) for id, n in bookings.items()}, seconds)


def assert_effects_once(stage, bookings, courses):
    for id, kinds in told(stage, bookings).items():
        assert kinds == collections.Counter(courses[bookings[id]][0]), (id, kinds)
    for id, mails in posted(stage, bookings).items():
        assert sum(mails.values()) == len(mails) == mails_of(courses[bookings[id]][0]), (id, mails)
    assert left(stage, bookings) == {id: courses[n][1] for id, n in bookings.items()}
    assert stage.admin.ok("GET", "/api/admin/dead-letters")["items"] == []


def picture(stage, bookings):
    """What is left of the plan, without what differs between two stages."""
    def plain(text):
        return re.sub(r"\d+", "#", text)
    window = f"from={iso(at(stage.place['day'] - 2, 0))[:10]}&to={iso(at(stage.place['day'] + 60, 0))[:10]}"
    reports = [stage.boss.ok("GET", f"/api/reports/{name}?{window}&by=month") for name in ("bookings", "trends")]
    mails = posted(stage, bookings)
    invoices = sorted((i["kind"], i["status"], i["totalAmount"], i["balance"], len(i["lines"]))
                      for i in stage.boss.all_items("/api/invoices"))
    return reports, invoices, [sorted(plain(subject) for _, subject in mails[id].elements()) for id in bookings]


def until_still(look, seconds=30):
    """What `look` sees, once it sees it three times running."""
    seen = []

    def still():
        seen.append(look())
        return len(seen) >= 3 and seen[-1] == seen[-2] == seen[-3]
    until("nothing changes any more", still, seconds, every=0.5)
    return seen[-1]


def until_quiet(fleet):
    with Queues(fleet.program.broker_url) as queues:
        until("no message waits", lambda: not any(queues.waiting(name) for name in QUEUES), 60)
    until("the outbox is empty", lambda: all(
        value == 0 for name, value in fleet.program.metrics().items()
        if name.startswith("thenorsound_outbox_waiting")), 60)


def shuffle_queues(fleet, bookings, chance):
    """Those about `bookings` come in another order, a fifth of them twice; the others as they were sent."""
    moved = 0
    with Queues(fleet.program.broker_url) as queues:
        def all_there():
            counts = [queues.waiting(name) for name in QUEUES]
            return sum(counts) and counts
        until_still(all_there)
        for name in QUEUES:
            messages = queues.take_all(name)
            mine = [m for m in messages if any(id.encode() in m[1] for id in bookings)]
            others = [m for m in messages if m not in mine]
            assert len(mine) >= len(bookings), name
            mine += chance.sample(mine, len(mine) // 5)
            chance.shuffle(mine)
            moved += len(mine)
            for message in others + mine:
                queues.put(name, message)
    return moved
