"""What came of a talk: one rule says it, and the last page and the receipt say it to the person, without blame."""

import subprocess
from functools import partial
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from brik.audit.models import Event
from brik.audit.verbs import Verb
from brik.mapping.questionnaire.themes import Theme
from brik.staff.models import Organisation, OrganisationKind, Role
from consent.models import ConsentState, DecisionAnswer
from consent.record import steps
from consent.record.choices import Choices, Sharing
from consent.record.document import Source, opened
from consent.record.document_writing import decisions
from consent.record.recipients import Offered, themes_for
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
    ConsentState.GIVEN: "Du har sagt ja til å bli kartlagt.",
    ConsentState.PARTLY_GIVEN: "Du har sagt ja til å bli kartlagt, og nei til noe av det andre.",
    ConsentState.REFUSED: "Du har sagt nei til å bli kartlagt.",
    ConsentState.DEFERRED: "Du vil snakke med noen først.",
}


@pytest.mark.usefixtures("key_ring")
@pytest.mark.parametrize("outcome", list(TITLES))
def test_the_receipt_begins_with_whose_it_is_and_what_came_of_the_talk(organisations, outcome):
    _, consent = of(outcome, organisations)
    document = opened(consent)
    assert document.title == TITLES[outcome]
    whose, said = document.blocks[:2]
    assert whose["text"] == consent.person.name
    assert said["text"].startswith(SAID[outcome])


@pytest.mark.parametrize("outcome", list(TITLES))
def test_the_last_page_of_the_person_is_the_same_calm_one_whatever_they_said(client, organisations, outcome):
    by, consent = of(outcome, organisations)
    client.force_login(by)
    page = client.get(reverse("consent:done", args=[consent.pk])).content.decode()
    assert "<h1>Takk for samtalen</h1>" in page
    assert SAID[outcome] in page
    assert "Du kan ombestemme deg når som helst." in page
    assert "Du får en kvittering på papir." in page
    assert reverse("consent:hand_back", args=[consent.pk]) in page
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
    assert "شكراً على الحديث" in page
    assert "يمكنك تغيير رأيك في أي وقت" in page


@pytest.mark.usefixtures("key_ring")
def test_the_receipt_says_when_each_yes_truly_ends(organisations):
    _, consent = of(ConsentState.GIVEN, organisations)
    mapped, asked, shared = [block for block in opened(consent).blocks if block["type"] == "choice"][:3]
    for yes in (mapped, asked):
        assert yes["lines"][-1].endswith(", men ikke lenger enn til du løslates")
    assert shared["lines"][-1].endswith(", og høyst 3 måneder etter at du er løslatt")


@pytest.mark.usefixtures("key_ring")
@pytest.mark.parametrize("outcome", list(TITLES))
def test_the_receipt_of_a_no_says_how_to_change_ones_mind_and_not_how_to_take_back_what_nobody_has(
    organisations, outcome
):
    _, consent = of(outcome, organisations)
    words = " ".join(block.get("text", "") for block in opened(consent).blocks)
    assert "Si det til en ansatt, eller skriv en lapp." in words
    assert ("ta tilbake" in words) == (outcome != ConsentState.REFUSED)


@pytest.mark.usefixtures("key_ring")
def test_an_arabic_receipt_is_in_arabic_but_for_names(organisations):
    _, consent = of(ConsentState.PARTLY_GIVEN, organisations, language="ar", present=["LAWYER", "GUARDIAN"])
    texts = [text for block in opened(consent).blocks for text in _texts(block)]
    assert "تشارك: السكن، العمل" in texts
    assert "محامٍ، وصي" in texts
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
