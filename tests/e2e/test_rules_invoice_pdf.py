"""The invoice as PDF: what Swedish law asks of it stands on the paper, and it goes out with the mail."""
import http.client
import subprocess

import pytest
from program import until
from stage import Stage, mails, org_number
from test_rules_invoices import invoice, set_status


def download(client, paper, **head):
    connection = http.client.HTTPConnection("127.0.0.1", client.port, timeout=60)
    connection.request("GET", f"/api/invoices/{paper['id']}/pdf", headers={"Authorization": "Bearer " + client.token} | head)
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response, body


def words(pdf):
    """The text a reader sees, with plain spaces."""
    found = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return " ".join(found.stdout.decode().replace("\u00a0", " ").split())


def information(pdf):
    found = subprocess.run(["pdfinfo", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    return dict(line.split(":", 1) for line in found.splitlines() if ":" in line)


@pytest.fixture(scope="module")
def stage(shared):
    return Stage(shared.login("admin@demo.example"), terms={"minMinutes": 360}, buyer={"name": "Åsnes Scen & Ljud AB"})


@pytest.fixture(scope="module")
def paper(stage):
    event = stage.event(orderReference="PO 4711", buyerReference="Anna Ek", project="Sommar 28")
    return invoice(stage, stage.confirmed(event))


def test_it_holds_what_the_law_asks_for(stage, paper):
    response, pdf = download(stage.organiser, paper)
    assert response.status == 200 and response.headers["Content-Type"] == "application/pdf"
    number = paper["invoiceNumber"]
    assert response.headers["Content-Disposition"] == f'attachment; filename="faktura-{number}.pdf"'
    assert response.headers["Cache-Control"] == "no-store" and response.headers["X-Content-Type-Options"] == "nosniff"
    text = words(pdf)
    seller, buyer = paper["seller"], paper["buyer"]
    for there in (
            "FAKTURA", f"Fakturanummer {number}", f"Fakturadatum {paper['issuedDate']}", f"Förfallodatum {paper['dueDate']}",
            f"OCR-nummer {paper['ocr']}", f"Utfört {paper['supplyFrom']}",
            seller["name"], seller["address"], seller["zipCode"] + " " + seller["city"], "Org.nr " + seller["orgNumber"],
            "Momsreg.nr " + seller["vatNumber"], "Säte: " + seller["seat"], "Godkänd för F-skatt",
            buyer["name"], "Org.nr " + buyer["orgNumber"], "Momsreg.nr " + buyer["vatNumber"],
            "PO 4711", "Anna Ek", "Sommar 28", "FOH Engineer", "minsta debitering", "4 tim", "2 tim", "500,00",
            "Summa exkl. moms 3 000,00 kr", "Moms 25 % på 3 000,00 750,00 kr", "Att betala 3 750,00 kr", "5805-6201"):
        assert there in text, (there, text)
    facts = information(pdf)
    assert facts["Pages"].strip() == "1" and "A4" in facts["Page size"] and facts["Title"].strip() == f"FAKTURA {number}"
    assert download(stage.boss, paper)[1] == pdf


def test_a_payment_changes_nothing_on_it(stage, paper):
    before = download(stage.boss, paper)[1]
    stage.boss.ok("POST", f"/api/invoices/{paper['id']}/payments",
                  {"amount": 10, "paidDate": paper["issuedDate"], "method": "Cash"})
    assert download(stage.boss, paper)[1] == before


def test_a_credit_note_names_its_original_and_asks_for_no_money(stage):
    paper = invoice(stage, stage.confirmed())
    assert set_status(stage, paper, "Credited").status == 200
    note = next(i for i in stage.boss.all_items("/api/invoices") if i.get("original") == paper["id"])
    response, pdf = download(stage.boss, note)
    assert response.headers["Content-Disposition"] == f'attachment; filename="kreditfaktura-{note["invoiceNumber"]}.pdf"'
    text = words(pdf)
    for there in ("KREDITFAKTURA", note["invoiceNumber"], "Avser faktura " + paper["invoiceNumber"],
                  "Att kreditera \u22123 750,00 kr"):
        assert there in text, (there, text)
    assert "Att betala" not in text and "Bankgiro" not in text


def test_english_for_a_buyer_abroad_and_why_there_is_no_vat(shared):
    stage = Stage(shared.login("admin@demo.example"), seller={"vatStatus": "None", "fTax": False},
                  buyer={"country": "DK", "orgNumber": f"DK{id(shared) % 10**8}", "vatNumber": "DK12345678", "zipCode": "1050"})
    text = words(download(stage.boss, invoice(stage, stage.confirmed()))[1])
    for there in ("INVOICE", "Total to pay SEK 2,000.00", "The seller is not registered for VAT.", "VAT no. DK12345678", "DK"):
        assert there in text, (there, text)
    assert "F-skatt" not in text and "VAT no. SE" not in text


def test_a_sole_trader_s_number_stands_on_its_invoices_and_is_nobody_elses_to_see(shared):
    number = org_number("811218")
    stage = Stage(shared.login("admin@demo.example"), seller={"orgNumber": number, "vatNumber": f"SE{number.replace('-', '')}01"})
    paper = invoice(stage, stage.confirmed())
    assert stage.organiser.ok("GET", f"/api/invoices/{paper['id']}")["seller"]["orgNumber"] == number
    assert "Org.nr " + number in words(download(stage.organiser, paper)[1])
    assert stage.organiser.get(f"/api/customers/{stage.seller['id']}").status == 403
    plain = number.replace("-", "")
    for entry in stage.admin.all_items(f"/api/admin/audit?subject={paper['id']}"):
        assert number not in str(entry) and plain not in str(entry)


def test_what_is_not_issued_has_none(stage):
    booking = stage.book()
    draft = invoice(stage, booking, "Draft")
    response, body = download(stage.boss, draft)
    assert response.status == 409 and b'"CONFLICT"' in body
    stage.cancel(booking)
    assert download(stage.boss, invoice(stage, booking, "Cancelled"))[0].status == 409
    assert download(stage.crew, draft)[0].status == 403
    assert stage.boss.get(f"/api/invoices/{draft['id']}/pdf?x=1").status == 400
    assert stage.boss.post(f"/api/invoices/{draft['id']}/pdf", {}).status == 405


def test_accept(stage, paper):
    assert download(stage.boss, paper, Accept="application/pdf")[0].status == 200
    assert download(stage.boss, paper, Accept="image/png")[0].status == 406


def test_it_goes_to_the_organisers_accounts_payable(shared):
    stage = Stage(shared.login("admin@demo.example"), buyer={"invoiceEmail": "faktura@stage.example"})
    paper = invoice(stage, stage.confirmed())

    def files():
        return [mail[3] for mail in mails(shared, paper["invoiceNumber"]) if mail[0] == "faktura@stage.example"]
    (name, kind, content), = until("the mail", files, 60)[0]
    assert (name, kind) == (f"faktura-{paper['invoiceNumber']}.pdf", "application/pdf")
    assert content == download(stage.boss, paper)[1]
