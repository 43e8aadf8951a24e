"""Prices to the letter: each worked out by hand, by the rules for hours, half days, days and events."""
import datetime

import pytest
from scene import at, iso, own_day
from stage import SOUND, Stage, company

STOCKHOLM_SUMMER = datetime.timezone(datetime.timedelta(hours=2))
STOCKHOLM_WINTER = datetime.timezone(datetime.timedelta(hours=1))


@pytest.fixture(scope="module")
def stage(shared):
    return Stage(shared.login("admin@demo.example"), rates={"Hour": 500, "HalfDay": 1700, "Day": 3000, "Event": 9999.99})


@pytest.fixture(scope="module")
def stepped(shared):
    return Stage(shared.login("admin@demo.example"), terms={"minMinutes": 180, "stepMinutes": 30})


def total(answer):
    assert answer.status == 200, answer
    return answer.json["totalAmount"]


def test_500_times_4_hours_is_2000(stage):
    event = stage.event()
    quote = stage.quote(event).json
    assert (quote["rate"], quote["units"], quote["totalAmount"], quote["timeType"]) == (500, 4, 2000, "Hour")
    assert (quote["category"], quote["skill"]) == SOUND
    assert quote["currency"] == "SEK" and quote["conflicts"] == []
    assert quote["lines"] == [{"kind": "Work", "text": quote["lines"][0]["text"], "quantity": 4, "unit": "Hour",
                               "unitPrice": 500, "amount": 2000, "vatRate": 25}]
    assert quote["others"] == [{"timeType": "Day", "totalAmount": 3000}, {"timeType": "HalfDay", "totalAmount": 1700},
                               {"timeType": "Event", "totalAmount": 9999.99}]
    booking = stage.book(event, expectedTotal=2000)
    for field in ("rate", "units", "totalAmount", "timeType", "category", "skill", "currency", "lines"):
        assert booking[field] == quote[field], field


@pytest.mark.parametrize("rate,minutes,expected", [
    (100.01, 1, 1.67),        # 166.68… öre
    (0.3, 1, 0.01),           # half an öre is rounded up
    (0.29, 1, 0),             # less than half is not
    (333.33, 100, 555.55),    # 55555 exactly
    (99999.99, 59, 98333.32),  # 9833332.35
    (100000, 601, 1001666.67),
])
def test_hours_are_rounded_once_half_up(shared, stage, rate, minutes, expected):
    what = other_name(shared)
    crew, _ = stage.hire([what])
    tariff = stage.tariff("Hour", rate, what)
    quote = stage.quote(stage.event(), 10, minutes / 60, crew_id=crew["id"])
    stage.admin.ok("DELETE", f"/api/tariffs/{tariff['id']}")
    assert total(quote) == expected


def names(shared):
    catalogue = shared.login("admin@demo.example").ok("GET", "/api/catalogue")
    return [(c["name"], s["name"]) for c in catalogue["categories"] for s in c["skills"]]


def other_name(shared):
    return next(n for n in names(shared) if n[0] not in (SOUND[0], "Musician"))


@pytest.mark.parametrize("minutes,half_days,expected", [
    (1, 1, 1700), (240, 1, 1700), (241, 2, 3000), (480, 2, 3000), (481, 3, 3000), (720, 3, 3000)])
def test_half_days_are_begun_and_never_dearer_than_the_day(stage, minutes, half_days, expected):
    quote = stage.quote(stage.event(), 10, minutes / 60, timeType="HalfDay")
    assert total(quote) == expected and quote.json["timeType"] == "HalfDay" and quote.json["units"] == half_days
    assert sum(line["amount"] for line in quote.json["lines"]) == expected


def span_quote(stage, start, end, time_type="Day"):
    body = {"name": "Long", "startDate": iso(start), "endDate": iso(end + datetime.timedelta(hours=1)),
            "location": "Here", "eventType": "Festival"}
    event = stage.organiser.ok("POST", "/api/events", body, status=201)
    return stage.ask_quote({"eventId": event["id"], "crewId": stage.crew_id, "startTime": iso(start),
                            "endTime": iso(end), "timeType": time_type})


