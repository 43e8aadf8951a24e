"""Companies, tariffs and the catalogue: fields, numbers, who sees and changes what."""
import copy

import pytest
from rules import (World, check_digit, company_body, make_company, make_person, number, org_number, person_body,
                   refused, whole)

COMPANY = {"id", "version", "createdAt", "updatedAt", "name", "orgNumber", "country", "address", "city", "zipCode", "email",
           "phone", "customerType", "isActive"}
SELLER = {"instantBooking", "terms", "vatStatus", "fTax", "invoicePrefix"}


@pytest.fixture(scope="module")
def world(shared):
    return World(shared)


# --- fields

def test_a_company_has_these_fields(world):
    body = company_body(1, contact="Kim", invoiceEmail="faktura@rules.example", vatNumber="SE556016068001", seat="Malmö")
    answer = world.admin.post("/api/customers", body)
    made = whole(answer, 201)
    assert answer.headers["Location"] == f"/api/customers/{made['id']}" and made["id"].startswith("cust-")
    assert set(made) == COMPANY | {"contact", "invoiceEmail", "vatNumber", "seat"}
    assert {name: made[name] for name in body} == body and made["country"] == "SE" and made["isActive"] is True
    assert whole(world.admin.get(f"/api/customers/{made['id']}")) == made
    seller = make_company(world.admin, 2)
    assert set(seller) == COMPANY | SELLER and seller["instantBooking"] is False
    assert seller["terms"] == {"issueOn": "Confirmed", "dueFrom": "Work", "paymentDays": 30, "answerHours": 48,
                               "minMinutes": 0, "stepMinutes": 1}
    for extra in ("instantBooking", "terms", "vatStatus", "fTax", "invoicePrefix", "bankgiro", "plusgiro", "iban", "bic"):
        refused(world.admin.post("/api/customers", company_body(1, **{extra: "x"})), 400, extra)


def test_terms_are_merged_one_by_one(world):
    made = make_company(world.admin, 2, terms={"paymentDays": 10, "issueOn": "Completed"})
    assert made["terms"]["paymentDays"] == 10 and made["terms"]["answerHours"] == 48
    path = f"/api/customers/{made['id']}"
    changed = whole(world.admin.put(path, {"terms": {"minMinutes": 180, "stepMinutes": 30.0}}))["terms"]
    assert changed == made["terms"] | {"minMinutes": 180, "stepMinutes": 30}
    refused(world.admin.put(path, {"terms": {"paymentDays": -1, "answerHours": 0, "minMinutes": 1.5, "stepMinutes": 0,
                                             "issueOn": "Never", "dueFrom": 1, "extra": 1}}), 400,
            *("terms." + name for name in ("paymentDays", "answerHours", "minMinutes", "stepMinutes", "issueOn",
                                           "dueFrom", "extra")))
    refused(world.admin.put(path, {"terms": None, "vatStatus": "Maybe", "fTax": "yes", "instantBooking": 1}), 400,
            "terms", "vatStatus", "fTax", "instantBooking")


# --- numbers

def test_swedish_org_numbers(world):
    good = org_number()
    digits = good.replace("-", "")
    assert make_company(world.admin, orgNumber=digits)["orgNumber"] == good
    refused(world.admin.post("/api/customers", company_body(orgNumber=good)), 409)
    for bad in (good[:-1] + str((int(good[-1]) + 1) % 10), digits[:9], digits + "0", "16" + digits, good.replace("-", " "),
                good.replace("-", "--"), digits[:5] + "-" + digits[5:], "x" + digits[1:], " " + good, "", 5567000000):
        refused(world.admin.post("/api/customers", company_body(orgNumber=bad)), 400, "orgNumber")
    # A third digit below 2 is a person's: then the first six have to be a day.
    for start, ok in (("9013019", False), ("9002329", False), ("9000109", False), ("900131", True), ("900191", True)):
        front = (start + f"{next(number):09d}"[-9:])[:9] if ok else start + f"{next(number) % 100:02d}"
        value = front + check_digit(front)
        answer = world.admin.post("/api/customers", company_body(orgNumber=value))
        assert answer.status == (201 if ok else 400), (value, answer)


