"""The gateway alone, before services that do as they are told."""
import concurrent.futures

from program import PATIENCE, Program
from upstream import FakeAuth, FakeService, token

TIMEOUT = 1.0 * PATIENCE
WORD = {"error": {"code": "SAID", "message": "As told.", "details": []}}


class Scene:
    """A gateway and the services behind it; `event` may have several addresses."""

    def __init__(self, folder, events=1, **env):
        self.auth = FakeAuth()
        self.services = {name: FakeService() for name in ("user", "customer", "booking")}
        self.events = [FakeService() for _ in range(events)]
        self.event = self.events[0]
        self.booking, self.customer = self.services["booking"], self.services["customer"]
        addresses = {"AUTH": self.auth.address, "EVENT": ",".join(e.address for e in self.events)}
        addresses |= {name.upper(): service.address for name, service in self.services.items()}
        settings = {f"THENORSOUND_SERVICES_{name}": value for name, value in addresses.items()}
        settings["THENORSOUND_GATEWAY_UPSTREAM_TIMEOUT_MS"] = str(int(TIMEOUT * 1000))
        settings |= {f"THENORSOUND_GATEWAY_{name.upper()}": str(value) for name, value in env.items()}
        self.program = Program(folder / "data", env=settings, targets=["gateway"]).start()
        self.client = self.asking(token())

    def asking(self, bearer=None):
        """A client for answers that no service of ours gives."""
        client = self.program.client(bearer)
        client.watch = None
        return client

    def close(self):
        self.program.stop()
        for service in [self.auth, *self.services.values(), *self.events]:
            service.close()

    def metric(self, name, **labels):
        for key, value in self.program.metrics().items():
            if key.startswith(name + "{") and all(f'{k}="{v}"' in key for k, v in labels.items()):
                return value
        raise AssertionError(f"no metric {name} {labels}")

    def fill_budget(self, path="/api/events"):
        """Good calls save retries up, so that a test has all it may ask for."""
        for _ in range(60):
            assert self.client.get(path).status == 200


def always(said):
    return lambda asked: said


def at_once(count, work):
    with concurrent.futures.ThreadPoolExecutor(count) as pool:
        return list(pool.map(work, range(count)))
