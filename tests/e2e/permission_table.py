"""Who may do what: every endpoint, every role, own and other things. The expected status in each cell.

Columns: A Admin · CA CustomerAdmin · CU CustomerUser · RA CrewAdmin · RU CrewUser · N nobody.
`whose`: own = of the caller's company (for crew roles: their crew company; for Admin: any), other =
of another company, self = the caller, - = nobody's. A cell "-" does not exist (nobody owns nothing).
Things are made afresh for each cell, so that a row may change them.
"""

COLUMNS = ("A", "CA", "CU", "RA", "RU", "N")


def row(method, path, whose, *cells, body=None, note=""):
    assert len(cells) == len(COLUMNS), (method, path)
    return {"method": method, "path": path, "whose": whose, "cells": dict(zip(COLUMNS, cells)), "body": body,
            "note": note}


SPAN = "from={from}&to={to}"
PRICING = "/api/bookings/pricing?eventId={event}&crewId={crew}&startTime={start}&endTime={end}"
BOOKING = {"eventId": "{event}", "crewId": "{crew}", "startTime": "{start}", "endTime": "{end}"}
EVENT = {"customerId": "{organiser}", "name": "Row", "startDate": "{start}", "endDate": "{end}",
         "location": "Here", "eventType": "Concert"}
MARKS = {"spans": [{"startDate": "{day}", "endDate": "{day}"}]}