def test_a_sole_traders_number_is_for_admin_and_its_own_company(world):
    front = f"850615{next(number) % 1000:03d}"
    person = front[:6] + "-" + front[6:] + check_digit(front)
    made = make_company(world.admin, 2, orgNumber=person)
    assert made["orgNumber"] == person
    assert world.admin.ok("GET", f"/api/customers?q={person}")["total"] == 0
    refused(world.organiser_admin.get(f"/api/customers/{made['id']}"), 403)
    refused(world.admin.post("/api/customers", company_body(orgNumber=person.replace("-", ""))), 409)


def test_foreign_companies(world):
    foreign = f"912 {next(number)} Ä/x"
    for country in ("NO", "DK"):
        made = make_company(world.admin, country=country, orgNumber=foreign, zipCode="0150 Oslo", vatNumber="NO912MVA")
        assert (made["orgNumber"], made["zipCode"], made["country"]) == (foreign, "0150 Oslo", country)
    refused(world.admin.post("/api/customers", company_body(country="NO", orgNumber=foreign)), 409)
    make_company(world.admin, country="FI", orgNumber=foreign + "x" * (200 - len(foreign)), zipCode="z" * 200)
    refused(world.admin.post("/api/customers", company_body(country="FI", orgNumber="x" * 201, zipCode="z" * 201,
                                                            vatNumber="v" * 201)), 400, "orgNumber", "zipCode", "vatNumber")
    for country in ("se", "XX", "SWE", "S", "", "46", " SE", 5):
        refused(world.admin.post("/api/customers", company_body(country=country)), 400, "country")


@pytest.mark.parametrize("zip_code, out", [("11122", "111 22"), ("111 22", "111 22"), ("1112", None), ("111  22", None),
                                           ("1 1122", None), ("111222", None), ("SE-11122", None), ("11122 ", None), ("", None)])
def test_swedish_zip_codes(world, zip_code, out):
    path = f"/api/customers/{world.organiser}"
    if out:
        assert world.admin.ok("PUT", path, {"zipCode": zip_code})["zipCode"] == out
    else:
        refused(world.admin.put(path, {"zipCode": zip_code}), 400, "zipCode")


def test_vat_numbers_and_accounts(world):
    path = f"/api/customers/{world.crew_company}"
    giro = "505" + f"{next(number):05d}"[-4:]
    giro += check_digit(giro)
    plus = f"{next(number)}"
    plus += check_digit(plus)
    good = {"vatNumber": ["SE556016068001"], "bankgiro": [giro, f"{giro[:-4]}-{giro[-4:]}"],
            "plusgiro": [plus, f"{plus[:-1]}-{plus[-1]}"], "iban": ["SE4550000000058398257466", "DE89370400440532013000"],
            "bic": ["ESSESESS", "DEUTDEFF500"], "invoicePrefix": ["RP" + str(next(number))]}
    wrong = str((int(giro[-1]) + 1) % 10)
    bad = {"vatNumber": ["SE5560160680", "SE556016068002", "NO556016068001", "556016068001", "", "se556016068001"],
           "bankgiro": [giro[:-1] + wrong, "123", "x" * 8, "", "1" * 9],
           "plusgiro": [plus[:-1] + str((int(plus[-1]) + 1) % 10), "1", "x", "", "1" * 9],
           "iban": ["SE4550000000058398257467", "SE45", "", "5" * 24], "bic": ["ESSE", "ESSESESSS", "ess", ""],
           "invoicePrefix": ["", "a", "A-B", "X" * 11, None]}
    for name, values in good.items():
        for value in values:
            assert world.crew_admin.ok("PUT", path, {name: value})[name] == value
    for name, values in bad.items():
        for value in values:
            refused(world.crew_admin.put(path, {name: value}), 400, name)
    cleared = whole(world.crew_admin.put(path, {name: None for name in ("vatNumber", "bankgiro", "plusgiro", "iban", "bic")}))
    assert set(cleared) == COMPANY | SELLER
    taken = world.admin.ok("GET", path)["invoicePrefix"]
    refused(world.admin.put(f"/api/customers/{world.other_crew_company}", {"invoicePrefix": taken}), 409)


# --- who

