#!/usr/bin/env python3
"""Goes through the main job on an installation of which only the first administrator is there: two
companies, a tariff, a crew member with a login, an event, a booking, its confirmation, its invoice.
It leaves them there: for trials, not for production. usage: ADMIN_PASSWORD=… booking.py URL"""
import datetime
import json
import os
import random
import sys
import time
import urllib.error
import urllib.request
import uuid

URL = sys.argv[1].rstrip("/")
ADMIN = os.environ.get("ADMIN_EMAIL", "admin@thenorsound.example")


def call(method, path, body=None, token=None, expect=(200, 201)):
    """The answer's JSON. What is not there at the moment (503) is asked for again, for a minute, under the
    same key; ends the trial at any other status that isn't expected."""
    request = urllib.request.Request(URL + path, method=method, data=None if body is None else json.dumps(body).encode())
    request.add_header("Content-Type", "application/json")
    if method == "POST" and "/auth/" not in path:
        request.add_header("Idempotency-Key", uuid.uuid4().hex)
    if token:
        request.add_header("Authorization", "Bearer " + token)
    end = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                status, text = answer.status, answer.read()
        except urllib.error.HTTPError as refused:
            status, text = refused.code, refused.read()
        if status != 503 or time.monotonic() > end:
            break
        print(f"  {method} {path}: 503, asked again in a second")
        time.sleep(1)
    if status not in expect:
        sys.exit(f"{method} {path}: {status} {text.decode(errors='replace')}")
    return json.loads(text) if text else None


def login(email, password):
    return call("POST", "/api/auth/login", {"email": email, "password": password})["accessToken"]


def org_number():
    digits = "5592" + "".join(random.choices("0123456789", k=5))
    doubled = [int(d) * (2 - i % 2) for i, d in enumerate(digits)]
    return f"{digits[:6]}-{digits[6:]}{-sum(d // 10 + d % 10 for d in doubled) % 10}"


def company(name, kind, **more):
    return {"name": name, "orgNumber": org_number(), "address": "Gatan 1", "city": "Umeå", "zipCode": "903 26",
            "email": "post@company.example", "phone": "08-123 45 67", "customerType": kind} | more


def main():
    token = login(ADMIN, os.environ["ADMIN_PASSWORD"])
    run = f"{random.randrange(10 ** 6):06d}"
    password = "a-trial-password-" + run
    organiser = call("POST", "/api/customers", company("Organiser " + run, 1), token)["id"]
    seller = call("POST", "/api/customers",
                  company("Crew " + run, 2, bankgiro="5050-1055", vatStatus="None", fTax=True, seat="Umeå"), token)["id"]
    category = call("GET", "/api/catalogue", token=token)["categories"][0]
    skill = {"category": category["name"], "skill": category["skills"][0]["name"]}
    call("POST", f"/api/customers/{organiser}/tariffs", skill | {"timeType": "Hour", "amount": 500}, token)
    person = {"firstName": "Kim", "lastName": "Trial", "password": password}
    people = {"organiser": {"userType": 2, "role": 2, "customerId": organiser},
              "boss": {"userType": 3, "role": 4, "customerId": seller},
              "crew": {"userType": 3, "role": 5, "customerId": seller, "skills": [skill]}}
    ids = {name: call("POST", "/api/users", person | {"email": f"{name}-{run}@trial.example"} | fields, token)["id"]
           for name, fields in people.items()}

    token = login(f"organiser-{run}@trial.example", password)
    day = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=60)).date().isoformat()
    event = call("POST", "/api/events", {
        "name": "Trial", "location": "Umeå", "eventType": "Concert", "startDate": f"{day}T10:00:00Z",
        "endDate": f"{day}T23:00:00Z"}, token)["id"]
    wanted = {"eventId": event, "crewId": ids["crew"], "startTime": f"{day}T18:00:00Z", "endTime": f"{day}T22:00:00Z"}
    booking = call("POST", "/api/bookings", wanted, token)
    assert booking["totalAmount"] == 2000 and booking["status"] == "REQUESTED", booking
    again = call("POST", "/api/bookings", wanted, token, expect=(409,))
    assert again["error"]["code"] == "CREW_UNAVAILABLE", again
    print("booked, once:", booking["id"], booking["totalAmount"], booking["currency"])

    boss = login(f"boss-{run}@trial.example", password)
    assert call("PUT", f"/api/bookings/{booking['id']}/confirm", {}, boss)["status"] == "CONFIRMED"
    end = time.monotonic() + 60
    while True:
        issued = [i for i in call("GET", f"/api/customers/{organiser}/invoices", token=token)["items"]
                  if i["status"] == "Issued"]
        if issued:
            break
        if time.monotonic() > end:
            sys.exit("no invoice within 60 s")
        time.sleep(0.2)
    print("invoiced:", issued[0]["invoiceNumber"], issued[0]["totalAmount"], issued[0]["currency"])


main()
