"""Personal numbers and bank accounts at rest: no byte of the data folder shows them, keys rotate, and a
wrong key is said."""
import pathlib
import random
import signal
import sqlite3
import subprocess
import time

import pytest
from program import BINARY, SMALL, Program, until
from scene import booking_body, make_event, own_day
from test_program import run

pytestmark = pytest.mark.embedded

ACCOUNT = {"clearingNumber": "8327-9", "accountNumber": "917 364 825 1", "holderName": "Test Person"}


def with_check_digit(nine):
    total = sum(sum(divmod(int(digit) * (2 - i % 2), 10)) for i, digit in enumerate(nine))
    return nine + str(-total % 10)


def personal_number():
    """Ten digits, of a person who was born in the eighties."""
    return with_check_digit(f"8{random.randrange(10)}{random.randrange(1, 13):02}{random.randrange(1, 29):02}"
                            f"{random.randrange(1000):03}")


def spellings(number):
    """How the ten digits may be written somewhere."""
    return [number, f"{number[:6]}-{number[6:]}", f"{number[:6]}+{number[6:]}"]


def found(folder, texts):
    """Where in the folder's files one of the texts is, byte by byte."""
    hits = []
    for path in sorted(pathlib.Path(folder).rglob("*")):
        content = path.read_bytes() if path.is_file() else b""
        hits += [(path.name, text) for text in texts if text.encode() in content]
    return hits


def everything_written(program):
    """What the program has said on its terminal and in its log, beside the data folder."""
    return program.printed()


def company(number, customer_type=2, **more):
    return {"name": "Enskild firma", "orgNumber": number, "customerType": customer_type, "address": "Gatan 1",
            "city": "Lund", "zipCode": "222 22", "email": "firma@sole.example", "phone": "046-12 34 56",
            "vatNumber": f"SE{number}01"} | more


def sole_trader(admin, number):
    seller = admin.ok("POST", "/api/customers",
                      company(number, bankgiro="5050-1055", instantBooking=True, fTax=True),
                      status=201, headers={"Idempotency-Key": f"sole-{number}"})
    assert seller["orgNumber"] == f"{number[:6]}-{number[6:]}"
    return seller


def crew_member(admin, seller, number, email):
    category = admin.ok("GET", "/api/catalogue")["categories"][0]
    person = admin.ok("POST", "/api/users", {
        "email": email, "firstName": "Egen", "lastName": "Företagare", "userType": 3, "role": 4, "phone": "070-1234567",
        "customerId": seller["id"], "password": "a-long-password", "language": "sv", "channels": ["email"],
        "skills": [{"category": category["name"], "skill": category["skills"][0]["name"]}],
        "socialSecurityNumber": "19" + number, "bankAccount": ACCOUNT}, status=201,
        headers={"Idempotency-Key": f"crew-{number}"})
    return person, category["name"], category["skills"][0]["name"]


