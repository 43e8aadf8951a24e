"""The rules for all endpoints, on endpoints of users, companies and logins."""
import socket

import pytest
from rules import EMOJI, TIME, company_body, make_company, make_person, org_number, person_body, refused, whole

LISTS = ["/api/users", "/api/customers", "/api/users/crew", "/api/admin/audit", "/api/admin/dead-letters",
         "/api/auth/sessions", "/api/users/crew/availability?from=2027-03-01T00:00:00Z&to=2027-03-02T00:00:00Z"]
JSON = {"Content-Type": "application/json"}


@pytest.fixture
def company(admin):
    return make_company(admin)


def raw(program, text):
    with socket.create_connection(("127.0.0.1", program.port)) as connection:
        connection.sendall(text.replace("\n", "\r\n").encode())
        connection.settimeout(10)
        return connection.recv(65536).decode()


# --- JSON in

@pytest.mark.parametrize("body", [
    b"", b"{", b"{}x", b"{'a': 1}", b'{"a": 1,}', b"[1,]", b'\xef\xbb\xbf{}', b'{"name": "\xff"}',
    b'{"name": "\\ud800"}', b'{"name": "\\udc00\\ud800"}', b'{"name": "a", "name": "b"}',
    b'{"x": {"a": 1, "a": 2}}', b'{"name": 1e999}', b'{"name": -1e999}', b'{"name": 01}', b'{"name": NaN}',
    b'{"name": "a\tb"}', b"// no\n{}", b"[" * 33 + b"]" * 33, b'{"a":' * 33 + b"1" + b"}" * 33, b"nul"])
def test_bodies_that_are_no_json_are_400_without_details(admin, company, body):
    answer = admin.put(f"/api/customers/{company['id']}", body)
    if body == b"":
        assert answer.status == 200  # No body says nothing: nothing changes.
        return
    refused(answer, 400)


@pytest.mark.parametrize("body", [b"[]", b"null", b"5", b'"text"', b"true", b"[" * 32 + b"]" * 32])
def test_a_body_that_is_no_object_is_a_fault_with_empty_field(admin, company, body):
    for path in ("/api/customers", "/api/users", f"/api/customers/{company['id']}/tariffs"):
        refused(admin.post(path, body), 400, "")
    for path in (f"/api/customers/{company['id']}", "/api/catalogue", "/api/admin/settings"):
        refused(admin.put(path, body), 400, "")
    refused(admin.post("/api/auth/change-password", body), 400, "")


def test_32_levels_are_read(admin, company):
    body = b'{"contact":' + b"[" * 31 + b"]" * 31 + b"}"
    refused(admin.put(f"/api/customers/{company['id']}", body), 400, "contact")


def test_numbers_count_by_value(admin):
    body = company_body(1.0)
    made = whole(admin.post("/api/customers", body), 201)
    assert made["customerType"] == 1
    for wrong in (1.5, "1", True, 0, 3, 1e300, -1, [1], {}):
        refused(admin.post("/api/customers", company_body(wrong)), 400, "customerType")
    refused(admin.post("/api/customers", company_body(10 ** 30)), 400, "customerType")


def test_null_is_absent_in_a_post(admin):
    made = whole(admin.post("/api/customers", company_body(1, contact=None, country=None, isActive=None)), 201)
    assert "contact" not in made and made["country"] == "SE" and made["isActive"] is True
    refused(admin.post("/api/customers", company_body(1, name=None, city=None)), 400, "name", "city")


def test_only_json_is_taken(admin, company):
    path = f"/api/customers/{company['id']}"
    for kind in ("text/plain", "application/xml", "application/x-www-form-urlencoded", "application/jsonp", "json",
                 "application/json; charset=latin1"):
        refused(admin.put(path, b'{"contact": "Kim"}', headers={"Content-Type": kind}), 415)
    for kind in ("application/json", "Application/JSON; charset=UTF-8", "application/json;charset=utf-8"):
        assert admin.put(path, b'{"contact": "Kim"}', headers={"Content-Type": kind}).status == 200


# --- text

def test_lengths_are_code_points(admin):
    assert whole(admin.post("/api/customers", company_body(1, name=EMOJI * 200)), 201)["name"] == EMOJI * 200
    refused(admin.post("/api/customers", company_body(1, name=EMOJI * 201)), 400, "name")
    refused(admin.post("/api/customers", company_body(
        1, name="x" * 201, address="x" * 201, city="x" * 201, contact="x" * 201, seat="x" * 201)),
        400, "name", "address", "city", "contact", "seat")


