"""What came of a talk: one rule says it, and the last page and the receipt say it to the person, without blame."""

import subprocess
from functools import partial
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from brik.audit.models import Event
from brik.audit.verbs import Verb
from brik.definitions import languages
from brik.mapping.questionnaire.themes import Theme
from brik.staff.models import Organisation, OrganisationKind, Role
from consent.models import ConsentState, DecisionAnswer
from consent.record import steps
from consent.record.choices import Choices, Sharing, last_day
from consent.record.document import Source, opened
from consent.record.document_writing import decisions
from consent.record.recipients import Offered, themes_for
from consent.talk.signing import sheet
from consent.texts.sentences import say_date
from tests import situations

pytestmark = [pytest.mark.django_db]
NAV, SCHOOL = OrganisationKind.NAV_STATE, OrganisationKind.SCHOOL
ASKED = Source(1, "Broren", ("BOLIG",))
YES, NO, LATER = DecisionAnswer.PERMIT, DecisionAnswer.DENY, DecisionAnswer.NOT_ASKED


def offer(kind=NAV):
    return Offered(Organisation(name="Testens mottaker", kind=kind), themes_for("DOMFELT", kind))


def to(answer, themes=None, kind=NAV):
    told = offer(kind)
    return Sharing(told, answer, tuple(told.themes if themes is None else themes) if answer == YES else (), 6)


@pytest.mark.parametrize(
    ("mapping", "asking", "sharing", "outcome"),
    [
        (steps.NO, LATER, (), ConsentState.REFUSED),
        (steps.LATER, LATER, (), ConsentState.DEFERRED),
        (steps.YES, YES, (), ConsentState.GIVEN),
        (steps.YES, YES, (to(YES), to(YES, kind=SCHOOL)), ConsentState.GIVEN),
        (steps.YES, YES, (to(LATER), to(YES)), ConsentState.GIVEN),
        (steps.YES, YES, (to(YES), to(NO)), ConsentState.PARTLY_GIVEN),
        (steps.YES, YES, (to(YES, [Theme.BOLIG]),), ConsentState.PARTLY_GIVEN),
        (steps.YES, NO, (), ConsentState.PARTLY_GIVEN),
    ],
)
def test_a_consent_is_partly_given_when_something_that_was_asked_got_a_no(mapping, asking, sharing, outcome):
    choices = Choices("nb", {}, (), mapping, asking, (ASKED,) if asking == YES else (), sharing)
    assert choices.outcome == outcome
    # The rows say the same: among those of a yes, a no is what makes it partly given.
    said = {row["answer"] for row in decisions(choices, at=timezone.now())}
    if mapping == steps.YES:
        assert (NO in said) == (outcome == ConsentState.PARTLY_GIVEN)


def of(outcome, organisations, **talk):
    by, someone = situations.a_mapper_and_a_person()
    kind = someone.current_stay.legal_status
    everything = {kind_of: list(themes_for(kind, kind_of)) for kind_of in organisations}
    asked = [{"name": "Broren", "themes": ["BOLIG"]}]
    ways: dict[ConsentState, dict[str, Any]] = {
        ConsentState.GIVEN: {"share": everything, "sources": asked},
        ConsentState.PARTLY_GIVEN: {"share": {NAV: [Theme.BOLIG, Theme.ARBEID]}},
        ConsentState.REFUSED: {"mapping": "NEI"},
        ConsentState.DEFERRED: {"mapping": "SNAKKE"},
    }
    consent = situations.a_signed_consent(someone, by, **ways[outcome], **talk)
    assert consent.outcome == outcome
    return by, consent


TITLES = {
    ConsentState.GIVEN: "Kvittering: du har sagt ja",
    ConsentState.PARTLY_GIVEN: "Kvittering: du har sagt ja til en del",
    ConsentState.REFUSED: "Kvittering: du har sagt nei",
    ConsentState.DEFERRED: "Kvittering: du vil snakke med noen først",
}
SAID = {
    ConsentState.GIVEN: ("Takk for samtalen", "Du har sagt ja til å være med."),
    ConsentState.PARTLY_GIVEN: ("Takk for samtalen", "Du har sagt ja til å være med. Noe har du sagt nei til."),
    ConsentState.REFUSED: ("Du har sagt nei", "Det er helt greit. Det skjer ingenting. Du har det som før."),
    ConsentState.DEFERRED: ("Du vil snakke med noen først", "Det er helt greit. Ta den tiden du trenger."),
}


