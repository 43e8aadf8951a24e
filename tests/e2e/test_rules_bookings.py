"""Bookings to the letter: what may become of one, by whom, until when, and who sees what of it."""
import datetime
import time

import pytest
from program import until
from scene import at, iso, make_event, own_day
from stage import SOUND, Stage, person


@pytest.fixture(scope="module")
def stage(shared):
    return Stage(shared.login("admin@demo.example"))


@pytest.fixture(scope="module")
def stranger(shared):
    """Another pair of companies."""
    return Stage(shared.login("admin@demo.example"))


def now():
    return datetime.datetime.now(datetime.timezone.utc)


def act(client, booking, action, body=None):
    return client.put(f"/api/bookings/{booking['id']}/{action}", body)


REASON = {"reason": "Because"}
BODIES = {"confirm": {}, "decline": REASON, "cancel": REASON, "complete": {}}


def in_status(stage, status):
    booking = stage.book()
    if status in ("CONFIRMED", "COMPLETED"):
        stage.confirm(booking)
    if status == "COMPLETED":
        stage.admin.ok("PUT", f"/api/bookings/{booking['id']}/complete", {})
    if status == "CANCELLED":
        stage.cancel(booking)
    return stage.admin.ok("GET", f"/api/bookings/{booking['id']}")


# What an Admin's action does: the status after it, or None for 409 CONFLICT.
@pytest.mark.parametrize("status,confirm,decline,cancel,complete", [
    ("REQUESTED", "CONFIRMED", "CANCELLED", "CANCELLED", None),
    ("CONFIRMED", "CONFIRMED", None, "CANCELLED", "COMPLETED"),
    ("COMPLETED", None, None, None, "COMPLETED"),
    ("CANCELLED", None, "CANCELLED", "CANCELLED", None),
])
def test_every_action_in_every_status(stage, status, confirm, decline, cancel, complete):
    for action, after in dict(confirm=confirm, decline=decline, cancel=cancel, complete=complete).items():
        before = in_status(stage, status)
        assert before["status"] == status
        answer = act(stage.admin, before, action, BODIES[action])
        if after is None:
            assert answer.status == 409 and answer.code == "CONFLICT", (status, action, answer)
        else:
            assert answer.status == 200 and answer.json["status"] == after, (status, action, answer)
        shown = stage.admin.ok("GET", f"/api/bookings/{before['id']}")
        unchanged = after in (None, status)
        assert (shown["version"] == before["version"]) == unchanged, (status, action)
        assert (shown["updatedAt"] == before["updatedAt"]) == unchanged


@pytest.mark.parametrize("who,action,code", [
    ("boss", "decline", "Declined"), ("organiser", "cancel", "Organiser"), ("boss", "cancel", "CrewCompany")])
def test_a_cancellation_says_who_when_and_why(stage, who, action, code):
    client = getattr(stage, who)
    booking = stage.book()
    cancelled = client.ok("PUT", f"/api/bookings/{booking['id']}/{action}", {"reason": "Så är det"})
    assert cancelled["status"] == "CANCELLED" and "expiresAt" not in cancelled
    user = client.ok("GET", "/api/auth/claims")["userId"]
    assert cancelled["cancellation"] | {"at": 0} == {"code": code, "by": user, "at": 0, "text": "Så är det"}
    assert cancelled["cancellation"]["at"].endswith("Z")


def test_decline_and_cancel_need_a_reason_of_1_to_500_characters(stage):
    booking = stage.book()
    for action in ("decline", "cancel"):
        for body in ({}, {"reason": None}, {"reason": ""}, {"reason": "  "}, {"reason": "x" * 501}, {"reason": 5},
                     {"reason": "a\u0000b"}):
            answer = act(stage.admin, booking, action, body)
            assert answer.status == 400 and answer.fields == ["reason"], (action, body, answer)
        answer = act(stage.admin, booking, action, {"reason": "x", "colour": "red", "size": 1})
        assert answer.fields == ["colour", "size"]
    for action in ("confirm", "complete"):
        assert act(stage.admin, booking, action, REASON).fields == ["reason"]
        assert act(stage.admin, booking, action, []).fields == [""]
    assert act(stage.admin, booking, "decline", {"reason": "😀" * 500}).status == 200
    # No body, like {}.
    again = stage.book()
    assert act(stage.boss, again, "confirm").status == 200


def test_order_of_checks_of_an_action(stage, stranger):
    booking = stage.book()
    path = f"/api/bookings/{booking['id']}/decline"
    assert stage.crew.put(path, "{").status == 403                      # the role before the JSON
    assert stranger.boss.put(path, "{").status == 400                   # the JSON before whose it is
    assert stranger.boss.put("/api/bookings/book-none/decline", {}).status == 404
    assert stranger.boss.put(path, {}).status == 403                    # whose before the fields
    old = {"If-Match": '"999"'}
    assert stage.boss.put(path, {}, headers=old).status == 400          # the fields before 412
    assert stage.boss.put(f"/api/bookings/{booking['id']}/complete", {}, headers=old).status == 403
    stage.cancel(booking)
    confirm = f"/api/bookings/{booking['id']}/confirm"
    assert stage.boss.put(confirm, {}, headers=old).status == 412       # 412 before 409
    assert stage.boss.put(confirm, {}).status == 409
    assert stage.boss.post(path, {}).status == 405
    assert stage.boss.put(path, "x=1", headers={"Content-Type": "text/plain"}).status == 415