def test_text_is_stored_as_sent(admin):
    name = "  A\u030Angström\tAB\r\n & <b>\u00A0\u2028\\\"' "
    made = make_company(admin, name=name, contact="")
    assert made["name"] == name and made["contact"] == ""
    assert admin.ok("GET", f"/api/customers/{made['id']}")["name"] == name


@pytest.mark.parametrize("bad", ["a\x00b", "a\x01", "\x1f", "\x7f", "a\u0085b", "\u009f", "\x0b", "\x0c"])
def test_control_characters_are_refused(admin, bad):
    refused(admin.post("/api/customers", company_body(1, name=bad + "x", contact=bad)), 400, "name", "contact")


@pytest.mark.parametrize("blank", ["", " ", "\t\r\n", "\u00A0", "\u2003 \u3000", "\u2028"])
def test_blank_is_refused_where_something_is_required(admin, company, blank):
    refused(admin.post("/api/customers", company_body(1, name=blank, city=blank)), 400, "name", "city")
    refused(admin.put(f"/api/customers/{company['id']}", {"name": blank}), 400, "name")
    refused(admin.post("/api/users", person_body(company["id"], firstName=blank, lastName=blank)),
            400, "firstName", "lastName")


# --- every fault is named, unknown ones too

def test_every_wrong_field_is_named(admin, company):
    refused(admin.post("/api/customers", {}), 400, "name", "orgNumber", "address", "city", "zipCode", "email",
            "phone", "customerType")
    refused(admin.post("/api/users", {}), 400, "email", "firstName", "lastName", "userType", "role")
    refused(admin.post("/api/users", {
        "email": "no", "firstName": 1, "lastName": [], "userType": 9, "role": "x", "phone": "abc", "language": "de",
        "channels": ["fax"], "isActive": "yes", "password": "short", "customerId": company["id"], "extra": 1}),
        400, "email", "firstName", "lastName", "userType", "role", "phone", "language", "channels[0]", "isActive",
        "password", "extra")
    refused(admin.post(f"/api/customers/{company['id']}/tariffs", {"amount": "x", "extra": 1, "validFrom": "soon"}),
            400, "amount", "category", "skill", "timeType", "extra", "validFrom")


def test_unknown_query_parameters_are_refused(admin, company):
    person = make_person(admin, company["id"])
    for path in LISTS:
        refused(admin.get(path + ("&" if "?" in path else "?") + "nope=1"), 400, "nope")
    for path in (f"/api/users/{person['id']}", f"/api/customers/{company['id']}", "/api/catalogue",
                 f"/api/customers/{company['id']}/details", f"/api/customers/{company['id']}/tariffs",
                 f"/api/customers/{company['id']}/users", "/api/admin/settings", "/api/auth/claims",
                 f"/api/users/{person['id']}/sensitive"):
        refused(admin.get(path + "?nope=1"), 400, "nope")
    refused(admin.post("/api/customers?nope=1", company_body()), 400, "nope")
    refused(admin.post("/api/users?a=1&b=2", person_body(company["id"])), 400, "a", "b")
    refused(admin.put(f"/api/customers/{company['id']}?nope=1", {}), 400, "nope")
    refused(admin.delete(f"/api/users/{person['id']}?nope=1"), 400, "nope")


# --- paging

@pytest.mark.parametrize("path", LISTS)
def test_paging(admin, path):
    mark = "&" if "?" in path else "?"
    first = admin.ok("GET", path)
    assert set(first) == {"items", "pageNumber", "pageSize", "total"}
    assert (first["pageNumber"], first["pageSize"]) == (1, 50)
    assert len(first["items"]) == min(50, first["total"])
    assert admin.ok("GET", f"{path}{mark}pageSize=200")["pageSize"] == 200
    beyond = admin.ok("GET", f"{path}{mark}pageNumber=100000&pageSize=1")
    assert beyond["items"] == [] and beyond["pageNumber"] == 100000 and beyond["total"] >= first["total"]
    for size in ("201", "0", "-1", "abc", "1.5", "", "99999999999999999999"):
        refused(admin.get(f"{path}{mark}pageSize={size}"), 400, "pageSize")
    refused(admin.get(f"{path}{mark}pageNumber=0&pageSize=201"), 400, "pageNumber", "pageSize")
    refused(admin.get(f"{path}{mark}pageSize=1&pageSize=2"), 400, "pageSize")


def test_newest_first_and_pages_fit_together(admin):
    company = make_company(admin)
    ids = [make_person(admin, company["id"])["id"] for _ in range(5)]
    path = f"/api/customers/{company['id']}/users"
    assert [u["id"] for u in admin.ok("GET", path)["items"]] == ids[::-1]
    pages = [admin.ok("GET", f"{path}?pageSize=2&pageNumber={n}") for n in (1, 2, 3)]
    assert [u["id"] for page in pages for u in page["items"]] == ids[::-1]
    assert [page["total"] for page in pages] == [5, 5, 5]