ANSWERED = {
    ConsentState.GIVEN: "Ja, til ",
    ConsentState.PARTLY_GIVEN: "Ja, til ",
    ConsentState.REFUSED: "Nei",
    ConsentState.DEFERRED: "Du vil snakke med noen først",
}


@pytest.mark.usefixtures("key_ring")
@pytest.mark.parametrize("outcome", list(TITLES))
def test_the_receipt_begins_with_whose_it_is_and_what_came_of_the_talk(organisations, outcome):
    _, consent = of(outcome, organisations)
    document = opened(consent)
    assert document.title == TITLES[outcome]
    talk, chosen, mapping = document.blocks[:3]
    reference = f"{str(consent.pk)[:4]}-{str(consent.pk)[4:8]}".upper()
    assert talk["text"].startswith(f"{consent.person.name}, {reference}. ")
    assert chosen["text"] == "Dette valgte du"
    assert mapping["question"] == "Samtalen"
    assert mapping["answer"].startswith(ANSWERED[outcome])


@pytest.mark.usefixtures("key_ring")
@pytest.mark.parametrize("outcome", list(TITLES))
def test_the_slip_to_take_something_back_with_is_on_the_first_page_of_who_has_something_to_take_back(
    organisations, outcome
):
    _, consent = of(outcome, organisations)
    blocks = opened(consent).blocks
    first = [block["type"] for block in blocks[: [block["type"] for block in blocks].index("page")]]
    signed = outcome in (ConsentState.GIVEN, ConsentState.PARTLY_GIVEN)
    assert first.count("slip") == signed
    assert ("Du har ikke skrevet under på noe." in [block.get("text") for block in blocks]) != signed


@pytest.mark.usefixtures("key_ring")
@pytest.mark.parametrize("language", languages.CODES)
def test_the_first_page_of_a_yes_to_all_holds_the_slip_and_what_was_told_begins_on_the_second(
    organisations, tmp_path, language
):
    _, consent = of(ConsentState.GIVEN, organisations, language=language)
    file, words = tmp_path / "kvittering.pdf", consent.text.body["receipt"]
    file.write_bytes(sheet.receipt_pdf(consent))
    pages = list(PdfReader(file).pages)
    # The choices in Norwegian come first, on a page of their own.
    if language not in ("nb", "nn"):
        assert "Valgene på norsk" in pages[0].extract_text()
        assert "Ja, til" in pages[0].extract_text()
        assert f"Side 1 av {len(pages)}" not in pages[0].extract_text()
        pages.pop(0)
    before = len(PdfReader(file).pages) - len(pages)
    # Arabic letters change their form in print: what is compared is the reference, which stands beside them.
    reference = f"{str(consent.pk)[:4]}-{str(consent.pk)[4:8]}".upper()
    assert pages[0].extract_text().count(reference) == 3
    if language != "ar":
        assert words["slip"]["title"] in pages[0].extract_text()
        assert words["told"] in pages[1].extract_text()
        for number, page in enumerate(pages, start=1 + before):
            foot = words["page"].format(ref=reference, number=number, total=before + len(pages))
            assert foot in page.extract_text()


@pytest.mark.parametrize("outcome", list(TITLES))
def test_the_last_page_of_the_person_is_the_same_calm_one_whatever_they_said(client, organisations, outcome):
    by, consent = of(outcome, organisations)
    client.force_login(by)
    page = client.get(reverse("consent:done", args=[consent.pk])).content.decode()
    title, line = SAID[outcome]
    assert f"<h1>{title}</h1>" in page
    assert line in page
    assert f"Gi skjermen til {by.name}" in page
    assert f'action="{reverse("consent:give_back", args=[consent.pk])}"' in page
    assert Event.objects.filter(verb=Verb.CONSENT_READ, object_id=str(consent.pk), reason="done").exists()


