"""The receipts on paper: what the file of each says, to the eye, to a screen reader, and to whoever checks it."""

import re
from datetime import date
from io import BytesIO

import pypdf
import pytest
from django.urls import reverse
from django.utils import timezone

from brik.definitions import languages
from brik.mapping.questionnaire.themes import Theme
from brik.staff.models import OrganisationKind
from brik.vault.canonical import sha256
from consent.models import WithdrawalReceipt
from consent.record import receipt
from consent.record.document import opened
from consent.record.receipt import SharedOutside
from consent.record.withdrawal import actions as withdrawals
from consent.talk.signing import sheet
from consent.texts.sentences import say_date
from tests import situations
from tests.consent.signing import TYPED, signed_on_paper
from tests.pdf.structure import elements, root

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_ring", "organisations")]
NAV, SCHOOL = OrganisationKind.NAV_STATE, OrganisationKind.SCHOOL
SHARED = {NAV: [Theme.BOLIG], SCHOOL: [Theme.UTDANNING]}
NOT_NORWEGIAN = [language for language in languages.CODES if language not in ("nb", "nn")]


def read(data):
    return pypdf.PdfReader(BytesIO(data))


def words_of(reader):
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def signed(**talk):
    by, someone = situations.a_mapper_and_a_person()
    return situations.a_signed_consent(someone, by, **talk)


def taken_back(language="nb"):
    by, someone = situations.a_mapper_and_a_person()
    situations.a_signed_consent(someone, by, share=SHARED, language=language)
    noted = withdrawals.withdraw(someone, said_at=timezone.now(), scope="ALL", by=by)
    out = [SharedOutside("NAV (statlig)", NAV, (Theme.BOLIG,), date(2026, 5, 3), sent=True)]
    return noted, withdrawals.write_receipt(noted, out=out, by=by)


def drawings_of(reader):
    """The alternative texts of what is drawn."""
    return [element["/Alt"] for element in elements(reader) if element["/S"] == "/Figure"]


# --- what can be checked --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("talk", [{"share": SHARED}, {"mapping": "NEI"}, {"mapping": "SNAKKE"}, {"signature": TYPED}])
def test_whoever_has_the_receipt_can_compare_the_document_in_it_with_the_hash_on_it(client, talk):
    by, someone = situations.a_mapper_and_a_person()
    consent = situations.a_signed_consent(someone, by, **talk)
    client.force_login(by)
    reader = read(client.get(reverse("consent:receipt", args=[consent.pk])).content)
    [data] = reader.attachments["samtykke.json"]
    [printed] = re.findall("SHA-256: ([0-9a-f]{64})", words_of(reader))
    assert sha256(data) == printed == consent.document_sha256
    assert data == opened(consent).data
    [file] = root(reader)["/AF"]
    assert file.get_object()["/AFRelationship"] == "/Source"
    assert someone.name not in str(file.get_object())


def test_the_receipt_of_a_withdrawal_carries_its_document_and_the_answers_of_recipients_are_no_part_of_it(client):
    noted, row = taken_back()
    since = [{"type": "text", "text": "Skolen – makulert"}]
    reader = read(receipt.pdf(opened(row), sha256=row.document_sha256, since=since))
    [data] = reader.attachments["tilbaketrekking.json"]
    assert sha256(data) == row.document_sha256
    assert f"SHA-256: {sha256(data)}" in words_of(reader)
    assert "makulert" in words_of(reader)
    assert b"makulert" not in data
    assert WithdrawalReceipt.objects.get(withdrawal=noted) == row


# --- the signature --------------------------------------------------------------------------------------------------------


def test_the_drawn_signature_stands_on_the_receipt():
    reader = read(sheet.receipt_pdf(signed()))
    assert drawings_of(reader) == ["Underskrift"]
    [first, *_] = reader.pages
    operators = [name for _, name in first.get_contents().operations]
    assert b"c" in operators or b"l" in operators, "it stands under its heading, beside what was chosen"
    assert b"S" in operators


def test_a_signature_on_paper_stands_on_the_receipt_as_the_pages_that_were_shown():
    reader = read(sheet.receipt_pdf(signed_on_paper(situations.an_account())))
    assert [len(page.images) for page in list(reader.pages)[-2:]] == [1, 1]


@pytest.mark.parametrize("talk", [{"signature": TYPED}, {"mapping": "NEI"}])
def test_nothing_is_drawn_where_nothing_was(talk):
    assert drawings_of(read(sheet.receipt_pdf(signed(**talk)))) == []