def test_no_byte_at_rest_shows_a_personal_number_or_an_account(own):
    program = own()
    admin = program.login("admin@demo.example")
    organiser = program.login("organiser@demo.example")
    mine, other, buyers = personal_number(), personal_number(), personal_number()
    secrets = [text for number in (mine, other, buyers) for text in spellings(number)]
    secrets += ["917 364 825 1", "9173648251", "1112223334"]

    seller = sole_trader(admin, mine)
    buyer = admin.ok("POST", "/api/customers", company(buyers, customer_type=1), status=201)
    person, category, skill = crew_member(admin, seller, mine, "egen@sole.example")
    assert admin.ok("GET", f"/api/users/{person['id']}/sensitive")["bankAccount"] == ACCOUNT

    # Unique, though nothing is written down to compare with; the same key again: the kept answer.
    again = admin.post("/api/customers", company(mine))
    assert again.status == 409 and again.fields == ["orgNumber"], again
    assert admin.post("/api/customers", company(mine, bankgiro="5050-1055", instantBooking=True, fTax=True),
                      headers={"Idempotency-Key": f"sole-{mine}"}).json["id"] == seller["id"]
    assert admin.ok("GET", f"/api/customers?q={mine[:6]}")["total"] == 0

    # Changed, and changed back: the old value leaves no trace either.
    for number in (other, mine):
        changed = admin.ok("PUT", f"/api/users/{person['id']}/sensitive",
                           {"socialSecurityNumber": number, "bankAccount": ACCOUNT | {"accountNumber": "1112223334"}})
        assert changed["socialSecurityNumber"] == number
        admin.ok("PUT", f"/api/customers/{seller['id']}", {"orgNumber": number, "vatNumber": f"SE{number}01"})

    # An invoice of hers shows the number, as the law demands; the file does not.
    tariff = {"category": category, "skill": skill, "timeType": "Hour", "amount": 500}
    own_company = organiser.ok("GET", "/api/auth/claims")["customerId"]
    organiser.ok("POST", f"/api/customers/{own_company}/tariffs", tariff | {"crewCustomerId": seller["id"]}, status=201)
    event = make_event(organiser, own_day())
    booking = organiser.ok("POST", "/api/bookings",
                           booking_body(event, person["id"], category=category, skill=skill, autoConfirm=True), status=201)
    invoice = admin.ok("POST", f"/api/bookings/{booking['id']}/invoice", status=(200, 201))
    invoice = until("the invoice is issued", lambda: issued(admin, invoice["id"]))
    assert invoice["seller"]["orgNumber"] == f"{mine[:6]}-{mine[6:]}"
    assert invoice["seller"]["vatNumber"] == f"SE{mine}01"
    assert admin.ok("GET", f"/api/customers/{buyer['id']}")["orgNumber"] == f"{buyers[:6]}-{buyers[6:]}"

    assert found(program.data, secrets) == [], "while it runs, log of the database included"
    program.stop()
    assert found(program.data, secrets) == [], "after a clean stop"
    said = everything_written(program)
    assert [text for text in secrets if text in said] == []
    # The search works: the name beside them is there.
    assert found(program.data, ["Enskild firma"]) != []


def issued(admin, invoice_id):
    invoice = admin.ok("GET", f"/api/invoices/{invoice_id}")
    return invoice if invoice["status"] in ("Issued", "Overdue") else None


def test_rotating_keys_again_and_again_though_killed(own):
    program = own()
    admin = program.login("admin@demo.example")
    crew = admin.all_items("/api/users/crew")[:20 if SMALL else 40]
    numbers = {}
    for person in crew:
        numbers[person["id"]] = personal_number()
        admin.ok("PUT", f"/api/users/{person['id']}/sensitive",
                 {"socialSecurityNumber": numbers[person["id"]], "bankAccount": ACCOUNT})
    refused = run("rotate-keys", "--data", str(program.data))
    assert refused.returncode == 1 and "in use" in refused.stderr, refused
    program.stop()
    before = keys_of(program.data)
    assert len(before) == 1
    filler = personal_number()  # as a version that didn't encrypt would write it, and enough to be in the middle of
    with sqlite3.connect(program.data / "thenorsound.db") as database:
        database.executemany("INSERT INTO user_sensitive (id, revision, sequence, body) VALUES (?, 1, 0, ?)", [
            (f"usr-filler{i:05}", '{"id":"usr-filler%05d","version":1,"socialSecurityNumber":"%s"}' % (i, filler))
            for i in range(4_000)])
    database.close()

    killed_with_two = 0
    for delay in (0, 0.002, 0.01, 0.03, 0.05):
        process = subprocess.Popen([BINARY, "rotate-keys", "--data", str(program.data)],
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={})
        known = keys_of(program.data)
        until("it is over, or has begun", lambda known=known: process.poll() is not None or len(known) == 2 or
              keys_of(program.data) != known, every=0.001)
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert len(keys_of(program.data)) in (1, 2), "a cut-off rotation makes no key after key"
        killed_with_two += len(keys_of(program.data)) == 2
    assert killed_with_two > 0
    done = run("rotate-keys", "--data", str(program.data))
    assert done.returncode == 0, done
    after = keys_of(program.data)
    assert len(after) == 1 and after != before
    assert ACCOUNT["accountNumber"] not in done.stdout and not any(n in done.stdout for n in numbers.values())
    assert found_key(program.data, next(iter(before))) == [], "nothing names the old key any more"
    assert len(found_key(program.data, next(iter(after)))) > 4_000 and found(program.data, spellings(filler)) == []

    program.start()
    admin = program.login("admin@demo.example")
    for user, number in numbers.items():
        sensitive = admin.ok("GET", f"/api/users/{user}/sensitive")
        assert (sensitive["socialSecurityNumber"], sensitive["bankAccount"]) == (number, ACCOUNT)


