"""People: their fields, who may give which role, what oneself may change, the last admin, deletion."""
import pytest
from program import until
from rules import World, company_body, mail, make_company, make_login, make_person, person_body, refused, whole

USER = {"id", "version", "createdAt", "updatedAt", "email", "firstName", "lastName", "name", "userType", "role",
        "customerId", "language", "channels", "isActive"}


@pytest.fixture(scope="module")
def world(shared):
    return World(shared)


# --- fields

def test_a_user_has_these_fields(world):
    body = person_body(world.organiser, phone="070-123 45 67", language="en", channels=["sms", "push"], isActive=False)
    answer = world.admin.post("/api/users", body | {"password": "a-long-password"})
    made = whole(answer, 201)
    assert answer.headers["Location"] == f"/api/users/{made['id']}" and made["id"].startswith("usr-")
    assert set(made) == USER | {"phone"}
    assert made["name"] == "Regel Person" and made["version"] == 1
    assert {name: made[name] for name in body} == body
    assert whole(world.admin.get(f"/api/users/{made['id']}")) == made
    plain = make_person(world.admin, world.organiser)
    assert set(plain) == USER
    assert (plain["language"], plain["channels"], plain["isActive"]) == ("sv", ["email"], True)


def test_crew_has_more_fields_and_what_is_sensitive_is_apart(world):
    skills = [{"category": "Sound", "skill": "FOH Engineer", "yearsOfExperience": 4.5, "proficiency": "Bra"},
              {"category": "Light", "skill": "Operator"}]
    made = make_person(world.admin, world.crew_company, 3, 5, skills=skills, about="a" * 2000, references="r" * 200,
                       socialSecurityNumber="811218-9876",
                       bankAccount={"clearingNumber": "6000", "accountNumber": "123456789", "holderName": "R P"})
    assert set(made) == USER | {"skills", "about", "references"} and made["skills"] == skills
    sensitive = whole(world.admin.get(f"/api/users/{made['id']}/sensitive"))
    assert sensitive["socialSecurityNumber"] == "811218-9876"
    admin = whole(world.admin.post("/api/users", person_body(None, 1, 1)), 201)
    assert set(admin) == USER - {"customerId"}
    refused(world.admin.post("/api/users", person_body(
        world.organiser, skills=[], about="x", references="x", socialSecurityNumber="811218-9876", bankAccount={})),
        400, "skills", "about", "references", "socialSecurityNumber", "bankAccount")
    refused(world.admin.post("/api/users", person_body(
        world.crew_company, 3, 5, about="a" * 2001, references="r" * 201, socialSecurityNumber="811218-9875",
        bankAccount={"clearingNumber": "60", "accountNumber": "x", "extra": 1},
        skills=[{"category": "Nope", "skill": "Operator"}, {"category": "Light", "skill": "FOH Engineer"},
                {"category": "Light"}, 5, {"category": "Light", "skill": "Operator", "yearsOfExperience": -1},
                {"category": "Light", "skill": "Operator"}])),
        400, "about", "references", "socialSecurityNumber", "bankAccount.clearingNumber",
        "bankAccount.accountNumber", "bankAccount.holderName", "bankAccount.extra", "skills[0].category",
        "skills[1].skill", "skills[2].skill", "skills[3]", "skills[4].yearsOfExperience", "skills[5].skill")


@pytest.mark.parametrize("good", ["08-123 45 67", "0701234567", "070-123 45 67", "+46701234567", "+46 70 123 45 67",
                                  "+12125550100", "0920-123 45", "+123456789012345"])
def test_phones_that_are_some(world, good):
    assert world.admin.ok("PUT", f"/api/users/{world.colleague['id']}", {"phone": good})["phone"] == good


@pytest.mark.parametrize("bad", ["", " ", "123", "abc", "12345678", "+0123456789", "++46701234567", "+1234567890123456",
                                 "070--1234567", "070-123 45 67 ext 5", "+", "0" * 31, 701234567])
def test_phones_that_are_none(world, bad):
    refused(world.admin.put(f"/api/users/{world.colleague['id']}", {"phone": bad}), 400, "phone")


@pytest.mark.parametrize("bad", ["", "a", "a@", "@b.se", "a@b", "a b@c.se", "a@b..se", ".a@b.se", "a.@b.se", "a@-b.se",
                                 "a@b.se ", "a@b@c.se", "a@b.se\n", "a" * 65 + "@b.se", "a@" + "b." * 99 + "se", 5, None])
