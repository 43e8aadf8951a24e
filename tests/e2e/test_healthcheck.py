"""thenorsound --healthcheck: what a container's health check runs."""
import http.server
import os
import subprocess
import threading

import pytest
from program import BINARY, PATIENCE, Program, free_port


def healthcheck(port, *arguments):
    clean = {k: v for k, v in os.environ.items() if not k.startswith("THENORSOUND_")}
    return subprocess.run([BINARY, *arguments, "--port", str(port), "--healthcheck"], capture_output=True,
                          text=True, env=clean, timeout=30 * PATIENCE)


@pytest.mark.embedded
def test_a_program_is_healthy_while_it_runs(tmp_path):
    program = Program(tmp_path / "data", env={"THENORSOUND_ADMIN_PASSWORD": "long-enough-1"}).start()
    try:
        done = healthcheck(program.port)
        assert (done.returncode, done.stdout) == (0, "Ready.\n"), done.stderr
        assert healthcheck(program.port, "auth", "user").returncode == 1, "another process's port"
    finally:
        program.stop()
    done = healthcheck(program.port)
    assert done.returncode == 1 and f"127.0.0.1:{program.port + 10}" in done.stderr
    assert sorted(p.name for p in tmp_path.iterdir()) == ["data", "data.out"], "a check leaves nothing behind"


def test_one_that_answers_but_is_not_ready(tmp_path):
    class NotReady(http.server.BaseHTTPRequestHandler):
        asked = []

        def do_GET(self):
            self.asked.append(self.path)
            body = b'{"status":"not ready","missing":["store"]}'
            self.send_response(503)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    port = free_port()
    server = http.server.HTTPServer(("127.0.0.1", port + 11), NotReady)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        done = healthcheck(port, "auth")
    finally:
        server.shutdown()
        server.server_close()
    assert done.returncode == 1 and '"missing":["store"]' in done.stderr
    assert NotReady.asked == ["/ready"]


def test_a_target_that_is_none():
    done = healthcheck(free_port(), "sound")
    assert done.returncode == 1 and "sound" in done.stderr
