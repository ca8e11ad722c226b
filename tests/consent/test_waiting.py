"""Whom the person wants to talk to somebody about first: said at once, read back, and named when the talk is over."""

import html

import pytest
from django.urls import reverse

from brik.mapping.questionnaire import catalogue as questionnaires
from brik.mapping.questionnaire.themes import Theme
from brik.people.legal_status import QUESTIONNAIRE
from brik.people.models import LegalStatus
from brik.staff.models import OrganisationKind, Role
from consent.record import steps
from consent.record.document import opened
from consent.talk import actions
from consent.texts import catalogue as texts
from followup.desk.person.page import consent_lines
from tests import situations
from tests.consent.talk_pages import at, follow, post, url

pytestmark = pytest.mark.django_db
NAV, KODA = OrganisationKind.NAV_STATE, OrganisationKind.CASE_SYSTEM
LATER = {"answer": "SNAKKE"}
# The areas about the talk itself, the ten lines that lead to the others, and what matters most and what comes of it.
AROUND = {"A", "A0", "L", "M", "VA", "VA0", "VG", "VH"}
NAMED_AS = {
    LegalStatus.CONVICTED: {
        "B": ["papirer"],
        "C": ["bolig"],
        "D": ["penger"],
        "E": ["arbeid"],
        "F": ["skole"],
        "G": ["helse"],
        "H": ["rus"],
        "I": ["familie"],
        "J": ["fritid"],
        "K": ["mål"],
    },
    LegalStatus.REMAND: {
        "VB": ["papirer"],
        "VC": ["bolig", "penger", "arbeid", "skole", "familie"],
        "VD": ["helse", "rus"],
        "VE": ["hverdagen her"],
        "VF": ["bolig", "penger", "helse"],
    },
}
WAITS = {
    "nb": ("Testens NAV (statlig) får ingenting nå.", "Du vil snakke med noen først om: "),
    "nn": ("Testens NAV (statlig) får ingenting no.", "Du vil snakke med nokon først om: "),
    "en": ("gets nothing now.", "You want to talk to someone first about: "),
    "ar": ("لا يصل شيء الآن إلى", "لديك رغبة في التحدث مع شخص أولاً بشأن: "),
}


def read(response):
    return html.unescape(response.content.decode())


def waiting(someone, by, *, language="nb", sources=False):
    """A talk where NAV waits (and whom to ask), all the others got a no, and it is signed."""
    talk = situations.a_talk(someone, by, language=language, stop_before=steps.SIGNATURE)
    for step in [steps.SHARING[NAV], *([steps.SOURCES] if sources else [])]:
        kept = {name: value for name, value in talk.answers.open()[step].items() if name == "organisation"}
        talk = actions.save_step(talk, step=step, answer=kept | LATER, version=talk.row_version, by=by)
    for step, answer in (
        (steps.READ_BACK, {}),
        (steps.SIGNATURE, {"method": "DRAWN", "path": situations.SIGNATURE_PATH}),
    ):
        talk = actions.save_step(talk, step=step, answer=answer, version=talk.row_version, by=by)
    return actions.finish(talk, by=by)


@pytest.mark.parametrize("language", list(WAITS))
def test_a_recipient_that_waits_is_named_on_the_next_page_and_on_the_last(client, officer, organisations, language):
    talk = at(situations.a_person(), officer, steps.SHARING[NAV], language=language)
    page = post(client, talk, steps.SHARING[NAV], **LATER)
    after = read(client.get(page.url))
    assert WAITS[language][0] in after
    assert organisations[NAV].name in after
    talk.refresh_from_db()
    assert WAITS[language][0] not in read(client.get(url(talk, steps.SHARING[KODA])))
    consent = waiting(situations.a_person(), officer, language=language)
    last = read(client.get(reverse("consent:done", args=[consent.pk])))
    assert WAITS[language][1] in last
    assert organisations[NAV].name in last


