"""What bench/run measures.

startup   from exec to ready, with demo data loaded; medians
gateway   CPU time (user + system) per request of an authenticated GET /api/events/{id} through the
          whole stack in one process, against HAProxy that proxies to a trivial upstream with
          comparable work (peers/haproxy.cfg). Server on one core, load and upstream on the other,
          rounds interleaved, medians compared as a ratio.
"""
import argparse
import base64
import hashlib
import hmac
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests/support"))
from program import Client, Program, until  # noqa: E402

PEERS = ROOT / "bench/peers"
SERVER_CORE, LOAD_CORE = 0, 1
TOKENS = 256
CONNECTIONS = 64


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def load(folder, port, path, tokens, seconds):
    """Runs wrk; returns (requests, requests per second, p99 in ms). Fails on any error answer."""
    script = folder / f"load-{port}.lua"
    script.write_text(
        "local tokens = {" + ",".join(f'"{t}"' for t in tokens) + "}\n"
        "local requests, turn = {}, 0\n"
        "function init(args)\n"
        "  for i, t in ipairs(tokens) do\n"
        f'    requests[i] = wrk.format("GET", "{path}", {{["Authorization"] = "Bearer " .. t, '
        '["Host"] = "localhost"})\n'
        "  end\n"
        "end\n"
        "function request() turn = turn % #requests + 1; return requests[turn] end\n"
        "function done(summary, latency)\n"
        '  io.write(string.format("RESULT %d %d %d %d %.3f\\n", summary.requests, summary.duration, '
        "summary.errors.status, summary.errors.connect + summary.errors.read + summary.errors.write + "
        "summary.errors.timeout, latency:percentile(99) / 1000))\n"
        "end\n")
    out = subprocess.run(["taskset", "-c", str(LOAD_CORE), "wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s",
                          "-s", str(script), f"http://127.0.0.1:{port}{path}"],
                         capture_output=True, text=True, check=True).stdout
    found = next(line for line in out.splitlines() if line.startswith("RESULT")).split()
    requests, duration, bad, broken, p99 = int(found[1]), int(found[2]), int(found[3]), int(found[4]), float(found[5])
    assert bad == 0 and broken == 0, out
    return requests, requests / (duration / 1e6), p99


def measured(pid, *arguments):
    before = cpu_seconds(pid)
    requests, rate, p99 = load(*arguments)
    return {"cpu_us": (cpu_seconds(pid) - before) / requests * 1e6, "rate": rate, "p99_ms": p99}


def encode(part):
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode()


def peer_token(number):
    """What peers/haproxy.cfg accepts."""
    now = int(time.time())
    head = encode(b'{"alg":"HS256","typ":"JWT"}')
    body = encode(json.dumps({
        "sub": f"usr-{number:024d}", "email": "organiser@demo.example", "roles": ["CustomerAdmin"],
        "customerId": f"cust-{number:024d}", "customerType": 1, "sid": f"ses-{number:024d}",
        "jti": f"{number:022d}", "iat": now, "exp": now + 7200, "iss": "thenorsound", "aud": "thenorsound"},
        separators=(",", ":")).encode())
    secret = b"gwbench-secret-0123456789abcdef0123456789abcdef"
    return f"{head}.{body}.{encode(hmac.new(secret, f'{head}.{body}'.encode(), hashlib.sha256).digest())}"


def start_haproxy(folder):
    subprocess.run(["gcc", "-O2", "-w", "-o", folder / "upstream", PEERS / "upstream.c"], check=True)
    upstream = subprocess.Popen(["taskset", "-c", str(LOAD_CORE), folder / "upstream", "9000"])
    log = open(folder / "haproxy.log", "wb")
    haproxy = subprocess.Popen(["taskset", "-c", str(SERVER_CORE), "haproxy", "-dMglobal,no-tag,no-poison", "-db",
                                "-f", PEERS / "haproxy.cfg"], stdout=log, stderr=subprocess.DEVNULL)
    return upstream, haproxy


def answers(port, path, token):
    try:
        return Client(port, token).get(path, timeout=2).status == 200
    except OSError:
        return False


def gateway(data, folder, rounds, seconds):
    program = Program(data, demo=True, env={"THENORSOUND_SERVER_THREADS": "1",
                                           "THENORSOUND_LOG_PATH": str(folder / "thenorsound.log")})
    upstream, haproxy = start_haproxy(folder)
    try:
        program.start()
        subprocess.run(["taskset", "-a", "-c", "-p", str(SERVER_CORE), str(program.process.pid)],
                       check=True, stdout=subprocess.DEVNULL)
        tokens = [program.login("organiser@demo.example").token for _ in range(TOKENS)]
        event = Client(program.port, tokens[0]).get("/api/events?pageSize=1").json["items"][0]["id"]
        path = f"/api/events/{event}"
        size = len(Client(program.port, tokens[0]).get(path).text)
        peer_tokens = [peer_token(n) for n in range(TOKENS)]
        until("HAProxy answers", lambda: answers(8108, path, peer_tokens[0]))
        until("we answer", lambda: answers(program.port, path, tokens[0]))
        ours, peer = [], []
        for number in range(rounds + 1):
            mine = measured(program.process.pid, folder, program.port, path, tokens, seconds)
            theirs = measured(haproxy.pid, folder, 8108, path, peer_tokens, seconds)
            if number == 0:
                continue  # warms both
            ours.append(mine)
            peer.append(theirs)
            print(f"  round {number}: ours {mine['cpu_us']:.1f} us, HAProxy {theirs['cpu_us']:.1f} us", flush=True)
    finally:
        program.stop()
        for process in (haproxy, upstream):
            process.kill()
            process.wait()
    middle = lambda rows, key: statistics.median(row[key] for row in rows)
    ratio = statistics.median(a["cpu_us"] / b["cpu_us"] for a, b in zip(ours, peer))
    print(f"gateway: GET /api/events/{{id}} ({size} bytes), medians of {rounds}\n"
          f"  ours     {middle(ours, 'cpu_us'):6.1f} us CPU/request  {middle(ours, 'rate'):8.0f}/s  p99 {middle(ours, 'p99_ms'):.1f} ms\n"
          f"  HAProxy  {middle(peer, 'cpu_us'):6.1f} us CPU/request  {middle(peer, 'rate'):8.0f}/s  p99 {middle(peer, 'p99_ms'):.1f} ms (proxying alone)\n"
          f"  ratio    {ratio:.2f}  (target: at most 1.00)")
    return ratio <= 1.0


def startup(data, rounds):
    times = []
    for _ in range(rounds):
        program = Program(data, demo=True)
        began = time.monotonic()
        program.start(wait=False)
        while not program.ready():
            assert program.process.poll() is None, program.printed()
            time.sleep(0.005)
        times.append(time.monotonic() - began)
        program.stop()
    print(f"startup: {statistics.median(times):.3f} s to ready, median of {rounds} "
          f"(from {min(times):.3f} to {max(times):.3f}; target: under 1 s)")
    return statistics.median(times) < 1.0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="*", choices=[[], "startup", "gateway"], default=[])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=4)
    options = parser.parse_args()
    what = options.what or ["startup", "gateway"]
    folder = pathlib.Path(tempfile.mkdtemp(prefix="thenorsound-bench-"))
    good = True
    try:
        data = folder / "data"
        print("making demo data …", flush=True)
        program = Program(data, demo=True).start()
        program.stop()
        if "startup" in what:
            good = startup(data, options.rounds) and good
        if "gateway" in what:
            good = gateway(data, folder, options.rounds, options.seconds) and good
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
