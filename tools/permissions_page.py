#!/usr/bin/env python3
"""Writes docs/PERMISSIONS.md from the table that the tests check cell by cell.

usage: permissions_page.py [--check]     --check: writes nothing, exit 1 where the page is stale
"""
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "PERMISSIONS.md"
sys.path.insert(0, str(ROOT / "tests" / "e2e"))
from permission_table import AREAS, COLUMNS, DOES, ROLES, WHOSE, shape  # noqa: E402

HEAD = """# Who may do what

Made by `tools/permissions_page.py` from `tests/e2e/permission_table.py`; the tests ask the running program
every question below. Change the table, not this page.

| | who |
|---|---|
| Admin | the people who run ThenorSound; they belong to no company |
| CustomerAdmin, CustomerUser | of an event organiser; the user looks, the admin acts |
| CrewAdmin, CrewUser | of a crew company; a CrewUser is crew and sees what concerns them |
| Nobody | without a login |

In-house crew are crew members who belong to an organiser and are bookable by that organiser alone: its
CustomerAdmin is to them what a CrewAdmin is to a crew company's crew. Whoever is deactivated or deleted is
nobody: their tokens and their password no longer count.

**yes**: allowed · **no**: refused (403) · **login**: refused, for want of a login (401) · **nothing there**:
there is no such thing (404) · **not then**: allowed as such, but not in this state (409) · **not valid**:
refused for what was sent (400).
"""
FILTERS = ("customerId", "crewId", "eventId")
WORDS = {400: "not valid", 401: "login", 403: "no", 404: "nothing there", 409: "not then"}


def word(status):
    status = status[0] if isinstance(status, tuple) else status
    return "**yes**" if status < 300 else WORDS[status]


def of_what(entry):
    """Whose thing it is, by which filter, and what else there is to say."""
    query = entry["path"].split("?")[1] if "?" in entry["path"] else ""
    filters = [part.split("=")[0] for part in query.split("&") if part.split("=")[0] in FILTERS]
    by = "by " + ", ".join(filters) if filters and not entry["path"].startswith("/api/bookings/pricing") else ""
    return "; ".join(part for part in (by, WHOSE[entry["whose"]], entry["note"]) if part)


def lines(rows):
    before = None
    for entry in sorted(rows, key=lambda entry: [shape(other) for other in rows].index(shape(entry))):
        key = shape(entry)
        method, path = key
        what = f"{DOES[key]}<br>`{method} {path.replace('{}', '{id}')}`" if key != before else ""
        before = key
        yield f"| {what} | {of_what(entry)} | " + " | ".join(word(entry["cells"][role]) for role in COLUMNS) + " |"


def page():
    parts = [HEAD]
    for area, rows in AREAS.items():
        parts.append(f"## {area}\n\n| | of what | " + " | ".join(ROLES[role] for role in COLUMNS) + " |\n"
                     + "|---" * (2 + len(COLUMNS)) + "|\n" + "\n".join(lines(rows)) + "\n")
    return "\n".join(parts)


def main():
    text = page()
    if sys.argv[1:] == ["--check"]:
        if not PAGE.exists() or PAGE.read_text(encoding="utf-8") != text:
            print("docs/PERMISSIONS.md is stale: run tools/permissions_page.py")
            return 1
        return 0
    PAGE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
