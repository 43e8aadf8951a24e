"""Invoices to the letter: issue, series, payments, credit, what is missing, VAT, due days, OCR."""
import datetime
import re

import pytest
from program import until
from race import race
from scene import at, iso, own_day
from stage import SOUND, Stage, letters


@pytest.fixture(scope="module")
def stage(shared):
    return Stage(shared.login("admin@demo.example"))


def invoice(stage, booking, status="Issued", kind="Invoice"):
    def found():
        return [i for i in stage.invoices_of(booking) if i["status"] == status and i["kind"] == kind]
    return until(f"a {kind} that is {status}", found, 20)[0]


def today(days=0):
    return (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=days)).strftime("%Y-%m-%d")


def is_mod_10(digits):
    total = 0
    for index, digit in enumerate(reversed(digits)):
        product = int(digit) * (2 if index % 2 else 1)
        total += product // 10 + product % 10
    return total % 10 == 0


def pay(stage, paper, amount, who=None, **more):
    body = {"amount": amount, "paidDate": today(), "method": "Bankgiro"} | more
    return (who or stage.boss).post(f"/api/invoices/{paper['id']}/payments", body)


def set_status(stage, paper, status, who=None, **more):
    return (who or stage.boss).put(f"/api/invoices/{paper['id']}/status", {"status": status}, **more)


def test_from_draft_to_issued_with_everything_on_it(stage):
    event = stage.event(orderReference="PO 4711", buyerReference="Anna", project="Sommar")
    booking = stage.book(event)
    draft = invoice(stage, booking, "Draft")
    assert not {"invoiceNumber", "ocr", "issuedDate"} & set(draft) and draft["balance"] == draft["totalAmount"]
    stage.confirm(booking)
    issued = invoice(stage, booking)
    assert issued["id"] == draft["id"]
    assert issued["issuedDate"] in (today(), today(1))  # the day is Stockholm's
    assert re.fullmatch(re.escape(stage.seller["invoicePrefix"]) + r"-\d{6}", issued["invoiceNumber"])
    ocr = issued["ocr"]
    assert ocr.isdigit() and is_mod_10(ocr) and int(ocr[-2]) == len(ocr) % 10
    assert issued["invoiceNumber"].rsplit("-")[1] == ocr[-8:-2]
    assert (issued["amount"], issued["vatAmount"], issued["totalAmount"], issued["balance"]) == (2000, 500, 2500, 2500)
    assert issued["vat"] == [{"rate": 25, "base": 2000, "amount": 500}]
    assert issued["bookingId"] == booking["id"] == issued["lines"][0]["bookingId"] and issued["currency"] == "SEK"
    assert {k: issued["references"][k] for k in ("order", "buyer", "project")} == {
        "order": "PO 4711", "buyer": "Anna", "project": "Sommar"}
    for side, whole in (("seller", stage.seller), ("buyer", stage.buyer)):
        for field in ("name", "orgNumber", "vatNumber", "address", "zipCode", "city", "seat"):
            assert issued[side][field] == whole[field], (side, field)
    assert issued["paymentTo"] == {"bankgiro": "5805-6201"} and issued["payments"] == []
    assert "missing" not in issued and "original" not in issued and "paidDate" not in issued
    day = iso(at(event["day"], 0))[:10]
    assert issued["supplyFrom"][:10] == issued["supplyTo"][:10] == day
    due = datetime.date.fromisoformat(day) + datetime.timedelta(days=30)
    assert issued["dueDate"] == due.isoformat()
    shown = stage.boss.get(f"/api/invoices/{issued['id']}")
    assert shown.json == issued and shown.headers["ETag"] == f'"{issued["version"]}"'


def test_issued_when_completed_where_the_terms_say_so(shared):
    stage = Stage(shared.login("admin@demo.example"), terms={"issueOn": "Completed", "dueFrom": "Issue", "paymentDays": 10})
    booking = stage.confirmed()
    draft = invoice(stage, booking, "Draft")
    other = stage.confirmed()
    made = stage.boss.post(f"/api/bookings/{other['id']}/invoice")
    assert made.status == 201 and made.json["status"] == "Issued"
    assert made.headers["Location"] == f"/api/invoices/{made.json['id']}"
    again = stage.boss.post(f"/api/bookings/{other['id']}/invoice")
    assert again.status == 200 and again.json == made.json
    assert made.json["dueDate"] == (datetime.date.fromisoformat(made.json["issuedDate"]) +
                                    datetime.timedelta(days=10)).isoformat()
    assert stage.boss.ok("GET", f"/api/invoices/{draft['id']}")["status"] == "Draft"
    stage.admin.ok("PUT", f"/api/bookings/{booking['id']}/complete", {})
    assert invoice(stage, booking)["id"] == draft["id"]


