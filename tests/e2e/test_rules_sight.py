"""Who sees what of bookings and events: lists, filters, fields, phones."""
import datetime

import pytest
from program import until
from scene import at, iso, own_day, slot
from stage import SOUND, Stage, person


@pytest.fixture(scope="module")
def stage(shared):
    admin = shared.login("admin@demo.example")
    stage = Stage(admin)
    stage.user = person(admin, 3, stage.buyer["id"])[1]
    return stage


@pytest.fixture(scope="module")
def stranger(shared):
    return Stage(shared.login("admin@demo.example"))


def ids(client, path):
    return {b["id"] for b in client.all_items(path)}


def test_an_unfiltered_list_holds_what_one_may_see(stage, stranger):
    mine = {stage.book()["id"] for _ in range(2)}
    colleague, colleague_client = stage.hire()
    theirs = stranger.book()["id"]
    both = stage.book(crew_id=colleague["id"])["id"]
    for client in (stage.organiser, stage.user, stage.boss):
        seen = ids(client, "/api/bookings")
        assert mine | {both} <= seen and theirs not in seen
    assert ids(colleague_client, "/api/bookings") == {both}
    assert mine <= ids(stage.crew, "/api/bookings") and both not in ids(stage.crew, "/api/bookings")
    assert {theirs, both} <= ids(stage.admin, "/api/bookings")


def test_a_filter_that_names_somebody_else_is_403_and_never_a_filtered_list(stage, stranger):
    booking, theirs = stage.book(), stranger.book()
    for query, by in (("customerId=" + stranger.buyer["id"], "organiser user boss crew"),
                      ("customerId=" + stage.seller["id"], "organiser user"),
                      ("customerId=" + stage.buyer["id"], "boss crew"),
                      ("customerId=cust-none", "organiser user boss crew"),
                      ("eventId=" + theirs["eventId"], "organiser user"),
                      ("eventId=evt-none", "organiser user boss crew"),
                      ("crewId=" + stranger.crew_id, "organiser user boss crew"),
                      ("crewId=usr-none", "organiser user boss crew")):
        for name in by.split():
            answer = getattr(stage, name).get("/api/bookings?" + query)
            assert answer.status == 403 and answer.error["details"] == [], (query, name, answer)
    for query in ("customerId=cust-none", "eventId=evt-none", "crewId=usr-none"):
        assert stage.admin.ok("GET", "/api/bookings?" + query)["total"] == 0
    assert ids(stage.organiser, f"/api/bookings?customerId={stage.buyer['id']}") >= {booking["id"]}
    assert ids(stage.boss, f"/api/bookings?customerId={stage.seller['id']}&crewId={stage.crew_id}") >= {booking["id"]}
    assert ids(stage.crew, f"/api/bookings?crewId={stage.crew_id}&eventId={booking['eventId']}") == {booking["id"]}
    assert ids(stage.admin, f"/api/bookings?customerId={stage.seller['id']}") >= {booking["id"]}
    assert ids(stage.admin, f"/api/bookings?customerId={stage.buyer['id']}") >= {booking["id"]}


def test_lists_under_an_event_a_person_and_a_company(stage, stranger):
    event = stage.event()
    mine = stage.book(event)["id"]
    other = stage.book(event, 16, crew_id=stranger.crew_id)
    path = f"/api/bookings/event/{event['id']}"
    assert ids(stage.organiser, path) == ids(stage.user, path) == {mine, other["id"]} == ids(stage.admin, path)
    assert ids(stage.boss, path) == {mine} and ids(stranger.boss, path) == {other["id"]}  # their part
    assert stranger.organiser.get(path).status == 403 and stage.crew.get(path).status == 403
    assert stage.organiser.get("/api/bookings/event/evt-none").status == 404
    path = f"/api/bookings/crew/{stage.crew_id}"
    assert mine in ids(stage.boss, path) and mine in ids(stage.crew, path) and mine in ids(stage.admin, path)
    for client in (stage.organiser, stage.user, stranger.boss, stranger.crew):
        assert client.get(path).status == 403
    assert stage.boss.get("/api/bookings/crew/usr-none").status == 404
    for company, clients in ((stage.buyer, (stage.organiser, stage.user)), (stage.seller, (stage.boss,))):
        path = f"/api/customers/{company['id']}/bookings"
        for client in (*clients, stage.admin):
            assert mine in ids(client, path)
        assert stranger.organiser.get(path).status == stranger.boss.get(path).status == 403
        assert stage.crew.get(path).status == 403
    assert stage.organiser.get("/api/customers/cust-none/bookings").status == 404


