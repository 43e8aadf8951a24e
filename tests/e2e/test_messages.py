"""Seed flow 6: every routing key reaches the queues it should, and no other."""
import re

from program import until
from scene import at, booking_body, free_crew, iso, make_event, own_day
from test_booking import org_number, shared_skill

NOTIFICATION, ANALYTICS = "thenorsound.notification", "thenorsound.analytics"
INVOICING, AUTH, BOOKING = "thenorsound.invoicing", "thenorsound.auth", "thenorsound.booking"

# Routing key -> queues, as the specification's table and queue patterns have it. Notification is
# bound to whole families (user.*, crew.*, event.*, booking.*, invoice.*), invoicing to booking.*
# and invoice.*; what a consumer does not need it acknowledges.
REACHES = {
    "user.created": {NOTIFICATION, ANALYTICS},
    "user.updated": {NOTIFICATION, ANALYTICS, AUTH},
    "user.deleted": {NOTIFICATION, ANALYTICS, AUTH},
    "crew.created": {NOTIFICATION, ANALYTICS},
    "crew.updated": {NOTIFICATION, ANALYTICS},
    "availability.changed": {ANALYTICS},
    "event.created": {NOTIFICATION, ANALYTICS},
    "event.updated": {NOTIFICATION, ANALYTICS, BOOKING},
    "event.deleted": {NOTIFICATION, ANALYTICS, BOOKING},
    "booking.created": {NOTIFICATION, ANALYTICS, INVOICING},
    "booking.confirmed": {NOTIFICATION, ANALYTICS, INVOICING},
    "booking.cancelled": {NOTIFICATION, ANALYTICS, INVOICING},
    "booking.failed": {NOTIFICATION, ANALYTICS, INVOICING},
    "booking.completed": {NOTIFICATION, ANALYTICS, INVOICING},
    "invoice.generated": {NOTIFICATION, ANALYTICS, INVOICING},
    "invoice.paid": {NOTIFICATION, ANALYTICS, INVOICING},
    "invoice.credited": {NOTIFICATION, ANALYTICS, INVOICING},
}


def handled(program):
    """{(routing key, queue): messages handled}"""
    found = {}
    for name, value in program.metrics().items():
        if name.startswith("thenorsound_bus_handled_total{"):
            labels = dict(re.findall(r'(\w+)="([^"]*)"', name))
            if not labels["queue"].startswith("thenorsound.gateway"):
                found[(labels["type"], labels["queue"])] = value
    return found


def everything_that_sends(program):
    """Does each thing of which a message tells."""
    admin = program.login("admin@demo.example")
    organiser = program.login("organiser@demo.example")
    crew_admin = program.login("crewadmin@demo.example")
    customer, category, skill = shared_skill(organiser)
    company = crew_admin.ok("GET", "/api/auth/claims")["customerId"]
    day = own_day()
    user = admin.ok("POST", "/api/users", {"email": f"u{day}@demo.example", "firstName": "U", "lastName": "Ser",
                                           "userType": 2, "role": 3, "customerId": customer}, status=201)
    crew = crew_admin.ok("POST", "/api/users", {
        "email": f"c{day}@demo.example", "firstName": "C", "lastName": "Rew", "userType": 3, "role": 5,
        "customerId": company, "skills": [{"category": category, "skill": skill}]}, status=201)
    admin.ok("PUT", f"/api/users/{user['id']}", {"firstName": "Other"})
    crew_admin.ok("PUT", f"/api/users/{crew['id']}", {"about": "Plays"})
    crew_admin.ok("PUT", f"/api/users/{crew['id']}/availability",
                  {"spans": [{"startDate": iso(at(day + 30, 0))[:10], "endDate": iso(at(day + 31, 0))[:10]}]})
    event = make_event(organiser, day)
    organiser.ok("PUT", f"/api/events/{event['id']}", {"crewInfo": "Back door"})
    booking = organiser.ok("POST", "/api/bookings", booking_body(event, crew["id"]), status=201)
    assert organiser.post("/api/bookings", booking_body(event, crew["id"])).status == 409
    crew_admin.ok("PUT", f"/api/bookings/{booking['id']}/confirm", {})
    admin.ok("PUT", f"/api/bookings/{booking['id']}/complete", {})

    def issued(of):
        found = [i for i in crew_admin.all_items("/api/invoices?status=Issued") if i.get("bookingId") == of["id"]]
        return found and found[0]
    invoice = until("an invoice", lambda: issued(booking))
    crew_admin.ok("POST", f"/api/invoices/{invoice['id']}/payments",
                  {"amount": invoice["totalAmount"], "paidDate": iso(at(0, 0))[:10], "method": "Bankgiro"})
    second = organiser.ok("POST", "/api/bookings", booking_body(event, crew["id"], 17, 3), status=201)
    crew_admin.ok("PUT", f"/api/bookings/{second['id']}/confirm", {})
    until("the second invoice", lambda: issued(second))
    crew_admin.ok("PUT", f"/api/bookings/{second['id']}/cancel", {"reason": "Ill"})
    gone = make_event(organiser)
    organiser.ok("DELETE", f"/api/events/{gone['id']}")
    admin.ok("DELETE", f"/api/users/{user['id']}")


def test_every_routing_key_reaches_its_queues(own):
    program = own()
    everything_that_sends(program)
    expected = {(key, queue) for key, queues in REACHES.items() for queue in queues}
    until("all are handled", lambda: expected <= set(handled(program)), 20)
    known = {pair for pair in handled(program) if pair[0] in REACHES and ".stream." not in pair[1]}
    assert known == expected
    others = {key for key, _ in handled(program)} - set(REACHES)
    assert others <= {"user.reset", "invoice.overdue"}, others


def test_nothing_ended_in_the_dead_letters(own):
    program = own()
    everything_that_sends(program)
    until("the outbox is empty", lambda: all(
        value == 0 for name, value in program.metrics().items() if name.startswith("thenorsound_outbox_waiting")))
    admin = program.login("admin@demo.example")
    assert admin.ok("GET", "/api/admin/dead-letters")["items"] == []