def test_complete_only_after_the_end_unless_admin(stage):
    booking = stage.confirmed()
    assert act(stage.organiser, booking, "complete").code == "CONFLICT"
    event = stage.event(-3, hours=48)
    past = stage.confirmed(event)
    assert act(stage.boss, past, "complete").status == 403
    assert act(stage.organiser, past, "complete").json["status"] == "COMPLETED"


def test_both_reservations_are_free_when_cancel_answers(stage):
    event = stage.slots_event(1)
    for action, who in (("cancel", stage.organiser), ("decline", stage.boss)):
        booking = stage.book(event)
        assert act(who, booking, action, REASON).status == 200
        assert stage.organiser.ok("GET", f"/api/events/{event['id']}")["slots"][0]["booked"] == 0
        stage.book(event, start=12)
        found = stage.organiser.all_items(f"/api/bookings?eventId={event['id']}&status=REQUESTED")
        stage.cancel(found[0])


class TestAnswerBy:
    def left(self, booking):
        return datetime.datetime.fromisoformat(booking["expiresAt"].replace("Z", "+00:00")) - now()

    def near(self, left, hours):
        return abs(left.total_seconds() - hours * 3600) < 60

    def soon(self, stage, hours, **more):
        """A booking that starts in so many hours."""
        start = (now() + datetime.timedelta(hours=hours)).replace(second=0, microsecond=0)
        event = stage.organiser.ok("POST", "/api/events", {
            "name": "Soon", "startDate": iso(start), "endDate": iso(start + datetime.timedelta(hours=8)),
            "location": "Here", "eventType": "Private"}, status=201)
        crew, _ = stage.hire()
        body = {"eventId": event["id"], "crewId": crew["id"], "startTime": iso(start),
                "endTime": iso(start + datetime.timedelta(hours=1))}
        return stage.organiser.ok("POST", "/api/bookings", body | more, status=201)

    def test_48_hours_or_half_of_the_time_left(self, stage):
        assert self.near(self.left(stage.book()), 48)
        assert self.near(self.left(self.soon(stage, 60)), 48)   # the start is further than the answer
        assert self.near(self.left(self.soon(stage, 40)), 20)
        assert self.near(self.left(self.soon(stage, 2)), 1)

    def test_the_seller_s_hours(self, shared):
        stage = Stage(shared.login("admin@demo.example"), terms={"answerHours": 5})
        assert self.near(self.left(stage.book()), 5)

    def test_answer_by_is_earlier_or_nothing(self, stage):
        early = stage.book(answerBy=iso(now() + datetime.timedelta(hours=3)))
        assert self.near(self.left(early), 3)
        late = stage.book(answerBy=iso(now() + datetime.timedelta(hours=100)))
        assert self.near(self.left(late), 48)
        over = stage.organiser.post("/api/bookings", stage.body(stage.event(), answerBy=iso(now())))
        assert over.status == 400 and over.fields == ["answerBy"]

    def test_what_nobody_answers_expires_and_is_freed(self, stage):
        event = stage.slots_event(1)
        by = now() + datetime.timedelta(seconds=2)
        booking = stage.book(event, answerBy=by.strftime("%Y-%m-%dT%H:%M:%S.000Z"))
        time.sleep(max(0, (by - now()).total_seconds()))  # until the very moment, before any sweep
        late = act(stage.boss, booking, "confirm")
        assert late.status == 409 and late.code == "CONFLICT"
        def expired():
            shown = stage.organiser.ok("GET", f"/api/bookings/{booking['id']}")
            return shown["status"] == "CANCELLED" and shown
        shown = until("it expires", expired, 20)
        assert shown["cancellation"]["code"] == "Expired" and shown["cancellation"]["by"] == "system"
        until("it is freed", lambda: stage.organiser.post("/api/bookings", stage.body(event)).status == 201)

    def test_an_admin_s_booking_in_the_past_never_expires(self, stage):
        crew, _ = stage.hire()
        event = stage.event(-30, hours=24)
        booking = stage.book(event, who=stage.admin, crew_id=crew["id"])
        assert booking["status"] == "REQUESTED" and "expiresAt" not in booking
        assert act(stage.boss, booking, "confirm").status == 200


def test_the_past_is_7_days_for_organisers_and_open_for_admin(stage):
    crew, _ = stage.hire()
    event = stage.event(-20, hours=20 * 24)
    def book(who, days, hour):
        return who.post("/api/bookings", {"eventId": event["id"], "crewId": crew["id"], "startTime": iso(at(-days, hour)),
                                          "endTime": iso(at(-days, hour + 1))})
    assert book(stage.organiser, 8, 11).fields == ["startTime"]
    assert book(stage.organiser, 6, 11).status == 201
    assert book(stage.admin, 15, 11).status == 201
    quote = stage.ask_quote({"eventId": event["id"], "crewId": crew["id"], "startTime": iso(at(-8, 11)),
                             "endTime": iso(at(-8, 12))})
    assert quote.status == 400 and quote.fields == ["startTime"]


