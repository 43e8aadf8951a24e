"""Events to the letter: fields, merge, status, lists, calendar, whose."""
import datetime

import pytest
from scene import at, iso, make_event, own_day, slot
from stage import SOUND, Stage, person


@pytest.fixture(scope="module")
def stage(shared):
    stage = Stage(shared.login("admin@demo.example"))
    stage.user = person(stage.admin, 3, stage.buyer["id"])[1]
    stage.stranger = Stage(stage.admin)
    return stage


def body(day, **more):
    return {"name": "Rules", "startDate": iso(at(day, 10)), "endDate": iso(at(day, 22)), "location": "Here",
            "eventType": "Concert"} | more


def test_everything_an_event_has_comes_back(stage):
    day = own_day()
    sent = body(day, description="D", crewFrom=iso(at(day, 6)), crewTo=iso(at(day + 1, 2)), address="Gatan 1",
                details={"performer": "P", "stage": "S", "audience": 1000, "equipment": ["PA", "Light"]},
                onSiteContact={"name": "Eva", "phone": "070-123 45 67"}, crewInfo="C", orderReference="O",
                buyerReference="B", project="P", slots=[slot(day, *SOUND, capacity=2) | {"notes": "Long"}])
    answer = stage.organiser.post("/api/events", sent)
    assert answer.status == 201
    made = answer.json
    assert answer.headers["Location"] == f"/api/events/{made['id']}" and answer.headers["ETag"] == f'"{made["version"]}"'
    assert made["id"].startswith("evt-") and made["slots"][0]["id"].startswith("slot-")
    for field, value in sent.items():
        if field != "slots":
            assert made[field] == value, field
    assert made["slots"][0] | {"id": 0} == sent["slots"][0] | {"id": 0, "booked": 0}
    assert made["status"] == "Scheduled" and made["customerId"] == stage.buyer["id"]
    assert stage.organiser.ok("GET", f"/api/events/{made['id']}") == made
    bare = stage.organiser.ok("POST", "/api/events", body(day))
    assert bare["slots"] == [] and not {"crewFrom", "details", "reason", "description"} & set(bare)
    # Sent back as it is, it is unchanged.
    again = stage.organiser.put(f"/api/events/{made['id']}", made)
    assert again.status == 200 and again.json == made


def test_every_wrong_field_is_named(stage):
    day = own_day()
    wrong = stage.organiser.post("/api/events", {
        "name": " ", "description": "x" * 2001, "startDate": "2030-01-01", "endDate": 5, "location": "x" * 201,
        "eventType": "Party", "status": "Later", "crewInfo": "\u0001", "colour": "red",
        "details": {"audience": 1.5, "equipment": ["", 5], "size": 1}, "onSiteContact": {"phone": "x"},
        "slots": [{"category": "Nothing", "skill": "Nobody", "startTime": "x", "endTime": iso(at(day, 12)), "capacity": 0},
                  "slot", slot(day, "Sound", "Operator") | {"id": "slot-1", "booked": 0}]})
    assert wrong.status == 400
    assert set(wrong.fields) == {
        "name", "description", "startDate", "endDate", "location", "eventType", "status", "crewInfo", "colour",
        "details.audience", "details.equipment[0]", "details.equipment[1]", "details.size", "onSiteContact.name",
        "onSiteContact.phone", "slots[0].category", "slots[0].skill", "slots[0].startTime", "slots[0].capacity",
        "slots[1]", "slots[2].skill", "slots[2].id", "slots[2].booked"}, wrong.fields
    assert stage.organiser.post("/api/events", {}).fields == ["endDate", "eventType", "location", "name", "startDate"]
    for given, fields in (({"endDate": iso(at(day, 10))}, ["endDate"]), ({"crewFrom": iso(at(day, 23))}, ["crewFrom"]),
                          ({"status": "Cancelled"}, ["status"]), ({"customerId": 5}, ["customerId"]),
                          ({"slots": [slot(day, *SOUND, start=9)]}, ["slots[0].startTime"]),
                          ({"slots": [slot(day, *SOUND, end=23)]}, ["slots[0].endTime"]),
                          ({"slots": [slot(day, *SOUND)] * 201}, ["slots"])):
        answer = stage.organiser.post("/api/events", body(day) | given)
        assert answer.status == 400 and answer.fields == fields, (given, answer)
    assert stage.organiser.post("/api/events", body(day, slots=[slot(day, *SOUND)] * 200)).status == 201


