"""A service that does as it is told, for what the gateway makes of it; on raw sockets."""
import base64
import contextlib
import json
import socket
import threading
import time

from program import PATIENCE


class Asked:
    """A request as it arrived."""

    def __init__(self, head, body, at):
        lines = head.decode("latin-1").split("\r\n")
        self.method, self.target, _ = lines[0].split(" ", 2)
        self.path = self.target.split("?")[0]
        self.fields = [tuple(part.strip() for part in line.split(":", 1)) for line in lines[1:] if line]
        self.body = body
        self.at = at

    def all(self, name):
        return [value for key, value in self.fields if key.lower() == name.lower()]

    def field(self, name):
        found = self.all(name)
        return found[0] if found else None


def answer(status=200, body=None, fields=None, type="application/json"):
    text = (body if isinstance(body, str) else json.dumps({} if body is None else body)).encode()
    lines = [f"HTTP/1.1 {status} Said", f"Content-Type: {type}", f"Content-Length: {len(text)}"]
    lines += [f"{name}: {value}" for name, value in (fields or {}).items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + text


# What a behaviour may give besides the bytes of an answer.
CLOSE = b""  # the connection is closed without a word


class Hang:
    """No answer until the other side gives up."""


class Pieces:
    """Bytes with pauses between them; afterwards the connection is closed."""

    def __init__(self, pieces, pause=0.0):
        self.pieces = pieces
        self.pause = pause


class FakeService:
    """`behave(asked)` gives bytes, Hang or Pieces; `behaviour` may be changed at any time."""

    def __init__(self, behave=None, port=0):
        self.behave = behave or (lambda asked: answer())
        self.asked = []
        self.lock = threading.Lock()
        self.connections = set()
        self.open(port)

    def open(self, port=0):
        self.listener = socket.socket()
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.listener.bind(("127.0.0.1", port))
        self.listener.listen(512)
        self.port = self.listener.getsockname()[1]
        self.address = f"127.0.0.1:{self.port}"
        threading.Thread(target=self.accept, args=(self.listener,), daemon=True).start()

    def accept(self, listener):
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with self.lock:
                self.connections.add(connection)
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        with contextlib.suppress(OSError), connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            received = b""
            while self.serve_one(connection, received) is not None:
                received = b""
        with self.lock:
            self.connections.discard(connection)

    def serve_one(self, connection, received):
        """True to go on; None at the connection's end. The gateway doesn't pipeline."""
        while b"\r\n\r\n" not in received:
            more = connection.recv(65536)
            if not more:
                return None
            received += more
        at = time.monotonic()
        head, body = received.split(b"\r\n\r\n", 1)
        asked = Asked(head, b"", at)
        while len(body) < int(asked.field("Content-Length") or 0):
            body += connection.recv(65536)
        asked.body = body
        with self.lock:
            self.asked.append(asked)
        said = self.behave(asked)
        if said is Hang:
            connection.settimeout(60 * PATIENCE)
            connection.recv(1)
            return None
        if isinstance(said, Pieces):
            for piece in said.pieces:
                connection.sendall(piece)
                time.sleep(said.pause)
            return None
        if said == CLOSE:
            return None
        connection.sendall(said)
        return True

    def count(self, path=None):
        with self.lock:
            return sum(1 for each in self.asked if path is None or each.path == path)

    def forget(self):
        with self.lock:
            self.asked.clear()

    def close(self):
        """Refuses from now on, and ends what is open."""
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        with self.lock:
            connections, self.connections = self.connections, set()
        for connection in connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


def token(user="usr-1", what="ok", number=0):
    """The shape of a JWT; what FakeAuth says of it stands in it."""
    part = base64.urlsafe_b64encode(json.dumps([user, what, number]).encode()).rstrip(b"=").decode()
    return f"e30.{part}.c2ln"


class FakeAuth(FakeService):
    """Knows the tokens above: ok, expired, revoked. The cookie "good" renews."""

    def __init__(self):
        self.delay = 0.0
        super().__init__(self.answer)

    def answer(self, asked):
        time.sleep(self.delay)
        body = json.loads(asked.body or b"{}")
        if asked.path == "/internal/auth/refresh":
            if body["refreshToken"] != "good":
                return answer(401, {"error": {"code": "UNAUTHORIZED", "message": "No.", "details": []}})
            user = self.read(body["accessToken"])[0]
            return answer(200, {"accessToken": token(user, "ok", 99), "refreshToken": "next",
                                "expiresIn": 900,
                                "cookie": "thenorsound_refresh=next; Path=/api; Max-Age=604800"})
        if asked.path != "/internal/auth/validate":
            return answer(200, {})
        user, what, _ = self.read(body["token"])
        if what != "ok":
            return answer(200, {"isValid": False, "reason": what.upper()})
        return answer(200, {"isValid": True, "userId": user, "roles": ["CustomerAdmin"],
                            "customerId": "cust-1", "sid": "ses-" + user,
                            "exp": int(time.time()) + 900})

    @staticmethod
    def read(text):
        part = text.split(".")[1]
        return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
