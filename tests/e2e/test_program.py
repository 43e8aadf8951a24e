"""The program as one who runs it sees it: options, configuration, first start, ports, stopping."""
import os
import re
import socket
import stat
import subprocess
import threading
import time

import pytest
from program import BINARY, PATIENCE, Client, Program, until


def run(*arguments, env=None):
    clean = {k: v for k, v in os.environ.items() if not k.startswith("THENORSOUND_")}
    return subprocess.run([BINARY, *arguments], capture_output=True, text=True, env=clean | (env or {}),
                          timeout=30 * PATIENCE)


def test_list_targets():
    lines = run("--list-targets").stdout.splitlines()
    assert [line.split()[0] for line in lines] == [
        "gateway", "auth", "user", "customer", "event", "booking", "notification", "analytics", "invoicing", "all"]


def test_an_unknown_key_is_an_error(tmp_path):
    file = tmp_path / "c.toml"
    file.write_text("[gateway]\nport = 5001\ncolour = 'red'\n[sound]\nloud = true\n")
    done = run("--verify-config", "--config", str(file))
    assert done.returncode == 1
    assert "gateway.colour" in done.stderr and "sound.loud" in done.stderr
    assert run("--verify-config", env={"THENORSOUND_GATEWAY_COLOUR": "red"}).returncode == 1


def test_every_wrong_value_is_named(tmp_path):
    file = tmp_path / "c.toml"
    file.write_text("[gateway]\nport = 'x'\ncors_origins = 3\n[auth]\nbcrypt_cost = 99\n")
    done = run("--verify-config", "--config", str(file))
    assert done.returncode == 1
    for key in ("gateway.port", "gateway.cors_origins", "auth.bcrypt_cost"):
        assert key in done.stderr
    file.write_text("[gateway\n")
    assert run("--verify-config", "--config", str(file)).returncode == 1
    assert run("--verify-config").returncode == 0


def test_environment_wins_over_the_file_and_the_command_line_over_both(tmp_path):
    file = tmp_path / "c.toml"
    file.write_text("[gateway]\nport = 6001\nrate_limit_per_minute = 7\n[auth]\njwt_key = 'very-secret-value'\n")
    shown = run("--print-config", "--config", str(file), "--port", "6003",
                env={"THENORSOUND_GATEWAY_PORT": "6002", "THENORSOUND_GATEWAY_RATE_LIMIT_PER_MINUTE": "8"}).stdout
    assert re.search(r"^port = 6003\b", shown, re.M)
    assert re.search(r"^rate_limit_per_minute = 8\b", shown, re.M)
    assert 'jwt_key = "***"' in shown and "very-secret-value" not in shown


def test_what_is_printed_is_a_configuration_again(tmp_path):
    file = tmp_path / "c.toml"
    file.write_text('[data]\ndir = "a\\"b\\\\c\\n\\u0001"\n[mail]\nfrom = "Å <a@b.example>"\n')
    shown = run("--print-config", "--config", str(file)).stdout
    file.write_text(shown)
    assert run("--print-config", "--config", str(file)).stdout == shown


def test_a_target_that_is_none():
    done = run("gateway", "sound", "--data", "/nonexistent/x")
    assert done.returncode == 1 and "sound" in done.stderr


def test_first_start_without_demo_data(tmp_path):
    program = Program(tmp_path / "data").start()
    try:
        file = program.data / "first-admin-password"
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert stat.S_IMODE((program.data / "secrets").stat().st_mode) == 0o600
        password = file.read_text().strip()
        assert len(password) >= 16
        admin = program.login("admin@thenorsound.example", password)
        assert admin.ok("GET", "/api/auth/claims")["roles"] == ["Admin"]
        assert program.client().ok("GET", "/health") == {"status": "ok", "demo": False}
        assert program.client().post("/api/auth/login", {"email": "admin@demo.example",
                                                         "password": "demo-password"}).status == 401
        log = program.printed()
        assert password not in log
    finally:
        program.stop()


def test_the_first_admins_password_from_the_configuration(tmp_path):
    program = Program(tmp_path / "data", env={"THENORSOUND_ADMIN_EMAIL": "boss@example.org",
                                              "THENORSOUND_ADMIN_PASSWORD": "a-long-password"}).start()
    try:
        program.login("boss@example.org", "a-long-password")
        assert not (program.data / "first-admin-password").exists()
    finally:
        program.stop()


def test_demo_is_told_and_other_hosts_are_misdirected(shared):
    assert shared.client().ok("GET", "/health") == {"status": "ok", "demo": True}
    for host, status in (("localhost", 200), (f"localhost:{shared.port}", 200), ("127.0.0.1", 200),
                         (f"[::1]:{shared.port}", 200), ("evil.example", 421), ("localhost.evil.example", 421)):
        assert shared.client().get("/health", headers={"Host": host}).status == status, host


def test_ops_pages_are_inside_only(shared):
    assert shared.client().get("/ready").status == 404
    assert shared.client().get("/metrics").status == 404
    ops = Client(shared.ops_port)
    assert ops.ok("GET", "/ready") == {"status": "ready", "missing": []}
    assert "thenorsound_" in ops.get("/metrics").text
    with pytest.raises(OSError):
        socket.create_connection((own_address(), shared.ops_port), timeout=2).close()


def own_address():
    """An address of this machine that is not loopback, else one that refuses anyway."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
            return probe.getsockname()[0]
        except OSError:
            return "127.0.0.2"


@pytest.mark.embedded
def test_a_second_process_on_the_same_data_is_refused(shared):
    done = run("all", "--data", str(shared.data), "--port", "0")
    assert done.returncode == 1 and "in use" in done.stderr


@pytest.mark.embedded
def test_a_port_that_is_taken_is_said(tmp_path, shared):
    done = run("all", "--data", str(tmp_path / "other"), "--port", str(shared.port),
               env={"THENORSOUND_AUTH_BCRYPT_COST": "4"})
    assert done.returncode == 1 and str(shared.port) in done.stderr


def test_requests_in_flight_finish_when_stopping(own):
    program = own()
    organiser = program.login("organiser@demo.example")
    results, begun = [], threading.Barrier(9)

    def work():
        client = program.client(organiser.token)
        client.get("/api/events?pageSize=1")
        begun.wait()
        while True:
            try:
                answer = client.get("/api/events?pageSize=100")
            except OSError:
                return  # refused or closed before the request was read: nothing was lost
            results.append(answer.status)
            if answer.headers["Connection"] == "close":
                return

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    begun.wait()
    time.sleep(0.3)
    program.stop()
    for thread in threads:
        thread.join()
    assert results and set(results) <= {200}, set(results)


@pytest.mark.embedded
def test_cut_off_while_making_demo_data_it_begins_again(tmp_path):
    program = Program(tmp_path / "data", demo=True)
    program.start(wait=False)
    until("something is written", lambda: (program.data / "thenorsound.db").exists())
    time.sleep(0.3)
    program.kill()
    program.start()
    try:
        organiser = program.login("organiser@demo.example")
        assert organiser.ok("GET", "/api/events")["total"] >= 15
    finally:
        program.stop()