def test_a_draft_is_dropped_with_its_booking(stage):
    booking = stage.book()
    draft = invoice(stage, booking, "Draft")
    refused = stage.boss.post(f"/api/bookings/{booking['id']}/invoice")
    assert refused.status == 409 and refused.code == "CONFLICT"
    stage.cancel(booking)
    dropped = invoice(stage, booking, "Cancelled")
    assert dropped["balance"] == 0 and "invoiceNumber" not in dropped
    assert set_status(stage, draft, "Issued").status == 409
    assert set_status(stage, draft, "Cancelled").status == 200
    assert stage.boss.post(f"/api/bookings/{booking['id']}/invoice").status == 409


def test_payments_up_to_what_is_owed(stage):
    paper = invoice(stage, stage.confirmed())
    part = pay(stage, paper, 1000.5, method="Swish", reference="R1")
    assert part.status in (200, 201) and part.json["status"] == "PartlyPaid" and part.json["balance"] == 1499.5
    assert part.json["payments"] == [{"amount": 1000.5, "paidDate": today(), "method": "Swish", "reference": "R1"}]
    assert "paidDate" not in part.json
    much = pay(stage, paper, 1499.51)
    assert much.status == 409 and much.code == "CONFLICT"
    rest = pay(stage, paper, 1499.5, paidDate="2026-01-02")
    assert rest.json["status"] == "Paid" and rest.json["balance"] == 0 and rest.json["paidDate"] == today()
    assert pay(stage, paper, 0.01).status == 409
    for status in ("Issued", "Cancelled"):
        assert set_status(stage, paper, status).status == 409
    for body, fields in (({}, ["amount", "method", "paidDate"]), ({"amount": 0, "paidDate": today(), "method": "Card"}, ["amount"]),
                         ({"amount": 1.001, "paidDate": "2026-02-30", "method": "Bitcoin", "x": 1},
                          ["amount", "method", "paidDate", "x"]),
                         ({"amount": -5, "paidDate": today() + "T00:00:00Z", "method": "Card"}, ["amount", "paidDate"])):
        answer = stage.boss.post(f"/api/invoices/{paper['id']}/payments", body)
        assert answer.status == 400 and answer.fields == fields, answer


def test_the_same_payment_twice_counts_once(stage):
    paper = invoice(stage, stage.confirmed())
    head = {"Idempotency-Key": "pay-" + paper["id"]}
    body = {"amount": 1000, "paidDate": today(), "method": "Card"}
    answers = [stage.boss.post(f"/api/invoices/{paper['id']}/payments", body, headers=head) for _ in range(2)]
    assert answers[0].status == answers[1].status and answers[0].json == answers[1].json
    assert len(stage.boss.ok("GET", f"/api/invoices/{paper['id']}")["payments"]) == 1
    other = stage.boss.post(f"/api/invoices/{paper['id']}/payments", body | {"amount": 2}, headers=head)
    assert other.status == 422 and other.code == "IDEMPOTENCY_KEY_REUSED"


def test_many_payments_at_once_never_exceed_what_is_owed(shared, stage):
    paper = invoice(stage, stage.confirmed())
    body = {"amount": 1000, "paidDate": today(), "method": "Bankgiro"}
    path = f"/api/invoices/{paper['id']}/payments"
    answers = race(shared.port, stage.boss.token, [("POST", path, body)] * 8)
    assert sorted(status for status, _, _ in answers) == [200] * 2 + [409] * 6
    assert stage.boss.ok("GET", f"/api/invoices/{paper['id']}")["balance"] == 500


