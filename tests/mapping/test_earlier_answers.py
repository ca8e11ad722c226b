"""What was said before stands on the page, to be confirmed; nothing of it counts, or is shown, beyond what may be."""

import re
from html import unescape

import pytest
from django.urls import reverse

from brik.audit.models import Event
from brik.audit.verbs import Verb
from brik.mapping.models import InterviewState, Mapping
from brik.mapping.record import actions, lifecycle
from brik.people.models import LegalStatus
from brik.people.protection import AddressGrade, Restriction
from tests import situations
from tests.mapping.pages import opened, send, url

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_ring")]


def page_of(client, mapping, area):
    return unescape(client.get(url("area", mapping, step=area)).content.decode())


def typed(page, name):
    """What stands in a field of one line."""
    field = re.search(rf'<input[^>]*name="{name}"[^>]*>', page, re.S)[0]
    return re.search(r'value="([^"]*)"', field)[1]


# --- The municipalities of the talk ---


@pytest.fixture
def after_talk(mapper):
    def begun(status=LegalStatus.CONVICTED, **first_page):
        situations.publish_texts()
        person = situations.a_person(status=status)
        situations.a_signed_consent(person, mapper, **first_page)
        return actions.begin(lifecycle.present(person), by=mapper)

    return begun


@pytest.mark.parametrize(
    ("status", "area", "lived", "registered"),
    [(LegalStatus.CONVICTED, "B", "B5", "B6"), (LegalStatus.REMAND, "VB", "VB5a", "VB5b")],
)
def test_a_municipality_of_the_talk_is_typed_once(signed_in, after_talk, status, area, lived, registered):
    mapping = after_talk(status, actual="1103", registered="4601")
    page = page_of(signed_in, mapping, area)
    assert (typed(page, f"{area}-{lived}"), typed(page, f"{area}-{registered}")) == ("Stavanger", "Bergen")
    assert "Kommunen er hentet fra samtykkesamtalen." in page
    assert not mapping.sections.exists()


def test_only_what_was_said_is_put_in_and_what_is_saved_is_the_persons_own(signed_in, after_talk):
    mapping = after_talk(actual="", registered="4601")
    page = page_of(signed_in, mapping, "B")
    assert (typed(page, "B-B5"), typed(page, "B-B6")) == ("", "Bergen")
    send(signed_in, mapping, "B", B6="Bergen", B8="NEI")
    answer = mapping.sections.get(area="B").answers.open()["answers"]["B6"]
    assert (answer["value"], answer["source"]) == ("4601", "self")
    assert "samtykkesamtalen" not in page_of(signed_in, mapping, "B")


def test_a_signed_off_interview_holds_nothing_that_was_not_saved(signed_in, after_talk, mapper):
    mapping = after_talk(actual="1103", registered="4601")
    opened(signed_in, mapping, "B")
    signed = actions.sign_off(mapping, by=mapper)
    page = signed_in.get(url("read", signed)).content.decode()
    assert "Stavanger" not in page
    assert "Bergen" not in page


# --- A renewed interview ---

HOUSING = {"C1": "EIDE", "C3a": "JA", "C5": "NEI"}


@pytest.fixture
def renewed(signed_in, mapper):
    """An interview that renews one with answers from the person and somebody else."""
    old = situations.an_interview(mapper, sources=["NAV Oslo"])
    send(signed_in, old, "C", **HOUSING, C5_source="third_party:NAV Oslo")
    send(signed_in, old, "G", G5="NEI", G_hjelp="JA")
    actions.sign_off(old, by=mapper)
    return actions.begin(actions.renew(Mapping.objects.get(pk=old.pk), by=mapper), by=mapper)


def test_a_renewed_interview_shows_the_earlier_answers_to_be_confirmed(signed_in, renewed):
    page = page_of(signed_in, renewed, "C")
    assert "Dette er svart før, og må bekreftes" in page
    assert re.search(r'name="C-C1"[^>]*value="EIDE"[^>]*checked', page, re.S)
    assert "Opplyst av NAV Oslo" in page or 'value="third_party:NAV Oslo" selected' in page
    assert "må bekreftes" in signed_in.get(url("hub", renewed)).content.decode()
    assert not renewed.sections.exists()


def test_the_earlier_interview_is_told_in_the_log_as_read(signed_in, renewed):
    before = Event.objects.filter(verb=Verb.SECTION_READ).count()
    page_of(signed_in, renewed, "C")
    read = Event.objects.filter(verb=Verb.SECTION_READ).order_by("-pk")[:2]
    assert Event.objects.filter(verb=Verb.SECTION_READ).count() == before + 2
    assert {event.object_name for event in read} == {"mapping", "section"}