def keys_of(data):
    lines = (pathlib.Path(data) / "secrets").read_text().splitlines()
    return {line.split("=")[0].removeprefix("encryption-key-") for line in lines if line.startswith("encryption-key-")}


def found_key(data, key):
    """Documents that are sealed with that key."""
    with sqlite3.connect(f"file:{data}/thenorsound.db?mode=ro", uri=True) as database:
        tables = [row[0] for row in database.execute("SELECT name FROM pragma_table_list WHERE name NOT LIKE 'sqlite%'")]
        hits = []
        for table in tables:
            columns = [row[1] for row in database.execute(f'SELECT * FROM pragma_table_info("{table}")')]
            if "body" in columns:
                hits += [table for (body,) in database.execute(f'SELECT body FROM "{table}"')
                         if f'"sealed":"{key}"' in str(body)]
    return hits


def test_a_lost_or_wrong_key_is_said_and_harms_nothing(own):
    program = own()
    admin = program.login("admin@demo.example")
    person = admin.ok("GET", "/api/users/crew")["items"][0]["id"]
    admin.ok("PUT", f"/api/users/{person}/sensitive", {"bankAccount": ACCOUNT})
    program.stop()
    secrets = program.data / "secrets"
    kept = secrets.read_text()

    def start_fails(content, word):
        if content is None:
            secrets.unlink()
        else:
            secrets.write_text(content)
        done = run("all", "--data", str(program.data), "--port", "0")
        assert done.returncode == 1, done
        assert word in done.stderr and "DATA/secrets" in done.stderr, done.stderr
        rotated = run("rotate-keys", "--data", str(program.data))
        assert rotated.returncode == 1 and word in rotated.stderr, rotated
        assert kept.split("encryption-hash=")[1][:43] not in done.stderr

    start_fails(None, "is missing")
    key = next(line for line in kept.splitlines() if line.startswith("encryption-key-"))
    wrong = key.split("=")[0] + "=" + "A" * 43
    start_fails(kept.replace(key, wrong), "another key")
    hashed = next(line for line in kept.splitlines() if line.startswith("encryption-hash="))
    start_fails(kept.replace(hashed, "encryption-hash=" + "B" * 42 + "A"), "hashed with another key")
    start_fails(kept.replace(key, key.split("=")[0] + "=short"), "256 bits")

    secrets.write_text(kept)
    program.start()
    admin = program.login("admin@demo.example")
    assert admin.ok("GET", f"/api/users/{person}/sensitive")["bankAccount"] == ACCOUNT


