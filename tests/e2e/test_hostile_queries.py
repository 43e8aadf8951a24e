"""Addresses, queries and fields of the head that strangers send, and odd texts that are right. What is wrong is
refused in the one error form and by its name; nothing is stored, nothing fails on our side."""
import re
import urllib.parse

from hostile import check_form, faults, named, routes, unchanged, world

__all__ = ["faults", "unchanged", "world"]  # fixtures


def test_ids_of_another_kind_name_nothing(world, unchanged, faults):
    event_id, crew_id = world.event["id"], world.crew["id"]
    bad = [event_id, crew_id, world.booking["id"], world.tariff["id"], world.event["slots"][0]["id"],
           "", " ", "$ne", "evt-", "evt-" + "x" * 300, "../../etc/passwd", "evt-1' OR '1'='1", "\u202egnp"]
    booking, event, user, tariff = (world.bodies[route] for route in (
        "POST /api/bookings", "POST /api/events", "POST /api/users", "PUT /api/tariffs/{id}"))
    for wrong in bad:
        with faults.case("eventId", wrong):
            if wrong != event_id:
                check_form(world.send("POST /api/bookings", booking | {"eventId": wrong}), 404, "NOT_FOUND")
        for route, body, field in (("POST /api/bookings", booking, "crewId"), ("POST /api/bookings", booking, "slotId"),
                                   ("POST /api/events", event, "customerId"), ("POST /api/users", user, "customerId"),
                                   ("POST /api/customers/{id}/tariffs", tariff, "crewCustomerId")):
            if (field, wrong) in (("crewId", crew_id), ("slotId", booking["slotId"])):
                continue
            with faults.case(route, field, wrong):
                error = check_form(world.send(route, body | {field: wrong}), 400, "VALIDATION_ERROR")
                assert named(error) == [field], error


def with_path_values(path, value):
    return re.sub(r"\{[a-zA-Z]+\}", urllib.parse.quote(value, safe=""), path)


def test_a_path_that_names_nothing_is_404(world, unchanged, faults):
    """Of another kind, or no id at all; only what is no path is 400."""
    wrong = [world.event["id"], world.crew["id"], world.customer, "x", "$ne", "' OR 1=1 --", "null", "undefined", "0", "-1",
             "\u202e", "\U0001f600", "x" * 500]
    broken = ["%00", "%2F", "%2e%2e", "%zz", "%", "%c3%28", "%ed%a0%80", "%0a"]
    for path, methods in world.paths.items():
        if "{" not in path:
            continue
        kind = re.search(r"/([a-z-]+)/\{", path)[1]
        for method in methods:
            route = f"{method.upper()} {path}"
            body = world.bodies.get(route) or None
            for value in wrong:
                right_kind = {"users": "usr-", "crew": "usr-", "customers": "cust-", "customer": "cust-", "events": "evt-",
                              "event": "evt-"}.get(kind, "-")
                if value.startswith(right_kind):
                    continue
                with faults.case(route, value):
                    answer = world.client(route).request(method.upper(), with_path_values(path, value), body)
                    if path == "/api/users/{id}/push-subscriptions" or "/auth/sessions" in path:
                        assert answer.status in (403, 404), answer  # nobody else's, or nobody's
                    else:
                        check_form(answer, 404, "NOT_FOUND")
            for value in broken:
                with faults.case(route, value):
                    address = re.sub(r"\{[a-zA-Z]+\}", lambda _, value=value: value, path)
                    answer = world.client(route).request(method.upper(), address, body)
                    assert answer.status in (400, 403, 404), answer
                    check_form(answer, answer.status)


def test_versions_that_are_none_match_nothing(world, unchanged, faults):
    tags = ['W/"1"', "1", '"x"', '"0"', '"-1"', '"99999999999999999999"', '"1\' OR 1=1"', ""]
    for route, tag in ((route, tag) for route in routes(world) for tag in tags):
        if route.startswith("PUT "):
            with faults.case(route, tag):
                answer = world.send(route, world.bodies[route], headers={"If-Match": tag})
                check_form(answer, answer.status)
                assert answer.status == 412 or answer.status == 400 and answer.error["details"], answer


def test_keys_that_are_none(world, unchanged, faults):
    keys = ["", " ", "x" * 129, "a b", "\u00e5", "a\tb"]
    for route, key in ((route, key) for route in routes(world) for key in keys):
        if route.startswith("POST ") and "/auth/" not in route:
            with faults.case(route, key):
                answer = world.send(route, world.bodies[route], headers={"Idempotency-Key": key.encode()})
                assert check_form(answer, 400, "VALIDATION_ERROR")["details"] == []


# ---- queries

def reading(world):
    """GET routes that may be asked again and again, with what makes them right."""
    times = {"from": "2026-01-01T00:00:00Z", "to": "2026-02-01T00:00:00Z"}
    needs = {"/api/users/crew/availability": times, "/api/events/date-range": times,
             "/api/events/calendar": {"year": "2026", "month": "5"},
             "/api/users/{id}/availability": {"date": "2026-05-01"},
             "/api/bookings/pricing": {name: world.bodies["POST /api/bookings"][name]
                                       for name in ("eventId", "crewId", "startTime", "endTime")}}
    for path, methods in world.paths.items():
        if "get" not in methods:
            continue
        names = [p["name"] for p in methods["get"].get("parameters", []) if p.get("in") == "query"]
        yield path, names, needs.get(path, {})