def test_only_admin_sees_all_companies(world):
    for client, own in ((world.organiser_admin, world.organiser), (world.organiser_user, world.organiser),
                        (world.crew_admin, world.crew_company), (world.crew_user, world.crew_company)):
        page = client.ok("GET", "/api/customers")
        assert [c["id"] for c in page["items"]] == [own] and page["total"] == 1
        assert client.get(f"/api/customers/{own}").status == 200
        for other in (world.other_organiser, world.other_crew_company, world.crew_company, world.organiser):
            if other != own:
                for rest in ("", "/details", "?nope=1"):
                    refused(client.get(f"/api/customers/{other}{rest}"), 403)
        refused(client.get("/api/customers/cust-none?nope=1"), 404)
    assert world.crew_admin.ok("GET", "/api/customers?customerType=1")["items"] == []
    kinds = {c["customerType"] for c in world.admin.all_items("/api/customers?customerType=2")}
    assert kinds == {2}
    refused(world.admin.get("/api/customers?customerType=3"), 400, "customerType")
    refused(world.admin.get("/api/customers?customerType=1&customerType=1"), 400, "customerType")


def test_own_admins_change_all_but_type_and_number(world):
    path = f"/api/customers/{world.organiser}"
    mine = whole(world.organiser_admin.get(path))
    assert whole(world.organiser_admin.put(path, mine)) == mine
    assert whole(world.organiser_admin.put(path, {"orgNumber": mine["orgNumber"].replace("-", ""),
                                                  "customerType": 1.0})) == mine
    assert whole(world.organiser_admin.put(path, {"name": "Nytt namn", "contact": "K"}))["name"] == "Nytt namn"
    for change in ({"customerType": 2}, {"orgNumber": org_number()}):
        refused(world.organiser_admin.put(path, change), 403)
        refused(world.organiser_admin.put(path, change | {"name": ""}), 403)
    refused(world.organiser_admin.put(path, {"name": "", "id": "x", "nope": 1}), 400, "name", "id", "nope")
    refused(world.organiser_user.put(path, {"contact": "K"}), 403)
    refused(world.organiser_admin.put(f"/api/customers/{world.other_organiser}", {"name": 5}), 403)
    refused(world.organiser_admin.put("/api/customers/cust-none", {"name": 5}), 404)
    refused(world.organiser_admin.delete(path), 403)
    changed = whole(world.admin.put(path, {"orgNumber": org_number()}))
    assert changed["orgNumber"] != mine["orgNumber"]
    refused(world.admin.put(path, {"customerType": 2}), 409)


def test_details_have_each_part_for_those_who_may_get_it(world):
    parts = {"tariffs", "users", "eventCount", "liveBookingCount"}
    for client, company, seen in (
            (world.admin, world.organiser, parts), (world.organiser_admin, world.organiser, parts),
            (world.organiser_user, world.organiser, parts - {"users"}),
            (world.crew_admin, world.crew_company, {"users", "liveBookingCount"}), (world.crew_user, world.crew_company, set())):
        details = whole(client.get(f"/api/customers/{company}/details"))
        plain = client.ok("GET", f"/api/customers/{company}")
        assert set(details) == set(plain) | seen and details["orgNumber"] == plain["orgNumber"]
        if "users" in seen:
            assert details["users"] == client.ok("GET", f"/api/customers/{company}/users")["items"]


def test_a_deleted_company_is_gone_and_its_number_free(world):
    made = make_company(world.admin, 2)
    path = f"/api/customers/{made['id']}"
    answer = world.admin.delete(path, headers={"If-Match": '"1"'})
    assert answer.status == 204 and answer.text == ""
    for rest in ("", "/details", "/users", "/tariffs", "/events", "/bookings", "/invoices"):
        refused(world.admin.get(path + rest), 404)
    refused(world.admin.put(path, {}), 404)
    refused(world.admin.delete(path), 404)
    assert world.admin.ok("GET", f"/api/customers?q={made['orgNumber']}")["total"] == 0
    again = make_company(world.admin, orgNumber=made["orgNumber"])
    assert again["id"] != made["id"]
    refused(world.admin.post("/api/users", {"email": "x@rules.example", "firstName": "A", "lastName": "B", "userType": 3,
                                            "role": 5, "customerId": made["id"]}), 400, "customerId")


def test_a_company_with_live_bookings_stays(shared, world):
    company = shared.login("crewadmin@demo.example").ok("GET", "/api/auth/claims")["customerId"]
    refused(world.admin.delete(f"/api/customers/{company}"), 409)
    assert world.admin.get(f"/api/customers/{company}").status == 200


# --- tariffs

