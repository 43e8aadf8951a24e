"""deploy/compose.yaml, as Docker would fill it in, against what the program says it needs."""
import os
import pathlib
import re
import stat
import subprocess

import pytest
import yaml
from program import BINARY, PATIENCE

DEPLOY = pathlib.Path(__file__).resolve().parents[2] / "deploy"
TARGETS = ["gateway", "auth", "user", "customer", "event", "booking", "notification", "analytics", "invoicing"]
FILE = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
SERVICES = FILE["services"]
OURS = [*TARGETS, "prepare"]


def filled(text, values):
    """${NAME:-default} and ${NAME:?message} as Docker reads them, one in another too."""
    out, at = "", 0
    while (start := text.find("${", at)) >= 0:
        depth, end = 1, start + 2
        while depth:
            depth += {"{": 1, "}": -1}.get(text[end], 0)
            end += 1
        name, sign, other = re.fullmatch(r"(\w+)(:[-?])(.*)", text[start + 2:end - 1]).groups()
        value = values.get(name) or (filled(other, values) if sign == ":-" else None)
        if value is None:
            raise KeyError(name)
        out, at = out + text[at:start] + value, end
    return out + text[at:]


def read_env(path):
    lines = [line for line in path.read_text().splitlines() if line and not line.startswith("#")]
    return dict(line.split("=", 1) for line in lines)


def make_env(path):
    return subprocess.run([DEPLOY / "make_env.sh", path], capture_output=True, text=True, timeout=30 * PATIENCE)


@pytest.fixture(scope="module")
def secrets(tmp_path_factory):
    path = tmp_path_factory.mktemp("env") / ".env"
    assert make_env(path).returncode == 0
    return read_env(path)


def environment(service, values):
    return {name: filled(value, values) for name, value in SERVICES[service]["environment"].items()}


def run(arguments, env):
    clean = {k: v for k, v in os.environ.items() if not k.startswith("THENORSOUND_")}
    return subprocess.run([BINARY, *arguments], capture_output=True, text=True, env=clean | env, timeout=30 * PATIENCE)


def test_every_target_has_a_container_that_runs_it():
    assert set(SERVICES) == {*OURS, "mongodb", "rabbitmq"}
    for name in OURS:
        assert SERVICES[name]["command"] == [name]


@pytest.mark.parametrize("service", OURS)
def test_the_program_takes_what_its_container_is_given(service, secrets):
    done = run(["--verify-config"], environment(service, secrets))
    assert done.returncode == 0, done.stderr
    shown = run(["--print-config"], environment(service, secrets)).stdout
    assert 'engine = "mongodb"' in shown and 'engine = "rabbitmq"' in shown
    for secret in (part for value in secrets.values() for part in value.split(":") if len(part) > 30):
        assert secret not in shown, "a secret that the program does not know as one"


def test_a_service_is_looked_for_where_it_listens(secrets):
    ports = dict(re.findall(r"^(\w+) +port \+(\d+)", run(["--list-targets"], {}).stdout, re.M))
    given = environment("gateway", secrets)
    for target in TARGETS:
        if (address := given.get(f"THENORSOUND_SERVICES_{target.upper()}")) is not None:
            assert address == f"{target}:{5000 + int(ports[target])}"
    assert SERVICES["gateway"]["ports"][0].endswith(":5000")


def test_only_auth_can_make_tokens_and_only_who_keeps_secrets_can_read_them():
    def holders(prefix):
        return {name for name in OURS if any(key.startswith(prefix) for key in SERVICES[name]["environment"])}
    assert holders("THENORSOUND_AUTH_") == {"auth", "prepare"}
    assert holders("THENORSOUND_ENCRYPTION_") == set(OURS) - {"gateway"}
    assert holders("THENORSOUND_ADMIN_PASSWORD") == {"prepare"}
    assert holders("THENORSOUND_MAIL_") == {"notification"}


def test_nothing_starts_without_its_secrets(secrets):
    wanted = set()
    for service in SERVICES.values():
        for value in service.get("environment", {}).values():
            wanted |= set(re.findall(r"\$\{(\w+):\?", value))
    assert wanted == set(secrets)
    for name in wanted:
        with pytest.raises(KeyError, match=name):
            for service in SERVICES:
                environment(service, {k: v for k, v in secrets.items() if k != name})


@pytest.mark.parametrize("name", SERVICES)
def test_every_container_is_confined(name):
    service = SERVICES[name]
    assert service["cap_drop"] == ["ALL"] and service["security_opt"] == ["no-new-privileges:true"]
    assert set(service["deploy"]["resources"]["limits"]) == {"cpus", "memory", "pids"}
    assert name == "prepare" or service["restart"] == "unless-stopped"
    if name in OURS:
        assert service["read_only"] and (service.get("tmpfs") or service.get("volumes")), "somewhere to write"
    else:
        assert "healthcheck" in service and service["user"] != "root"
    assert "outside" not in service["networks"] or name in ("gateway", "notification")
    assert name == "gateway" or "ports" not in service
    assert FILE["networks"]["inside"]["internal"]


def test_who_waits_for_whom():
    assert {k: v["condition"] for k, v in SERVICES["prepare"]["depends_on"].items()} == {
        "mongodb": "service_healthy", "rabbitmq": "service_healthy"}
    for target in TARGETS:
        assert SERVICES[target]["depends_on"]["prepare"]["condition"] == "service_completed_successfully"
    asked = {key.rsplit("_", 1)[1].lower() for key in SERVICES["gateway"]["environment"]
             if re.fullmatch(r"THENORSOUND_SERVICES_[A-Z]+", key)}
    assert set(SERVICES["gateway"]["depends_on"]) == asked | {"prepare"}


def test_secrets_are_new_each_time_for_their_owner_only_and_never_overwritten(tmp_path, secrets):
    path = tmp_path / ".env"
    done = make_env(path)
    assert done.returncode == 0 and stat.S_IMODE(path.stat().st_mode) == 0o600
    made = read_env(path)
    assert set(made) == set(secrets)
    for name in set(made) - {"ENCRYPTION_CURRENT"}:
        assert made[name] != secrets[name] and made[name] not in done.stdout
    before = path.read_text()
    assert make_env(path).returncode == 1 and path.read_text() == before


def test_the_example_names_every_variable(secrets):
    text = (DEPLOY / ".env.example").read_text()
    required = set(re.findall(r"^(\w+)=", text, re.M))
    optional = set(re.findall(r"^# (\w+)=", text, re.M))
    used = set(re.findall(r"\$\{(\w+):", (DEPLOY / "compose.yaml").read_text()))
    assert required == set(secrets)
    assert used - required - optional == {f"{t.upper()}_ADDRESSES" for t in TARGETS[2:8]}, "named by their first alone"
    assert optional <= used