TABLE = [
    # --- auth
    row("POST", "/api/auth/validate", "-", 200, 200, 200, 200, 200, 200),
    row("GET", "/api/auth/claims", "self", 200, 200, 200, 200, 200, 401),
    row("GET", "/api/auth/sessions", "self", 200, 200, 200, 200, 200, 401),
    row("DELETE", "/api/auth/sessions/{other_session}", "self", 204, 204, 204, 204, 204, 401),
    row("POST", "/api/auth/logout", "self", 204, 204, 204, 204, 204, 401),
    row("POST", "/api/auth/change-password", "self", 200, 200, 200, 200, 200, 401,
        body={"currentPassword": "demo-password", "newPassword": "demo-password"}),
    # --- users
    row("GET", "/api/users", "-", 200, 200, 403, 200, 403, 401),
    row("GET", "/api/users?customerId={company}", "own", 200, 200, 403, 200, 403, 401),
    row("GET", "/api/users?customerId={company}", "other", 200, 403, 403, 403, 403, 401),
    row("GET", "/api/users/{user}", "self", 200, 200, 200, 200, 200, 401),
    row("GET", "/api/users/{user}", "own", 200, 200, 403, 200, 403, 401),
    row("GET", "/api/users/{user}", "other", 200, 403, 403, 403, 403, 401),
    row("GET", "/api/users/customer/{company}", "own", 200, 200, 403, 200, 403, 401),
    row("GET", "/api/users/customer/{company}", "other", 200, 403, 403, 403, 403, 401),
    row("GET", "/api/customers/{company}/users", "own", 200, 200, 403, 200, 403, 401),
    row("GET", "/api/customers/{company}/users", "other", 200, 403, 403, 403, 403, 401),
    row("GET", "/api/users/crew", "-", 200, 200, 403, 200, 403, 401),
    row("GET", "/api/users/crew/availability?" + SPAN, "-", 200, 200, 403, 200, 403, 401),
    row("POST", "/api/users", "own", 201, 201, 403, 201, 403, 401, body="user"),
    row("POST", "/api/users", "other", 201, 403, 403, 403, 403, 401, body="user"),
    row("PUT", "/api/users/{user}", "self", 200, 200, 200, 200, 200, 401, body={"phone": "08-123 45 67"}),
    row("PUT", "/api/users/{user}", "own", 200, 200, 403, 200, 403, 401, body={"phone": "08-123 45 67"}),
    row("PUT", "/api/users/{user}", "other", 200, 403, 403, 403, 403, 401, body={"phone": "08-123 45 67"}),
    row("DELETE", "/api/users/{user}", "own", 204, 204, 403, 204, 403, 401),
    row("DELETE", "/api/users/{user}", "other", 204, 403, 403, 403, 403, 401),
    row("GET", "/api/users/{crew}/sensitive", "own", 200, 403, 403, 200, 403, 401, note="CA: in-house crew only"),
    row("GET", "/api/users/{crew}/sensitive", "other", 200, 403, 403, 403, 403, 401),
    row("PUT", "/api/users/{crew}/sensitive", "own", 200, 403, 403, 200, 403, 401, body={}),
    row("PUT", "/api/users/{crew}/sensitive", "other", 200, 403, 403, 403, 403, 401, body={}),
    row("GET", "/api/users/{crew}/availability?" + SPAN, "own", 200, 200, 403, 200, 403, 401),
    row("GET", "/api/users/{crew}/availability?" + SPAN, "other", 200, 200, 403, 403, 403, 401),
    row("PUT", "/api/users/{crew}/availability", "own", 200, 403, 403, 200, 403, 401, body=MARKS),
    row("PUT", "/api/users/{crew}/availability", "other", 200, 403, 403, 403, 403, 401, body=MARKS),
    # --- customers
    row("GET", "/api/customers", "-", 200, 200, 200, 200, 200, 401),
    row("GET", "/api/customers/{company}", "own", 200, 200, 200, 200, 200, 401),
    row("GET", "/api/customers/{company}", "other", 200, 403, 403, 403, 403, 401),
    row("GET", "/api/customers/{company}/details", "own", 200, 200, 200, 200, 200, 401),
    row("GET", "/api/customers/{company}/details", "other", 200, 403, 403, 403, 403, 401),
    row("POST", "/api/customers", "-", 201, 403, 403, 403, 403, 401, body="customer"),
    row("PUT", "/api/customers/{company}", "own", 200, 200, 403, 200, 403, 401, body={"contact": "Kim"}),
    row("PUT", "/api/customers/{company}", "other", 200, 403, 403, 403, 403, 401, body={"contact": "Kim"}),
    row("DELETE", "/api/customers/{fresh_company}", "-", 204, 403, 403, 403, 403, 401),
    row("GET", "/api/customers/{organiser}/tariffs", "own", 200, 200, 200, 403, 403, 401),
    row("GET", "/api/customers/{organiser}/tariffs", "other", 200, 403, 403, 403, 403, 401),
    row("POST", "/api/customers/{organiser}/tariffs", "own", 201, 201, 403, 403, 403, 401, body="tariff"),
    row("POST", "/api/customers/{organiser}/tariffs", "other", 201, 403, 403, 403, 403, 401, body="tariff"),
    row("PUT", "/api/tariffs/{tariff}", "own", 200, 200, 403, 403, 403, 401, body={"amount": 501.5}),
    row("PUT", "/api/tariffs/{tariff}", "other", 200, 403, 403, 403, 403, 401, body={"amount": 501.5}),
    row("DELETE", "/api/tariffs/{tariff}", "own", 204, 204, 403, 403, 403, 401),
    row("DELETE", "/api/tariffs/{tariff}", "other", 204, 403, 403, 403, 403, 401),
    # --- events
    row("GET", "/api/events", "-", 200, 200, 200, 200, 200, 401),
    row("GET", "/api/events/calendar?year=2027&month=7", "-", 200, 200, 200, 200, 200, 401),
    row("GET", "/api/events/date-range?" + SPAN, "-", 200, 200, 200, 200, 200, 401),
    row("GET", "/api/events?customerId={organiser}", "other", 200, 403, 403, 403, 403, 401),
    row("GET", "/api/events/{event}", "own", 200, 200, 200, 403, 403, 401, note="crew: not booked there"),
    row("GET", "/api/events/{event}", "other", 200, 403, 403, 403, 403, 401),
    row("GET", "/api/events/{booked_event}", "own", 200, 200, 200, 200, 200, 401, note="crew: booked there"),
    row("GET", "/api/customers/{organiser}/events", "own", 200, 200, 200, 403, 403, 401),
    row("GET", "/api/customers/{organiser}/events", "other", 200, 403, 403, 403, 403, 401),
    row("POST", "/api/events", "own", 201, 201, 403, 403, 403, 401, body=EVENT),
    row("POST", "/api/events", "other", 201, 403, 403, 403, 403, 401, body=EVENT),
    row("PUT", "/api/events/{event}", "own", 200, 200, 403, 403, 403, 401, body={"description": "New"}),
    row("PUT", "/api/events/{event}", "other", 200, 403, 403, 403, 403, 401, body={"description": "New"}),
    row("PUT", "/api/events/{event}/status", "own", 200, 200, 403, 403, 403, 401, body={"status": "InProgress"}),
    row("PUT", "/api/events/{event}/status", "other", 200, 403, 403, 403, 403, 401, body={"status": "InProgress"}),
    row("DELETE", "/api/events/{event}", "own", 204, 204, 403, 403, 403, 401),
    row("DELETE", "/api/events/{event}", "other", 204, 403, 403, 403, 403, 401),
    # --- bookings
    row("POST", "/api/bookings", "own", 201, 201, 403, 403, 403, 401, body=BOOKING),
    row("POST", "/api/bookings", "other", 201, 403, 403, 403, 403, 401, body=BOOKING),
    row("GET", PRICING, "own", 200, 200, 403, 403, 403, 401),
    row("GET", PRICING, "other", 200, 403, 403, 403, 403, 401),
    row("GET", "/api/bookings", "-", 200, 200, 200, 200, 200, 401),
    row("GET", "/api/bookings?customerId={company}", "other", 200, 403, 403, 403, 403, 401),
    row("GET", "/api/bookings/{booking}", "own", 200, 200, 200, 200, 200, 401, note="RU: their own"),
    row("GET", "/api/bookings/{booking}", "other", 200, 403, 403, 403, 403, 401),
    row("GET", "/api/bookings/{booking}/history", "own", 200, 200, 200, 200, 200, 401),
    row("GET", "/api/bookings/{booking}/history", "other", 200, 403, 403, 403, 403, 401),
    row("GET", "/api/bookings/event/{event}", "other", 200, 403, 403, 200, 403, 401,
        note="crew companies their part: empty"),
    row("GET", "/api/bookings/crew/{crew}", "own", 200, 403, 403, 200, 403, 401),
    row("GET", "/api/bookings/crew/{crew}", "other", 200, 403, 403, 403, 403, 401),
    row("GET", "/api/customers/{company}/bookings", "own", 200, 200, 200, 200, 403, 401),
    row("GET", "/api/customers/{company}/bookings", "other", 200, 403, 403, 403, 403, 401),
    row("PUT", "/api/bookings/{booking}/confirm", "own", 200, 403, 403, 200, 403, 401),
    row("PUT", "/api/bookings/{booking}/confirm", "other", 200, 403, 403, 403, 403, 401),
    row("PUT", "/api/bookings/{booking}/decline", "own", 200, 403, 403, 200, 403, 401, body={"reason": "No"}),
    row("PUT", "/api/bookings/{booking}/decline", "other", 200, 403, 403, 403, 403, 401, body={"reason": "No"}),
    row("PUT", "/api/bookings/{booking}/cancel", "own", 200, 200, 403, 200, 403, 401, body={"reason": "No"}),
    row("PUT", "/api/bookings/{booking}/cancel", "other", 200, 403, 403, 403, 403, 401, body={"reason": "No"}),
    row("PUT", "/api/bookings/{confirmed}/complete", "own", 200, 409, 403, 403, 403, 401, note="CA: not before its end"),
    row("PUT", "/api/bookings/{confirmed}/complete", "other", 200, 403, 403, 403, 403, 401),
    # --- invoices
    row("GET", "/api/invoices", "-", 200, 200, 403, 200, 403, 401),
    row("GET", "/api/invoices?customerId={company}", "other", 200, 403, 403, 403, 403, 401),
    row("GET", "/api/customers/{company}/invoices", "own", 200, 200, 403, 200, 403, 401),
    row("GET", "/api/customers/{company}/invoices", "other", 200, 403, 403, 403, 403, 401),
    row("POST", "/api/bookings/{confirmed}/invoice", "own", (200, 201), 403, 403, (200, 201), 403, 401),
    row("POST", "/api/bookings/{confirmed}/invoice", "other", (200, 201), 403, 403, 403, 403, 401),
    row("GET", "/api/invoices/{invoice}", "own", 200, 200, 403, 200, 403, 401),
    row("GET", "/api/invoices/{invoice}", "other", 200, 403, 403, 403, 403, 401),
    row("PUT", "/api/invoices/{invoice}/status", "own", 200, 403, 403, 200, 403, 401, body={"status": "Credited"}),
    row("PUT", "/api/invoices/{invoice}/status", "other", 200, 403, 403, 403, 403, 401, body={"status": "Credited"}),
    row("POST", "/api/invoices/{invoice}/payments", "own", (200, 201), 403, 403, (200, 201), 403, 401,
        body={"amount": 1, "paidDate": "{today}", "method": "Swish"}),
    row("POST", "/api/invoices/{invoice}/payments", "other", (200, 201), 403, 403, 403, 403, 401,
        body={"amount": 1, "paidDate": "{today}", "method": "Swish"}),
    # --- reports, catalogue, administration
    row("GET", "/api/reports/bookings?from=2027-01-01&to=2027-12-31&by=month", "-", 200, 200, 403, 200, 403, 401),
    row("GET", "/api/reports/trends?from=2027-01-01&to=2027-12-31&by=month", "-", 200, 200, 403, 200, 403, 401),
    row("GET", "/api/reports/utilisation?from=2027-01-01&to=2027-02-28&by=month", "-", 200, 200, 403, 200, 403, 401),
    row("GET", "/api/catalogue", "-", 200, 200, 200, 200, 200, 401),
    row("PUT", "/api/catalogue", "-", 200, 403, 403, 403, 403, 401, body="catalogue"),
    row("GET", "/api/admin/dead-letters", "-", 200, 403, 403, 403, 403, 401),
    row("POST", "/api/admin/dead-letters/none/replay", "-", 404, 403, 403, 403, 403, 401),
    row("GET", "/api/admin/audit", "-", 200, 403, 403, 403, 403, 401),
    row("GET", "/api/admin/settings", "-", 200, 403, 403, 403, 403, 401),
    row("PUT", "/api/admin/settings", "-", 200, 403, 403, 403, 403, 401, body={}),
]
