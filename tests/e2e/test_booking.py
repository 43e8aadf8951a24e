"""Seed flow 3: booking, with its price; confirm; invoice."""
from program import until
from scene import at, booking_body, free_crew, iso, make_event, own_day, slot

MUSICIAN = ("Musician", "Guitar")


def shared_skill(organiser):
    """A category and skill that the organiser has an Hour tariff for."""
    customer = organiser.ok("GET", "/api/auth/claims")["customerId"]
    tariffs = organiser.ok("GET", f"/api/customers/{customer}/tariffs")
    hour = next(t for t in tariffs if t["timeType"] == "Hour")
    return customer, hour["category"], hour["skill"]


def test_booking_costs_500_times_4_hours(shared, admin):
    """500 SEK x 4 h = 2000, for a company of the test's own."""
    stamp = own_day()
    customer = admin.ok("POST", "/api/customers", {
        "name": "Testfestivalen AB", "orgNumber": org_number(stamp), "address": "Gatan 1",
        "city": "Stockholm", "zipCode": "111 22", "email": "info@testfestivalen.example",
        "phone": "08-123 45 67", "customerType": 1}, status=201)
    admin.ok("POST", f"/api/customers/{customer['id']}/tariffs",
             {"category": MUSICIAN[0], "skill": MUSICIAN[1], "timeType": "Hour", "amount": 500}, status=201)
    crew_company = admin.ok("GET", "/api/customers?customerType=2")["items"][0]["id"]
    crew = admin.ok("POST", "/api/users", {
        "email": f"guitar{stamp}@crew.example", "firstName": "Gitte", "lastName": "Gitarr",
        "userType": 3, "role": 5, "customerId": crew_company,
        "skills": [{"category": MUSICIAN[0], "skill": MUSICIAN[1]}]}, status=201)
    event = admin.ok("POST", "/api/events", {
        "customerId": customer["id"], "name": "Summer Concert", "startDate": iso(at(stamp, 10)),
        "endDate": iso(at(stamp, 23)), "location": "Stockholm", "eventType": "Concert"}, status=201)
    event["day"] = stamp
    body = booking_body(event, crew["id"], start=18, hours=4)
    query = "&".join(f"{k}={v}" for k, v in body.items())
    quote = admin.ok("GET", f"/api/bookings/pricing?{query}")
    assert quote["totalAmount"] == 2000 and quote["rate"] == 500 and quote["timeType"] == "Hour"
    assert quote["conflicts"] == []
    answer = admin.post("/api/bookings", body)
    assert answer.status == 201, answer
    booking = answer.json
    assert answer.headers["Location"] == f"/api/bookings/{booking['id']}"
    assert booking["rate"] == 500 and booking["units"] == 4 and booking["totalAmount"] == 2000
    assert booking["currency"] == "SEK" and booking["status"] == "REQUESTED"
    assert booking["category"] == "Musician" and booking["skill"] == "Guitar"


def org_number(seed):
    """A Swedish organisation number with its check digit."""
    digits = f"5592{seed % 100000:05d}"
    total = 0
    for index, digit in enumerate(digits):
        product = int(digit) * (2 if index % 2 == 0 else 1)
        total += product // 10 + product % 10
    return f"{digits[:6]}-{digits[6:]}{(10 - total % 10) % 10}"


def test_the_same_time_again_is_refused_and_touching_is_not(organiser):
    _, category, skill = shared_skill(organiser)
    event = make_event(organiser)
    crew = free_crew(organiser, category, skill, event["day"])[0]
    first = organiser.post("/api/bookings", booking_body(event, crew["id"], 12, 4))
    assert first.status == 201, first
    for start, hours in ((12, 4), (13, 1), (11, 2), (15, 3)):
        again = organiser.post("/api/bookings", booking_body(event, crew["id"], start, hours))
        assert again.status == 409 and again.code == "CREW_UNAVAILABLE", again
    for start, hours in ((10, 2), (16, 2)):
        assert organiser.post("/api/bookings", booking_body(event, crew["id"], start, hours)).status == 201


def test_confirmed_booking_has_an_issued_invoice(shared, organiser):
    _, category, skill = shared_skill(organiser)
    crew_admin = shared.login("crewadmin@demo.example")
    company = crew_admin.ok("GET", "/api/auth/claims")["customerId"]
    event = make_event(organiser, slots=None)
    crew = free_crew(organiser, category, skill, event["day"], customer_id=company)[0]
    booking = organiser.ok("POST", "/api/bookings", booking_body(event, crew["id"]), status=201)

    def invoices_of(client):
        return [i for i in client.all_items("/api/invoices") if i.get("bookingId") == booking["id"]]

    draft = until("a draft", lambda: invoices_of(crew_admin))[0]
    assert draft["status"] == "Draft" and "invoiceNumber" not in draft
    confirmed = crew_admin.ok("PUT", f"/api/bookings/{booking['id']}/confirm", {})
    assert confirmed["status"] == "CONFIRMED"
    issued = until("the issued invoice",
                   lambda: [i for i in invoices_of(organiser) if i["status"] == "Issued"])[0]
    assert issued["invoiceNumber"].rsplit("-", 1)[1].isdigit() and issued["ocr"].isdigit()
    assert issued["amount"] == booking["totalAmount"]
    assert issued["totalAmount"] == issued["amount"] + issued["vatAmount"]
    assert issued["id"] == draft["id"] and issued["balance"] == issued["totalAmount"]
    # Cancelled: a credit note in the same series, nothing left to pay.
    organiser.ok("PUT", f"/api/bookings/{booking['id']}/cancel", {"reason": "Rain"})
    credited = until("the credit", lambda: [i for i in invoices_of(organiser)
                                            if i["id"] == issued["id"] and i["status"] == "Credited"])[0]
    assert credited["balance"] == 0
    notes = [i for i in invoices_of(organiser) if i["kind"] == "CreditNote"]
    assert len(notes) == 1 and notes[0]["original"]