# The clocks of 2029: summer time from 25 March, winter time from 28 October.
@pytest.mark.parametrize("start,end,days", [
    ("2029-06-01T08:00+02:00", "2029-06-01T20:00+02:00", 1),   # 12 hours
    ("2029-06-01T20:00+02:00", "2029-06-02T08:00+02:00", 1),   # 12 hours over 06:00 are one day
    ("2029-06-01T19:59+02:00", "2029-06-02T08:00+02:00", 2),   # 12:01 over 06:00
    ("2029-06-01T06:00+02:00", "2029-06-02T06:00+02:00", 1),   # exactly one
    ("2029-06-01T05:59+02:00", "2029-06-02T06:00+02:00", 2),
    ("2029-06-01T06:00+02:00", "2029-06-02T06:01+02:00", 2),
    ("2029-06-01T12:00+02:00", "2029-06-04T12:00+02:00", 4),
    ("2029-03-24T06:00+01:00", "2029-03-25T06:00+02:00", 1),   # 23 hours by the clock
    ("2029-03-24T06:00+01:00", "2029-03-25T07:00+02:00", 2),
    ("2029-10-27T06:00+02:00", "2029-10-28T06:00+01:00", 1),   # 25 hours by the clock
    ("2029-10-27T06:00+02:00", "2029-10-28T06:01+01:00", 2),
])
def test_days_go_from_6_to_6_in_stockholm(stage, start, end, days):
    quote = span_quote(stage, datetime.datetime.fromisoformat(start), datetime.datetime.fromisoformat(end))
    assert total(quote) == 3000 * days and quote.json["units"] == days


def test_an_event_costs_once_however_long(stage):
    start = datetime.datetime(2029, 7, 1, tzinfo=STOCKHOLM_SUMMER)
    quote = span_quote(stage, start, start + datetime.timedelta(days=31), "Event")
    assert total(quote) == 9999.99 and quote.json["units"] == 1
    assert span_quote(stage, start, start + datetime.timedelta(days=31, minutes=1), "Event").fields == ["endTime"]


@pytest.mark.parametrize("worked,billed", [(1, 180), (180, 180), (181, 210), (210, 210), (211, 240), (600, 600)])
def test_terms_ask_for_a_minimum_and_steps(stepped, worked, billed):
    quote = stepped.quote(stepped.event(), 10, worked / 60)
    assert total(quote) == billed * 500 / 60 and quote.json["units"] == billed / 60
    kinds = [line["kind"] for line in quote.json["lines"]]
    assert kinds == (["Work"] if billed == worked else ["Work", "Minimum"])
    assert round(sum(line["amount"] for line in quote.json["lines"]), 2) == quote.json["totalAmount"]


def test_the_minimum_is_reached_in_steps(shared):
    stage = Stage(shared.login("admin@demo.example"), terms={"minMinutes": 50, "stepMinutes": 30}, rates={"Hour": 60})
    assert total(stage.quote(stage.event(), hours=10 / 60)) == 60


class TestWhichTariff:
    def test_without_an_hour_tariff_the_day_before_the_half_day_and_the_event(self, shared):
        rates = {"Day": 3000, "HalfDay": 1700, "Event": 5000}
        plain = Stage(shared.login("admin@demo.example"), rates=rates)
        event = plain.event()
        assert plain.quote(event).json["timeType"] == "Day"
        assert plain.quote(event, timeType="Event").json["totalAmount"] == 5000
        missing = plain.quote(event, timeType="Hour")
        assert missing.status == 422 and missing.code == "TARIFF_NOT_FOUND"
        booked = plain.organiser.post("/api/bookings", plain.body(event, timeType="Hour"))
        assert booked.status == 422 and booked.code == "TARIFF_NOT_FOUND"

    def test_of_the_crew_company_before_the_general_and_then_the_latest(self, shared):
        admin = shared.login("admin@demo.example")
        stage = Stage(admin, rates={"Hour": 100})
        day = own_day()
        event = stage.event(day)
        stage.tariff("Hour", 110, validFrom=iso(at(day - 2, 0))[:10])
        assert total(stage.quote(event, hours=1)) == 110
        stage.tariff("Hour", 120, validFrom=iso(at(day + 1, 0))[:10])  # not yet
        assert total(stage.quote(event, hours=1)) == 110
        stage.tariff("Hour", 130, validFrom=iso(at(day - 1, 0))[:10], validTo=iso(at(day - 1, 0))[:10])  # over
        assert total(stage.quote(event, hours=1)) == 110
        stage.tariff("Hour", 140, validFrom=iso(at(day, 0))[:10], validTo=iso(at(day, 0))[:10])  # that day
        assert total(stage.quote(event, hours=1)) == 140
        stage.tariff("Hour", 90, crewCustomerId=stage.seller["id"])
        assert total(stage.quote(event, hours=1)) == 90
        stage.tariff("Hour", 10, crewCustomerId=company(admin, "Others AB", 2)["id"])
        assert total(stage.quote(event, hours=1)) == 90

    def test_a_company_s_own_day_tariff_does_not_come_before_a_general_hour_tariff(self, shared):
        stage = Stage(shared.login("admin@demo.example"), rates={"Hour": 100})
        stage.tariff("Day", 1, crewCustomerId=stage.seller["id"])
        assert stage.quote(stage.event()).json["timeType"] == "Hour"

    def test_the_day_is_stockholm_s(self, shared):
        stage = Stage(shared.login("admin@demo.example"), rates={"Event": 1})
        stage.tariff("Event", 2, validFrom="2029-07-02")
        def quote(start):
            begin = datetime.datetime.fromisoformat(start)
            return total(span_quote(stage, begin, begin + datetime.timedelta(hours=1), "Event"))
        assert quote("2029-07-01T21:59:00+00:00") == 1 and quote("2029-07-01T22:00:00+00:00") == 2

    def test_the_first_skill_with_a_tariff_in_stored_order(self, shared):
        one, two, three = names(shared)[:3]
        stage = Stage(shared.login("admin@demo.example"), rates={}, skills=[one, two, three])
        stage.tariff("Day", 200, two)
        stage.tariff("Hour", 300, three)
        quote = stage.quote(stage.event(), hours=1).json
        assert (quote["category"], quote["skill"], quote["totalAmount"]) == (*two, 200)
        hour = stage.quote(stage.event(), hours=1, timeType="Hour").json
        assert (hour["category"], hour["skill"], hour["totalAmount"]) == (*three, 300)
        asked = stage.quote(stage.event(), hours=1, category=three[0], skill=three[1]).json
        assert asked["totalAmount"] == 300
        none = stage.quote(stage.event(), category=one[0], skill=one[1])
        assert none.status == 422 and none.code == "TARIFF_NOT_FOUND"


