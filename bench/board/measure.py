"""Starts the program, makes a crew company with many people and bookings through the API, and has a
browser open and scroll the planning board. Fails where the board is too slow."""
import argparse
import concurrent.futures
import datetime
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))
from support.program import DEMO_PASSWORD, Client, Program  # noqa: E402

DAYS = 14
PER_EVENT = 200  # bookings; an event and its reservations are one document
SKILL = {"category": "Sound", "skill": "FOH Engineer"}
LEAST_FRAMES = 0.8  # of what an empty page draws
MOST_OPENING_S = 1.5
FIRST = ["Alva", "Nils", "Saga", "Elsa", "Hugo", "Maja", "Axel", "Ebba", "Liam", "Vera"]
LAST = ["Lind", "Berg", "Ek", "Dahl", "Holm", "Sand", "Ros", "Falk", "Storm", "Kvist"]


def log_in(port, who):
    client = Client(port)
    answer = client.ok("POST", "/api/auth/login", {"email": f"{who}@demo.example", "password": DEMO_PASSWORD})
    return Client(port, answer["accessToken"])


def in_parallel(make, count):
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        return list(pool.map(make, range(count)))


def make_company(admin, people):
    company = admin.ok("POST", "/api/customers", {
        "customerType": 2, "name": "Stora Bandet AB", "orgNumber": "556036-0793", "address": "Scengatan 1",
        "zipCode": "111 20", "city": "Stockholm", "email": "info@storabandet.example", "phone": "+46855512345",
        "vatStatus": "None", "invoicePrefix": "STORA", "bankgiro": "5050-1055"})

    def person(index):
        return admin.ok("POST", "/api/users", {
            "email": f"crew{index}@storabandet.example", "firstName": FIRST[index % 10], "language": "sv",
            "lastName": f"{LAST[index // 10 % 10]} {index // 100 + 1}", "userType": 3, "role": 5,
            "customerId": company["id"], "skills": [SKILL], "channels": []})["id"]
    return company["id"], in_parallel(person, people)


def make_bookings(organiser, crew, bookings, first_day):
    """Each person works at most once a day, the hours differing from one to the next."""
    def at(day, hour):
        return (first_day + datetime.timedelta(days=day, hours=hour)).strftime("%Y-%m-%dT%H:00:00Z")

    def event(index):
        return organiser.ok("POST", "/api/events", {
            "name": f"Turné {index + 1}", "startDate": at(0, 0), "endDate": at(DAYS, 0), "location": "Stockholm",
            "eventType": "Festival"})["id"]
    events = in_parallel(event, -(-bookings // PER_EVENT))

    def book(index):
        day, person = divmod(index, len(crew))
        start = 6 + (person * 7 + day * 3) % 10
        organiser.ok("POST", "/api/bookings", {
            "eventId": events[index % len(events)], "crewId": crew[person], "startTime": at(day, start),
            "endTime": at(day, start + 5), **SKILL})
    in_parallel(book, bookings)
    return events[0]


def report(rounds):
    ratios = [each["board"] / each["empty"] for each in rounds]
    for number, (each, ratio) in enumerate(zip(rounds, ratios), 1):
        print(f"round {number}: opened in {each['openedMs'] / 1000:.2f} s; scrolling {each['board']} frames, "
              f"empty page {each['empty']}: {ratio:.2f} x; unfinished {each['blank']} of {each['looked']} looks")
    ratio = statistics.median(ratios)
    opened = statistics.median(each["openedMs"] for each in rounds) / 1000
    blank = sum(each["blank"] for each in rounds) / sum(each["looked"] for each in rounds)
    print(f"median: {ratio:.2f} x the frames of an empty page (at least {LEAST_FRAMES}), "
          f"opened in {opened:.2f} s (under {MOST_OPENING_S}), {blank:.1%} of looks found no person")
    return ratio >= LEAST_FRAMES and opened < MOST_OPENING_S and blank < 0.02


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--people", type=int, default=500)
    parser.add_argument("--bookings", type=int, default=5000)
    chosen = parser.parse_args()
    if chosen.bookings > chosen.people * DAYS:
        parser.error(f"at most {DAYS} bookings a person")
    with tempfile.TemporaryDirectory(prefix="soundflow-bench-") as folder:
        program = Program(pathlib.Path(folder) / "data", demo=True,
                          env={"THENORSOUND_GATEWAY_WEB_ROOT": str(ROOT / "web/dist")}).start()
        try:
            began = time.monotonic()
            today = datetime.datetime.now(datetime.timezone.utc)
            first_day = today.replace(hour=0, minute=0, second=0, microsecond=0) + datetime.timedelta(days=30)
            company, crew = make_company(log_in(program.port, "admin"), chosen.people)
            event = make_bookings(log_in(program.port, "organiser"), crew, chosen.bookings, first_day)
            print(f"{len(crew)} people and {chosen.bookings} bookings over {DAYS} days made in "
                  f"{time.monotonic() - began:.0f} s")
            path = f"/board?event={event}&company={company}&zoom=weeks&day={first_day:%Y-%m-%d}"
            done = subprocess.run(
                ["node", str(ROOT / "bench/board/browser.mjs"), f"http://localhost:{program.port}", path,
                 str(chosen.people), str(chosen.rounds)],
                stdout=subprocess.PIPE, check=True, text=True, env=os.environ)
            sys.exit(0 if report(json.loads(done.stdout)) else 1)
        finally:
            program.stop()


if __name__ == "__main__":
    main()