def test_credit_names_its_original_and_takes_the_next_number(stage):
    paper = invoice(stage, stage.confirmed())
    pay(stage, paper, 2500)
    credited = set_status(stage, paper, "Credited")
    assert credited.status == 200 and credited.json["status"] == "Credited"
    assert credited.json["balance"] == -2500  # paid before: the seller owes it back
    assert set_status(stage, paper, "Credited").status == 200  # it is in that state already
    assert pay(stage, paper, 1).status == 409
    notes = [i for i in stage.boss.all_items("/api/invoices") if i["kind"] == "CreditNote" and i["original"] == paper["id"]]
    assert len(notes) == 1
    note = notes[0]
    assert (note["amount"], note["vatAmount"], note["totalAmount"]) == (-2000, -500, -2500)
    assert number_of(note) == number_of(paper) + 1 and "ocr" not in note and note["bookingId"] == paper["bookingId"]
    for status in ("Credited", "Cancelled", "Draft"):
        assert set_status(stage, note, status).status in (400, 409)
    assert pay(stage, note, 1).status == 409
    original = stage.boss.ok("GET", f"/api/invoices/{paper['id']}")
    same = ("invoiceNumber", "ocr", "lines", "vat", "amount", "vatAmount", "totalAmount", "issuedDate", "dueDate", "seller", "buyer")
    assert {k: original[k] for k in same} == {k: paper[k] for k in same}


def number_of(paper):
    return int(paper["invoiceNumber"].rsplit("-", 1)[1])


def test_status_takes_three_words_and_nothing_else(stage):
    paper = invoice(stage, stage.confirmed())
    for status in ("Draft", "Paid", "Overdue", "PartlyPaid", "issued", 5, None):
        answer = set_status(stage, paper, status)
        assert answer.status == 400 and answer.fields == ["status"], answer
    assert set_status(stage, paper, "Cancelled").status == 409
    assert set_status(stage, paper, "Issued").status == 200
    assert set_status(stage, paper, "Credited", headers={"If-Match": '"1"'}).status == 412
    assert set_status(stage, paper, "Nonsense", headers={"If-Match": '"1"'}).status == 400


def test_a_series_is_unbroken_under_concurrency_with_credit_notes_in_it(shared):
    stage = Stage(shared.login("admin@demo.example"), terms={"issueOn": "Completed"})
    event = stage.event(hours=200)
    bookings = [stage.confirmed(event, start=10 + 2 * i, hours=1) for i in range(12)]
    papers = [invoice(stage, b, "Draft") for b in bookings]
    issued = race(shared.port, stage.boss.token, [("POST", f"/api/bookings/{b['id']}/invoice", {}) for b in bookings] * 2)
    assert sorted(status for status, _, _ in issued).count(201) == 12
    credits = [("PUT", f"/api/invoices/{p['id']}/status", {"status": "Credited"}) for p in papers[:6]]
    assert all(status == 200 for status, _, _ in race(shared.port, stage.boss.token, credits * 2))
    numbers = sorted(number_of(i) for i in stage.boss.all_items("/api/invoices") if "invoiceNumber" in i)
    assert numbers == list(range(1, 19))


def test_what_is_missing_keeps_it_a_draft_until_it_is_there(shared):
    admin = shared.login("admin@demo.example")
    stage = Stage(admin, seller={"bankgiro": None, "vatNumber": None})
    booking = stage.confirmed()
    def lacking():
        draft = invoice(stage, booking, "Draft")
        return draft.get("missing") and draft
    draft = until("it says what is missing", lacking, 20)
    assert draft["missing"] == ["seller.vatNumber", "paymentTo"]
    refused = stage.boss.post(f"/api/bookings/{booking['id']}/invoice")
    assert refused.status == 409
    until("seller's admin and Admin hear of it", lambda: {to for to, _, _ in letters(shared, draft["id"])} == {
        stage.boss_user["email"], "admin@demo.example"}, 60)
    number = stage.seller["orgNumber"].replace("-", "")
    stage.boss.ok("PUT", f"/api/customers/{stage.seller['id']}",
                  {"plusgiro": "28 65 43-4", "vatNumber": f"SE{number}01"})
    issued = invoice(stage, booking)
    assert "missing" not in issued and issued["paymentTo"] == {"plusgiro": "28 65 43-4"}
    assert number_of(issued) == 1