# --- what is said once ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", [language for language in languages.CODES if language != "ar"])
def test_what_is_so_for_all_recipients_is_said_once_under_its_own_heading_and_before_any_of_them(language):
    consent = signed(share=SHARED, language=language)
    body, reader = consent.text.body, read(sheet.receipt_pdf(consent))
    common, paper = body["common"], words_of(reader)
    sentences = [point["text"] for point in common["points"]] + [common["fine"]]
    assert [paper.count(plain(sentence)) for sentence in sentences] == [1] * len(sentences)
    first = min(paper.index(plain(kind["title"])) for kind in body["recipients"]["kinds"].values()
                if plain(kind["title"]) in paper)  # fmt: skip
    heading = paper.index(plain(common["title"]))
    assert all(heading < paper.index(plain(sentence)) < first for sentence in sentences)
    titles = [title for title in bookmarks(reader) if title == common["title"]]
    assert titles == [common["title"]]


def plain(text):
    return re.sub("[*\u2066-\u2069]", "", text)


def bookmarks(reader, entries=None):
    found: list[str] = []
    for entry in reader.outline if entries is None else entries:
        found += bookmarks(reader, entry) if isinstance(entry, list) else [entry.title]
    return found


# --- languages ------------------------------------------------------------------------------------------------------------


def in_norwegian(reader, kind):
    """The elements of a kind that say they are in bokmål."""
    return [element for element in elements(reader) if element["/S"] == kind and element.get("/Lang") == "nb"]


@pytest.mark.parametrize("language", NOT_NORWEGIAN)
def test_what_is_norwegian_on_a_receipt_of_another_language_says_so(language):
    consent = signed(share=SHARED, language=language)
    reader = read(sheet.receipt_pdf(consent))
    assert root(reader)["/Lang"] == language
    # The unit, the law, and each recipient where it is named; the regulation is an answer of its own.
    assert len(in_norwegian(reader, "/Span")) >= 4
    # The choices in Norwegian too, each an answer.
    assert len(in_norwegian(reader, "/LBody")) == 1 + len(opened(consent).for_staff)
    _, row = taken_back(language)
    assert len(in_norwegian(read(receipt.pdf(opened(row), sha256=row.document_sha256)), "/Span")) >= 2


@pytest.mark.parametrize("language", ["nb", "nn"])
def test_a_norwegian_receipt_marks_no_names(language):
    assert in_norwegian(read(sheet.receipt_pdf(signed(share=SHARED, language=language))), "/Span") == []


def test_the_paragraph_of_the_law_is_not_turned_around_in_arabic(tmp_path):
    reader = read(sheet.receipt_pdf(signed(share=SHARED, language="ar")))
    said = [
        operands[1]["/ActualText"]
        for page in reader.pages
        for operands, name in page.get_contents().operations
        if name == b"BDC" and "/ActualText" in operands[1]
    ]
    assert not [text for text in said if "21-4" in text], "Latin words among Arabic ones are a stretch of their own"
    drawn = "".join(page.extract_text() for page in reader.pages)
    assert "folketrygdloven § 21-4" in drawn


# --- the receipt of a withdrawal ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", languages.CODES)
def test_the_receipt_of_a_withdrawal_says_whose_it_is_when_and_where_it_was_written_down_and_where_to_complain(
    language,
):
    noted, row = taken_back(language)
    document, person = opened(row), noted.person
    body = receipt.text_for(noted).body
    facts = {plain(block["term"]): block["text"] for block in document.blocks if block["type"] == "fact"}
    assert facts[body["receipt"]["for_whom"]] == person.name
    at, written = timezone.localtime(noted.recorded_at), plain(facts[body["withdrawal"]["noted"]])
    assert say_date(at.date(), language) in written
    assert f"{at:%H.%M}" in written
    assert person.current_stay.unit.name in written
    for part in ("access", "complain"):
        assert facts[body["receipt"][part]] == body["receipt"][f"{part}_text"]
    if language != "ar":
        paper = words_of(read(receipt.pdf(document, sha256=row.document_sha256)))
        # Where a Norwegian name ends, the reader of the file may see a space.
        assert all(plain(text).replace(" ", "") in paper.replace(" ", "") for text in facts.values())


def test_the_receipt_of_a_withdrawal_names_no_unit_of_somebody_who_is_at_none():
    by, someone = situations.a_mapper_and_a_person()
    situations.a_signed_consent(someone, by)
    noted = withdrawals.withdraw(someone, said_at=timezone.now(), scope="ALL", by=by)
    noted.person.current_stay = None
    blocks = receipt.withdrawal_document(noted, out=[], unsure=False)["blocks"]
    [written] = [block["text"] for block in blocks if block.get("term") == "Skrevet ned"]
    assert re.fullmatch(r"\d+\. \S+ \d{4} kl\. \d\d\.\d\d", written)
