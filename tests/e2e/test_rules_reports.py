"""Reports to the letter: their figures against those of the API's own lists; CSV as RFC 4180 has it."""
import csv
import datetime
import io

import pytest
from program import until
from scene import at, iso, own_day, slot
from stage import SOUND, Stage, person

MONDAY = datetime.date(2030, 5, 6)


def day_of(text):
    """The Stockholm day of a time in May (two hours ahead of UTC)."""
    moment = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    return (moment + datetime.timedelta(hours=2)).date()


def hour(day, clock):
    return f"{(MONDAY + datetime.timedelta(days=day)).isoformat()}T{clock}:00+02:00"


class May:
    """Events and bookings in two weeks of May 2030: of each status one, one of 20 places taken twice."""

    def __init__(self, admin):
        self.stage = stage = Stage(admin)
        self.odd, _ = stage.hire()
        admin.ok("PUT", f"/api/users/{self.odd['id']}", {"firstName": "=1+1", "lastName": 'Ann "Quote", Ek'})
        self.event = stage.organiser.ok("POST", "/api/events", {
            "name": "May", "startDate": hour(0, "00:00"), "endDate": hour(14, "00:00"), "location": "Here",
            "eventType": "Festival", "slots": [
                {"category": SOUND[0], "skill": SOUND[1], "startTime": hour(0, "00:00"), "endTime": hour(14, "00:00"),
                 "capacity": 20}]}, status=201)
        self.bookings = [self.book(0, stage.crew_id), self.book(1, stage.crew_id), self.book(7, stage.crew_id),
                         self.book(8, stage.crew_id), self.book(2, self.odd["id"], "08:00", "12:30")]
        confirmed, completed, cancelled, self.requested, other = self.bookings
        for booking in (confirmed, completed, cancelled, other):
            stage.confirm(booking)
        admin.ok("PUT", f"/api/bookings/{completed['id']}/complete", {})
        until("invoices of all that are confirmed", lambda: len(self.invoices("Issued")) == 4, 20)
        stage.cancel(cancelled)
        until("its credit", lambda: len(self.invoices("Credited")) == 1, 20)
        paid = next(i for i in self.invoices("Issued") if i["bookingId"] == completed["id"])
        stage.boss.ok("POST", f"/api/invoices/{paid['id']}/payments",
                      {"amount": paid["totalAmount"], "paidDate": "2026-01-01", "method": "Card"})

    def book(self, day, crew, start="10:00", end="18:00"):
        return self.stage.organiser.ok("POST", "/api/bookings", {
            "eventId": self.event["id"], "crewId": crew, "startTime": hour(day, start), "endTime": hour(day, end)}, status=201)

    def invoices(self, status):
        return [i for i in self.stage.boss.all_items(f"/api/invoices?status={status}") if i["kind"] == "Invoice"]


@pytest.fixture(scope="module")
def may(shared):
    return May(shared.login("admin@demo.example"))


SPAN = "from=2030-05-06&to=2030-05-19"


def report(client, name, query=SPAN):
    return client.ok("GET", f"/api/reports/{name}?{query}")


def figures(bookings):
    """What the list of bookings says of them."""
    count = {"bookings": len(bookings), "hours": 0, "revenueEarned": 0}
    for status in ("REQUESTED", "CONFIRMED", "COMPLETED", "CANCELLED"):
        count[status.lower()] = sum(b["status"] == status for b in bookings)
    for booking in bookings:
        if booking["status"] in ("CONFIRMED", "COMPLETED"):
            start, end = (datetime.datetime.fromisoformat(booking[k].replace("Z", "+00:00")) for k in ("startTime", "endTime"))
            count["hours"] += (end - start).total_seconds() / 3600
        if booking["status"] == "COMPLETED":
            count["revenueEarned"] += booking["totalAmount"]
    return count


@pytest.mark.parametrize("by,labels", [
    ("day", [f"2030-05-{d:02}" for d in range(6, 20)]), ("week", ["2030-W19", "2030-W20"]), ("month", ["2030-05"])])
def test_bookings_by_day_week_and_month(may, by, labels):
    for who in (may.stage.organiser, may.stage.boss):
        listed = who.all_items("/api/bookings?from=2030-05-05T22:00:00Z&to=2030-05-19T22:00:00Z")
        assert len(listed) == 5
        def right():
            shown = report(who, "bookings", f"{SPAN}&by={by}")
            if [item["period"] for item in shown["items"]] != labels:
                return False
            for item in shown["items"]:
                there = [b for b in listed if item["from"] <= day_of(b["startTime"]).isoformat() <= item["to"]]
                if {k: item[k] for k in figures(there)} != figures(there):
                    return False
            return {k: shown["totals"][k] for k in figures(listed)} == figures(listed)
        until("the figures are those of the list", right, 20)


def test_places_taken_of_those_there_are(may):
    totals = report(may.stage.organiser, "bookings")["totals"]
    assert (totals["capacity"], totals["booked"], totals["fillRate"]) == (20, 4, 0.2)
    of_seller = report(may.stage.boss, "bookings")["totals"]
    assert of_seller["capacity"] == 0 and of_seller["fillRate"] is None  # no business of theirs