@pytest.mark.parametrize("query,field", [
    ("status=Confirmed", "status"), ("colour=red", "colour"), ("from=2027-01-01", "from"), ("to=x", "to"),
    ("pageSize=201", "pageSize"), ("pageSize=0", "pageSize"), ("pageNumber=0", "pageNumber"),
    ("status=REQUESTED&status=PENDING", "status"), ("from=2027-01-02T00:00:00Z&to=2027-01-01T00:00:00Z", "to")])
def test_queries_of_booking_lists(stage, query, field):
    event = stage.event()
    for path in ("/api/bookings", f"/api/bookings/event/{event['id']}", f"/api/customers/{stage.buyer['id']}/bookings"):
        answer = stage.organiser.get(f"{path}?{query}")
        assert answer.status == 400 and answer.fields == [field], (path, answer)


def test_from_and_to_match_by_overlap_with_an_exclusive_end_and_newest_come_first(stage):
    event = stage.event()
    one, two = stage.book(event, 12, 2), stage.book(event, 14, 2)
    day = event["day"]
    def found(start, end):
        path = f"/api/bookings?eventId={event['id']}&from={iso(at(day, start))}&to={iso(at(day, end))}"
        return [b["id"] for b in stage.organiser.all_items(path)]
    assert found(12, 16) == [two["id"], one["id"]]
    assert found(13, 14) == [one["id"]] and found(14, 15) == [two["id"]]
    assert found(10, 12) == [] and found(16, 20) == []
    page = stage.organiser.ok("GET", f"/api/bookings?eventId={event['id']}&pageSize=1&pageNumber=2")
    assert [b["id"] for b in page["items"]] == [one["id"]]
    assert (page["pageNumber"], page["pageSize"], page["total"]) == (2, 1, 2)
    assert stage.organiser.ok("GET", f"/api/bookings?eventId={event['id']}&pageNumber=9")["items"] == []


def test_bookings_that_never_were_requested_are_left_out_unless_asked_for(stage):
    event = stage.slots_event(1)
    stage.book(event)
    other, _ = stage.hire()
    assert stage.organiser.post("/api/bookings", stage.body(event, crew_id=other["id"])).status == 409
    assert len(stage.organiser.all_items(f"/api/bookings?eventId={event['id']}")) == 1
    failed = stage.organiser.all_items(f"/api/bookings?eventId={event['id']}&status=CANCELLED")
    assert [b["cancellation"]["code"] for b in failed] == ["Failed"] and failed[0]["crewId"] == other["id"]


MONEY = {"rate", "units", "lines", "totalAmount", "currency", "tariffId"}


def test_a_crew_user_sees_no_money_anywhere(stage):
    booking = stage.confirmed()
    for path in (f"/api/bookings/{booking['id']}", f"/api/bookings?crewId={stage.crew_id}",
                 f"/api/bookings/crew/{stage.crew_id}", f"/api/bookings/{booking['id']}/history"):
        answer = stage.crew.get(path)
        assert answer.status == 200
        for word in ("rate", "units", "lines", "totalAmount", "2000", "unitPrice"):
            assert f'"{word}"' not in answer.text and "2000" not in answer.text, (path, word)
    for client in (stage.organiser, stage.user, stage.boss, stage.admin):
        assert MONEY - {"currency"} <= set(client.ok("GET", f"/api/bookings/{booking['id']}"))
    assert stage.crew.get(f"/api/bookings/pricing?eventId={booking['eventId']}").status == 403
    assert stage.crew.get("/api/invoices").status == stage.user.get("/api/invoices").status == 403


