"""Ten thousand idle connections and a thousand slow ones: the others are served meanwhile, the slow ones are cut by
their deadlines, the idle ones by theirs."""
import pathlib
import resource
import select
import socket
import statistics
import time

import pytest
from program import PATIENCE, SMALL, Program, until

pytestmark = pytest.mark.embedded

IDLE, SLOW = (1000, 100) if SMALL else (10000, 1000)
HEAD_S, BODY_S, IDLE_S = 3 * PATIENCE, 4 * PATIENCE, 12 * PATIENCE


@pytest.fixture
def program(tmp_path):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    if hard < IDLE + SLOW + 200:
        pytest.fail(f"only {hard} files may be open here")
    started = Program(tmp_path / "data", targets=["gateway"],
                      env={"THENORSOUND_SERVER_HEAD_TIMEOUT_MS": str(int(HEAD_S * 1000)),
                           "THENORSOUND_SERVER_BODY_TIMEOUT_MS": str(int(BODY_S * 1000)),
                           "THENORSOUND_SERVER_IDLE_TIMEOUT_MS": str(int(IDLE_S * 1000)),
                           "THENORSOUND_LOG_LEVEL": "error"}).start()
    yield started
    started.stop()
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def resident_bytes(program):
    status = pathlib.Path(f"/proc/{program.process.pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) * 1024


class Crowd:
    """Connections watched together by one epoll; each has its answer and the time of its end."""

    def __init__(self, port):
        self.port = port
        self.poll = select.epoll()
        self.by_fd = {}
        self.received = {}
        self.ended = {}
        self.began = {}

    def connect(self, first):
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=20 * PATIENCE)
        connection.sendall(first)
        connection.setblocking(False)
        fd = connection.fileno()
        self.by_fd[fd], self.received[fd], self.began[fd] = connection, b"", time.monotonic()
        self.poll.register(fd, select.EPOLLIN)
        return fd

    def look(self, seconds=0.0):
        """Takes what has come; notes who was cut."""
        for fd, _ in self.poll.poll(seconds, 4096):
            try:
                piece = self.by_fd[fd].recv(65536)
            except OSError:
                piece = b""
            self.received[fd] += piece
            if not piece:
                self.ended[fd] = time.monotonic()
                self.poll.unregister(fd)
                self.by_fd.pop(fd).close()

    def send(self, fd, piece):
        if fd in self.by_fd:
            try:
                self.by_fd[fd].send(piece)
            except OSError:
                pass  # It was cut.

    def lives(self, fds):
        return [self.ended[fd] - self.began[fd] for fd in fds]

    def close(self):
        for connection in self.by_fd.values():
            connection.close()


def one_request(port):
    started = time.monotonic()
    with socket.create_connection(("127.0.0.1", port), timeout=20 * PATIENCE) as connection:
        connection.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        received = b""
        while piece := connection.recv(65536):
            received += piece
    assert received.startswith(b"HTTP/1.1 200"), received
    return time.monotonic() - started


def test_idle_and_slow_connections_hold_up_nobody(program, capsys):
    crowd = Crowd(program.port)
    try:
        before = resident_bytes(program)
        idle = [crowd.connect(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n") for _ in range(IDLE)]
        until("each had its answer", lambda: crowd.look(0.1) or all(crowd.received[fd] for fd in idle), 30, 0)
        per_idle = (resident_bytes(program) - before) / IDLE
        slow_heads = [crowd.connect(b"G") for _ in range(SLOW // 2)]
        slow_bodies = [crowd.connect(b"POST /api/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5000\r\n\r\n")
                       for _ in range(SLOW // 2)]

        times, drips = [], b"ET /" + b"x" * 1000
        end = time.monotonic() + BODY_S + 2 * PATIENCE
        for second in range(1000):
            if time.monotonic() > end:
                break
            for fd in slow_heads + slow_bodies:
                crowd.send(fd, drips[second:second + 1])
            next_drip = time.monotonic() + 1
            while time.monotonic() < next_drip:
                times.append(one_request(program.port))
                crowd.look(0.02)
        until("the slow ones are cut", lambda: crowd.look(0.1) or
              all(fd in crowd.ended for fd in slow_heads + slow_bodies), 30, 0)
        for fds, limit in ((slow_heads, HEAD_S), (slow_bodies, BODY_S)):
            assert all(crowd.received[fd].startswith(b"HTTP/1.1 408 ") for fd in fds)
            assert limit - 0.3 <= min(crowd.lives(fds)), "cut too early"
            assert max(crowd.lives(fds)) < limit + 8 * PATIENCE, "cut too late"

        until("the idle ones are closed", lambda: crowd.look(0.1) or all(fd in crowd.ended for fd in idle), 60, 0)
        assert all(crowd.received[fd].count(b"HTTP/1.1 ") == 1 for fd in idle), "an idle one was told something"
        assert IDLE_S - 0.3 <= min(crowd.lives(idle))
        p99 = statistics.quantiles(times, n=100)[98]
        with capsys.disabled():
            print(f"\n  {IDLE} idle at {per_idle / 1024:.1f} KiB each, {SLOW} slow; meanwhile {len(times)} requests, "
                  f"p50 {statistics.median(times) * 1000:.1f} ms, p99 {p99 * 1000:.1f} ms")
        assert p99 < 1 * PATIENCE
        assert per_idle < 64 * 1024
        one_request(program.port)
    finally:
        crowd.close()
