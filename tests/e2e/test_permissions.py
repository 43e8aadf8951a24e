"""The permission table, cell by cell, against the real program."""
import datetime
import itertools
import shutil

import pytest
from permission_table import COLUMNS, TABLE
from program import Program, until
from scene import at, booking_body, free_crew, iso, make_event, own_day
from test_booking import org_number, shared_skill

LOGINS = {"A": "admin", "CA": "organiser", "CU": "organiser-user", "RA": "crewadmin", "RU": "crew"}
number = itertools.count(1)


class World:
    """Own and other companies, and fresh things of theirs on demand."""

    def __init__(self, program):
        self.program = program
        self.clients = {role: program.login(f"{name}@demo.example") for role, name in LOGINS.items()}
        self.clients["N"] = program.client()
        self.claims = {r: c.ok("GET", "/api/auth/claims") for r, c in self.clients.items() if r != "N"}
        self.admin = self.clients["A"]
        self.own_organiser = self.claims["CA"]["customerId"]
        self.own_crew_company = self.claims["RA"]["customerId"]
        customers = self.admin.all_items("/api/customers")
        self.other_organiser = next(c["id"] for c in customers if c["customerType"] == 1 and c["id"] != self.own_organiser)
        self.other_crew_company = next(c["id"] for c in customers if c["customerType"] == 2 and c["id"] != self.own_crew_company)
        _, self.category, self.skill = shared_skill(self.clients["CA"])

    def organiser(self, whose):
        return self.other_organiser if whose == "other" else self.own_organiser

    def crew_company(self, whose):
        return self.other_crew_company if whose == "other" else self.own_crew_company

    def company(self, role, whose):
        return self.crew_company(whose) if role in ("RA", "RU") else self.organiser(whose)

    def fresh_user(self, role, whose):
        crew = role in ("RA", "RU")
        return self.admin.ok("POST", "/api/users", {
            "email": f"row{next(number)}@row.example", "firstName": "Row", "lastName": "Person",
            "userType": 3 if crew else 2, "role": 5 if crew else 3, "customerId": self.company(role, whose)}, status=201)["id"]

    def fresh_crew(self, whose):
        return self.admin.ok("POST", "/api/users", {
            "email": f"crew{next(number)}@row.example", "firstName": "Row", "lastName": "Crew", "userType": 3, "role": 5,
            "customerId": self.crew_company(whose), "skills": [{"category": self.category, "skill": self.skill}]},
            status=201)["id"]

    def fresh_event(self, whose):
        return make_event(self.admin, customerId=self.organiser(whose))

    def fresh_booking(self, whose, crew_id=None, confirmed=False):
        event = self.fresh_event(whose)
        crew_id = crew_id or self.fresh_crew(whose)
        booking = self.admin.ok("POST", "/api/bookings", booking_body(event, crew_id), status=201)
        if confirmed:
            self.admin.ok("PUT", f"/api/bookings/{booking['id']}/confirm", {})
        return booking

    def fresh_invoice(self, whose):
        booking = self.fresh_booking(whose, confirmed=True)
        return self.admin.ok("POST", f"/api/bookings/{booking['id']}/invoice")["id"]

    def fresh_tariff(self, whose):
        return self.admin.ok("POST", f"/api/customers/{self.organiser(whose)}/tariffs", self.tariff_body(), status=201)["id"]

    def tariff_body(self):
        start = datetime.date(2040, 1, 1) + datetime.timedelta(days=next(number))
        return {"category": self.category, "skill": self.skill, "timeType": "Event", "amount": 1000,
                "validFrom": start.isoformat()}

    def customer_body(self):
        n = next(number)
        return {"name": f"Row {n}", "orgNumber": org_number(70000 + n), "address": "Gatan 1", "city": "Umeå",
                "zipCode": "903 26", "email": "row@row.example", "phone": "08-123 45 67", "customerType": 1}

    def user_body(self, role, whose):
        crew = role in ("RA", "RU")
        return {"email": f"new{next(number)}@row.example", "firstName": "New", "lastName": "User",
                "userType": 3 if crew else 2, "role": 5 if crew else 3, "customerId": self.company(role, whose)}

    def values(self, needed, role, whose):
        """What stands for each {name} that the row mentions."""
        day = own_day()
        event = None
        out = {"start": iso(at(day, 12)), "end": iso(at(day, 16)), "from": iso(at(day, 0)), "to": iso(at(day + 5, 0)),
               "day": iso(at(day, 0))[:10], "today": iso(at(0, 0))[:10],
               "company": self.company(role, whose), "organiser": self.organiser(whose)}
        if "event" in needed:
            event = make_event(self.admin, day, customerId=self.organiser(whose))
            out["event"] = event["id"]
        if "user" in needed:
            out["user"] = self.claims[role]["userId"] if whose == "self" else self.fresh_user(role, whose)
        if "crew" in needed:
            out["crew"] = self.fresh_crew(whose)
        if "fresh_company" in needed:
            out["fresh_company"] = self.admin.ok("POST", "/api/customers", self.customer_body(), status=201)["id"]
        if "tariff" in needed:
            out["tariff"] = self.fresh_tariff(whose)
        if "booking" in needed:
            mine = self.claims["RU"]["userId"] if role == "RU" and whose == "own" else None
            out["booking"] = self.fresh_booking(whose, mine)["id"]
        if "confirmed" in needed:
            out["confirmed"] = self.fresh_booking(whose, confirmed=True)["id"]
        if "booked_event" in needed:
            out["booked_event"] = self.fresh_booking(whose, self.claims["RU"]["userId"])["eventId"]
        if "invoice" in needed:
            out["invoice"] = self.fresh_invoice(whose)
        if "other_session" in needed:
            self.program.login(f"{LOGINS[role]}@demo.example")
            sessions = self.clients[role].ok("GET", "/api/auth/sessions")
            sessions = sessions["items"] if isinstance(sessions, dict) else sessions
            out["other_session"] = next(s.get("sid") or s["id"] for s in sessions
                                        if (s.get("sid") or s["id"]) != self.claims[role]["sid"])
        return out

    def body(self, spec, role, whose, values):
        if spec == "user":
            return self.user_body(role, whose)
        if spec == "customer":
            return self.customer_body()
        if spec == "tariff":
            return self.tariff_body()
        if spec == "catalogue":
            shown = self.admin.ok("GET", "/api/catalogue")
            return {"categories": shown["categories"]}
        return fill(spec, values)