def test_later_changes_of_tariff_and_terms_change_nothing(shared):
    stage = Stage(shared.login("admin@demo.example"), rates={"Hour": 500})
    booking = stage.book()
    tariff = stage.organiser.ok("GET", f"/api/customers/{stage.buyer['id']}/tariffs")[0]
    stage.organiser.ok("PUT", f"/api/tariffs/{tariff['id']}", {"amount": 1})
    stage.boss.ok("PUT", f"/api/customers/{stage.seller['id']}", {"terms": {"minMinutes": 600}})
    shown = stage.organiser.ok("GET", f"/api/bookings/{booking['id']}")
    assert shown["totalAmount"] == 2000 and shown["terms"] == booking["terms"]
    assert booking["terms"] == {"issueOn": "Confirmed", "dueFrom": "Work", "paymentDays": 30, "answerHours": 48,
                                "minMinutes": 0, "stepMinutes": 1}
    assert booking["tariffId"] == tariff["id"]


def test_another_price_than_expected_is_409_with_the_quote(stage):
    event = stage.slots_event(1)
    answer = stage.organiser.post("/api/bookings", stage.body(event, expectedTotal=1999.99))
    assert answer.status == 409 and answer.code == "CONFLICT"
    assert answer.error["quote"]["totalAmount"] == 2000
    assert stage.organiser.ok("GET", f"/api/events/{event['id']}")["slots"][0]["booked"] == 0
    stage.book(event, expectedTotal=2000.00)


def test_in_house_crew_costs_nothing_without_a_tariff_and_is_invoiced_never(stage):
    crew, _ = stage.hire(customer_id=stage.buyer["id"], skills=[("Musician", "Guitar")])
    event = stage.event()
    booking = stage.book(event, crew_id=crew["id"], autoConfirm=True)
    assert booking["totalAmount"] == 0 and booking["status"] == "CONFIRMED"
    assert booking["crewCustomerId"] == booking["customerId"] == stage.buyer["id"]
    refused = stage.admin.post(f"/api/bookings/{booking['id']}/invoice")
    assert refused.status == 409 and refused.code == "CONFLICT"
    paid, _ = stage.hire(customer_id=stage.buyer["id"])
    assert total(stage.quote(event, hours=1, crew_id=paid["id"])) == 500


def test_a_quote_names_what_stands_in_the_way_and_is_200(stage):
    event = stage.slots_event(1)
    stage.book(event)
    quote = stage.quote(event)
    assert quote.status == 200 and quote.json["totalAmount"] == 2000
    assert {c["code"] for c in quote.json["conflicts"]} == {"EVENT_SLOT_UNAVAILABLE", "CREW_UNAVAILABLE"}
    assert all(set(c) == {"code", "message"} for c in quote.json["conflicts"])
