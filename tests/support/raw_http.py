"""HTTP by raw sockets: what no well-behaved peer would send, and an upstream that keeps every byte."""
import contextlib
import json
import re
import socket
import threading

from program import PATIENCE, Answer


def connect(port, timeout=20):
    connection = socket.create_connection(("127.0.0.1", port), timeout=timeout * PATIENCE)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def read_to_end(connection):
    """Everything up to the other side's end of the connection."""
    received = bytearray()
    while piece := connection.recv(65536):
        received += piece
    return bytes(received)


class Fields(dict):
    """Fields by name in lower case; those given several times joined."""

    def __init__(self, lines):
        super().__init__()
        for line in lines:
            name, value = line.split(": ", 1)
            self[name.lower()] = f"{self[name.lower()]}, {value}" if name.lower() in self else value

    def __getitem__(self, name):
        return super().__getitem__(name.lower())

    def get(self, name, default=None):
        return super().get(name.lower(), default)

    def __contains__(self, name):
        return super().__contains__(name.lower())


def split_answers(received, to_head=False):
    """All answers in `received`, each with a Content-Length; fails on anything left over."""
    answers = []
    while received:
        head, mark, rest = received.partition(b"\r\n\r\n")
        assert mark, f"half an answer: {received[:200]!r}"
        first, *lines = head.decode("latin-1").split("\r\n")
        status = re.fullmatch(r"HTTP/1\.1 (\d{3}) [ -~]+", first)
        assert status, first
        fields = Fields(lines)
        length = 0 if to_head else int(fields.get("Content-Length", "0"))
        assert len(rest) >= length, f"a body shorter than it says: {received[:400]!r}"
        answers.append(Answer(int(status[1]), fields, rest[:length]))
        received = rest[length:]
    return answers


def ask(port, *requests, end=False):
    """Sends all at once; the answers up to the end of the connection."""
    with connect(port) as connection:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            connection.sendall(b"".join(requests))
            if end:
                connection.shutdown(socket.SHUT_WR)
        return split_answers(read_to_end(connection))


def ok_answer(body=b'{"ok":true}', fields=b""):
    return (b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n" % len(body)
            + fields + b"\r\n" + body)


class Upstream:
    """Reads whole requests and answers each by `answer`: bytes, or a function of (socket, request) that returns
    False to end the connection. Keeps every byte it was sent, by connection."""

    def __init__(self, port):
        self.answer = ok_answer()
        self.connections = []
        self.requests = []  # (number of the connection, whole request)
        self.lock = threading.Lock()
        self.listener = socket.create_server(("127.0.0.1", port), backlog=256)
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self):
        self.listener.close()

    def everything(self):
        with self.lock:
            return b"".join(bytes(each) for each in self.connections)

    def _accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            with self.lock:
                number = len(self.connections)
                self.connections.append(bytearray())
            threading.Thread(target=self._serve, args=(connection, number), daemon=True).start()

    def _serve(self, connection, number):
        waiting = b""
        with connection, contextlib.suppress(OSError):
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            while piece := connection.recv(65536):
                with self.lock:
                    self.connections[number] += piece
                waiting += piece
                while (size := self._size_of_request(waiting)) is not None:
                    request, waiting = waiting[:size], waiting[size:]
                    with self.lock:
                        self.requests.append((number, request))
                    if not self._answer(connection, request):
                        return

    def _answer(self, connection, request):
        answer = self.answer
        if callable(answer):
            return answer(connection, request) is not False
        connection.sendall(answer)
        return True

    @staticmethod
    def _size_of_request(received):
        head, mark, rest = received.partition(b"\r\n\r\n")
        if not mark:
            return None
        lengths = re.findall(rb"(?im)^content-length: (\d+)\r?$", head)
        length = int(lengths[0]) if lengths else 0
        return len(head) + 4 + length if len(rest) >= length else None


def fields_of(request):
    """[(name, value)] of a recorded request, as they were written."""
    head = request.partition(b"\r\n\r\n")[0].decode("latin-1")
    return [tuple(line.split(": ", 1)) for line in head.split("\r\n")[1:]]


def body_of(request):
    return request.partition(b"\r\n\r\n")[2]


def error_of(answer):
    return json.loads(answer.text)["error"]
