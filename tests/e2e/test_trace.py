"""One trace id from the door to the last consumer's log line."""
import json
import secrets

from program import until
from scene import booking_body, free_crew, make_event
from test_booking import shared_skill

CONSUMERS = {"thenorsound.notification", "thenorsound.analytics", "thenorsound.invoicing"}


def lines(program):
    """What the program logged, as objects."""
    found = []
    for line in program.printed().splitlines():
        if line.startswith("{"):
            found.append(json.loads(line))
    return found


def test_a_bookings_trace_reaches_every_consumer_and_mail(own):
    program = own(env={"THENORSOUND_LOG_LEVEL": "debug"})
    organiser = program.login("organiser@demo.example")
    _, category, skill = shared_skill(organiser)
    event = make_event(organiser)
    crew = free_crew(organiser, category, skill, event["day"])[0]
    trace = secrets.token_hex(16)
    booked = organiser.post("/api/bookings", booking_body(event, crew["id"]),
                            headers={"traceparent": f"00-{trace}-{secrets.token_hex(8)}-01"})
    assert booked.status == 201, booked
    booking = booked.json["id"]

    def ours():
        return [line for line in lines(program) if line.get("traceId") == trace]

    def everywhere():
        handled = {line["queue"] for line in ours()
                   if line.get("type") == "booking.created" and line.get("message") == "message handled"}
        mails = [line for line in ours() if line.get("message") == "mail sent"]
        return CONSUMERS <= handled and len(mails) >= 2

    until("the trace is everywhere", everywhere, 20)
    access = [line for line in ours() if line.get("path") == "/api/bookings"]
    assert [line["status"] for line in access] == [201]
    for line in ours():
        if line.get("message") == "message handled":
            assert line["subject"] in (booking, event["id"]) or line["type"].startswith("invoice."), line
    # What is somebody's own stands in no line.
    for line in lines(program):
        text = json.dumps(line)
        assert organiser.token not in text and "@" not in text, line

    # The answer to a booking is its own trace, and so are its messages.
    other = secrets.token_hex(16)
    program.login("admin@demo.example").ok(
        "PUT", f"/api/bookings/{booking}/confirm", headers={"traceparent": f"00-{other}-{secrets.token_hex(8)}-00"})
    until("the confirmation is told of", lambda: CONSUMERS <= {
        line.get("queue") for line in lines(program)
        if line.get("traceId") == other and line.get("type") == "booking.confirmed"}, 20)
