"""What was said before stands on the page, to be confirmed; nothing of it counts, or is shown, beyond what may be."""

import re
from html import unescape

import pytest
from django.urls import reverse

from brik.audit.models import Event
from brik.audit.verbs import Verb
from brik.mapping.models import InterviewState, Mapping
from brik.mapping.record import actions, lifecycle, sections
from brik.people.models import LegalStatus
from brik.people.protection import AddressGrade, Restriction
from tests import situations
from tests.browser import assert_accessible, shoot, sign_in
from tests.mapping.pages import opened, send, sent_fields, url

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_ring")]


def page_of(client, mapping, area, *, changes=False):
    return unescape(client.get(url("area", mapping, step=area) + ("?endret" if changes else "")).content.decode())


def save_answers(mapping, area, values, mapper):
    answers = situations.form_answers(**values)
    sections.save_section(mapping, area=area, answers=answers, version=0, by=mapper)


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
    assert page.count("Hentet fra samtykkesamtalen.") == 2
    assert not mapping.sections.exists()


def test_only_what_was_said_is_put_in_and_what_is_saved_is_the_persons_own(signed_in, after_talk):
    mapping = after_talk(actual="", registered="4601")
    page = page_of(signed_in, mapping, "B")
    assert (typed(page, "B-B5"), typed(page, "B-B6")) == ("", "Bergen")
    send(signed_in, mapping, "B", B6="Bergen", B8="NEI")
    answer = mapping.sections.get(area="B").answers.open()["answers"]["B6"]
    assert (answer["value"], answer["source"]) == ("4601", "self")
    assert "samtykkesamtalen" not in page_of(signed_in, mapping, "B")


@pytest.mark.parametrize(
    ("status", "area", "question"), [(LegalStatus.CONVICTED, "B", "B4"), (LegalStatus.REMAND, "VB", "VB4")]
)
def test_the_number_that_is_registered_is_put_in_and_is_not_shown_itself(signed_in, mapper, status, area, question):
    person = situations.a_person(status=status)
    mapping = situations.an_interview(mapper, person)
    page = page_of(signed_in, mapping, area)
    assert re.search(rf'name="{area}-{question}"[^>]*value="FOEDSELSNUMMER"[^>]*checked', page, re.S)
    assert "Hentet fra nummeret som er registrert." in page
    assert person.identifiers.get().number.open() not in page


def test_a_grade_that_is_entered_is_put_in_with_the_way_to_mend_it(signed_in, mapper):
    person = situations.a_person()
    mapping = situations.an_interview(mapper, person)
    assert "adressegraderingen" not in page_of(signed_in, mapping, "B")
    situations.protect(person, grade=AddressGrade.CONFIDENTIAL)
    page = page_of(signed_in, mapping, "B")
    assert re.search(r'name="B-B8"[^>]*value="JA"[^>]*checked', page, re.S)
    assert "Hentet fra adressegraderingen." in page
    assert reverse("desk:protection", args=[person.pk]) in page


def test_the_language_that_was_chosen_is_put_in_but_not_the_usual_one(signed_in, mapping, mapper):
    assert "språket dere snakker på" not in page_of(signed_in, mapping, "B")
    actions.choose_language(mapping, language="ar", by=mapper)
    page = page_of(signed_in, mapping, "B")
    assert page.count("Hentet fra språket dere snakker på.") == 2
    assert page.count('value="ara" selected') == 2


def test_what_is_known_stands_only_where_somebody_may_see_it_and_only_until_it_is_saved(signed_in, mapper):
    mapping = situations.an_interview(mapper, situations.a_person())
    send(signed_in, mapping, "B", B4="DNUMMER")
    page = page_of(signed_in, mapping, "B")
    assert re.search(r'name="B-B4"[^>]*value="DNUMMER"[^>]*checked', page, re.S)
    assert "Hentet fra" not in page


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


def still_right(client, mapping, area="C"):
    page = opened(client, mapping, area)
    return client.post(url("area", mapping, step=area), page | {"then": "same"})


def stored(mapping, area="C"):
    return mapping.sections.get(area=area).answers.open()


