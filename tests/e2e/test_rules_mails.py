"""Who hears what by mail, in which language, and what nobody is told."""
import pytest
from program import until
from stage import Stage, letters


@pytest.fixture(scope="module")
def stage(shared):
    stage = Stage(shared.login("admin@demo.example"), buyer={"invoiceEmail": "ap@stage.example"})
    stage.shared = shared
    return stage


def told(stage, event, count):
    """{address: [(subject, text)]} once each of the three has so many mails about the event."""
    three = {stage.organiser_user["email"], stage.boss_user["email"], stage.crew_user["email"]}

    def enough():
        found = {}
        for to, subject, text in letters(stage.shared, event["name"]):
            found.setdefault(to, []).append((subject, text))
        return set(found) == three and all(len(mails) == count for mails in found.values()) and found
    return until(f"{count} mails to each of the three", enough, 60)


def test_both_sides_and_the_crew_member_hear_of_each_step(stage):
    event = stage.event(crewInfo="Back door")
    booking = stage.book(event)
    told(stage, event, 1)
    stage.confirm(booking)
    told(stage, event, 2)
    stage.cancel(booking, reason="A very private reason")
    mails = told(stage, event, 3)
    for texts in mails.values():
        assert len({subject for subject, _ in texts}) == 3
        assert all("A very private reason" not in text for _, text in texts)
    for _, text in mails[stage.crew_user["email"]]:
        assert "2 000" not in text.replace("\u00a0", " ") and "2,000" not in text and "kr" not in text.split()
    assert any("2 000" in text.replace("\u00a0", " ") or "2,000" in text for _, text in mails[stage.boss_user["email"]])


def test_each_in_their_own_language(stage):
    crew, client = stage.hire()
    client.ok("PUT", f"/api/users/{crew['id']}", {"language": "en"})
    event = stage.event()
    stage.book(event, crew_id=crew["id"])
    other, other_client = stage.hire()
    other_client.ok("PUT", f"/api/users/{other['id']}", {"language": "sv"})
    stage.book(event, crew_id=other["id"])

    def mail_to(user):
        return [text for to, _, text in letters(stage.shared, event["name"]) if to == user["email"]]
    until("both have their mail", lambda: mail_to(crew) and mail_to(other), 60)
    assert mail_to(crew)[0].startswith("Hello ") and mail_to(other)[0].startswith("Hej ")


def test_who_wants_no_mail_gets_none(stage):
    crew, client = stage.hire()
    client.ok("PUT", f"/api/users/{crew['id']}", {"channels": ["sms"]})
    event = stage.event()
    stage.book(event, crew_id=crew["id"])
    until("the others have theirs", lambda: len(letters(stage.shared, event["name"])) == 2, 60)
    assert crew["email"] not in {to for to, _, _ in letters(stage.shared, event["name"])}


def test_booked_crew_and_their_company_hear_of_a_changed_event(stage):
    event = stage.event()
    stage.book(event)
    told(stage, event, 1)
    stage.organiser.ok("PUT", f"/api/events/{event['id']}", {"crewInfo": "Other door"})

    def addresses():
        return [to for to, _, _ in letters(stage.shared, event["name"])]
    until("crew and company hear of it", lambda: addresses().count(stage.crew_user["email"]) == 2 and
          addresses().count(stage.boss_user["email"]) == 2, 60)
    assert addresses().count(stage.organiser_user["email"]) == 1


def test_an_invoice_goes_to_the_organiser_and_no_number_of_a_person_to_anybody(stage):
    booking = stage.confirmed()
    paper = until("the invoice", lambda: [i for i in stage.invoices_of(booking) if i["status"] == "Issued"], 20)[0]
    mails = until("the mails", lambda: [m for m in letters(stage.shared, paper["invoiceNumber"]) if m[0] == "ap@stage.example"], 60)
    assert {to for to, _, _ in letters(stage.shared, paper["invoiceNumber"])} <= {"ap@stage.example", stage.organiser_user["email"]}
    assert mails[0][1].count(paper["invoiceNumber"]) <= 1
    for _, _, text in letters(stage.shared):
        assert "bankAccount" not in text and "socialSecurityNumber" not in text