def test_nothing_earlier_counts_before_its_page_is_saved(signed_in, renewed, mapper):
    page_of(signed_in, renewed, "C")
    assert "0 av 13 områder er gått gjennom" in signed_in.get(url("hub", renewed)).content.decode()
    signed = actions.sign_off(renewed, by=mapper)
    assert not signed.sections.exists()
    assert "Ikke spurt" in signed_in.get(url("read", signed)).content.decode()


def test_the_question_about_talking_to_somebody_now_is_always_asked_anew(signed_in, renewed):
    page = page_of(signed_in, renewed, "G")
    assert re.search(r'name="G-G_hjelp"[^>]*value="JA"[^>]*checked', page, re.S)
    assert not re.search(r'name="G-G5"[^>]*checked', page, re.S)


def test_what_is_about_the_talk_itself_is_asked_anew(signed_in, mapper):
    old = situations.an_interview(mapper)
    send(signed_in, old, "L", L3="03.05.2027", L2="KONTAKTBETJENT")
    actions.sign_off(old, by=mapper)
    new = actions.begin(actions.renew(Mapping.objects.get(pk=old.pk), by=mapper), by=mapper)
    page = page_of(signed_in, new, "L")
    assert "03.05.2027" not in page
    assert re.search(r'name="L-L2"[^>]*value="KONTAKTBETJENT"[^>]*checked', page, re.S)


@pytest.mark.parametrize("closed", ["restricted", "other consent", "read no longer"])
def test_nothing_is_carried_over_from_what_is_closed_or_was_said_under_another_consent(
    signed_in, renewed, mapper, closed
):
    old = Mapping.objects.get(person=renewed.person, state=InterviewState.FINAL)
    match closed:
        case "restricted":
            lifecycle.restrict(old, reason="withdrawn", by=situations.CONSENT_TALK)
        case "other consent":
            Mapping.objects.filter(pk=old.pk).change(consent_uuid=situations.a_person().pk)
        case "read no longer":
            Mapping.objects.filter(pk=old.pk).change(readable_until=old.signed_off_at)
    page = page_of(signed_in, renewed, "C")
    assert "må bekreftes" not in page
    assert not re.search(r'name="C-C1"[^>]*checked', page, re.S)
    assert "må bekreftes" not in signed_in.get(url("hub", renewed)).content.decode()


def test_a_correction_has_its_own_answers_and_no_others(signed_in, renewed, mapper):
    actions.sign_off(renewed, by=mapper)
    new = actions.correct(Mapping.objects.get(pk=renewed.pk), reason="Feil", by=mapper)
    assert "må bekreftes" not in page_of(signed_in, new, "C")


def test_an_interview_of_somebody_else_is_never_carried_over(signed_in, mapper, renewed):
    other = situations.an_interview(mapper)
    assert "må bekreftes" not in page_of(signed_in, other, "C")


# --- What BRIK knows already ---


def test_the_restrictions_stand_on_the_page_about_the_talk_on_remand(signed_in, mapper):
    person = situations.a_person(status=LegalStatus.REMAND)
    mapping = situations.an_interview(mapper, person)
    page = page_of(signed_in, mapping, "VA")
    assert "Restriksjoner og isolasjon" in page
    assert "Ingen er lagt inn" in page
    situations.protect(person, Restriction.LETTERS_BANNED)
    assert "Brev- og besøksforbud" in page_of(signed_in, mapping, "VA")


@pytest.mark.parametrize(("status", "area"), [(LegalStatus.CONVICTED, "A"), (LegalStatus.REMAND, "VA")])
def test_the_frame_of_the_talk_is_filled_in_by_brik(signed_in, mapper, status, area):
    mapping = situations.an_interview(mapper, situations.a_person(status=status))
    page = page_of(signed_in, mapping, area)
    assert f"{mapping.unit.name}, {mapper.name}" in page


# --- A graded address ---


@pytest.mark.parametrize(
    ("status", "area", "question"), [(LegalStatus.CONVICTED, "B", "B8"), (LegalStatus.REMAND, "VB", "VB8")]
)
def test_a_yes_to_a_graded_address_leads_to_the_page_where_it_is_entered(signed_in, mapper, status, area, question):
    person = situations.a_person(status=status)
    mapping = situations.an_interview(mapper, person)
    link = f'href="{reverse("desk:protection", args=[person.pk])}"'
    assert link in page_of(signed_in, mapping, area)  # folded until the yes
    pages = [url("hub", mapping), url("check", mapping)]
    assert not any(link in signed_in.get(address).content.decode() for address in pages)
    send(signed_in, mapping, area, **{question: "JA"})
    assert all(link in signed_in.get(address).content.decode() for address in pages)
    situations.protect(person, grade=AddressGrade.CONFIDENTIAL)
    pages.append(url("area", mapping, step=area))
    assert not any(link in signed_in.get(address).content.decode() for address in pages)