# --- q

def test_q_matches_prefixes_of_all_words(admin):
    made = make_company(admin, name="Örebro Kvarnteater Zzyx-77 AB")

    def found(q):
        return [c["id"] for c in admin.ok("GET", f"/api/customers?q={q}")["items"]]
    for q in ("zzyx", "ZZYX", "Zzy%20kvarn", "kvarnteater+zzyx", "%C3%96REBRO+zzyx", "zzyx-77", "zzyx,kvarn", "zz+77"):
        assert found(q) == [made["id"]], q
    for q in ("zzyxx", "kvarn+zzyx+nope", "zyx", "teater+zzyx", "", "-", "+", "%F0%9F%8E%B5", "%22", "%00"):
        assert made["id"] not in found(q) if q != "%00" else True, q
    for q in ("", "%20", "-!", "%F0%9F%8E%B5"):
        assert admin.ok("GET", f"/api/customers?q={q}")["total"] == 0
        assert admin.ok("GET", f"/api/users?q={q}")["total"] == 0
        assert admin.ok("GET", f"/api/users/crew?q={q}")["total"] == 0
    assert admin.get("/api/customers?q=" + "a" * 200).status == 200
    refused(admin.get("/api/customers?q=" + "a" * 201), 400, "q")
    refused(admin.get("/api/users?q=" + "a" * 201), 400, "q")
    refused(admin.get("/api/customers?q=a&q=b"), 400, "q")


# --- routes, forms and who

def test_routes_methods_and_accept(shared, admin, company):
    nobody = shared.client()
    for client, status in ((nobody, 401), (admin, 404)):
        for path in ("/api/nope", "/api", "/api/usersx", "/api/users/a/b/c", "/api/customers/x/nope", "/api/admin",
                     "/api/auth/nope", "/api/users/"):
            refused(client.get(path), status)
    answer = refused(admin.put("/api/users/crew", {}), 405)
    assert answer.headers["Allow"] == "GET, HEAD, OPTIONS"
    answer = refused(admin.request("PATCH", f"/api/customers/{company['id']}", {}), 405)
    assert answer.headers["Allow"] == "DELETE, GET, HEAD, OPTIONS, PUT"
    assert refused(nobody.get("/api/auth/login"), 405).headers["Allow"] == "OPTIONS, POST"
    refused(nobody.put("/api/users/crew", {}), 401)
    refused(admin.get("/api/users", headers={"Accept": "text/html"}), 406)
    refused(admin.get("/api/users", headers={"Accept": "application/json;q=0"}), 406)
    for kind in ("application/json", "*/*", "application/*", "text/html, */*;q=0.1"):
        assert admin.get("/api/users", headers={"Accept": kind}).status == 200
    # The form before the role, the role before the body.
    organiser = shared.login("organiser@demo.example")
    refused(organiser.post("/api/customers", {}, headers={"Accept": "text/html"}), 406)
    refused(organiser.post("/api/customers", b"x", headers={"Content-Type": "text/plain"}), 415)
    refused(organiser.post("/api/customers", b"{"), 403)
    refused(organiser.put("/api/catalogue", b"{"), 403)


def test_options_and_head(shared, admin):
    for client in (shared.client(), admin):
        answer = client.request("OPTIONS", "/api/users")
        assert answer.status == 204 and answer.text == "" and answer.headers["Allow"] == "GET, HEAD, OPTIONS, POST"
    refused(admin.request("OPTIONS", "/api/users", headers={"Origin": "https://elsewhere.example"}), 403)
    head, get = admin.request("HEAD", "/api/catalogue"), admin.get("/api/catalogue")
    assert head.status == 200 and head.text == "" and head.headers["ETag"] == get.headers["ETag"]
    assert head.headers["Content-Length"] == get.headers["Content-Length"]


def test_401_is_one_message(shared, admin):
    nobody = shared.client()
    answers = [nobody.get("/api/users")]
    for text in ("Bearer", "Bearer ", "Bearer x", "Bearer a.b.c", "Basic YTpi", "Bearer " + admin.token + "x", admin.token,
                 "Bearer " + admin.token[:-4] + "AAAA"):
        answers.append(nobody.get("/api/users", headers={"Authorization": text}))
    assert len({refused(answer, 401).error["message"] for answer in answers}) == 1
    for scheme in ("bearer", "BEARER", "BeArEr"):
        assert nobody.get("/api/users", headers={"Authorization": f"{scheme} {admin.token}"}).status == 200
    # On a public route a bad token is ignored; two are too many anywhere.
    assert nobody.post("/api/auth/forgot-password", {"email": "nobody@rules.example"},
                       headers={"Authorization": "Bearer x"}).status == 202
    for path in ("/api/users", "/api/nope"):
        answer = raw(shared, f"GET {path} HTTP/1.1\nHost: localhost:{shared.port}\nAuthorization: Bearer a\n"
                     "Authorization: Bearer a\nConnection: close\n\n")
        assert answer.startswith("HTTP/1.1 400 ") and '"VALIDATION_ERROR"' in answer


