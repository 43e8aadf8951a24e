"""A pair of companies of a test's own: an organiser and a crew company, their people logged in."""
import email
import email.policy
import itertools
import random

from program import Client
from scene import at, iso, make_event, own_day, slot

SOUND = ("Sound", "FOH Engineer")
counter = itertools.count(random.randrange(10_000, 80_000))


def org_number(first="5593"):
    """A Swedish organisation number that nobody else has, with its check digit. `first`: four or six digits."""
    digits = first + f"{next(counter):05d}"[-(9 - len(first)):]
    total = 0
    for index, digit in enumerate(digits):
        product = int(digit) * (2 if index % 2 == 0 else 1)
        total += product // 10 + product % 10
    return f"{digits[:6]}-{digits[6:]}{(10 - total % 10) % 10}"


def company(admin, company_name, customer_type, **more):
    number = org_number()
    body = {"name": company_name, "orgNumber": number, "address": "Gatan 1", "city": "Stockholm", "zipCode": "111 22",
            "email": f"info{number[7:]}{next(counter)}@stage.example", "phone": "08-123 45 67",
            "customerType": customer_type, "vatNumber": f"SE{number.replace('-', '')}01", "seat": "Stockholm"}
    if customer_type == 2:
        body |= {"vatStatus": "Registered", "fTax": True, "invoicePrefix": f"T{next(counter)}",
                 "bankgiro": "5805-6201"}
    return admin.ok("POST", "/api/customers", body | more, status=201)


def person(admin, role, customer_id, skills=None, **more):
    """(user, client): somebody who can log in."""
    email = f"p{next(counter)}@stage.example"
    body = {"email": email, "firstName": "Pat", "lastName": f"Nr{next(counter)}", "password": "stage-password",
            "userType": 3 if role in (4, 5) else 2, "role": role, "customerId": customer_id}
    if skills:
        body["skills"] = [{"category": c, "skill": s} for c, s in skills]
    user = admin.ok("POST", "/api/users", body | more, status=201)
    answer = Client(admin.port).post("/api/auth/login", {"email": email, "password": "stage-password"})
    assert answer.status == 200, answer
    return user, Client(admin.port, answer.json["accessToken"])


class Stage:
    """`terms`: of the crew company. `rates`: {time type: SEK} for SOUND."""

    def __init__(self, admin, terms=None, rates=None, seller=None, buyer=None, skills=(SOUND,)):
        self.admin = admin
        self.buyer = company(admin, "Stage Festival AB", 1, **(buyer or {}))
        self.seller = company(admin, "Stage Crew AB", 2, terms=terms or {}, **(seller or {}))
        self.organiser_user, self.organiser = person(admin, 2, self.buyer["id"])
        self.boss_user, self.boss = person(admin, 4, self.seller["id"])
        self.skills = list(skills)
        self.crew_user, self.crew = self.hire()
        self.crew_id = self.crew_user["id"]
        for time_type, amount in ({"Hour": 500} if rates is None else rates).items():
            self.tariff(time_type, amount)

    def hire(self, skills=None, customer_id=None):
        return person(self.admin, 5, customer_id or self.seller["id"], skills or self.skills)

    def tariff(self, time_type, amount, what=SOUND, **more):
        body = {"category": what[0], "skill": what[1], "timeType": time_type, "amount": amount}
        return self.admin.ok("POST", f"/api/customers/{self.buyer['id']}/tariffs", body | more, status=201)

    def event(self, day=None, **more):
        return make_event(self.organiser, day, **more)

    def slots_event(self, *capacities, what=SOUND, **more):
        day = own_day()
        slots = [slot(day, *what, capacity=n) for n in capacities]
        return self.event(day, slots=slots, **more)

    def body(self, event, start=12, hours=4, crew_id=None, **more):
        minutes = round(hours * 60)
        return {"eventId": event["id"], "crewId": crew_id or self.crew_id,
                "startTime": iso(at(event["day"], start)),
                "endTime": iso(at(event["day"], start, minutes))} | more

    def book(self, event=None, start=12, hours=4, who=None, **more):
        body = self.body(event or self.event(), start, hours, **more)
        return (who or self.organiser).ok("POST", "/api/bookings", body, status=201)

    def confirm(self, booking):
        return self.boss.ok("PUT", f"/api/bookings/{booking['id']}/confirm", {}, status=200)

    def confirmed(self, *args, **more):
        return self.confirm(self.book(*args, **more))

    def cancel(self, booking, who=None, reason="Rain"):
        return (who or self.organiser).ok("PUT", f"/api/bookings/{booking['id']}/cancel", {"reason": reason})

    def quote(self, event, start=12, hours=4, who=None, **more):
        body = self.body(event, start, hours, **more)
        return self.ask_quote(body, who)

    def ask_quote(self, body, who=None):
        query = "&".join(f"{k}={str(v).replace(' ', '%20').replace('+', '%2B')}" for k, v in body.items())
        return (who or self.organiser).get(f"/api/bookings/pricing?{query}")

    def invoices_of(self, booking, who=None):
        found = (who or self.boss).all_items("/api/invoices")
        return [i for i in found if i.get("bookingId") == booking["id"]]


mails_read = {}  # path -> (address, subject, text, attachments); a mail that is written never changes


def read_mail(path):
    mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    files = [(f.get_filename(), f.get_content_type(), f.get_payload(decode=True)) for f in mail.iter_attachments()]
    return mail["To"].addresses[0].addr_spec, mail["Subject"], mail.get_body().get_content(), files


def mails(program, *words):
    """Those that hold all the words: (address, subject, text, [(name, type, bytes)])."""
    for path in (program.data / "outbox").glob("*.eml"):
        if path not in mails_read:
            mails_read[path] = read_mail(path)
    return [mail for path, mail in mails_read.items()
            if path.parent.parent == program.data and all(word in mail[2] for word in words)]


def letters(program, *words):
    """(address, subject, text) of these mails."""
    return [mail[:3] for mail in mails(program, *words)]
