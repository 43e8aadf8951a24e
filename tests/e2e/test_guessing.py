"""Guessing at passwords: who waits, for how long, and what the time tells."""
import shutil
import statistics
import time

import pytest
from program import DEMO_PASSWORD, Program, until
from test_tokens import make_user


@pytest.fixture(scope="module")
def guessed(demo_data, tmp_path_factory):
    """A program that believes in X-Forwarded-For, so that a test has many addresses."""
    data = tmp_path_factory.mktemp("guessed") / "data"
    shutil.copytree(demo_data, data)
    program = Program(data, demo=True, env={"THENORSOUND_GATEWAY_TRUSTED_PROXIES": "127.0.0.1/32"}).start()
    yield program
    program.stop()


def guess(program, email, password="wrong-password", address="192.0.2.1"):
    return program.client().post("/api/auth/login", {"email": email, "password": password},
                                 headers={"X-Forwarded-For": address})


@pytest.mark.parametrize("email", ["organiser@demo.example", "nobody@demo.example"])
def test_five_wrong_guesses_make_the_pair_wait(guessed, email):
    assert [guess(guessed, email).status for _ in range(5)] == [401] * 5
    waits = guess(guessed, email, DEMO_PASSWORD)
    assert (waits.status, waits.code) == (429, "RATE_LIMITED") and waits.headers["Retry-After"] == "1"
    # Another account from here, and this one from elsewhere, don't wait.
    assert guess(guessed, "crew@demo.example", DEMO_PASSWORD).status == 200
    assert guess(guessed, email, DEMO_PASSWORD, "192.0.2.2").status == (200 if "organiser" in email else 401)
    # The wait doubles with each wrong guess more.
    sixth = until("the wait is over", lambda: (got := guess(guessed, email)).status == 401 and got)
    assert sixth.code == "UNAUTHORIZED" and guess(guessed, email).headers["Retry-After"] == "2"


def test_a_right_answer_resets_the_pair(guessed):
    email, address = "crewadmin@demo.example", "192.0.2.20"
    for _ in range(3):
        assert [guess(guessed, email, address=address).status for _ in range(4)] == [401] * 4
        assert guess(guessed, email, DEMO_PASSWORD, address).status == 200


def test_an_address_that_guesses_at_many_accounts_waits(guessed):
    address = "192.0.2.30"
    statuses = [guess(guessed, f"someone{i}@demo.example", address=address).status for i in range(101)]
    assert statuses == [401] * 100 + [429]
    assert guess(guessed, "crew@demo.example", DEMO_PASSWORD, "192.0.2.31").status == 200


def test_an_account_guessed_at_from_everywhere_waits_for_strangers_only(guessed):
    email = "organiser-user@demo.example"
    assert guess(guessed, email, DEMO_PASSWORD, "198.51.100.1").status == 200
    for i in range(50):
        assert guess(guessed, email, address=f"203.0.113.{i}").status == 401
    stranger = guess(guessed, email, DEMO_PASSWORD, "203.0.113.200")
    assert stranger.status == 429 and int(stranger.headers["Retry-After"]) >= 1
    assert guess(guessed, email, DEMO_PASSWORD, "198.51.100.1").status == 200


def test_an_unknown_address_takes_as_long_as_a_wrong_password(own):
    # Dear enough that the hash is most of the time; never on a thread that serves requests.
    program = own(env={"THENORSOUND_AUTH_BCRYPT_COST": "8", "THENORSOUND_GATEWAY_TRUSTED_PROXIES": "127.0.0.1/32"})
    user = make_user(program, program.login("admin@demo.example"))
    times = {user["email"]: [], "unknown@demo.example": []}
    for i in range(30):
        for email, taken in times.items():
            started = time.perf_counter()
            assert guess(program, email, address=f"203.0.113.{i}").status == 401
            taken.append(time.perf_counter() - started)
    # The fastest ones are the least disturbed.
    wrong, unknown = (statistics.median(sorted(taken)[:15]) for taken in times.values())
    assert 0.5 < unknown / wrong < 2, (wrong, unknown)