# --- ETag and If-Match

def test_etag_and_if_match(admin, company):
    path = f"/api/customers/{company['id']}"
    assert whole(admin.get(path))["version"] == 1
    second = whole(admin.put(path, {"contact": "A"}, headers={"If-Match": '"1"'}))
    assert second["version"] == 2 and second["updatedAt"] >= second["createdAt"]
    refused(admin.put(path, {"contact": "B"}, headers={"If-Match": '"1"'}), 412)
    for tag in ('"3"', "2", 'W/"2"', '""', "abc", '"02"'):
        refused(admin.put(path, {"contact": "B"}, headers={"If-Match": tag}), 412)
    for tag in ('"2"', "*", '"1", "2"'):
        assert whole(admin.put(path, {"contact": "A"}, headers={"If-Match": tag}))["version"] == 2
    # A wrong field comes before a version, a version before a conflict.
    refused(admin.put(path, {"contact": 7}, headers={"If-Match": '"1"'}), 400, "contact")
    other = make_company(admin)
    refused(admin.put(path, {"orgNumber": other["orgNumber"]}, headers={"If-Match": '"1"'}), 412)
    refused(admin.delete(path, headers={"If-Match": '"1"'}), 412)
    assert admin.put(path, {"contact": "last"}).json["version"] == 3


def test_a_whole_thing_from_before_is_412_where_somebody_was_faster(admin, company):
    """Sent back with what was read, version and updatedAt are those of then."""
    person = make_person(admin, company["id"])
    tariff = whole(admin.post(f"/api/customers/{company['id']}/tariffs", {
        "category": "Sound", "skill": "RF Technician", "timeType": "Day", "amount": 4000}), 201)
    for path, thing, change in ((f"/api/users/{person['id']}", person, {"firstName": "Ny"}),
                                (f"/api/customers/{company['id']}", company, {"contact": "Ny"}),
                                (f"/api/tariffs/{tariff['id']}", tariff, {"amount": 4001})):
        assert whole(admin.put(path, thing))["version"] == 1
        assert whole(admin.put(path, thing | change, headers={"If-Match": '"1"'}))["version"] == 2
        refused(admin.put(path, thing | change, headers={"If-Match": '"1"'}), 412)
        refused(admin.put(path, {"id": "x", "createdAt": "2020-01-01T00:00:00Z"}), 400, "id", "createdAt")


# --- Idempotency-Key

def test_idempotency_of_users_companies_and_tariffs(admin, company):
    for path, body in (("/api/customers", company_body()), ("/api/users", person_body(company["id"])),
                       (f"/api/customers/{company['id']}/tariffs",
                        {"category": "Video", "skill": "Vision Mixer", "timeType": "Hour", "amount": 400})):
        key = {"Idempotency-Key": "k" * 128}
        first = whole(admin.post(path, body, headers=key), 201)
        again = admin.post(path, body, headers=key)
        assert again.status == 201 and again.json == first and again.headers["ETag"] == '"1"'
        assert again.headers["Location"].endswith(first["id"])
        refused(admin.post(path, body | {"name": "Other"}, headers=key), 422)
        for wrong in ("k" * 129, "a b", "", "å"):
            refused(admin.post(path, body, headers={"Idempotency-Key": wrong.encode()}), 400)


def test_a_refusal_of_fields_is_not_kept_under_the_key(admin):
    key = {"Idempotency-Key": "corrected-" + org_number()}
    refused(admin.post("/api/customers", company_body(name=""), headers=key), 400, "name")
    body = company_body()
    made = whole(admin.post("/api/customers", body, headers=key), 201)
    assert admin.post("/api/customers", body, headers=key).json["id"] == made["id"]


# --- what is outside /api

def test_pages_outside_the_api(shared):
    nobody = shared.client()
    assert nobody.get("/health").json == {"status": "ok", "demo": True}
    assert nobody.get("/openapi.json").json["openapi"].startswith("3.")
    assert "text/html" in nobody.get("/docs").headers["Content-Type"]
    for path in ("/ready", "/metrics", "/internal/users/x", "/internal"):
        assert nobody.get(path).status == 404, path
    assert TIME.match(nobody.get("/api/users").error["timestamp"])