def tariff_body(**more):
    return {"category": "Sound", "skill": "FOH Engineer", "timeType": "Hour", "amount": 500} | more


def test_tariffs(world):
    path = f"/api/customers/{world.organiser}/tariffs"
    answer = world.organiser_admin.post(path, tariff_body(amount=500.5, crewCustomerId=world.crew_company,
                                                          validFrom="2027-01-01", validTo="2027-01-01"))
    made = whole(answer, 201)
    assert answer.headers["Location"] == f"/api/tariffs/{made['id']}" and made["id"].startswith("tar-")
    assert set(made) == {"id", "version", "createdAt", "updatedAt", "customerId", "crewCustomerId", "category", "skill",
                         "timeType", "amount", "currency", "validFrom", "validTo"}
    assert made["amount"] == 500.5 and made["currency"] == "SEK" and made["validFrom"] == "2027-01-01"
    assert made in world.organiser_user.ok("GET", path)
    one = f"/api/tariffs/{made['id']}"
    changed = whole(world.organiser_admin.put(one, {"validTo": None, "crewCustomerId": None, "amount": 1e2}))
    assert changed["amount"] == 100 and not {"validTo", "crewCustomerId"} & set(changed)
    assert whole(world.organiser_admin.put(one, changed)) == changed
    same = tariff_body(validFrom="2027-01-01")
    refused(world.organiser_admin.post(path, same), 409)
    second = whole(world.organiser_admin.post(path, tariff_body(validFrom="2027-01-02")), 201)
    refused(world.organiser_admin.put(f"/api/tariffs/{second['id']}", {"validFrom": "2027-01-01"}), 409)
    refused(world.organiser_admin.put(one, {name: None for name in ("category", "skill", "timeType", "amount")}),
            400, "category", "skill", "timeType", "amount")
    refused(world.organiser_admin.put(one, {"currency": "EUR", "id": "x", "version": 7}), 400, "currency", "id", "version")
    refused(world.organiser_user.delete(one), 403)
    refused(world.organiser_admin.delete(one, headers={"If-Match": '"1"'}), 412)
    assert world.organiser_admin.delete(one).status == 204
    refused(world.organiser_admin.delete(one), 404)
    refused(world.organiser_admin.put(one, {}), 404)


def test_tariffs_fields(world):
    path = f"/api/customers/{world.organiser}/tariffs"
    for amount in (0, -1, 0.001, 100000.01, 500.123, "500", True, None, 1e300, [500]):
        refused(world.organiser_admin.post(path, tariff_body(amount=amount)), 400, "amount")
    for day, amount in (("2031-01-01", 0.01), ("2031-01-02", 100000), ("2031-01-03", 99999.99)):
        made = whole(world.organiser_admin.post(path, tariff_body(amount=amount, validFrom=day)), 201)
        assert made["amount"] == amount
    for day in ("2026-02-30", "2026-1-1", "2026-01-01T00:00:00Z", "soon", 20260101, ""):
        refused(world.organiser_admin.post(path, tariff_body(validFrom=day, validTo=day)), 400, "validFrom", "validTo")
    refused(world.organiser_admin.post(path, tariff_body(validFrom="2027-02-02", validTo="2027-02-01")), 400, "validTo")
    refused(world.organiser_admin.post(path, tariff_body(category="Nope", timeType="Week")), 400, "category", "timeType")
    refused(world.organiser_admin.post(path, tariff_body(category="Light")), 400, "skill")
    refused(world.organiser_admin.post(path, tariff_body(category="sound")), 400, "category")
    for crew in (world.other_organiser, world.organiser, "cust-none", "", 5):
        refused(world.organiser_admin.post(path, tariff_body(crewCustomerId=crew)), 400, "crewCustomerId")