def test_whose_comes_before_the_fields(stage):
    other = stage.stranger
    for body_of in ({"customerId": other.buyer["id"]}, {"customerId": "cust-none", "colour": 1}):
        answer = stage.organiser.post("/api/events", body_of)
        assert answer.status == 403 and answer.error["details"] == []
    event = other.event()
    path = f"/api/events/{event['id']}"
    for method, where, given in (("PUT", path, {"colour": 1}), ("PUT", path + "/status", {}), ("DELETE", path, None)):
        assert stage.organiser.request(method, where, given).status == 403
        assert stage.user.request(method, where, "{").status == 403
        assert stage.boss.request(method, where, "{").status == 403
        assert stage.organiser.request(method, where.replace(event["id"], "evt-none"), given).status == 404
    mine = stage.event()
    assert stage.organiser.put(f"/api/events/{mine['id']}", {"customerId": other.buyer["id"]}).status == 403
    missing = stage.admin.post("/api/events", body(own_day()))
    assert missing.status == 400 and missing.fields == ["customerId"]
    for wrong in ("cust-none", stage.seller["id"]):
        assert stage.admin.post("/api/events", body(own_day(), customerId=wrong)).fields == ["customerId"]


def test_put_is_a_merge(stage):
    day = own_day()
    event = stage.organiser.ok("POST", "/api/events", body(day, description="D", project="P", details={
        "performer": "A", "equipment": ["PA"]}, slots=[slot(day, *SOUND), slot(day, "Video", "Vision Mixer")]))
    path = f"/api/events/{event['id']}"
    put = lambda given, **more: stage.organiser.put(path, given, **more)
    changed = put({"name": "New", "description": None, "details": {"performer": "B"}}).json
    assert changed["name"] == "New" and "description" not in changed and changed["project"] == "P"
    assert changed["details"] == {"performer": "B", "equipment": ["PA"]}
    assert changed["version"] == event["version"] + 1 and changed["updatedAt"] >= event["updatedAt"]
    assert put({}).json == changed  # nothing is no change
    one = event["slots"][1]
    swapped = put({"slots": [{"id": one["id"], "capacity": 3}, slot(day, *SOUND)]}).json["slots"]
    assert swapped[0] == one | {"capacity": 3} and swapped[1]["id"] not in (s["id"] for s in event["slots"])
    for given, fields in (({"name": None}, ["name"]), ({"startDate": None, "x": 1}, ["startDate", "x"]),
                          ({"id": "evt-1"}, ["id"]), ({"version": 99}, ["version"]), ({"status": "Draft"}, ["status"]),
                          ({"slots": [{"id": "slot-none"}]}, ["slots[0].id"]),
                          ({"slots": [{"id": one["id"]}, {"id": one["id"]}]}, ["slots[1].id"]),
                          ({"slots": [{"id": one["id"], "booked": 1}]}, ["slots[0].booked"]),
                          ({"endDate": iso(at(day, 9))}, ["endDate"])):
        answer = put(given)
        assert answer.status == 400 and answer.fields == fields, (given, answer)
    assert put({"details": None}).json.get("details") is None
    assert put({"name": "x"}, headers={"If-Match": '"1"'}).status == 412
    assert put({"name": ""}, headers={"If-Match": '"1"'}).status == 400
    assert put({"name": "x"}, headers={"If-Match": "*"}).status == 200


STATUSES = ["Draft", "Scheduled", "InProgress", "Completed", "Cancelled"]
WAYS = {("Draft", "Scheduled"), ("Scheduled", "InProgress"), ("InProgress", "Completed"), ("Draft", "Cancelled"),
        ("Scheduled", "Cancelled"), ("InProgress", "Cancelled")}


@pytest.mark.parametrize("start", STATUSES)
def test_every_status_to_every_other(stage, start):
    for to in STATUSES:
        event = stage.event(status="Scheduled" if start == "Cancelled" else start)
        path = f"/api/events/{event['id']}/status"
        if start == "Cancelled":
            event = stage.organiser.ok("PUT", path, {"status": "Cancelled"})
        answer = stage.organiser.put(path, {"status": to, "reason": "R"})
        if to == start:
            assert answer.status == 200 and answer.json["version"] == event["version"], (start, to)
        elif (start, to) in WAYS:
            assert answer.status == 200 and answer.json["status"] == to and answer.json["reason"] == "R", (start, to)
        else:
            assert answer.status == 409 and answer.code == "CONFLICT", (start, to)
    for given, fields in (({}, ["status"]), ({"status": "x", "reason": 5, "y": 1}, ["reason", "status", "y"]),
                          ({"status": "Cancelled", "reason": "x" * 501}, ["reason"])):
        assert stage.organiser.put(path, given).fields == fields