def test_instant_booking_where_the_company_allows_it(shared, stage):
    asked = stage.book(autoConfirm=True)
    assert asked["status"] == "REQUESTED"
    instant = Stage(shared.login("admin@demo.example"), seller={"instantBooking": True})
    assert instant.book()["status"] == "REQUESTED"
    confirmed = instant.book(start=16, autoConfirm=True)
    assert confirmed["status"] == "CONFIRMED" and "expiresAt" not in confirmed
    history = instant.organiser.ok("GET", f"/api/bookings/{confirmed['id']}/history")["items"]
    assert [h["status"] for h in history] == ["REQUESTED", "CONFIRMED"]


def test_fields_of_a_request_all_named_at_once(stage):
    event = stage.event()
    answer = stage.organiser.post("/api/bookings", {
        "eventId": event["id"], "crewId": "usr-none", "startTime": "2030-01-01T10:00:00", "endTime": 7, "slotId": "",
        "category": "Nothing", "skill": "Nobody", "timeType": "Week", "notes": "x" * 2001, "answerBy": "soon",
        "autoConfirm": "yes", "expectedTotal": 1.005, "totalAmount": 5})
    assert answer.status == 400
    assert answer.fields == sorted(["crewId", "startTime", "endTime", "slotId", "category", "skill", "timeType", "notes",
                                    "answerBy", "autoConfirm", "expectedTotal", "totalAmount"])
    for field in ("eventId", "crewId"):
        bad = stage.organiser.post("/api/bookings", stage.body(event) | {field: 5, "colour": 1})
        assert bad.status == 400 and bad.fields == [field]  # before 'whose', alone
    empty = stage.organiser.post("/api/bookings", {})
    assert empty.fields == ["crewId", "endTime", "eventId", "startTime"]


@pytest.mark.parametrize("change,fields", [
    ({"startTime": "2030-01-01T10:00:30Z", "endTime": "2030-01-01T11:00:00Z"}, ["startTime"]),
    ({"startTime": "2030-01-01T10:00:00Z", "endTime": "2030-01-01T10:00:00Z"}, ["endTime"]),
    ({"startTime": "2030-01-01T10:00:00Z", "endTime": "2030-02-01T10:01:00Z"}, ["endTime"]),
])
def test_spans_of_a_request(stage, change, fields):
    answer = stage.organiser.post("/api/bookings", stage.body(stage.event()) | change)
    assert answer.status == 400 and answer.fields == fields


def test_whose_comes_before_the_fields_of_a_request(stage, stranger):
    theirs = stranger.event()
    answer = stage.organiser.post("/api/bookings", stage.body(theirs, colour="red", startTime="x"))
    assert answer.status == 403 and answer.error["details"] == []
    gone = stage.organiser.post("/api/bookings", stage.body(theirs, colour="red") | {"eventId": "evt-none"})
    assert gone.status == 404
    in_house, _ = stranger.hire(customer_id=stranger.buyer["id"])
    assert stage.organiser.post("/api/bookings", stage.body(stage.event(), crew_id=in_house["id"])).status == 403
    boss = stage.organiser.post("/api/bookings", stage.body(stage.event(), crew_id=stage.buyer["id"]))
    assert boss.fields == ["crewId"]
    for who in (stage.crew, stage.boss):
        assert who.post("/api/bookings", "{").status == 403


def test_who_is_inactive_can_t_be_booked(stage):
    crew, _ = stage.hire()
    stage.boss.ok("PUT", f"/api/users/{crew['id']}", {"isActive": False})
    assert stage.organiser.post("/api/bookings", stage.body(stage.event(), crew_id=crew["id"])).fields == ["crewId"]


def test_a_span_marked_unavailable_is_refused_and_says_no_more(stage):
    crew, client = stage.hire()
    event = stage.event()
    day = iso(at(event["day"], 12))[:10]
    marked = client.ok("PUT", f"/api/users/{crew['id']}/availability",
                       {"spans": [{"startDate": day, "endDate": day, "note": "Hospital"}]})
    assert marked["clashes"] == []
    refused = stage.organiser.post("/api/bookings", stage.body(event, crew_id=crew["id"]))
    assert refused.status == 409 and refused.code == "CREW_UNAVAILABLE" and "Hospital" not in refused.text
    client.ok("PUT", f"/api/users/{crew['id']}/availability", {"spans": []})
    booking = stage.book(event, crew_id=crew["id"])
    assert "marked" not in refused.text.lower() and "book-" not in refused.text
    clash = client.ok("PUT", f"/api/users/{crew['id']}/availability",
                      {"spans": [{"startDate": day, "endDate": day, "note": "Ill"}]})
    assert clash["clashes"] == [booking["id"]]
    assert stage.organiser.ok("GET", f"/api/bookings/{booking['id']}")["status"] == "REQUESTED"