def test_a_renewed_area_asks_first_whether_all_is_still_right(signed_in, renewed):
    page = page_of(signed_in, renewed, "C")
    assert "Stemmer det fortsatt?" in page
    assert re.search(r'name="then" value="same">\s*Stemmer fortsatt', page)
    assert re.search(r'href="[^"]*\?endret">Endret', page)
    assert "Hvordan bodde du før du kom i fengsel?" in page
    assert "Eide" in page
    assert 'name="C-C1"' not in page
    assert not renewed.sections.exists()


def test_answers_are_carried_with_their_sources_when_they_are_still_right(signed_in, renewed):
    assert still_right(signed_in, renewed).url == url("area", renewed, step="D")
    content = stored(renewed)
    assert {key: answer["value"] for key, answer in content["answers"].items()} == HOUSING
    assert content["answers"]["C5"]["source"] == "third_party:NAV Oslo"
    assert content["renewed"] == "STEMMER"
    assert "Stemmer fortsatt" in signed_in.get(url("hub", renewed)).content.decode()
    assert "Stemmer fortsatt" in signed_in.get(url("check", renewed)).content.decode()


def test_what_is_changed_is_saved_as_changed_then_and_later(signed_in, renewed):
    page = sent_fields(page_of(signed_in, renewed, "C", changes=True))
    send(signed_in, renewed, "C", page=page, C1="UTEN", C5="NEI")
    assert stored(renewed)["renewed"] == "ENDRET"
    assert "Endret siden sist" in signed_in.get(url("hub", renewed)).content.decode()


def test_what_was_still_right_is_changed_once_an_answer_is(signed_in, renewed):
    still_right(signed_in, renewed)
    send(signed_in, renewed, "C", C1="UTEN")
    assert stored(renewed)["renewed"] == "ENDRET"
    assert stored(renewed)["answers"]["C1"]["value"] == "UTEN"


def test_rows_and_events_are_the_same_whichever_was_said(signed_in, renewed, mapper):
    still_right(signed_in, renewed, "C")
    page = sent_fields(page_of(signed_in, renewed, "I", changes=True))
    send(signed_in, renewed, "I", page=page, I5="JA")
    rows = list(renewed.sections.values_list("state", flat=True))
    saved = list(Event.objects.filter(verb=Verb.SECTION_SAVED).order_by("-pk").values_list("reason", flat=True)[:2])
    assert (rows, saved) == (["FULLFOERT"] * 2, ["", ""])


def test_the_question_about_help_stays_open_where_the_rest_is_still_right(signed_in, renewed):
    assert still_right(signed_in, renewed, "G").url == url("area", renewed, step="G")
    assert renewed.sections.get(area="G").state == "PAABEGYNT"
    assert 'name="G-G5"' in page_of(signed_in, renewed, "G")
    send(signed_in, renewed, "G", G5="NEI", G_hjelp="JA")
    assert renewed.sections.get(area="G").state == "FULLFOERT"


def test_a_source_that_may_not_be_asked_any_longer_is_not_carried_in_silence(signed_in, renewed):
    renewed.sources = {}
    renewed.save()
    assert still_right(signed_in, renewed).status_code in (400, 422)
    assert not any(row.state == "FULLFOERT" for row in renewed.sections.all())


def test_nothing_is_carried_where_another_page_has_saved_meanwhile(signed_in, renewed):
    page = opened(signed_in, renewed)
    send(signed_in, renewed, "C", page=sent_fields(page_of(signed_in, renewed, "C", changes=True)), C1="UTEN")
    answer = signed_in.post(url("area", renewed, step="C"), page | {"then": "same"})
    assert answer.status_code == 409
    assert "Eide" in answer.content.decode()
    assert stored(renewed)["answers"]["C1"]["value"] == "UTEN"


def test_an_area_that_was_not_answered_before_is_not_still_right(signed_in, renewed):
    answer = signed_in.post(url("area", renewed, step="D"), opened(signed_in, renewed, "D") | {"then": "same"})
    assert answer.status_code == 409
    assert "kan ikke brukes lenger" in answer.content.decode()