def test_mail_addresses_that_are_none(world, bad):
    refused(world.admin.post("/api/users", person_body(world.organiser, email=bad)), 400, "email")


# --- PUT is a merge

def test_put_merges(world):
    made = make_person(world.admin, world.crew_company, 3, 5, phone="0701234567", about="x",
                       skills=[{"category": "Light", "skill": "Operator"}, {"category": "Stage", "skill": "Stagehand"}])
    path = f"/api/users/{made['id']}"
    changed = whole(world.admin.put(path, {"firstName": "Ny", "phone": None, "about": None,
                                           "skills": [{"category": "Stage", "skill": "Stagehand"}]}))
    assert changed["name"] == "Ny Person" and changed["version"] == 2 and changed["role"] == 5
    assert "phone" not in changed and "about" not in changed and len(changed["skills"]) == 1
    assert whole(world.admin.put(path, changed)) == changed  # Sent back whole, nothing changes.
    assert whole(world.admin.put(path, {})) == changed
    whole(world.admin.put(path, changed | {"lastName": "Efter"}))  # name comes along unchanged
    required = ("email", "firstName", "lastName", "role", "customerId", "language", "channels", "isActive", "skills")
    refused(world.admin.put(path, {name: None for name in required}), 400, *required)
    refused(world.admin.put(path, {"id": "usr-x", "version": 99, "createdAt": "2020-01-01T00:00:00Z", "userType": 2,
                                   "updatedAt": "2020-01-01T00:00:00Z", "name": "X", "password": "a-new-password"}),
            400, "id", "version", "createdAt", "updatedAt", "name", "userType", "password")


# --- userType, role and company go together

COMBINATIONS = {(1, 1, None), (2, 2, 1), (2, 3, 1), (3, 4, 2), (3, 5, 2), (3, 5, 1)}


def test_only_these_types_and_roles_go_together(world):
    companies = {None: None, 1: world.organiser, 2: world.crew_company}
    for kind in (1, 2, 3):
        for role in (1, 2, 3, 4, 5):
            for company_type, company in companies.items():
                answer = world.admin.post("/api/users", person_body(company, kind, role))
                good = (kind, role, company_type) in COMBINATIONS
                assert answer.status == (201 if good else 400), (kind, role, company_type, answer)
                assert good or answer.fields, answer


def test_who_may_give_which_role(world):
    cells = [(world.organiser_admin, world.organiser, {(2, 2): 201, (2, 3): 201, (3, 5): 201, (3, 4): 400, (1, 1): 403,
                                                       (2, 1): 403, (1, 2): 403}),
             (world.crew_admin, world.crew_company, {(3, 4): 201, (3, 5): 201, (2, 3): 400, (2, 2): 400, (1, 1): 403,
                                                     (3, 1): 403})]
    for client, company, wanted in cells:
        for (kind, role), status in wanted.items():
            answer = client.post("/api/users", person_body(company, kind, role))
            assert answer.status == status, (company, kind, role, answer)
    refused(world.organiser_admin.post("/api/users", person_body(None, 1, 1)), 403)
    refused(world.organiser_admin.post("/api/users", person_body(None, 2, 3)), 400, "customerId")


def test_order_of_checks_of_post(world):
    post = world.organiser_admin.post
    for other in (world.other_organiser, world.crew_company, "cust-none"):
        refused(post("/api/users", {"customerId": other, "email": 5}), 403)
    refused(world.admin.post("/api/users", person_body("cust-none")), 400, "customerId")
    refused(world.admin.post("/api/users", person_body("cust-none", email="x")), 400, "customerId", "email")
    for odd in (5, True, [], {}):
        refused(post("/api/users", {"customerId": odd, "email": 5}), 400, "customerId")
    refused(post("/api/users", b'{"customerId": "' + world.other_organiser.encode() + b'",'), 400)
    refused(world.organiser_user.post("/api/users", b"{"), 403)
    taken = person_body(world.organiser, email=world.boss["email"].upper())
    refused(post("/api/users", taken), 409)
    refused(post("/api/users", taken | {"language": "de"}), 400, "language")


