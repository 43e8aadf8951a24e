"""thenorsound export and import: all data moves between engines and layouts and stays what it is; a run that
was cut off can be run again; what is damaged is refused."""
import hashlib
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import time
import uuid

import pytest
from program import BINARY, PATIENCE, Client, Program, environment, until
from scene import booking_body, free_crew, make_event
from test_encryption import ACCOUNT, found, personal_number, spellings

pytestmark = pytest.mark.embedded

PER_SERVICE = {"THENORSOUND_STORE_LAYOUT": "per-service"}


def server(variable):
    value = os.environ.get(variable)
    assert value, f"{variable} is not set: tools/with_servers.sh sets it"
    return value


def mongodb(**more):
    return {"THENORSOUND_STORE_ENGINE": "mongodb", "THENORSOUND_STORE_MONGODB_URL": server("THENORSOUND_TEST_MONGODB"),
            "THENORSOUND_STORE_DATABASE": "moving-" + uuid.uuid4().hex[:8]} | more


def begin(word, file, data, env=None):
    data.mkdir(parents=True, exist_ok=True)
    return subprocess.Popen([BINARY, word, str(file), "--data", str(data)], env=environment(env or {}),
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def end(process):
    out, errors = process.communicate(timeout=120 * PATIENCE)
    return process.returncode, out, errors


def done(word, file, data, env=None):
    code, out, errors = end(begin(word, file, data, env))
    assert code == 0, errors[-2000:]
    return out


def refused(word, file, data, env=None):
    code, _, errors = end(begin(word, file, data, env))
    assert code == 1, (code, errors[-2000:])
    return errors


def lines(file):
    return pathlib.Path(file).read_text(encoding="utf-8").splitlines()


def sums(file):
    """{(service, collection): (documents, hash)}, as the file's own end says."""
    return {(c["service"], c["collection"]): (c["documents"], c["sha256"])
            for c in json.loads(lines(file)[-1])["collections"]}


def rewritten(file, change):
    """The file again, its documents as change(service, collection, lines) returns them: an independent writer of
    the format."""
    header, *rest = lines(file)[:-1]
    collections = []
    for line in rest:
        content = json.loads(line)
        if "collection" in content:
            collections.append((line, content["service"], content["collection"], []))
        else:
            collections[-1][3].append(line)
    out, ends = [header], []
    for name, service, collection, documents in collections:
        kept = change(service, collection, documents)
        digest = hashlib.sha256("".join(line + "\n" for line in kept).encode()).hexdigest()
        ends.append({"service": service, "collection": collection, "documents": len(kept), "sha256": digest})
        out += [name, *kept]
    whole = "".join(line + "\n" for line in out)
    last = {"collections": ends, "sha256": hashlib.sha256(whole.encode()).hexdigest()}
    file.write_text(whole + json.dumps(last, separators=(",", ":")) + "\n", encoding="utf-8")


def folder_with_keys(tmp_path, name, source):
    data = tmp_path / name
    data.mkdir()
    shutil.copy(source / "secrets", data)
    return data


def answers(program):
    """A sample of everything that the API shows."""
    admin = program.login("admin@demo.example")
    crew = program.login("crew@demo.example")
    found = {}

    def take(client, path, items=False):
        found[path] = client.all_items(path) if items else client.ok("GET", path)
        return found[path]

    users = take(admin, "/api/users?q=a", items=True)
    customers = take(admin, "/api/customers", items=True)
    events = take(admin, "/api/events", items=True)
    bookings = take(admin, "/api/bookings?status=CONFIRMED", items=True)
    invoices = take(admin, "/api/invoices?status=Issued", items=True)
    for path, things in (("users", users), ("events", events), ("bookings", bookings), ("invoices", invoices)):
        for thing in things[:3] + things[-3:]:
            take(admin, f"/api/{path}/{thing['id']}")
    for customer in customers:
        take(admin, f"/api/customers/{customer['id']}/details")
    for booking in bookings[:3]:
        take(admin, f"/api/bookings/{booking['id']}/history")
        take(admin, f"/api/users/{booking['crewId']}/availability?date={booking['startTime'][:10]}")
    for report in ("bookings", "trends", "utilisation"):
        take(admin, f"/api/reports/{report}?from=2026-01-01&to=2027-12-31&by=month")
    for path in ("/api/catalogue", "/api/admin/settings", "/api/admin/dead-letters", "/api/admin/audit"):
        take(admin, path)
    take(crew, "/api/bookings", items=True)
    return found


def smaller(service, collection, documents):
    """Without most of what only says that a mail was sent: the test's server of MongoDB's protocol is slow."""
    many = ("notification_sent", "notification_bookings", "analytics_messages")
    return documents[:100] if collection in many else documents


@pytest.fixture(scope="module")
def exported(demo_data, tmp_path_factory):
    """The demo data in a file, and where its keys are."""
    data = tmp_path_factory.mktemp("exported") / "data"
    shutil.copytree(demo_data, data)
    file = data.parent / "demo.jsonl"
    done("export", file, data)
    return file, data


def test_to_mongodb_and_back(own, tmp_path):
    source = own()
    admin = source.login("admin@demo.example")
    number = personal_number()
    person = next(u for u in admin.all_items("/api/users?userType=3") if u["isActive"])
    secret = f"/api/users/{person['id']}/sensitive"
    admin.ok("PUT", secret, {"socialSecurityNumber": "19" + number, "bankAccount": ACCOUNT})
    source.stop()
    first = tmp_path / "first.jsonl"
    done("export", first, source.data)
    rewritten(first, smaller)
    assert first.stat().st_mode & 0o777 == 0o600
    same = folder_with_keys(tmp_path, "same", source.data)
    done("import", first, same)

    copy = Program(same).start()
    before = answers(copy)
    copy.stop()
    elsewhere = mongodb(**PER_SERVICE)
    data = folder_with_keys(tmp_path, "elsewhere", source.data)
    process = begin("import", first, data, elsewhere)
    time.sleep(0.7)
    process.send_signal(signal.SIGKILL)
    assert end(process)[0] == -signal.SIGKILL, "it had ended already"
    done("import", first, data, elsewhere)
    second = tmp_path / "second.jsonl"
    done("export", second, data, elsewhere)
    assert sums(second) == sums(first)

    moved = Program(data, env=elsewhere).start()
    try:
        assert answers(moved) == before
        read = moved.login("admin@demo.example").ok("GET", secret)
        assert read["socialSecurityNumber"].replace("-", "").endswith(number[-10:])
        booked = book_someone(moved)
    finally:
        moved.stop()

    third = tmp_path / "third.jsonl"
    done("export", third, data, elsewhere)
    back = folder_with_keys(tmp_path, "back", source.data)
    done("import", third, back, PER_SERVICE)
    assert {"thenorsound-users.db", "thenorsound-crew.db"} <= {path.name for path in back.iterdir()}
    last = tmp_path / "last.jsonl"
    done("export", last, back, PER_SERVICE)
    assert sums(last) == sums(third)
    returned = Program(back, env=PER_SERVICE).start()
    try:
        admin = returned.login("admin@demo.example")
        assert admin.ok("GET", f"/api/bookings/{booked['id']}") == booked
        assert admin.ok("GET", secret) == read
    finally:
        returned.stop()
    assert not found(tmp_path, [text for text in spellings(number)])


def does_not_start(program, why):
    program.start(wait=False)
    try:
        assert program.wait_end() == 1
    finally:
        if program.process is not None:
            program.kill()
    assert why in program.printed()


def book_someone(program):
    organiser = program.login("organiser@demo.example")
    event = make_event(organiser)
    skill = next(skill for card in organiser.ok("GET", "/api/users/crew")["items"] for skill in card["skills"])
    crew = free_crew(organiser, skill["category"], skill["skill"], event["day"])[0]
    body = booking_body(event, crew["id"], category=skill["category"], skill=skill["skill"])
    made = organiser.ok("POST", "/api/bookings", body, status=201)
    return program.login("admin@demo.example").ok("GET", f"/api/bookings/{made['id']}")


def test_cut_off_anywhere_it_goes_on(exported, tmp_path):
    file, keys = exported
    data = folder_with_keys(tmp_path, "cut", keys)
    log = data / "thenorsound.db-wal"
    program = Program(data)
    for size in (2_000_000, 5_000_000, 9_000_000):
        process = begin("import", file, data)
        until("the import has come far enough", lambda: process.poll() is not None or
              (log.exists() and log.stat().st_size > size), every=0.001)
        process.send_signal(signal.SIGKILL)
        assert end(process)[0] == -signal.SIGKILL, "it had ended already"
        does_not_start(program, "run `thenorsound import` with the same file again")
    other = tmp_path / "other.jsonl"
    header, *rest = lines(file)
    other.write_text("\n".join([header, *rest]) + "\n", encoding="utf-8")
    other_header = json.loads(header) | {"id": "another"}
    other.write_text("\n".join([json.dumps(other_header, separators=(",", ":")), *rest]) + "\n", encoding="utf-8")
    rewritten(other, lambda service, collection, documents: documents)
    assert "the import of another file was cut off" in refused("import", other, data)
    assert "was never prepared" in refused("export", tmp_path / "no.jsonl", data)
    done("import", file, data)
    again = tmp_path / "again.jsonl"
    done("export", again, data)
    assert sums(again) == sums(file)
    program.start()
    program.login("organiser@demo.example")
    program.stop()


def test_what_is_damaged_is_refused_and_makes_no_store(exported, tmp_path):
    file, keys = exported
    whole = file.read_bytes()
    data = folder_with_keys(tmp_path, "data", keys)
    damaged = tmp_path / "damaged.jsonl"

    def says(content, word):
        damaged.write_bytes(content)
        assert word in refused("import", damaged, data)
        assert not list(data.glob("*.db*"))

    says(whole[:len(whole) // 2], "is damaged")
    says(whole[:whole.rindex(b"\n", 0, len(whole) - 1) + 1], "the end is missing")
    for at in [random.randrange(200, len(whole)) for _ in range(3)]:
        says(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1:], "is damaged")
    says(whole.replace(b'"version":1', b'"version":7', 1), "is of version 7; this program reads version 1")
    says(b"hello\n", "is no export of ThenorSound")
    says(whole.replace(b'"collection":"links"', b'"collection":"chains"'), "is damaged")
    assert "can't be read" in refused("import", tmp_path / "absent.jsonl", data)


def test_what_a_collection_of_another_program_says(exported, tmp_path):
    file, keys = exported
    other = tmp_path / "other.jsonl"
    other.write_text(file.read_text(encoding="utf-8").replace('"collection":"links"', '"collection":"chains"'),
                     encoding="utf-8")
    rewritten(other, lambda service, collection, documents: documents)
    data = folder_with_keys(tmp_path, "data", keys)
    assert "the collection chains of service auth" in refused("import", other, data)


def test_only_into_an_empty_store_and_with_the_keys(exported, own, tmp_path):
    file, keys = exported
    bare = tmp_path / "bare"
    errors = refused("import", file, bare)
    ids = [line.split("=")[0].removeprefix("encryption-key-") for line in lines(keys / "secrets")
           if line.startswith("encryption-key-")]
    assert f"keys that are missing here: {ids[0]};" in errors
    assert not list(bare.glob("*.db*"))
    shutil.copy(keys / "secrets", bare)
    content = (bare / "secrets").read_text()
    hash_key = next(line for line in content.splitlines() if line.startswith("encryption-hash="))
    (bare / "secrets").write_text(content.replace(hash_key, "encryption-hash=" + "A" * 43))
    assert "hashed with another key" in refused("import", file, bare)
    assert not list(bare.glob("*.db*"))

    program = own()
    assert "in use by another process" in refused("export", tmp_path / "in-use.jsonl", program.data)
    program.stop()
    assert "is there already" in refused("export", file, program.data)
    assert "import into an empty one" in refused("import", file, program.data)
    assert "there is no data" in refused("export", tmp_path / "nothing.jsonl", tmp_path / "nowhere")
    assert not list(tmp_path.glob("*.jsonl*"))

    program.env = PER_SERVICE
    does_not_start(program, 'made with store.layout = "shared"')


def test_waiting_messages_are_delivered_by_the_other_bus(exported, tmp_path):
    file, keys = exported
    waiting = tmp_path / "waiting.jsonl"
    shutil.copy(file, waiting)
    queue = "thenorsound.analytics"

    def message(user):
        return {"specversion": "1.0", "id": "msg-" + uuid.uuid4().hex, "source": "user", "type": "user.updated",
                "subject": user["id"], "time": "2026-01-01T00:00:00Z", "datacontenttype": "application/json",
                "sequence": str(user["sequence"]),
                "data": {"userId": user["id"], "userType": 1, "role": 1, "isActive": True, "accessChanged": False,
                         "accessVersion": 1}}

    def one_more(line):
        user = json.loads(line)
        user["sequence"] += 1
        return user, message(user)

    def text(line):
        return json.dumps(line, separators=(",", ":"), ensure_ascii=False)

    few = ("credentials", "customers", "tariffs", "catalogue", "settings")
    unsent, queued = {}, {}

    def with_messages(service, collection, documents):
        if collection == "users":
            user, unsent["it"] = one_more(documents[0])
            other, queued["it"] = one_more(documents[1])
            return [text(user | {"messages": [unsent["it"]]}), text(other), *documents[2:]]
        return documents if collection in few or collection.endswith("_sealing") else []

    def with_queue(service, collection, documents):
        if collection != "bus_messages":
            return documents
        body = {"queue": queue, "due": 0, "attempts": 0, "event": queued["it"]}
        return [text({"id": f"{queue}:{queued['it']['id']}", "sequence": 0, "body": body})]

    rewritten(waiting, with_messages)
    rewritten(waiting, with_queue)
    env = mongodb() | {"THENORSOUND_BUS_ENGINE": "rabbitmq",
                       "THENORSOUND_BUS_RABBITMQ_URL": server("THENORSOUND_TEST_RABBITMQ") + "/t129"}
    data = folder_with_keys(tmp_path, "data", keys)
    done("import", waiting, data, env)
    assert "messages wait at the broker" in refused("export", tmp_path / "no.jsonl", data, env)
    program = Program(data, env=env).start()
    try:
        handled = f'thenorsound_bus_handled_total{{queue="{queue}",type="user.updated"}}'
        until("both are handled", lambda: program.metrics().get(handled) == 2)
    finally:
        program.stop()
    after = tmp_path / "after.jsonl"
    done("export", after, data, env)
    assert sums(after)["bus", "bus_messages"][0] == 0
    assert not any('"messages":' in line for line in lines(after))
    plain = folder_with_keys(tmp_path, "plain", keys)
    done("import", waiting, plain)
    kept = tmp_path / "kept.jsonl"
    done("export", kept, plain)
    assert sums(kept) == sums(waiting)