def test_the_last_page_says_whom_the_person_shares_with(client, organisations):
    by, consent = of(ConsentState.PARTLY_GIVEN, organisations)
    nobody = situations.a_signed_consent(situations.a_person(), by)
    client.force_login(by)
    page = client.get(reverse("consent:done", args=[consent.pk])).content.decode()
    assert f"Du deler med: {organisations[NAV].name}." in page
    assert organisations[SCHOOL].name not in page
    page = client.get(reverse("consent:done", args=[nobody.pk])).content.decode()
    assert "Du deler ingenting med andre." in page


def test_the_last_page_is_in_the_language_of_the_person_from_the_right(client, organisations):
    by, consent = of(ConsentState.REFUSED, organisations, language="ar")
    client.force_login(by)
    page = client.get(reverse("consent:done", args=[consent.pk])).content.decode()
    assert '<html lang="ar" dir="rtl">' in page
    assert consent.text.body["closing"]["REFUSED"]["title"] in page


@pytest.mark.usefixtures("key_ring")
def test_the_receipt_says_when_each_yes_truly_ends(organisations):
    _, consent = of(ConsentState.GIVEN, organisations)
    blocks = opened(consent).blocks
    mapped, asked, shared = [block for block in blocks if block["type"] == "choice"][:3]
    year, half = (say_date(last_day(consent.effective_at, months), "nb") for months in (12, 6))
    assert mapped["answer"] == asked["answer"] == f"Ja, til {year}"
    assert shared["answer"].startswith(f"Ja, til {half}: ")
    [end] = [block["text"] for block in blocks if block.get("term") == "Etter dette"]
    assert "Ja til samtalen slutter når du løslates." in end
    assert "senest 3 måneder etter at du er løslatt" in end


@pytest.mark.usefixtures("key_ring")
@pytest.mark.parametrize("outcome", list(TITLES))
def test_the_receipt_of_a_no_says_how_to_change_ones_mind_and_not_how_to_take_back_what_nobody_has(
    organisations, outcome
):
    _, consent = of(outcome, organisations)
    words = " ".join(block.get("text", "") for block in opened(consent).blocks)
    assert ("Tar du tilbake ett tema" in words) == (outcome != ConsentState.REFUSED)
    assert ("Du kan ombestemme deg når som helst. Si det til en ansatt" in words) == (outcome == ConsentState.REFUSED)


@pytest.mark.usefixtures("key_ring")
def test_an_arabic_receipt_is_in_arabic_but_for_names(organisations):
    _, consent = of(ConsentState.PARTLY_GIVEN, organisations, language="ar", present=["LAWYER", "GUARDIAN"])
    texts = [text for block in opened(consent).blocks for text in _texts(block)]
    assert any(text.endswith(": السكن، العمل") for text in texts)
    people = consent.text.body["people"]
    assert f"{people['LAWYER']}، {people['GUARDIAN']}" in texts
    assert not [text for text in texts if ", " in text and not any(char.isascii() and char.isalpha() for char in text)]


def _texts(block):
    return [value for key in ("text", "term", "question", "answer") if (value := block.get(key))] + block.get(
        "lines", []
    )


@pytest.mark.usefixtures("key_ring")
def test_the_name_stands_on_the_first_page_of_the_receipt_and_in_no_title(client, organisations, tmp_path):
    by, consent = of(ConsentState.REFUSED, organisations)
    client.force_login(by)
    response = client.get(reverse("consent:receipt", args=[consent.pk]))
    assert response["Content-Disposition"] == 'inline; filename="kvittering.pdf"'
    (tmp_path / "kvittering.pdf").write_bytes(response.content)
    read = partial(subprocess.check_output, text=True)
    about = read(["pdfinfo", tmp_path / "kvittering.pdf"])
    first = read(["pdftotext", "-l", "1", tmp_path / "kvittering.pdf", "-"])
    name = consent.person.name
    assert name in first
    assert name not in about
    assert "Title:           Kvittering fra samtykkesamtalen" in about


def test_the_last_page_of_a_refusal_is_seen_by_nobody_who_may_not_see_refusals(client, organisations):
    _, consent = of(ConsentState.REFUSED, organisations)
    for other, status in ((Role.LEADER, 403), (Role.DECIDER, 403), (Role.CONTACT_OFFICER, 404), (Role.MAPPER, 200)):
        client.force_login(situations.an_account(other))
        assert client.get(reverse("consent:done", args=[consent.pk])).status_code == status