def test_what_waits_is_said_in_the_read_back_and_on_the_receipt(client, officer, organisations):
    talk = situations.a_talk(situations.a_person(), officer, stop_before=steps.READ_BACK)
    assert follow(post(client, talk, steps.SHARING[NAV], **LATER)) != steps.READ_BACK
    assert "Du vil snakke med noen først" in read(client.get(url(talk, steps.READ_BACK)))
    document = opened(waiting(situations.a_person(), officer))
    [row] = [block for block in document.blocks if block.get("step") == steps.SHARING[NAV]]
    assert row["question"] == f"Dele med {organisations[NAV].name}"
    assert row["answer"] == "Du vil snakke med noen først"


def test_whom_to_ask_waits_in_the_same_way(client, officer, organisations):
    talk = at(situations.a_person(), officer, steps.SOURCES)
    assert "Vi spør ingen nå." in read(client.get(post(client, talk, steps.SOURCES, **LATER).url))
    lines = opened(waiting(situations.a_person(), officer, sources=True)).closing["lines"]
    assert any(
        "snakke med noen først om: å spørre andre om deg, Testens NAV (statlig). Det venter" in line for line in lines
    )


def test_nothing_is_said_to_wait_where_nothing_does(client, officer, organisations):
    consent = situations.a_signed_consent(situations.a_person(), officer, share={NAV: [Theme.BOLIG]})
    assert not any("snakke med noen" in line for line in opened(consent).closing["lines"])
    [line] = consent_lines(consent.person, officer)
    assert line.waits == ""


def test_the_person_page_says_of_what_holds_what_still_waits(client, organisations):
    by = situations.an_account(Role.MAPPER)
    client.force_login(by)
    someone = situations.a_person()
    waiting(someone, by, sources=True)
    page = client.get(reverse("desk:person", args=[someone.pk]))
    assert "Vil snakke med noen først om: å spørre andre, NAV (statlig)" in read(page)
    situations.a_signed_consent(someone, by)
    assert [line.waits for line in consent_lines(someone, by)] == ["", ""]


# --- The texts do not contradict one another ---


@pytest.mark.parametrize("kind", [LegalStatus.CONVICTED, LegalStatus.REMAND])
def test_every_life_area_that_is_asked_about_is_named(organisations, kind):
    [said] = [
        point["text"] for point in texts.current(kind)["nb"].body["mapping"]["points"] if "Vi spør" in point["text"]
    ]
    asked = {area.code for area in questionnaires.get(QUESTIONNAIRE[kind]).areas} - AROUND
    assert set(NAMED_AS[kind]) == asked
    assert {word for words in NAMED_AS[kind].values() for word in words if word not in said} == set()


def test_those_who_decide_are_not_said_to_be_told_nothing(organisations):
    fine = texts.current(LegalStatus.CONVICTED)["nb"].body["mapping"]["fine"]
    assert "ikke vite hva du svarer" not in fine
    assert "Et nei vises ikke der for dem som avgjør permisjon, overføring eller løslatelse." in fine


def test_what_becomes_of_what_was_told_is_said_once_for_all_recipients(client, officer, organisations):
    talk = at(situations.a_person(), officer, steps.SIGNATURE)
    undone = "Da stopper vi og ber dem slette det."
    assert undone in read(client.get(url(talk, steps.COMMON)))
    assert undone not in read(client.get(url(talk, steps.SHARING[NAV])))
    blocks = [
        block.get("text", "") for block in opened(situations.a_signed_consent(situations.a_person(), officer)).blocks
    ]
    assert sum(undone in text for text in blocks) == 1


def test_what_we_ask_about_our_explaining_is_never_said_to_be_saved(client, officer, organisations):
    talk = at(situations.a_person(), officer, steps.SIGNATURE)
    page = read(client.get(url(talk, steps.EXPLAINED)))
    assert "Svarene lagres ikke." in page
    assert "data-unsaved" not in page
    assert "data-saved></span>" in page
    assert "data-unsaved" in read(client.get(url(talk, steps.SOURCES)))