def test_order_of_checks_of_put(world):
    refused(world.organiser_user.put("/api/users/usr-none", b"{"), 400)
    for client in (world.organiser_user, world.organiser_admin, world.crew_user, world.admin):
        refused(client.put("/api/users/usr-none", {"email": 5}), 404)
        refused(client.put("/api/users/usr-none", b"[]"), 404)
    refused(world.organiser_admin.put(f"/api/users/{world.member['id']}", {"firstName": 5}), 403)
    refused(world.organiser_admin.put(f"/api/users/{world.member['id']}", b"[]"), 403)
    refused(world.organiser_user.put(f"/api/users/{world.boss['id']}", {"firstName": "X"}), 403)
    path = f"/api/users/{world.colleague['id']}"
    refused(world.organiser_admin.put(path, {"customerId": world.other_organiser, "firstName": ""}), 403)
    refused(world.organiser_admin.put(path, {"customerId": 5, "firstName": ""}), 400, "customerId")
    refused(world.admin.put(path, {"customerId": "cust-none", "firstName": ""}), 400, "customerId", "firstName")


def test_roles_are_changed_within_the_company(world):
    person = make_person(world.admin, world.organiser)
    path = f"/api/users/{person['id']}"
    for role, status in ((2, 200), (3, 200), (1, 403), (4, 400), (5, 400), (9, 400)):
        assert world.organiser_admin.put(path, {"role": role}).status == status, role
    assert whole(world.organiser_admin.put(path, {"customerId": world.organiser, "userType": 2}))["role"] == 3
    refused(world.organiser_admin.put(path, {"userType": 3}), 400, "userType")
    refused(world.organiser_admin.put(f"/api/users/{world.boss['id']}", {"role": 3}), 403)
    refused(world.crew_admin.put(f"/api/users/{world.chief['id']}", {"role": 5}), 403)
    assert world.organiser_admin.put(f"/api/users/{world.boss['id']}", {"role": 2}).status == 200
    moved = whole(world.admin.put(path, {"customerId": world.other_organiser}))
    assert moved["customerId"] == world.other_organiser
    refused(world.admin.put(path, {"customerId": world.crew_company}), 400, "userType")


# --- oneself

def test_what_oneself_may_change(world):
    path = f"/api/users/{world.member['id']}"
    mine = whole(world.crew_user.get(path))
    assert whole(world.crew_user.put(path, mine)) == mine
    changed = whole(world.crew_user.put(path, {
        "firstName": "Eget", "lastName": "Val", "phone": "0701234567", "language": "en", "channels": ["sms"],
        "about": "Om mig", "references": "Fråga", "bankAccount": {"clearingNumber": "6000",
                                                                   "accountNumber": "123456789", "holderName": "E V"}}))
    assert changed["name"] == "Eget Val" and "bankAccount" not in changed
    assert whole(world.crew_user.get(path + "/sensitive"))["bankAccount"]["holderName"] == "E V"
    for change in ({"email": mail()}, {"isActive": False}, {"role": 4}, {"customerId": world.other_crew_company},
                   {"skills": [{"category": "Light", "skill": "Operator"}]}, {"socialSecurityNumber": "811218-9876"}):
        refused(world.crew_user.put(path, change), 403)
        refused(world.crew_user.put(path, change | {"firstName": ""}), 403)
    refused(world.crew_user.put(path, {"userType": 1}), 400, "userType")
    refused(world.crew_user.put(path, {"nope": 1, "firstName": ""}), 400, "nope", "firstName")
    refused(world.organiser_user.put(f"/api/users/{world.colleague['id']}", {"about": "x"}), 400, "about")


# --- who sees whom

