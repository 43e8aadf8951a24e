"""The description is good for more than us: two linters find nothing, and a client that is made of it books."""
import json
import os
import subprocess

import pytest
from program import ROOT, SMALL

CLIENT = ROOT / "tests/client"
# The description is the same in all builds, so once is enough.
pytestmark = pytest.mark.skipif(SMALL, reason="done in the release build")


def run(*command):
    environment = os.environ | {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"}
    done = subprocess.run(command, cwd=CLIENT, capture_output=True, text=True, timeout=600, env=environment)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    return done.stdout


def tool(name, *arguments):
    return run(CLIENT / "node_modules/.bin" / name, *arguments)


@pytest.fixture(scope="module")
def description(shared):
    run(CLIENT / "install.sh")
    file = CLIENT / "out/openapi.json"
    file.parent.mkdir(exist_ok=True)
    file.write_text(shared.client().get("/openapi.json").text)
    return file


def test_redocly_finds_nothing(description):
    tool("redocly", "lint", "--config", "redocly.yaml", description)


def test_spectral_finds_nothing(description):
    tool("spectral", "lint", "--fail-severity", "warn", "-r", ".spectral.yaml", description)


def test_a_generated_client_books(shared, description):
    tool("openapi-typescript", description, "-o", "api.ts")
    tool("tsc", "-p", "tsconfig.json")
    done = json.loads(run("node", "out/book.js", f"http://127.0.0.1:{shared.port}"))
    assert done["again"] == "CREW_UNAVAILABLE"
    assert done["status"] == "CONFIRMED"
    assert done["quoted"] == done["booked"] == done["amount"] > 0
    assert done["balance"] >= done["amount"]
    assert done["number"]