def test_whose_tariffs(world):
    own, other = f"/api/customers/{world.organiser}/tariffs", f"/api/customers/{world.other_organiser}/tariffs"
    theirs = whole(world.admin.post(other, tariff_body()), 201)
    for client in (world.organiser_admin, world.organiser_user):
        refused(client.get(other), 403)
        refused(client.get("/api/customers/cust-none/tariffs"), 404)
    refused(world.organiser_admin.post(other, {"amount": "x"}), 403)
    refused(world.organiser_admin.put(f"/api/tariffs/{theirs['id']}", {"amount": "x"}), 403)
    refused(world.organiser_admin.delete(f"/api/tariffs/{theirs['id']}"), 403)
    refused(world.organiser_admin.post(own, {"customerId": world.other_organiser, "amount": "x"}), 403)
    refused(world.organiser_admin.post(own, {"customerId": 5, "amount": "x"}), 400, "customerId")
    refused(world.admin.post(own, tariff_body(customerId=world.other_organiser)), 400, "customerId")
    for client in (world.crew_admin, world.crew_user):
        refused(client.get(f"/api/customers/{world.crew_company}/tariffs"), 403)
    assert world.admin.ok("GET", f"/api/customers/{world.crew_company}/tariffs") == []
    refused(world.admin.post(f"/api/customers/{world.crew_company}/tariffs", tariff_body()), 409)


# --- the catalogue

def test_the_catalogue(world):
    before = whole(world.crew_user.get("/api/catalogue"))
    assert set(before) == {"id", "version", "createdAt", "updatedAt", "categories"}
    sound = before["categories"][0]
    assert set(sound) >= {"name", "labels", "vatRate", "skills"} and sound["vatRate"] == 25
    assert next(c for c in before["categories"] if c["name"] == "Musician")["vatReason"]
    assert whole(world.admin.put("/api/catalogue", before)) == before
    labels = {"sv": "Ny", "en": "New"}
    added = {"name": "Rules", "labels": labels, "vatRate": 25, "skills": [{"name": "First", "labels": labels},
                                                                         {"name": "Second", "labels": labels}]}
    after = whole(world.admin.put("/api/catalogue", {"categories": before["categories"] + [added]}))
    assert after["version"] == before["version"] + 1 and after["categories"][-1] == added
    for name in ("First", "Second"):
        made = make_person(world.admin, world.crew_company, 3, 5, skills=[{"category": "Rules", "skill": name}])
    for categories in ([c for c in after["categories"] if c["name"] != "Sound"], before["categories"],
                       before["categories"] + [added | {"name": "Renamed"}],
                       before["categories"] + [added | {"skills": added["skills"][1:]}]):
        refused(world.admin.put("/api/catalogue", {"categories": categories}), 409)
    less = copy.deepcopy(added) | {"skills": added["skills"][:1]}
    refused(world.admin.put("/api/catalogue", {"categories": before["categories"] + [less]}), 409)
    assert world.admin.delete(f"/api/users/{made['id']}").status == 204
    whole(world.admin.put("/api/catalogue", {"categories": before["categories"] + [less]}))
    refused(world.admin.post("/api/users", person_body(world.crew_company, 3, 5, skills=[
        {"category": "Rules", "skill": "Second"}])), 400, "skills[0].skill")
    refused(world.admin.post("/api/events", {
        "customerId": world.organiser, "name": "E", "startDate": "2028-01-01T10:00:00Z", "endDate": "2028-01-01T20:00:00Z",
        "location": "L", "eventType": "Concert", "slots": [{
            "category": "Rules", "skill": "Second", "capacity": 1, "startTime": "2028-01-01T10:00:00Z",
            "endTime": "2028-01-01T20:00:00Z"}]}), 400, "slots[0].skill")


def test_the_catalogues_fields(world):
    labels = {"sv": "Ny", "en": "New"}
    skill = {"name": "A", "labels": labels}
    wrong = [{"name": "", "labels": {"sv": ""}, "vatRate": 7, "skills": [skill, skill, {"labels": 5}]},
             {"name": "B", "labels": labels, "vatRate": 25, "skills": []},
             {"name": "B", "labels": labels, "vatRate": 25, "skills": None, "extra": 1}, 5]
    refused(world.admin.put("/api/catalogue", {"categories": wrong, "extra": 1}), 400, "extra", "categories[0].name",
            "categories[0].labels.sv", "categories[0].labels.en", "categories[0].vatRate", "categories[0].skills[1].name",
            "categories[0].skills[2].name", "categories[0].skills[2].labels", "categories[2].name",
            "categories[2].skills", "categories[2].extra", "categories[3]")
    refused(world.admin.put("/api/catalogue", {"categories": None}), 400, "categories")
    for client in (world.organiser_admin, world.organiser_user, world.crew_admin, world.crew_user):
        refused(client.put("/api/catalogue", {}), 403)
        assert client.get("/api/catalogue").status == 200