def test_revenue_issued_and_paid_on_the_days_it_was(may):
    listed = may.stage.boss.all_items("/api/invoices")
    issued = sum(i["amount"] for i in listed if "invoiceNumber" in i)  # a credit note takes back
    paid = sum(i["amount"] for i in listed if i["status"] == "Paid")
    day = next(i["issuedDate"] for i in listed if "issuedDate" in i)
    for who in (may.stage.boss, may.stage.organiser):
        until("revenue of that day", lambda: [report(who, "bookings", f"from={day}&to={day}")["totals"][k] for k in (
            "revenueIssued", "revenuePaid")] == [issued, paid], 20)
        assert report(who, "bookings")["totals"]["revenueIssued"] == 0


def test_utilisation_is_booked_hours_by_8_hours_a_weekday_not_marked(may):
    may.stage.crew.ok("PUT", f"/api/users/{may.stage.crew_id}/availability",
                      {"spans": [{"startDate": "2030-05-10", "endDate": "2030-05-13"}]})  # Friday to Monday
    def rows(by="month"):
        return {i["crewId"]: i for i in report(may.stage.boss, "utilisation", f"{SPAN}&by={by}")["items"]}
    # Ten weekdays, two of them marked; two live bookings of 8 hours.
    def right():
        row = rows()[may.stage.crew_id]
        return (row["bookedHours"], row["availableHours"], row["utilisation"]) == (16, 64, 0.25)
    until("16 of 64 hours", right, 20)
    odd = rows()[may.odd["id"]]
    assert (odd["bookedHours"], odd["availableHours"], odd["utilisation"]) == (4.5, 80, 0.0563)
    assert rows().keys() == {may.stage.crew_id, may.odd["id"], may.stage.boss_user["id"]}
    assert report(may.stage.organiser, "utilisation")["items"] == []  # no in-house crew


def test_trends_set_each_period_beside_the_one_before(may):
    today = datetime.datetime.now(datetime.timezone.utc).date()
    listed = may.stage.organiser.all_items("/api/bookings")
    query = f"from={today - datetime.timedelta(days=20)}&to={today + datetime.timedelta(days=1)}&by=day"
    def last():
        items = report(may.stage.organiser, "trends", query)["items"]
        return next((i for i in reversed(items) if i["bookings"]), None)
    until("all requests are counted", lambda: last() and last()["bookings"] == len(listed), 20)
    row = last()
    assert row["value"] == sum(b["totalAmount"] for b in listed if b["status"] != "CANCELLED")
    assert row["bookingsChange"] is None and row["cancelledShare"] == round(1 / len(listed), 4)


@pytest.mark.parametrize("name", ["bookings", "trends", "utilisation"])
def test_csv_holds_the_same_figures(may, name):
    answer = may.stage.boss.get(f"/api/reports/{name}?{SPAN}&by=week&format=csv")
    assert answer.status == 200 and answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}.csv"'
    assert answer.text.count("\n") == answer.text.count("\r\n") and answer.text.endswith("\r\n")
    rows = list(csv.reader(io.StringIO(answer.text, newline=""), strict=True))
    items = report(may.stage.boss, name, SPAN + "&by=week")["items"]
    assert len(rows) == len(items) + 1 and all(len(row) == len(rows[0]) for row in rows)
    for row, item in zip(rows[1:], items):
        for column, cell in zip(rows[0], row):
            value = item[column]
            if isinstance(value, (int, float)):
                assert float(cell) == value, column
            else:
                assert cell in (value or "", "'" + str(value)), column
    assert set(items[0]) == set(rows[0])


def test_what_a_spreadsheet_would_run_is_made_harmless(may):
    text = may.stage.boss.get(f"/api/reports/utilisation?{SPAN}&format=csv").text
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    name = next(r["crewName"] for r in rows if r["crewId"] == may.odd["id"])
    assert name == "'=1+1 Ann \"Quote\", Ek"
    assert not [cell for row in rows for cell in row.values() if cell[:1] in "=+@\t\r" and cell]


@pytest.mark.parametrize("query,fields", [
    ("from=2030-05-06T00:00:00Z", ["from"]), ("from=2030-02-30&to=x&by=year&format=xml&colour=1", ["by", "colour", "format", "from", "to"]),
    ("from=2030-05-06&to=2030-05-05", ["to"]), ("by=day&by=day", ["by"]), ("customerId=x", ["customerId"])])
def test_queries_of_reports(may, query, fields):
    for name in ("bookings", "trends", "utilisation"):
        answer = may.stage.boss.get(f"/api/reports/{name}?{query}")
        assert answer.status == 400 and answer.fields == fields, answer


def test_who_gets_which(may, shared):
    user = person(may.stage.admin, 3, may.stage.buyer["id"])[1]
    for name in ("bookings", "trends", "utilisation"):
        for who in (user, may.stage.crew):
            assert who.get(f"/api/reports/{name}").status == 403
        assert may.stage.admin.get(f"/api/reports/{name}?{SPAN}").status == 200
    stranger = Stage(may.stage.admin)
    assert report(stranger.organiser, "bookings")["totals"]["bookings"] == 0
    whole = report(may.stage.admin, "bookings")["totals"]
    assert whole["bookings"] >= 5 and whole["capacity"] >= 20
