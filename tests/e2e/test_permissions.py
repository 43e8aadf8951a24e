"""The permission table, cell by cell, against the real program; and that no endpoint is left out."""
import shutil
import subprocess
import sys

import pytest
from permission_table import COLUMNS, TABLE, shape
from permission_world import World, number
from program import DEMO_PASSWORD, ROOT, Program, until


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
        allowed = expected if isinstance(expected, tuple) else (expected,)
        answer = world.ask(entry, role, keep=entry["method"] == "GET" or min(allowed) >= 400)
        if answer.status not in allowed:
            wrong.append(f"{role}: expected {expected}, got {answer}")
    assert not wrong, "\n".join(wrong)


def described(world):
    paths = world.admin.ok("GET", "/openapi.json")["paths"]
    return {shape({"method": method.upper(), "path": path}) for path, parts in paths.items() for method in parts
            if method in ("get", "post", "put", "delete", "patch")}


def test_every_described_endpoint_has_a_row(world):
    endpoints = described(world)
    assert len(endpoints) > 60
    assert endpoints - {shape(entry) for entry in TABLE} == set(), "endpoints without a row"


def test_every_row_is_of_a_described_endpoint(world):
    strange = {shape(entry)[1] for entry in TABLE} - {path for _, path in described(world)}
    assert strange <= {"/docs", "/openapi.json", "/ready", "/metrics", "/internal/users", "/internal/credentials"}


@pytest.mark.parametrize("role", ("CU", "RU"))
@pytest.mark.parametrize("body", ({"isActive": False}, {"email": "another@row.example"}))
def test_what_of_themselves_only_admins_change(world, role, body):
    answer = world.clients[role].put(f"/api/users/{world.claims[role]['userId']}", body)
    assert answer.status == 403, answer


@pytest.mark.parametrize("role", ("CU", "RU"))
def test_whoever_is_deactivated_is_nobody(world, role):
    email = f"leaver{next(number)}@row.example"
    body = world.user_body(role, "own") | {"email": email, "password": DEMO_PASSWORD}
    user = world.admin.ok("POST", "/api/users", body, status=201)["id"]
    client = world.program.login(email)
    assert client.get("/api/auth/claims").status == 200
    world.admin.ok("PUT", f"/api/users/{user}", {"isActive": False})
    until("the token is refused", lambda: client.get("/api/auth/claims").status == 401)
    for path in ("/api/bookings", "/api/events", f"/api/users/{user}", "/api/catalogue"):
        assert client.get(path).status == 401, path
    again = world.program.client().post("/api/auth/login", {"email": email, "password": DEMO_PASSWORD})
    assert again.status == 401, again
    world.admin.ok("PUT", f"/api/users/{user}", {"isActive": True})
    assert world.program.login(email).get("/api/auth/claims").status == 200


def test_deactivated_crew_is_on_no_card(world):
    entry = {"whose": "own", "path": "{crew}", "body": None}
    crew = world.values(entry, "CA", keep=False)["crew"]
    name = world.admin.ok("GET", f"/api/users/{crew}")["name"]
    shown = {card["id"] for card in world.clients["CA"].all_items(f"/api/users/crew?q={name.split()[0]}")}
    assert crew in shown
    world.admin.ok("PUT", f"/api/users/{crew}", {"isActive": False})
    shown = {card["id"] for card in world.clients["CA"].all_items(f"/api/users/crew?q={name.split()[0]}")}
    assert crew not in shown


def test_the_page_is_up_to_date():
    done = subprocess.run([sys.executable, ROOT / "tools" / "permissions_page.py", "--check"], capture_output=True,
                          text=True)
    assert done.returncode == 0, done.stdout + done.stderr