def ask(world, path, query):
    client = world.crew_login if path.startswith("/api/auth/") else world.admin
    text = query if isinstance(query, str) else urllib.parse.urlencode(query)
    return client.get(world.address("GET " + path) + ("?" + text if text else ""))


def test_every_get_is_right_without_what_is_wrong(world, faults):
    for path, _, needed in reading(world):
        with faults.case(path):
            assert ask(world, path, needed).status == 200, ask(world, path, needed)


def test_wrong_queries_are_400_by_name(world, unchanged, faults):
    for path, names, needed in reading(world):
        right = urllib.parse.urlencode(needed)
        glue = "&" if right else ""
        wrong = [("hostile=1", "hostile"), ("hostile", "hostile"), ("$where=1", "$where"), ("PAGENUMBER=1", "PAGENUMBER"),
                 ("%24ne=1", "$ne"), ("hostile%5B%5D=1", "hostile[]"), ("a%00b=1", None), ("hostile=%zz", "hostile"),
                 ("hostile=%", "hostile"), ("hostile=%ff", "hostile"), ("hostile=%ed%a0%80", "hostile")]
        for name in names:
            value = needed.get(name, "1")
            encoded = urllib.parse.quote(value)
            if name not in needed:
                wrong.append((f"{name}={encoded}&{name}={encoded}", name))
            else:
                wrong.append((f"{name}={encoded}", name))
            wrong += [(f"{name}=%ff", name), (f"{name}=%c0%af", name), (f"{name}=%", name), (f"{name}=%g0", name)]
            if name not in needed and not name.endswith("Id"):  # an id that names nothing: an empty list
                wrong += [(f"{name}=a%00b", name), (f"{name}=" + "x" * 2_000, name)]
            if name in ("pageNumber", "pageSize"):
                wrong += [(f"{name}={bad}", name) for bad in
                          ("0", "-1", "1.5", "x", "", "1e3", "9223372036854775808", "99999999999999999999", "%2B1", "0x10",
                           "%201", "1%20", "NaN", "null", "true", "%7B%22%24ne%22%3Anull%7D")]
            if name == "pageSize":
                wrong.append(("pageSize=201", name))
            if name in ("status", "timeType", "by", "format", "userType", "role", "customerType"):
                wrong += [(f"{name}={bad}", name) for bad in ("Nothing", "", "%20", "requested", "9", "1%2C2", "%24ne")]
            if name in ("from", "to", "availableFrom", "availableTo", "startTime", "endTime") and name not in needed:
                wrong += [(f"{name}={bad}", name) for bad in ("yesterday", "", "2026-13-01", "0", "2026-02-30T00:00:00Z")]
            if name.endswith("Id") and path != "/api/bookings/pricing":
                for value in ("a%00b", "x" * 2_000, "%24ne", "' OR 1=1", "%7B%22%24ne%22%3Anull%7D", "%E2%80%AE"):
                    with faults.case(path, name, value):
                        answer = ask(world, path, right + glue + f"{name}={urllib.parse.quote(value, safe='%')}")
                        assert answer.status == 400 and named(answer.error) == [name] or \
                            answer.status == 200 and answer.json["items"] == [], answer
        for query, field in wrong:
            with faults.case(path, query):
                error = check_form(ask(world, path, right + glue + query), 400, "VALIDATION_ERROR")
                assert field is None or field in named(error), error


# ---- odd, and right

ODD = ["Robert'); DROP TABLE users;--", '{"$ne": null}', "$where: function() { return true }", "%s%n%x", "../../etc/passwd",
       "<script>alert(1)</script>", "\u202eevil\u202c", "\u200bzero\u200b", "e\u0301 and \u00e9", "\U0001f468\u200d\U0001f3a4 \U0001f3b8",
       "tab\tand\nline", "\uffff\ufffe", "\U0010ffff", "'\"`\\", "=1+1", "\u0130\u0131\u017f\u1e9e", "NULL", "\ufeffBOM"]


def test_odd_texts_are_kept_as_they_were_sent(world, faults):
    made = []
    for text in ODD:
        with faults.case(repr(text)):
            event = {name: value for name, value in world.bodies["POST /api/events"].items() if name != "slots"}
            sent = event | {"name": text, "description": text, "location": text, "crewInfo": text}
            event = world.admin.ok("POST", "/api/events", sent, status=201)
            made.append(event["id"])
            again = world.admin.ok("GET", f"/api/events/{event['id']}")
            for name in ("name", "description", "location", "crewInfo"):
                assert again[name] == text, again[name]
            found = world.admin.get("/api/events?" + urllib.parse.urlencode({"q": text}))
            assert found.status == 200, found
    assert len(set(made)) == len(ODD)
    for event_id in made:
        world.admin.ok("DELETE", f"/api/events/{event_id}", status=204)