def test_fields_of_a_booking(stage):
    event = stage.event()
    booking = stage.book(event, notes="Bring shoes")
    shown = stage.organiser.get(f"/api/bookings/{booking['id']}")
    assert shown.headers["ETag"] == f'"{shown.json["version"]}"'
    wanted = {"id", "version", "createdAt", "updatedAt", "eventId", "crewId", "customerId", "crewCustomerId", "category",
              "skill", "startTime", "endTime", "timeType", "rate", "units", "lines", "totalAmount", "currency", "tariffId",
              "terms", "status", "notes", "expiresAt", "event", "crew", "eventName", "crewName"}
    assert wanted <= set(shown.json) and "cancellation" not in shown.json and "slotId" not in shown.json
    assert shown.json["event"]["name"] == event["name"] and shown.json["crew"]["id"] == stage.crew_id
    assert shown.json["notes"] == "Bring shoes"
    for hidden in ("saga", "history", "leaseUntil", "releaseDue", "listed", "socialSecurityNumber", "email"):
        assert hidden not in shown.json and hidden not in shown.json["crew"]
    item = stage.organiser.ok("GET", f"/api/bookings?eventId={event['id']}")["items"][0]
    assert item["eventName"] == event["name"] and item["crewName"]


def test_the_organiser_sees_the_phone_from_confirmation_to_7_days_after_the_end(stage):
    crew, _ = stage.hire()
    stage.boss.ok("PUT", f"/api/users/{crew['id']}", {"phone": "070-123 45 67"})
    def phone(client, booking):
        return client.ok("GET", f"/api/bookings/{booking['id']}")["crew"].get("phone")
    booking = stage.book(crew_id=crew["id"])
    assert phone(stage.organiser, booking) is None and phone(stage.boss, booking) == "070-123 45 67"
    stage.confirm(booking)
    assert phone(stage.organiser, booking) == phone(stage.user, booking) == "070-123 45 67"
    stage.cancel(booking)
    assert phone(stage.organiser, booking) is None
    for days, seen in ((6, "070-123 45 67"), (8, None)):
        event = stage.event(-days, hours=12)
        past = stage.confirmed(event, 10, 11, who=stage.admin, crew_id=crew["id"])
        assert phone(stage.organiser, past) == seen, days


def test_strangers_get_403_and_nobody_404(stage, stranger):
    booking = stage.book()
    for suffix in ("", "/history"):
        path = f"/api/bookings/{booking['id']}{suffix}"
        colleague, client = stage.hire()
        for who in (stranger.organiser, stranger.boss, stranger.crew, client):
            assert who.get(path).status == 403
            assert who.get("/api/bookings/book-none" + suffix).status == 404


def test_crew_see_events_they_are_booked_on_without_what_is_the_organisers(stage, stranger):
    day = own_day()
    event = stage.event(day, slots=[slot(day, *SOUND, capacity=2), slot(day, "Video", "Vision Mixer")],
                        crewInfo="Back door", onSiteContact={"name": "Eva", "phone": "070-765 43 21"},
                        details={"performer": "Secret band", "audience": 5}, orderReference="PO", buyerReference="B",
                        project="P")
    path = f"/api/events/{event['id']}"
    for client in (stage.crew, stage.boss, stranger.organiser):
        assert client.get(path).status == 403
    booking = stage.book(event)
    for client in (stage.crew, stage.boss):
        shown = client.ok("GET", path)
        assert [s["id"] for s in shown["slots"]] == [event["slots"][0]["id"]]
        assert not {"details", "orderReference", "buyerReference", "project"} & set(shown)
        assert shown["crewInfo"] == "Back door" and shown["onSiteContact"]["name"] == "Eva"
        for lists in ("/api/events", f"/api/events/date-range?from={iso(at(day, 0))}&to={iso(at(day + 1, 0))}"):
            found = [e for e in client.all_items(lists) if e["id"] == event["id"]]
            assert found and "details" not in found[0] and len(found[0]["slots"]) == 1
        assert client.get(f"/api/customers/{stage.buyer['id']}/events").status == 403
    assert stage.organiser.ok("GET", path)["details"]["performer"] == "Secret band"
    stage.cancel(booking)
    assert stage.crew.get(path).status == stage.boss.get(path).status == 403
