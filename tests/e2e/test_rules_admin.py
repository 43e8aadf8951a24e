"""What only an Admin has: settings, audit, dead letters."""
import pytest
from program import until
from rules import World, make_person, refused, whole
from scene import at, iso


@pytest.fixture(scope="module")
def world(shared):
    return World(shared)


def test_settings_are_a_flat_object_that_changes_while_running(world):
    before = world.admin.get("/api/admin/settings")
    assert before.status == 200 and before.headers["ETag"] == f'"{before.json["version"]}"'
    assert before.json["booking.past_days"] == 7
    assert all(not isinstance(value, (dict, list)) for value in before.json.values())
    try:
        changed = world.admin.put("/api/admin/settings", {"booking.past_days": 3.0})
        assert changed.status == 200 and changed.json["booking.past_days"] == 3
        assert changed.json["version"] == before.json["version"] + 1 and changed.headers["ETag"] != before.headers["ETag"]
        assert world.admin.get("/api/admin/settings").json == changed.json == world.admin.put(
            "/api/admin/settings", changed.json).json
        refused(world.admin.put("/api/admin/settings", before.json, headers={"If-Match": before.headers["ETag"]}), 412)
        for wrong in (-1, "7", 1.5, None, 10_000, [7]):
            refused(world.admin.put("/api/admin/settings", {"booking.past_days": wrong}), 400, "booking.past_days")
        refused(world.admin.put("/api/admin/settings", {"nope": 1, "version": 99}), 400, "nope", "version")
    finally:
        assert world.admin.put("/api/admin/settings", {"booking.past_days": 7}).status == 200


def test_the_audit(world):
    person = make_person(world.admin, world.organiser, phone="0701234567")
    whole(world.admin.put(f"/api/users/{person['id']}", {"firstName": "Hemlig"}))
    path = f"/api/admin/audit?subject={person['id']}"
    items = until("both changes are in the audit", lambda: len(found := world.admin.ok("GET", path)["items"]) >= 2 and found,
                  seconds=20)
    assert [item["type"] for item in items] == ["user.updated", "user.created"]
    assert all(item["subject"] == person["id"] and item["id"] and item["time"] for item in items)
    assert [item["time"] for item in items] == sorted((item["time"] for item in items), reverse=True)
    for secret in (person["email"], "Hemlig", "Regel", "0701234567"):
        assert secret not in str(items)
    assert world.admin.ok("GET", path + f"&from={iso(at(1, 0))}")["items"] == []
    assert world.admin.ok("GET", path + f"&to={iso(at(-400, 0))}")["items"] == []
    edge = items[0]["time"]
    assert world.admin.ok("GET", path + f"&from={edge}")["total"] == 1  # from is in, to is not
    assert world.admin.ok("GET", path + f"&to={edge}")["total"] == 1
    assert world.admin.ok("GET", "/api/admin/audit?subject=usr-none")["items"] == []
    refused(world.admin.get("/api/admin/audit?from=2027-01-01&to=2027-01-01T00:00:00"), 400, "from", "to")
    refused(world.admin.get("/api/admin/audit?from=2027-01-02T00:00:00Z&nope=1"), 400, "nope")


def test_dead_letters(world):
    assert world.admin.ok("GET", "/api/admin/dead-letters")["items"] == []
    refused(world.admin.post("/api/admin/dead-letters/none/replay"), 404)
    assert refused(world.admin.get("/api/admin/dead-letters/none/replay"), 405).headers["Allow"] == "OPTIONS, POST"


@pytest.mark.parametrize("path, method", [("/api/admin/settings", "GET"), ("/api/admin/settings", "PUT"),
                                          ("/api/admin/audit", "GET"), ("/api/admin/dead-letters", "GET"),
                                          ("/api/admin/dead-letters/none/replay", "POST")])
def test_only_admin(shared, world, path, method):
    for client in (world.organiser_admin, world.organiser_user, world.crew_admin, world.crew_user):
        refused(client.request(method, path + "?nope=1", b"{" if method != "GET" else None), 403)
    refused(shared.client().request(method, path), 401)