def test_lists_and_filters(world):
    def ids(client, query=""):
        return {user["id"] for user in client.all_items("/api/users" + query)}
    assert ids(world.organiser_admin) == ids(world.admin, f"?customerId={world.organiser}")
    assert ids(world.organiser_admin, f"?customerId={world.organiser}&role=2") >= {world.boss["id"]}
    assert ids(world.crew_admin, "?userType=3&role=4&q=regel") >= {world.chief["id"]}
    assert ids(world.crew_admin, "?userType=2") == set() == ids(world.admin, "?skill=Nope")
    light = make_person(world.admin, world.crew_company, 3, 5, skills=[{"category": "Light", "skill": "Operator"}])
    assert light["id"] in ids(world.crew_admin, "?skill=Operator") and world.chief["id"] not in ids(
        world.crew_admin, "?skill=Operator")
    assert ids(world.admin, "?customerId=cust-none") == set() == ids(world.admin, "?customerId=")
    for client in (world.organiser_admin, world.crew_admin):
        for other in (world.other_organiser, world.other_crew_company, "cust-none", ""):
            refused(client.get(f"/api/users?customerId={other}&role=77"), 403)
    refused(world.admin.get("/api/users?role=6&userType=0&pageSize=0"), 400, "role", "userType", "pageSize")
    refused(world.admin.get("/api/users?role=Admin"), 400, "role")
    for path in ("/api/users/customer/{}", "/api/customers/{}/users"):
        assert ids(world.organiser_admin) == {u["id"] for u in world.organiser_admin.all_items(
            path.format(world.organiser))}
        for client in (world.admin, world.organiser_admin, world.crew_admin):
            refused(client.get(path.format("cust-none")), 404)
        refused(world.organiser_admin.get(path.format(world.crew_company)), 403)
    for client in (world.organiser_user, world.crew_user, world.crew_admin, world.organiser_admin):
        refused(client.get("/api/users/usr-none"), 404)
    refused(world.organiser_user.get(f"/api/users/{world.boss['id']}"), 403)


# --- the last admin, deletion

@pytest.mark.parametrize("kind", [1, 2])
def test_a_company_keeps_an_admin(shared, world, kind):
    company = make_company(world.admin, kind)["id"]
    user_type, role, lesser = (2, 2, 3) if kind == 1 else (3, 4, 5)
    first, client = make_login(shared, world.admin, company, user_type, role)
    path = f"/api/users/{first['id']}"
    elsewhere = world.other_organiser if kind == 1 else world.other_crew_company
    for change in ({"isActive": False}, {"role": lesser}, {"customerId": elsewhere}):
        refused(world.admin.put(path, change), 409)
    refused(world.admin.delete(path), 409)
    refused(client.put(path, {"isActive": False}), 409)
    refused(client.delete(path), 403)
    refused(client.put(path, {"role": lesser}), 403)
    second = make_person(world.admin, company, user_type, role)
    assert world.admin.put(path, {"role": lesser}).status == 200
    refused(world.admin.delete(f"/api/users/{second['id']}"), 409)
    assert world.admin.delete(path).status == 204


def test_nobody_deletes_themselves(world):
    me = world.admin.ok("GET", "/api/auth/claims")["userId"]
    refused(world.admin.delete(f"/api/users/{me}"), 403)
    refused(world.admin.put(f"/api/users/{me}", {"role": 2}), 403)
    refused(world.crew_user.delete(f"/api/users/{world.member['id']}"), 403)


def test_a_deleted_user_is_gone_and_the_mail_free(shared, world):
    person, client = make_login(shared, world.admin, world.organiser)
    path = f"/api/users/{person['id']}"
    refused(world.crew_admin.delete(path), 403)
    answer = world.organiser_admin.delete(path)
    assert answer.status == 204 and answer.text == ""
    for other in (world.admin, world.organiser_admin, world.crew_admin):
        for method in ("GET", "DELETE"):
            refused(other.request(method, path), 404)
        refused(other.put(path, {}), 404)
    assert person["id"] not in {u["id"] for u in world.organiser_admin.all_items("/api/users")}
    until("the session has ended", lambda: client.get("/api/auth/claims").status == 401)
    refused(shared.client().post("/api/auth/login", {"email": person["email"], "password": "rules-password"}), 401)
    again = make_person(world.admin, world.crew_company, 3, 5, email=person["email"].upper())
    assert again["email"] == person["email"].upper() and again["id"] != person["id"]
    refused(world.admin.post("/api/users", person_body(world.organiser, email=person["email"])), 409)


def test_people_of_a_deleted_company_can_not_log_in(shared, world):
    company = whole(world.admin.post("/api/customers", company_body()), 201)["id"]
    person, client = make_login(shared, world.admin, company, 2, 2)
    assert world.admin.delete(f"/api/customers/{company}").status == 204
    refused(shared.client().post("/api/auth/login", {"email": person["email"], "password": "rules-password"}), 401)
    refused(client.get(f"/api/customers/{company}"), 404)