def test_slot_with_room_for_one_takes_one(organiser):
    _, category, skill = shared_skill(organiser)
    day = own_day()
    event = make_event(organiser, day, slots=[slot(day, category, skill, capacity=1)])
    one, two = free_crew(organiser, category, skill, day, count=2)
    first = organiser.ok("POST", "/api/bookings", booking_body(event, one["id"]), status=201)
    assert first["slotId"] == event["slots"][0]["id"]
    full = organiser.post("/api/bookings", booking_body(event, two["id"]))
    assert full.status == 409 and full.code == "EVENT_SLOT_UNAVAILABLE"
    assert full.error["message"] == "Event slot unavailable"
    shown = organiser.ok("GET", f"/api/events/{event['id']}")
    assert shown["slots"][0]["booked"] == 1 and shown["version"] == event["version"]
    # Freed by cancelling, it is there for the other.
    organiser.ok("PUT", f"/api/bookings/{first['id']}/cancel", {"reason": "Changed our mind"})
    assert organiser.post("/api/bookings", booking_body(event, two["id"])).status == 201


def test_an_unqualified_person_is_refused_before_room(organiser):
    _, category, skill = shared_skill(organiser)
    day = own_day()
    event = make_event(organiser, day, slots=[slot(day, category, skill)])
    others = [c for c in organiser.all_items("/api/users/crew")
              if not any(s["category"] == category and s["skill"] == skill for s in c["skills"])]
    answer = organiser.post("/api/bookings", booking_body(event, others[0]["id"]))
    assert answer.status == 422 and answer.code == "CREW_NOT_QUALIFIED"


def test_every_wrong_field_of_a_booking_is_named(organiser):
    event = make_event(organiser)
    answer = organiser.post("/api/bookings", {"eventId": event["id"], "startTime": "tomorrow",
                                              "endTime": "2027-01-01T10:00:30Z", "notes": 5, "colour": "red"})
    assert answer.status == 400
    assert {"crewId", "startTime", "endTime", "notes", "colour"} <= set(answer.fields)
    gone = organiser.post("/api/bookings", booking_body(event, "usr-nobody") | {"eventId": "evt-nothing"})
    assert gone.status == 404
    nobody = organiser.post("/api/bookings", booking_body(event, "usr-nobody"))
    assert nobody.status == 400 and nobody.fields == ["crewId"]


def test_a_repeated_request_with_an_idempotency_key_books_once(organiser):
    _, category, skill = shared_skill(organiser)
    event = make_event(organiser)
    crew = free_crew(organiser, category, skill, event["day"])[0]
    head = {"Idempotency-Key": f"booking-{event['id']}"}
    body = booking_body(event, crew["id"])
    one = organiser.post("/api/bookings", body, headers=head)
    two = organiser.post("/api/bookings", body, headers=head)
    assert one.status == two.status == 201 and one.json["id"] == two.json["id"]
    other = organiser.post("/api/bookings", body | {"notes": "other"}, headers=head)
    assert other.status == 422 and other.code == "IDEMPOTENCY_KEY_REUSED"


def test_decline_and_expected_total(shared, organiser):
    _, category, skill = shared_skill(organiser)
    crew_admin = shared.login("crewadmin@demo.example")
    company = crew_admin.ok("GET", "/api/auth/claims")["customerId"]
    event = make_event(organiser)
    crew = free_crew(organiser, category, skill, event["day"], customer_id=company)[0]
    wrong = organiser.post("/api/bookings", booking_body(event, crew["id"], expectedTotal=1))
    assert wrong.status == 409 and wrong.code == "CONFLICT"
    booking = organiser.ok("POST", "/api/bookings", booking_body(event, crew["id"]), status=201)
    assert organiser.put(f"/api/bookings/{booking['id']}/confirm", {}).status == 403
    assert crew_admin.put(f"/api/bookings/{booking['id']}/decline", {}).fields == ["reason"]
    declined = crew_admin.ok("PUT", f"/api/bookings/{booking['id']}/decline", {"reason": "Too far away"})
    assert declined["status"] == "CANCELLED" and declined["cancellation"]["code"] == "Declined"
    again = crew_admin.put(f"/api/bookings/{booking['id']}/confirm", {})
    assert again.status == 409 and again.code == "CONFLICT"
    assert organiser.post("/api/bookings", booking_body(event, crew["id"])).status == 201


def test_how_far_back_organisers_may_book_is_the_admins_to_say(own):
    program = own()
    admin, organiser = program.login("admin@demo.example"), program.login("organiser@demo.example")
    _, category, skill = shared_skill(organiser)
    crew = free_crew(organiser, category, skill, own_day())[0]["id"]
    event = make_event(organiser, -20, hours=20 * 24)

    def book(client, days_back):
        return client.post("/api/bookings", {"eventId": event["id"], "crewId": crew, "startTime": iso(at(-days_back, 11)),
                                             "endTime": iso(at(-days_back, 12))})
    assert admin.ok("GET", "/api/admin/settings")["booking.past_days"] == 7
    assert book(organiser, 5).status == 201
    assert book(organiser, 9).fields == ["startTime"]
    assert book(admin, 9).status == 201
    admin.ok("PUT", "/api/admin/settings", {"booking.past_days": 2})
    assert book(organiser, 4).fields == ["startTime"]
    admin.ok("PUT", "/api/admin/settings", {"booking.past_days": 10})
    assert book(organiser, 8).status == 201