def test_what_was_stored_plain_is_encrypted_by_a_start(own):
    """Data of a version that didn't encrypt: plain members, plain unique key, no notes of keys."""
    program = own(start=False)
    number, user = personal_number(), None
    with sqlite3.connect(program.data / "thenorsound.db") as database:
        for (table,) in list(database.execute("SELECT name FROM pragma_table_list WHERE name LIKE '%_sealing'")):
            database.execute(f'DELETE FROM "{table}"')
        (user,) = database.execute("SELECT id FROM users WHERE json_extract(body, '$.userType') = 3").fetchone()
        body = ('{"id":"%s","version":3,"createdAt":1700000000000,"updatedAt":1700000000000,'
                '"socialSecurityNumber":"%s","bankAccount":{"clearingNumber":"8327-9",'
                '"accountNumber":"917 364 825 1","holderName":"Test Person"}}' % (user, number))
        database.execute("INSERT INTO user_sensitive (id, revision, sequence, body) VALUES (?, 1, 0, ?)", (user, body))
        (customer,) = database.execute("SELECT id FROM customers").fetchone()
        database.execute("UPDATE customers SET f_orgKey = ?, body = json_set(body, '$.orgKey', ?, '$.orgNumber', ?)"
                         " WHERE id = ?", (number, number, f"{number[:6]}-{number[6:]}", customer))
    database.close()
    secrets = spellings(number) + [ACCOUNT["accountNumber"]]
    assert found(program.data, secrets) != []
    program.start()
    assert found(program.data, secrets) == [], "not even in pages that were freed"
    admin = program.login("admin@demo.example")
    sensitive = admin.ok("GET", f"/api/users/{user}/sensitive")
    assert (sensitive["socialSecurityNumber"], sensitive["bankAccount"]) == (number, ACCOUNT)
    assert admin.ok("GET", f"/api/customers/{customer}")["orgNumber"] == f"{number[:6]}-{number[6:]}"
    again = admin.post("/api/customers", company(number))
    assert again.status == 409 and again.fields == ["orgNumber"], again


CONFIGURED = {"THENORSOUND_ENCRYPTION_KEYS": "one:" + "x" * 42 + "A,two:" + "y" * 42 + "A",
              "THENORSOUND_ENCRYPTION_CURRENT": "one", "THENORSOUND_ENCRYPTION_HASH_KEY": "z" * 42 + "A"}


def test_configured_keys(tmp_path):
    shown = run("--print-config", env=CONFIGURED)
    assert shown.returncode == 0 and "xxx" not in shown.stdout and "yyy" not in shown.stdout
    assert "zzz" not in shown.stdout and 'current = "one"' in shown.stdout
    for name in CONFIGURED:
        half = {key: value for key, value in CONFIGURED.items() if key != name}
        assert "encryption.keys" in run("--verify-config", env=half).stderr, name
    malformed = run("--verify-config", env=CONFIGURED | {"THENORSOUND_ENCRYPTION_KEYS": "one:" + "x" * 40})
    assert malformed.returncode == 1 and "xxx" not in malformed.stderr
    assert run("--verify-config", env=CONFIGURED | {"THENORSOUND_ENCRYPTION_CURRENT": "three"}).returncode == 1

    program = Program(tmp_path / "data", env=CONFIGURED).start()
    try:
        assert not keys_of(program.data)
        admin = program.login("admin@thenorsound.example", (program.data / "first-admin-password").read_text().strip())
        number = personal_number()
        made = sole_trader(admin, number)
        program.stop()
        assert found_key(program.data, "one") != []
        program.env = CONFIGURED | {"THENORSOUND_ENCRYPTION_CURRENT": "two"}
        rotated = run("rotate-keys", "--data", str(program.data), env=program.env)
        assert rotated.returncode == 0 and "two" in rotated.stdout, rotated
        assert found_key(program.data, "one") == [] and found_key(program.data, "two") != []
        program.env["THENORSOUND_ENCRYPTION_KEYS"] = CONFIGURED["THENORSOUND_ENCRYPTION_KEYS"].split(",")[1]
        program.start()
        admin = program.login("admin@thenorsound.example", (program.data / "first-admin-password").read_text().strip())
        assert admin.ok("GET", f"/api/customers/{made['id']}")["orgNumber"] == made["orgNumber"]
    finally:
        if program.process:
            program.stop()


def test_rotating_needs_data(tmp_path):
    done = run("rotate-keys", "--data", str(tmp_path / "nothing"))
    assert done.returncode == 1 and "no data" in done.stderr
    assert not (tmp_path / "nothing").exists()
    assert "program must not run" in " ".join(run("rotate-keys", "--help").stdout.split())