def fill(spec, values):
    if isinstance(spec, str):
        return spec.format(**values)
    if isinstance(spec, dict):
        return {k: fill(v, values) for k, v in spec.items()}
    if isinstance(spec, list):
        return [fill(v, values) for v in spec]
    return spec


def mentioned(spec):
    text = str(spec)
    names = ("event", "user", "crew", "fresh_company", "tariff", "booking", "confirmed", "booked_event", "invoice", "other_session")
    return {name for name in names if "{" + name + "}" in text}


@pytest.fixture(scope="module")
def world(demo_data, tmp_path_factory):
    data = tmp_path_factory.mktemp("permissions") / "data"
    shutil.copytree(demo_data, data)
    program = Program(data, demo=True).start()
    yield World(program)
    program.stop()


def name_of(entry):
    return f"{entry['method']} {entry['path'].split('?')[0]} {entry['whose']}"


@pytest.mark.parametrize("entry", TABLE, ids=name_of)
def test_row(world, entry):
    wrong = []
    for role in COLUMNS:
        expected = entry["cells"][role]
        stand_in = "CA" if role == "N" else role
        values = world.values(mentioned([entry["path"], entry["body"]]), stand_in, entry["whose"])
        body = world.body(entry["body"], stand_in, entry["whose"], values) if entry["body"] is not None else None
        client = world.clients[role]
        if role != "N" and entry["path"] == "/api/auth/logout":
            client = world.program.login(f"{LOGINS[role]}@demo.example")
        answer = client.request(entry["method"], entry["path"].format(**values), body)
        allowed = expected if isinstance(expected, tuple) else (expected,)
        if answer.status not in allowed:
            wrong.append(f"{role}: expected {expected}, got {answer}")
    assert not wrong, "\n".join(wrong)