@pytest.mark.parametrize("seller,what,rate,reason,vat_number", [
    ({"vatStatus": "None"}, SOUND, 0, "not registered", False),
    ({"vatStatus": "Exempt"}, SOUND, 0, "exempt", False),
    ({}, ("Musician", "Guitar"), 0, "konstnär", True),
    ({}, ("Light", "Operator"), 25, None, True),
])
def test_vat(shared, seller, what, rate, reason, vat_number):
    stage = Stage(shared.login("admin@demo.example"), rates={}, seller=seller, skills=[what])
    stage.tariff("Hour", 333.33, what)
    paper = invoice(stage, stage.confirmed(hours=1))
    assert [v["rate"] for v in paper["vat"]] == [rate] and paper["amount"] == 333.33
    assert paper["vatAmount"] == (83.33 if rate else 0)
    assert ("vatNumber" in paper["seller"]) == vat_number
    if reason:
        assert reason in paper["vat"][0]["reason"] and reason in paper["lines"][0]["vatReason"]
    else:
        assert "reason" not in paper["vat"][0]


def test_a_seller_that_has_left_the_vat_register_charges_none(shared):
    stage = Stage(shared.login("admin@demo.example"))
    booking, back = stage.book(), stage.book()
    stage.boss.ok("PUT", f"/api/customers/{stage.seller['id']}", {"vatStatus": "None"})
    paper = invoice(stage, stage.confirm(booking))
    assert (paper["vatAmount"], paper["totalAmount"]) == (0, 2000) and "vatNumber" not in paper["seller"]
    assert paper["vat"][0]["reason"] and paper["lines"][0]["vatRate"] == 0
    unregistered = stage.book()
    stage.boss.ok("PUT", f"/api/customers/{stage.seller['id']}", {"vatStatus": "Registered"})
    for again in (unregistered, back):
        paper = invoice(stage, stage.confirm(again))
        assert paper["vat"] == [{"rate": 25, "base": 2000, "amount": 500}] and "vatReason" not in paper["lines"][0]


def test_overdue_by_itself_and_not_when_paid(shared):
    stage = Stage(shared.login("admin@demo.example"), terms={"dueFrom": "Issue", "paymentDays": 0})
    paper = invoice(stage, stage.confirmed())
    assert paper["dueDate"] == paper["issuedDate"]  # today is not yet overdue
    assert stage.boss.ok("GET", "/api/invoices?status=Overdue")["total"] == 0
    assert [i["id"] for i in stage.boss.all_items("/api/invoices?status=Issued")] == [paper["id"]]


def test_who_may(shared, stage):
    stranger = Stage(shared.login("admin@demo.example"))
    booking = stage.confirmed()
    paper = invoice(stage, booking)
    path = f"/api/invoices/{paper['id']}"
    for who in (stage.admin, stage.organiser, stage.boss):
        assert who.get(path).json == paper and who.get(path + "/pdf").status == 200
    for who in (stranger.organiser, stranger.boss):
        assert who.get(path).status == who.get(path + "/pdf").status == 403
        assert who.get(f"/api/invoices?customerId={stage.buyer['id']}").status == 403
        assert who.get(f"/api/customers/{stage.buyer['id']}/invoices").status == 403
        assert who.get("/api/invoices/inv-none").status == who.get("/api/invoices/inv-none/pdf").status == 404
    for who in (stage.organiser, stage.crew):
        assert set_status(stage, paper, "Credited", who).status == pay(stage, paper, 1, who).status == 403
        assert who.post(f"/api/bookings/{booking['id']}/invoice").status == 403
    assert stranger.boss.post(f"/api/bookings/{booking['id']}/invoice").status == 403
    assert pay(stage, paper, "x", stranger.boss).status == 403  # whose before the fields
    assert stranger.boss.post(path + "/payments", "{").status == 400
    for company_id, who in ((stage.buyer["id"], stage.organiser), (stage.seller["id"], stage.boss)):
        for listing in (f"/api/customers/{company_id}/invoices", f"/api/invoices?customerId={company_id}"):
            assert paper["id"] in {i["id"] for i in who.all_items(listing)}
            assert paper["id"] in {i["id"] for i in stage.admin.all_items(listing)}
    for query, field in (("status=Late", "status"), ("from=2027-01-01", "from"), ("x=1", "x"), ("pageSize=201", "pageSize")):
        assert stage.boss.get("/api/invoices?" + query).fields == [field]
