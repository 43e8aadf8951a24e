"""The things that the permission table is about: own and other companies', on demand."""
import datetime
import http.client
import itertools

from permission_table import SUBSCRIPTION
from program import PATIENCE, Answer
from scene import at, booking_body, iso, make_event, own_day
from test_booking import org_number, shared_skill

LOGINS = {"A": "admin", "CA": "organiser", "CU": "organiser-user", "RA": "crewadmin", "RU": "crew"}
# Methods of World that make what stands in braces; some make another thing for each role.
THINGS = ("user", "crew", "event", "own_event", "gone_event", "booking", "colleague_booking", "confirmed",
          "booked_event", "invoice", "tariff", "fresh_company", "gone_company", "other_session", "strange_session",
          "subscription")
BY_ROLE = {"user", "booking", "other_session", "strange_session", "subscription"}
number = itertools.count(1)


class World:
    """What a refused request asks for is made once and kept, since nothing changes it."""

    def __init__(self, program):
        self.program = program
        self.clients = {role: program.login(f"{name}@demo.example") for role, name in LOGINS.items()}
        self.clients["N"] = program.client()
        self.claims = {r: c.ok("GET", "/api/auth/claims") for r, c in self.clients.items() if r != "N"}
        self.admin = self.clients["A"]
        self.own_organiser = self.claims["CA"]["customerId"]
        self.own_crew_company = self.claims["RA"]["customerId"]
        customers = self.admin.all_items("/api/customers")
        self.other_organiser = next(c["id"] for c in customers
                                    if c["customerType"] == 1 and c["id"] != self.own_organiser)
        self.other_crew_company = next(c["id"] for c in customers
                                       if c["customerType"] == 2 and c["id"] != self.own_crew_company)
        _, self.category, self.skill = shared_skill(self.clients["CA"])
        self.kept = {}

    # ---- whose ----
    def organiser(self, whose):
        return self.other_organiser if whose.startswith("other") else self.own_organiser

    def crew_company(self, whose):
        if whose.endswith("in-house"):
            return self.organiser(whose)
        return self.other_crew_company if whose == "other" else self.own_crew_company

    def company(self, role, whose):
        return self.crew_company(whose) if role in ("RA", "RU") else self.organiser(whose)

    # ---- bodies ----
    def user_body(self, role, whose):
        crew = role in ("RA", "RU")
        return {"email": f"user{next(number)}@row.example", "firstName": "Row", "lastName": "Person",
                "userType": 3 if crew else 2, "role": 5 if crew else 3, "customerId": self.company(role, whose)}

    def crew_body(self, whose):
        return {"email": f"crew{next(number)}@row.example", "firstName": "Row", "lastName": "Crew", "userType": 3,
                "role": 5, "customerId": self.crew_company(whose),
                "skills": [{"category": self.category, "skill": self.skill}]}

    def admin_body(self):
        return {"email": f"admin{next(number)}@row.example", "firstName": "Row", "lastName": "Admin", "userType": 1,
                "role": 1}

    def customer_body(self):
        n = next(number)
        return {"name": f"Row {n}", "orgNumber": org_number(70000 + n), "address": "Gatan 1", "city": "Umeå",
                "zipCode": "903 26", "email": "row@row.example", "phone": "08-123 45 67", "customerType": 1}

    def tariff_body(self):
        start = datetime.date(2040, 1, 1) + datetime.timedelta(days=next(number))
        return {"category": self.category, "skill": self.skill, "timeType": "Event", "amount": 1000,
                "validFrom": start.isoformat()}

    def catalogue_body(self):
        return {"categories": self.admin.ok("GET", "/api/catalogue")["categories"]}

    # ---- things ----
    def made(self, path, body):
        return self.admin.ok("POST", path, body, status=201)["id"]

    def state(self, path, whose):
        """Deactivates or deletes what was made, where the row wants that."""
        if whose == "deactivated":
            self.admin.ok("PUT", path, {"isActive": False})
        if whose == "deleted":
            self.admin.ok("DELETE", path)

    def user(self, role, whose):
        if whose == "self":
            return self.claims[role]["userId"]
        user = self.made("/api/users", self.user_body(role, whose))
        self.state(f"/api/users/{user}", whose)
        return user

    def crew(self, role, whose):
        crew = self.made("/api/users", self.crew_body(whose))
        self.state(f"/api/users/{crew}", whose)
        return crew

    def event(self, role, whose):
        return make_event(self.admin, self.day, customerId=self.organiser(whose))["id"]

    def own_event(self, role, whose):
        return make_event(self.admin, self.day, customerId=self.own_organiser)["id"]

    def gone_event(self, role, whose):
        event = make_event(self.admin, customerId=self.own_organiser)["id"]
        self.state(f"/api/events/{event}", whose)
        return event

    def book(self, whose, crew, confirmed=False):
        event = make_event(self.admin, customerId=self.organiser(whose))
        booking = self.admin.ok("POST", "/api/bookings", booking_body(event, crew), status=201)
        if confirmed:
            self.admin.ok("PUT", f"/api/bookings/{booking['id']}/confirm", {})
        return booking

    def booking(self, role, whose):
        mine = self.claims["RU"]["userId"] if role == "RU" and whose == "own" else self.crew(role, whose)
        return self.book(whose, mine)["id"]

    def colleague_booking(self, role, whose):
        return self.book(whose, self.crew(role, whose))["id"]

    def confirmed(self, role, whose):
        return self.book(whose, self.crew(role, whose), confirmed=True)["id"]

    def booked_event(self, role, whose):
        return self.book(whose, self.claims["RU"]["userId"])["eventId"]

    def invoice(self, role, whose):
        booking = self.confirmed(role, whose)
        return self.admin.ok("POST", f"/api/bookings/{booking}/invoice")["id"]

    def tariff(self, role, whose):
        return self.made(f"/api/customers/{self.organiser(whose)}/tariffs", self.tariff_body())

    def fresh_company(self, role, whose):
        return self.made("/api/customers", self.customer_body())

    def gone_company(self, role, whose):
        company = self.fresh_company(role, whose)
        self.state(f"/api/customers/{company}", whose)
        return company

    def session_of(self, login, but=""):
        client = self.program.login(f"{login}@demo.example")
        sessions = client.ok("GET", "/api/auth/sessions")
        sessions = sessions["items"] if isinstance(sessions, dict) else sessions
        return next(sid for sid in (s.get("sid") or s["id"] for s in sessions) if sid != but)

    def other_session(self, role, whose):
        return self.session_of(LOGINS[role], but=self.claims[role]["sid"])

    def strange_session(self, role, whose):
        return self.session_of("crew" if role != "RU" else "crewadmin")

    def subscription(self, role, whose):
        return self.clients[role].ok("POST", f"/api/users/{self.user(role, 'self')}/push-subscriptions", SUBSCRIPTION,
                                     status=201)["id"]

    # ---- one cell ----
    def values(self, entry, role, keep):
        """What stands for each {name} of the row; `keep`: the request changes nothing."""
        whose = entry["whose"]
        self.day = day = own_day()
        out = {"start": iso(at(day, 12)), "end": iso(at(day, 16)), "from": iso(at(day, 0)), "to": iso(at(day + 5, 0)),
               "day": iso(at(day, 0))[:10], "today": iso(at(0, 0))[:10], "company": self.company(role, whose),
               "organiser": self.organiser(whose), "crew_company": self.crew_company(whose),
               "other_role": {"A": 2, "CA": 3, "CU": 2, "RA": 5, "RU": 4}[role],
               "other_type": 1 if role in ("RA", "RU") else 2}
        text = entry["path"] + str(entry["body"])
        for name in THINGS:
            if "{" + name + "}" not in text:
                continue
            key = (name, role if name in BY_ROLE else "", whose)
            if keep and key in self.kept:
                out[name], out["start"], out["end"] = self.kept[key]
                continue
            out[name] = getattr(self, name)(role, whose)
            if keep:
                self.kept[key] = out[name], out["start"], out["end"]
        return out

    def body(self, entry, role, values):
        spec, whose = entry["body"], entry["whose"]
        named = {"user": lambda: self.user_body(role, whose), "crew": lambda: self.crew_body(whose),
                 "admin": self.admin_body, "customer": self.customer_body, "tariff": self.tariff_body,
                 "catalogue": self.catalogue_body}
        return named[spec]() if isinstance(spec, str) else filled(spec, values)

    def ask(self, entry, role, keep):
        stand_in = "CA" if role == "N" else role
        values = self.values(entry, stand_in, keep)
        client = self.clients[role]
        if role != "N" and entry["path"] == "/api/auth/logout":
            client = self.program.login(f"{LOGINS[role]}@demo.example")
        path = entry["path"].format(**values)
        if path == "/api/stream":
            return head_of(client, path)
        return client.request(entry["method"], path, self.body(entry, stand_in, values))


def filled(spec, values):
    if isinstance(spec, str):
        if spec[1:-1] in values and spec == "{" + spec[1:-1] + "}":
            return values[spec[1:-1]]
        return spec.format(**values)
    if isinstance(spec, dict):
        return {k: filled(v, values) for k, v in spec.items()}
    if isinstance(spec, list):
        return [filled(v, values) for v in spec]
    return spec


def head_of(client, path):
    """The status of an answer that has no end."""
    connection = http.client.HTTPConnection("127.0.0.1", client.port, timeout=60 * PATIENCE)
    fields = {"Authorization": "Bearer " + client.token} if client.token else {}
    connection.request("GET", path, headers=fields)
    response = connection.getresponse()
    connection.close()
    return Answer(response.status, response.headers, b"")