@pytest.mark.parametrize("status,takes", [("Draft", 201), ("Scheduled", 201), ("InProgress", 201), ("Completed", 201)])
def test_which_take_bookings(stage, status, takes):
    event = stage.event(status=status)
    assert stage.organiser.post("/api/bookings", stage.body(event)).status == takes


def listed(client, path):
    return [e["id"] for e in client.all_items(path)]


def test_lists_by_start_and_overlap_with_an_exclusive_end(stage):
    day = own_day()
    late, early = stage.event(day + 1), stage.event(day)
    mine = f"/api/events?from={iso(at(day, 0))}&to={iso(at(day + 2, 0))}"
    assert listed(stage.organiser, mine) == listed(stage.user, mine) == [early["id"], late["id"]]
    assert listed(stage.organiser, f"/api/events?from={iso(at(day, 22))}&to={iso(at(day + 1, 10))}") == []
    assert listed(stage.organiser, f"/api/events?from={iso(at(day, 21))}&to={iso(at(day + 1, 10, 1))}") == [early["id"], late["id"]]
    ranged = f"/api/events/date-range?from={iso(at(day, 0))}&to={iso(at(day + 1, 0))}"
    assert listed(stage.organiser, ranged) == [early["id"]] and listed(stage.stranger.organiser, ranged) == []
    assert stage.organiser.get("/api/events/date-range").fields == ["from", "to"]
    under = f"/api/customers/{stage.buyer['id']}/events"
    assert {early["id"], late["id"]} <= set(listed(stage.user, under)) == set(listed(stage.admin, under))
    assert stage.stranger.organiser.get(under).status == 403 and stage.boss.get(under).status == 403
    assert stage.admin.get("/api/customers/cust-none/events").status == 404
    for query, fields in (("status=x&q=" + "a" * 201 + "&from=1&colour=1&pageSize=x", ["colour", "from", "pageSize", "q", "status"]),):
        assert stage.organiser.get("/api/events?" + query).fields == fields
    for query in (f"customerId={stage.stranger.buyer['id']}", "customerId=cust-none", f"customerId={stage.seller['id']}&colour=1"):
        assert stage.organiser.get("/api/events?" + query).status == 403
    assert stage.admin.ok("GET", "/api/events?customerId=cust-none")["total"] == 0


def test_words_of_q_are_prefixes_and_all_must_match(stage):
    event = stage.event(name="Ålands Rock-Festival 2030", location="Mariehamn", address="Torggatan 5")
    for q, found in (("ÅLA", 1), ("rock%20fest", 1), ("fest%20mar%20torg", 1), ("lands", 0), ("rock%20xyz", 0), ("...", 0),
                     ("", 0), ("2030", 1)):
        assert listed(stage.organiser, "/api/events?q=" + q.replace("Å", "%C3%85")) == [event["id"]] * found, q


def test_the_calendar_is_a_bare_array_of_a_stockholm_month(stage):
    edge = stage.organiser.ok("POST", "/api/events", body(own_day()) | {
        "startDate": "2031-06-30T21:30:00Z", "endDate": "2031-06-30T22:00:00Z"})  # 23:30-24:00 in Stockholm
    over = stage.organiser.ok("POST", "/api/events", body(own_day()) | {
        "startDate": "2031-06-30T21:30:00Z", "endDate": "2031-06-30T22:01:00Z"})
    def month(number):
        days = stage.organiser.ok("GET", f"/api/events/calendar?year=2031&month={number}")
        assert isinstance(days, list)
        return {e["id"] for e in days}
    assert month(6) == {edge["id"], over["id"]} and month(7) == {over["id"]} and month(5) == set()
    for query, fields in (("", ["month", "year"]), ("year=2031&month=13", ["month"]), ("year=x&month=1&d=2", ["d", "year"])):
        assert stage.organiser.get("/api/events/calendar?" + query).fields == fields