def test_what_is_asked_in_other_words_today_is_asked_anew(signed_in, mapper):
    """H1 asked about the last year, and asks about the year before prison."""
    old = situations.an_interview(mapper)
    Mapping.objects.filter(pk=old.pk).change(form_version="2026.1")
    old.refresh_from_db()
    send(signed_in, old, "H", H1="MYE", H2="NEI", H_behov="2")
    actions.sign_off(old, by=mapper)
    new = actions.begin(actions.renew(Mapping.objects.get(pk=old.pk), by=mapper), by=mapper)
    page = page_of(signed_in, new, "H", changes=True)
    assert re.search(r'name="H-H_behov"[^>]*value="2"[^>]*checked', page, re.S)
    assert not re.search(r'name="H-H1"[^>]*checked', page, re.S)


def test_a_renewed_interview_shows_the_earlier_answers_to_be_changed(signed_in, renewed):
    page = page_of(signed_in, renewed, "C", changes=True)
    assert "Rett det som er endret" in page
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
    page = page_of(signed_in, renewed, "G", changes=True)
    assert re.search(r'name="G-G_hjelp"[^>]*value="JA"[^>]*checked', page, re.S)
    assert not re.search(r'name="G-G5"[^>]*checked', page, re.S)


def test_what_is_about_the_talk_itself_is_asked_anew(signed_in, mapper):
    old = situations.an_interview(mapper)
    send(signed_in, old, "L", L3="03.05.2027", L2="KONTAKTBETJENT")
    actions.sign_off(old, by=mapper)
    new = actions.begin(actions.renew(Mapping.objects.get(pk=old.pk), by=mapper), by=mapper)
    page = page_of(signed_in, new, "L", changes=True)
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
    assert "Stemmer det fortsatt?" not in page
    assert not re.search(r'name="C-C1"[^>]*checked', page, re.S)
    assert "må bekreftes" not in signed_in.get(url("hub", renewed)).content.decode()


def test_a_correction_has_its_own_answers_and_no_others(signed_in, renewed, mapper):
    actions.sign_off(renewed, by=mapper)
    new = actions.correct(Mapping.objects.get(pk=renewed.pk), reason="Feil", by=mapper)
    assert "Stemmer det fortsatt?" not in page_of(signed_in, new, "C")


def test_an_interview_of_somebody_else_is_never_carried_over(signed_in, mapper, renewed):
    other = situations.an_interview(mapper)
    assert "Stemmer det fortsatt?" not in page_of(signed_in, other, "C")


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


# --- In the browser ---


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_both_answers_to_still_right_lead_on(browser_page):
    page, mapper = browser_page, situations.an_account()
    old = situations.an_interview(mapper, situations.a_person(), sources=["NAV Oslo"])
    answers = {"C1": "EIDE", "C3a": "JA", "C5": "NEI"}
    for area in ("B", "C", "D"):
        given = answers if area == "C" else {"B8": "NEI"} if area == "B" else {"D2": "NEI"}
        save_answers(old, area, given, mapper)
    actions.sign_off(old, by=mapper)
    mapping = actions.begin(actions.renew(Mapping.objects.get(pk=old.pk), by=mapper), by=mapper)
    sign_in(page, mapper)
    page.goto(url("area", mapping, step="C"))
    assert_accessible(page)
    shoot(page, "kartlegging-stemmer-fortsatt")
    page.get_by_role("button", name="Stemmer fortsatt").click()
    page.get_by_role("heading", name="Økonomi og gjeld").wait_for()
    page.get_by_role("link", name="Endret", exact=True).click()
    page.get_by_role("heading", name="Rett det som er endret").wait_for()
    assert_accessible(page)
    page.goto(url("area", mapping, step="B") + "?endret")
    assert_accessible(page)
    shoot(page, "kartlegging-hentet-fra")
    page.goto(url("hub", mapping))
    shoot(page, "kartlegging-fornyet-oversikt")
    assert page.get_by_text("Stemmer fortsatt").is_visible()
