"""Small worlds for a test: an event of its own, free crew, times that nobody else uses."""
import datetime
import itertools
import random

counter = itertools.count(1)


def iso(moment):
    return moment.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def at(days_ahead, hour, minute=0):
    today = datetime.datetime.now(datetime.timezone.utc).replace(hour=0, minute=0, second=0, microsecond=0)
    return today + datetime.timedelta(days=days_ahead, hours=hour, minutes=minute)


def own_day():
    """Days ahead, a different one at each call, beyond all demo data."""
    return 420 + next(counter) * 3 + random.randrange(2)


def make_event(organiser, day=None, slots=None, hours=12, **more):
    day = day or own_day()
    body = {"name": f"Test event {next(counter)}", "startDate": iso(at(day, 10)),
            "endDate": iso(at(day, 10 + hours)), "location": "Stockholm", "eventType": "Concert"}
    if slots is not None:
        body["slots"] = slots
    body |= more
    event = organiser.ok("POST", "/api/events", body, status=201)
    event["day"] = day
    return event


def slot(day, category, skill, capacity=1, start=10, end=22):
    return {"category": category, "skill": skill, "startTime": iso(at(day, start)),
            "endTime": iso(at(day, end)), "capacity": capacity}


def booking_body(event, crew_id, start=12, hours=4, **more):
    return {"eventId": event["id"], "crewId": crew_id, "startTime": iso(at(event["day"], start)),
            "endTime": iso(at(event["day"], start + hours))} | more


def free_crew(organiser, category, skill, day, start=10, end=22, count=1, customer_id=None):
    query = (f"/api/users/crew?category={category}&skill={skill.replace(' ', '%20')}"
             f"&availableFrom={iso(at(day, start))}&availableTo={iso(at(day, end))}&pageSize=200")
    if customer_id:
        query += f"&customerId={customer_id}"
    items = organiser.ok("GET", query)["items"]
    assert len(items) >= count, f"only {len(items)} free crew with {category}/{skill}"
    return items[:count]
