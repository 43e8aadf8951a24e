"""The README's lines do what it says, as they stand."""
import pathlib
import re
import subprocess

README = pathlib.Path(__file__).resolve().parents[2] / "README.md"


def test_the_walk_through_a_booking(shared):
    script = re.search(r"<!-- The end-to-end tests run these lines.*?```sh\n(.*?)```", README.read_text(), re.S).group(1)
    assert script.count("localhost:5000") == 1
    script = script.replace("localhost:5000", f"localhost:{shared.port}")
    done = subprocess.run(["bash", "-euo", "pipefail", "-c", script], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    lines = done.stdout.strip().splitlines()
    assert '"conflicts": []' in done.stdout
    assert "CREW_UNAVAILABLE" in lines and "CONFIRMED" in lines
    assert re.fullmatch(r"[A-Z0-9]+-\d{6} Issued [\d.]+ SEK", lines[-1]), done.stdout
