"""The whole system as separate processes: every target one (or several) of its own, on a MongoDB-compatible
server of its own and a virtual host of RabbitMQ. What a test does with a Program works on it too."""
import itertools
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile

import program
from program import BINARY, PATIENCE, Client, Program, free_port, until

COPIES = int(os.environ.get("THENORSOUND_TEST_COPIES", "1"))
# Target -> its port after the gateway's.
TARGETS = {"gateway": 0, "auth": 1, "user": 2, "customer": 3, "event": 4, "booking": 5, "notification": 7,
           "analytics": 8, "invoicing": 9}
virtual_hosts = itertools.count(0)
hosts_of_data = {}


def required(variable):
    value = os.environ.get(variable)
    assert value, f"{variable} is not set: tools/with_servers.sh sets it"
    return value


def virtual_host(data):
    """The same one for a data folder as long as the tests run."""
    if data not in hosts_of_data:
        number = next(virtual_hosts)
        assert number < 50, "the broker of tools/with_servers.sh has 50 virtual hosts"
        hosts_of_data[data] = f"t{number}"
    return hosts_of_data[data]


class Server:
    """A server that tools/NAME.sh starts on a folder; the same port as long as the folder is there."""

    def __init__(self, script, folder):
        self.script, self.folder = program.ROOT / "tools" / script, folder
        self.runs = False

    def do(self, *words):
        done = subprocess.run([self.script, self.folder, *words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              text=True, timeout=120 * PATIENCE)
        assert done.returncode == 0, f"{self.script.name} {words}: {done.returncode}"
        return done.stdout.strip()

    def start(self):
        self.do("start")
        self.do("wait")
        self.runs = True
        return self

    def stop(self):
        self.do("stop")
        self.runs = False

    def kill(self):
        self.do("kill")
        self.runs = False

    @property
    def url(self):
        return self.do("url")


def database(data):
    """MongoDB's protocol on DATA/mongodb: a process of its own."""
    return Server("secantus.sh", data / "mongodb")


def broker(folder):
    """For tests that stop it; others share the one of tools/with_servers.sh."""
    return Server("rabbitmq.sh", folder)


class Part:
    """One process of the system."""

    def __init__(self, system, target, port):
        self.system, self.target, self.port = system, target, port
        self.name = f"{target}-{port}"
        self.ops_port = port + 10
        self.env = {}  # besides the system's
        self.process = None

    def start(self):
        system = self.system
        environment = system.environment() | {"THENORSOUND_SERVER_OPS_PORT": str(self.ops_port)} | self.env
        if self.target != "gateway":
            environment["THENORSOUND_SERVICES_PORT"] = str(self.port)
        system.data.mkdir(parents=True, exist_ok=True)
        self.output = open(self.path(), "ab")
        port = self.port if self.target == "gateway" else system.port
        self.process = subprocess.Popen(
            [str(BINARY), self.target, "--port", str(port), "--data", str(system.data), *system.arguments],
            stdout=self.output, stderr=subprocess.STDOUT, env=environment)
        return self

    def path(self):
        return self.system.data.parent / f"{self.system.data.name}.{self.name}.out"

    def ready(self):
        assert self.process.poll() is None, \
            f"{self.name} ended with {self.process.returncode}:\n{self.path().read_text(errors='replace')[-4000:]}"
        try:
            return Client(self.ops_port).get("/ready", timeout=2).status == 200
        except OSError:
            return False

    def wait_ready(self, seconds=60):
        until(f"{self.name} is ready", self.ready, seconds)
        return self

    def stop(self):
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        code = self.process.wait(timeout=30 * PATIENCE)
        self.process = None
        self.output.close()
        assert code == 0, f"{self.name}: exit code {code}:\n{self.path().read_text(errors='replace')[-4000:]}"

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process = None
        self.output.close()


class SplitProgram(Program):
    """`copies`: how many of each target, or {target: how many}. `broker_url`: with a virtual host of a
    broker of the test's own."""

    def __init__(self, data, demo=False, env=None, arguments=(), targets=("all",), port=None, copies=COPIES,
                 broker_url=None):
        assert tuple(targets) == ("all",)
        self.data = pathlib.Path(data)
        self.demo = demo
        self.env = env or {}
        self.arguments = list(arguments)
        self.targets = ["all"]
        self.broker_url = broker_url
        wanted = copies if isinstance(copies, dict) else dict.fromkeys(TARGETS, copies)
        most = max(wanted.values(), default=1)
        self.port = port or free_port(20 * most)
        self.ops_port = self.port + 10
        self.parts = [Part(self, target, self.port + offset + 20 * copy)
                      for target, offset in TARGETS.items() for copy in range(wanted.get(target, 1))]
        self.database = database(self.data)

    def of(self, target):
        return [part for part in self.parts if part.target == target]

    @property
    def process(self):
        """The gateway's; None: nothing runs."""
        gateway = self.of("gateway")[0].process
        return gateway or next((part.process for part in self.parts if part.process), None)

    def environment(self):
        environment = program.environment(self.env)
        environment |= {"THENORSOUND_STORE_ENGINE": "mongodb", "THENORSOUND_STORE_MONGODB_URL": self.database_url,
                        "THENORSOUND_BUS_ENGINE": "rabbitmq",
                        "THENORSOUND_BUS_RABBITMQ_URL": self.broker_url or
                            f"{required('THENORSOUND_TEST_RABBITMQ')}/{virtual_host(self.data)}"}
        for target in TARGETS:
            addresses = ",".join(f"127.0.0.1:{part.port}" for part in self.of(target))
            if target not in ("gateway", "invoicing"):
                environment.setdefault(f"THENORSOUND_SERVICES_{target.upper()}", addresses)
        return environment

    def prepare(self):
        """Demo data is made on SQLite and moved: what takes a Python server minutes takes it seconds then."""
        if self.demo and not (self.data / "secrets").exists():
            embedded = {"THENORSOUND_STORE_ENGINE": "sqlite", "THENORSOUND_BUS_ENGINE": "embedded"}
            with tempfile.TemporaryDirectory() as folder:
                for words in ("prepare", "--demo"), ("export", f"{folder}/dump"):
                    self.do_once(*words, "--data", f"{folder}/data", env=embedded)
                shutil.copy(f"{folder}/data/secrets", self.data / "secrets")
                self.do_once("import", f"{folder}/dump", "--data", self.data)
        self.do_once("prepare", *(["--demo"] if self.demo else []), "--data", self.data, "--port", self.port)

    def do_once(self, *words, env=None):
        with open(self.data.parent / (self.data.name + ".prepare.out"), "ab") as output:
            done = subprocess.run([str(BINARY), *map(str, words)], stdout=output, stderr=subprocess.STDOUT,
                                  env=self.environment() | (env or {}), timeout=900 * PATIENCE)
        assert done.returncode == 0, self.printed()[-4000:]

    def start(self, wait=True):
        self.data.mkdir(parents=True, exist_ok=True)
        # A copy of another's data would ask for the other's port.
        if not self.database.runs:
            (self.data / "mongodb" / "port").unlink(missing_ok=True)
            self.database.start()
            self.database_url = self.database.url
        self.prepare()
        for part in self.parts:
            part.start()
        if wait:
            self.wait_ready()
        return self

    def wait_ready(self, seconds=60):
        for part in self.parts:
            part.wait_ready(seconds)

    def ready(self):
        return all(part.ready() for part in self.parts)

    def printed(self):
        return "".join(path.read_text(errors="replace")
                       for path in sorted(self.data.parent.glob(self.data.name + ".*.out")))

    def stop(self):
        # The doors first: nothing new comes in.
        for part in self.parts:
            part.stop()
        self.database.stop()

    def kill(self):
        for part in self.parts:
            if part.process is not None:
                part.kill()

    def wait_end(self, seconds=30):
        codes = [part.process.wait(timeout=seconds * PATIENCE) for part in self.parts]
        for part in self.parts:
            part.process = None
            part.output.close()
        return next((code for code in codes if code != 0), 0)

    def routes(self):
        return [route for target in TARGETS for route in Client(self.of(target)[0].ops_port).ok("GET", "/routes")]

    def metrics(self):
        """Summed over the processes."""
        sums = {}
        for part in self.parts:
            for name, value in program.metrics_of(part.ops_port).items():
                sums[name] = sums.get(name, 0) + value
        return sums
