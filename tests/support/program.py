"""Starts the real program on free ports, talks to it, stops or kills it."""
import contextlib
import http.client
import json
import os
import pathlib
import random
import signal
import socket
import subprocess
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = pathlib.Path(os.environ.get("THENORSOUND_BINARY", ROOT / "build/release/bin/thenorsound"))
# Sanitizers make everything several times slower; waits are stretched, never checks dropped.
PATIENCE = float(os.environ.get("THENORSOUND_TEST_PATIENCE", "1"))
# "all": one process; "split": every target its own (split.py).
ARRANGEMENT = os.environ.get("THENORSOUND_TEST_ARRANGEMENT", "all")
SMALL = os.environ.get("THENORSOUND_TEST_SMALL") == "1"
DEMO_PASSWORD = "demo-password"


def free_port(count=20):
    """A port that is free together with those after it, as many as `count`."""
    for _ in range(200):
        with contextlib.ExitStack() as stack:
            # Below the range from which the system takes ports for outgoing connections.
            port = random.randrange(12000, 32000)
            try:
                for offset in range(count):
                    other = stack.enter_context(socket.socket())
                    other.bind(("127.0.0.1", port + offset))
            except OSError:
                continue
            return port
    raise RuntimeError("no free ports")


def until(what, condition, seconds=10.0, every=0.05):
    """Waits for condition() to be true-ish and returns it; fails naming `what`."""
    end = time.monotonic() + seconds * PATIENCE
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds * PATIENCE:.0f} s: {what}")
        time.sleep(every)


class Answer:
    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.text = body.decode("utf-8", "replace")

    @property
    def json(self):
        return json.loads(self.text)

    @property
    def error(self):
        return self.json["error"]

    @property
    def code(self):
        return self.error["code"]

    @property
    def fields(self):
        return sorted(detail["field"] for detail in self.error["details"])

    def __repr__(self):
        return f"<{self.status} {self.text[:600]}>"


class Client:
    """One kept-alive connection per thread; `token` goes into Authorization."""
    watch = None  # told of each answer

    def __init__(self, port, token=None):
        self.port = port
        self.token = token
        self.local = threading.local()

    def request(self, method, path, body=None, headers=None, timeout=None):
        head = dict(headers or {})
        if self.token and "Authorization" not in head:
            head["Authorization"] = "Bearer " + self.token
        data = None
        if body is not None:
            data = body if isinstance(body, (bytes, str)) else json.dumps(body)
            data = data.encode() if isinstance(data, str) else data
            head.setdefault("Content-Type", "application/json")
        for attempt in (0, 1):
            connection = getattr(self.local, "connection", None)
            fresh = connection is None
            if fresh:
                connection = http.client.HTTPConnection("127.0.0.1", self.port,
                                                        timeout=timeout or 60 * PATIENCE)
                self.local.connection = connection
            try:
                connection.request(method, path, body=data, headers=head)
                response = connection.getresponse()
                answer = Answer(response.status, response.headers, response.read())
                if response.will_close:
                    self.close()
                if self.watch:
                    self.watch(method, path, answer)
                return answer
            except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
                self.close()
                if fresh or attempt:
                    raise
        raise AssertionError("unreachable")

    def close(self):
        connection = getattr(self.local, "connection", None)
        if connection is not None:
            connection.close()
            self.local.connection = None

    def get(self, path, **more):
        return self.request("GET", path, **more)

    def post(self, path, body=None, **more):
        return self.request("POST", path, body, **more)

    def put(self, path, body=None, **more):
        return self.request("PUT", path, body, **more)

    def delete(self, path, **more):
        return self.request("DELETE", path, **more)

    def ok(self, method, path, body=None, status=None, **more):
        answer = self.request(method, path, body, **more)
        expected = status or (200, 201, 204)
        good = answer.status in expected if isinstance(expected, tuple) else answer.status == expected
        assert good, f"{method} {path}: {answer}"
        return answer.json if answer.text else None

    def all_items(self, path):
        items, number = [], 1
        while True:
            mark = "&" if "?" in path else "?"
            page = self.ok("GET", f"{path}{mark}pageNumber={number}&pageSize=200")
            items += page["items"]
            if len(items) >= page["total"] or not page["items"]:
                return items
            number += 1


def environment(more):
    """What the program gets: ours, and nothing of who runs the tests."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith("THENORSOUND_")}
    return clean | {"THENORSOUND_AUTH_BCRYPT_COST": "4",
                    "THENORSOUND_GATEWAY_RATE_LIMIT_PER_MINUTE": "0",
                    "THENORSOUND_GATEWAY_ADDRESS_LIMIT_PER_MINUTE": "0"} | more


def metrics_of(ops_port):
    """{'name{label="x"}': value}"""
    values = {}
    for line in Client(ops_port).get("/metrics").text.splitlines():
        if line and not line.startswith("#"):
            name, value = line.rsplit(" ", 1)
            values[name] = float(value)
    return values


class Program:
    """`thenorsound all`, or some targets, on a data folder. Where the tests are about separate processes,
    `all` means all of them, each a process (split.py)."""

    def __new__(cls, *arguments, targets=("all",), **more):
        if cls is Program and ARRANGEMENT == "split" and tuple(targets) == ("all",):
            from split import SplitProgram
            return object.__new__(SplitProgram)
        return object.__new__(cls)

    def __init__(self, data, demo=False, env=None, arguments=(), targets=("all",), port=None):
        self.data = pathlib.Path(data)
        self.demo = demo
        self.env = env or {}
        self.arguments = list(arguments)
        self.targets = list(targets)
        self.port = port or free_port()
        has_gateway = bool({"all", "gateway"} & set(targets))
        self.ops_port = self.port + (10 if has_gateway else 11)
        self.process = None

    def start(self, wait=True):
        self.data.mkdir(parents=True, exist_ok=True)
        self.output = open(self.data.parent / (self.data.name + ".out"), "ab")
        command = [str(BINARY), *self.targets, "--port", str(self.port), "--data", str(self.data)]
        command += ["--demo"] if self.demo else []
        self.process = subprocess.Popen(command + self.arguments, stdout=self.output,
                                        stderr=subprocess.STDOUT, env=environment(self.env))
        if wait:
            self.wait_ready()
        return self

    def printed(self):
        return (self.data.parent / (self.data.name + ".out")).read_text(errors="replace")

    def ready(self):
        try:
            return Client(self.ops_port).get("/ready", timeout=2).status == 200
        except OSError:
            return False

    def wait_ready(self, seconds=60):
        def check():
            assert self.process.poll() is None, \
                f"the program ended with {self.process.returncode}:\n{self.printed()[-4000:]}"
            return self.ready()
        until("ready", check, seconds)

    def stop(self):
        """Ctrl-C; fails unless it ends by itself with code 0."""
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        code = self.process.wait(timeout=30 * PATIENCE)
        self.process = None
        self.output.close()
        assert code == 0, f"exit code {code}:\n{self.printed()[-4000:]}"

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process = None
        self.output.close()

    def wait_end(self, seconds=30):
        code = self.process.wait(timeout=seconds * PATIENCE)
        self.process = None
        self.output.close()
        return code

    def client(self, token=None):
        return Client(self.port, token)

    def login(self, email, password=DEMO_PASSWORD):
        answer = self.client().post("/api/auth/login", {"email": email, "password": password})
        assert answer.status == 200, answer
        return self.client(answer.json["accessToken"])

    def routes(self):
        return Client(self.ops_port).ok("GET", "/routes")

    def metrics(self):
        return metrics_of(self.ops_port)
