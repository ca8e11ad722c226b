"""Interviews in a real browser: with and without a script, by keyboard alone, in two tabs, on two machines."""

import pytest

from brik.mapping.models import AreaState, InterviewState, Mapping, Section
from brik.mapping.record import actions
from brik.people.models import LegalStatus
from brik.staff.models import Role
from tests import situations
from tests.browser import assert_accessible, focused, login, question, shoot, sign_in, unfold
from tests.mapping.pages import url

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("key_ring")]


@pytest.fixture
def mapper():
    return situations.an_account(Role.MAPPER)


def value_of(mapping, link_id):
    for section in mapping.sections.all():
        answers = section.answers.open()["answers"]
        if link_id in answers:
            return answers[link_id]["value"]
    return None


def look(page, name):
    assert_accessible(page)
    shoot(page, name)


def test_a_whole_interview_with_every_page_accessible(browser_page, mapper):
    page, mapping = browser_page, situations.a_ready_interview(sources=["NAV Oslo"])
    sign_in(page, mapper)
    page.goto(url("hub", mapping))
    look(page, "kartlegging-begynn")
    page.get_by_role("button", name="Begynn").click()
    look(page, "kartlegging-oversikt-ny")
    page.get_by_role("link", name="Bolig").click()
    question(page, "Hvordan bodde du").get_by_label("Eide", exact=True).check()
    page.get_by_role("group", name="Kan du miste boligen").get_by_label("Ja", exact=True).check()
    page.get_by_label("Hvilken dag er fristen?").fill("snart")
    page.get_by_role("button", name="Lagre og fortsett").click()
    page.get_by_role("link", name="Skriv datoen som dag, måned og år, for eksempel 31.12.2026").wait_for()
    look(page, "kartlegging-feil")
    page.get_by_label("Hvilken dag er fristen?").fill("31.12.2026")
    page.get_by_role("button", name="Lagre og fortsett").click()
    page.get_by_role("heading", name="Økonomi og gjeld").wait_for()
    look(page, "kartlegging-omrade")
    page.get_by_role("button", name="Vil ikke svare på dette området").click()
    page.get_by_role("heading", name="Arbeid", exact=True).wait_for()
    page.get_by_role("button", name="Lagre og avslutt").click()
    page.wait_for_url("**/?lagret")
    look(page, "kartlegging-oversikt")
    page.get_by_role("link", name="Se over svarene").click()
    look(page, "kartlegging-sjekk")
    page.get_by_role("button", name="Ferdigstill").click()
    look(page, "kartlegging-les")
    page.get_by_role("link", name="Rett kartleggingen").click()
    look(page, "kartlegging-rett")
    page.get_by_label("Hvorfor?").fill("Fristen var feil")
    page.get_by_role("button", name="Begynn å rette").click()
    look(page, "kartlegging-rett-oversikt")
    correction = Mapping.objects.get(state=InterviewState.DRAFT)
    page.goto(url("area", correction, step="C"))
    page.get_by_role("group", name="Kan du miste boligen").get_by_label("Nei", exact=True).check()
    page.get_by_role("button", name="Lagre og fortsett").click()
    page.get_by_role("heading", name="Økonomi og gjeld").wait_for()
    page.goto(url("check", correction))
    page.get_by_role("button", name="Ferdigstill").click()
    page.get_by_role("link", name="Sammenlign med forrige").click()
    look(page, "kartlegging-sammenlign")
    assert value_of(correction, "C3b") is None


def test_typing_is_kept_by_itself_and_the_page_says_so(browser_page, mapper):
    page, mapping = browser_page, situations.an_interview(mapper)
    sign_in(page, mapper)
    page.goto(url("area", mapping, step="G"))
    unfold(page, page.get_by_label("Er det noe med helsen")).fill("Time hos tannlegen")
    saved = page.locator("[data-saved]")
    saved.get_by_text("Lagret kl.").wait_for()
    section = Section.objects.get()
    assert (value_of(mapping, "G6"), section.state) == ("Time hos tannlegen", AreaState.STARTED)
    assert section.history.count() == 0
    page.reload()
    assert unfold(page, page.get_by_label("Er det noe med helsen")).input_value() == "Time hos tannlegen"
    page.get_by_role("group", name="Har du det så vanskelig").get_by_label("Nei", exact=True).check()
    page.get_by_role("button", name="Lagre og fortsett").click()
    page.get_by_role("heading", name="Rus og avhengighet").wait_for()
    section.refresh_from_db()
    assert section.state == AreaState.DONE


def test_what_does_not_hold_yet_is_kept_and_said(browser_page, mapper):
    page, mapping = browser_page, situations.an_interview(mapper)
    sign_in(page, mapper)
    page.goto(url("area", mapping, step="C"))
    page.get_by_role("group", name="Kan du miste boligen").get_by_label("Ja", exact=True).check()
    page.get_by_label("Hvilken dag er fristen?").fill("snart")
    page.get_by_text("Ett svar må rettes.").wait_for()
    page.goto(url("area", mapping, step="C"))
    assert page.get_by_label("Hvilken dag er fristen?").input_value() == "snart"


def test_the_letters_left_are_counted_beyond_the_last_one_and_back(browser_page, mapper):
    page, mapping = browser_page, situations.an_interview(mapper)
    sign_in(page, mapper)
    page.goto(url("area", mapping, step="G"))
    field, count = unfold(page, page.get_by_label("Er det noe med helsen")), page.locator("[data-count-for*=G6]")
    for length, says in (
        (3, "497 tegn igjen"),
        (510, "10 tegn for mye"),
        (500, "0 tegn igjen"),
        (501, "1 tegn for mye"),
    ):
        field.fill("a" * length)
        assert count.inner_text() == says


def test_a_yes_opens_the_page_for_help_at_once(browser_page, mapper):
    page, mapping = browser_page, situations.an_interview(mapper)
    sign_in(page, mapper)
    page.goto(url("area", mapping, step="G"))
    page.get_by_role("group", name="Har du det så vanskelig").get_by_label("Ja", exact=True).check()
    page.get_by_role("heading", name="Personen trenger noen å snakke med nå").wait_for()
    page.wait_for_url("**/hjelp/")
    look(page, "kartlegging-hjelp")
    page.get_by_text("Etter samtalen på telefon").click()
    page.get_by_role("button", name="Noter", exact=True).click()
    page.get_by_role("link", name="Velg hvem dere fikk tak i.").wait_for()
    page.get_by_role("group", name="Hvem fikk dere tak i?").get_by_label("Vaktleder").check()
    page.get_by_role("button", name="Noter", exact=True).click()
    page.get_by_text("Det er notert i loggen, og står ikke i kartleggingen.").wait_for()
    look(page, "kartlegging-hjelp-notert")
    page.get_by_role("link", name="Tilbake til svarene").click()
    group = page.get_by_role("group", name="Har du det så vanskelig")
    assert group.get_by_label("Ja", exact=True).is_checked()
    look(page, "kartlegging-hjelp-etter")


def test_two_tabs_meet_on_a_page_with_both_versions(browser_page, mapper):
    page, mapping = browser_page, situations.an_interview(mapper)
    sign_in(page, mapper)
    page.goto(url("area", mapping, step="C"))
    other = page.context.new_page()
    other.goto(page.url)
    question(page, "Hvordan bodde du").get_by_label("Eide", exact=True).check()
    page.get_by_role("button", name="Lagre og fortsett").click()
    page.get_by_role("heading", name="Økonomi og gjeld").wait_for()
    question(other, "Hvordan bodde du").get_by_label("Uten fast bolig", exact=True).check()
    other.get_by_text("Ikke lagret – siden er endret et annet sted").wait_for()
    other.get_by_role("button", name="Lagre og fortsett").click()
    other.get_by_role("heading", name="Dette området er lagret et annet sted").wait_for()
    look(other, "kartlegging-to-utgaver")
    assert value_of(mapping, "C1") == "EIDE"
    other.locator("label").filter(has_text="Uten fast bolig").click()
    other.get_by_role("button", name="Lagre det jeg har valgt").click()
    other.get_by_role("heading", name="Økonomi og gjeld").wait_for()
    assert value_of(mapping, "C1") == "UTEN"


def test_a_colleague_takes_over_on_another_machine(browser_page, second_page, mapper):
    first, second, colleague = browser_page, second_page, situations.an_account(Role.MAPPER)
    mapping = situations.an_interview(mapper)
    sign_in(first, mapper)
    sign_in(second, colleague)
    first.goto(url("area", mapping, step="G"))
    second.goto(url("hub", mapping))
    look(second, "kartlegging-annen-holder")
    second.get_by_role("button", name="Ta over kartleggingen").click()
    second.get_by_text("Du har tatt over denne kartleggingen").wait_for()
    unfold(first, first.get_by_label("Er det noe med helsen")).fill("Det jeg holdt på å skrive")
    first.get_by_role("button", name="Lagre og fortsett").click()
    first.get_by_role("heading", name=f"{colleague.name} har tatt over kartleggingen").wait_for()
    assert first.get_by_text("Det jeg holdt på å skrive").is_visible()
    look(first, "kartlegging-overtatt")
    first.get_by_role("button", name="Ta over igjen og lagre").click()
    first.get_by_role("heading", name="Rus og avhengighet").wait_for()
    assert value_of(mapping, "G6") == "Det jeg holdt på å skrive"


def test_without_a_script_branches_open_and_answers_are_kept(plain_page, mapper):
    page, mapping = plain_page, situations.an_interview(mapper)
    sign_in(page, mapper)
    page.goto(url("area", mapping, step="C"))
    deadline = page.get_by_label("Hvilken dag er fristen?")
    assert not deadline.is_visible()
    page.get_by_role("group", name="Kan du miste boligen").get_by_label("Ja", exact=True).check()
    assert deadline.is_visible()
    deadline.fill("31.12.2026")
    page.get_by_role("group", name="Kan du miste boligen").get_by_label("Nei", exact=True).check()
    assert not deadline.is_visible()
    page.get_by_role("button", name="Lagre og fortsett").click()
    page.get_by_role("heading", name="Økonomi og gjeld").wait_for()
    assert (value_of(mapping, "C3a"), value_of(mapping, "C3b")) == ("NEI", None)
    page.goto(url("area", mapping, step="G"))
    page.get_by_role("group", name="Har du det så vanskelig").get_by_label("Ja", exact=True).check()
    page.get_by_role("button", name="Vis hva du gjør nå").click()
    page.get_by_role("heading", name="Personen trenger noen å snakke med nå").wait_for()
    page.goto(url("check", mapping))
    page.get_by_role("button", name="Ferdigstill").click()
    mapping.refresh_from_db()
    assert mapping.state == InterviewState.FINAL


def test_the_keyboard_alone_is_enough(browser_page, mapper):
    page, mapping = browser_page, situations.an_interview(mapper)
    sign_in(page, mapper)
    page.goto(url("area", mapping, step="D"))
    question(page, "Har du en bankkonto").get_by_label("Ja", exact=True).focus()
    page.keyboard.press("Space")
    for _press in range(40):
        page.keyboard.press("Tab")
        if focused(page) == "Lagre og fortsett":
            break
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Arbeid", exact=True).wait_for()
    assert value_of(mapping, "D7") == "JA"


def test_the_session_ends_while_typing_and_the_text_is_still_there(plain_page, mapper):
    page, mapping = plain_page, situations.an_interview(mapper)
    sign_in(page, mapper)
    page.goto(url("area", mapping, step="G"))
    unfold(page, page.get_by_label("Er det noe med helsen")).fill("Halvferdig setning")
    page.context.clear_cookies(name="session")
    page.get_by_role("button", name="Lagre og fortsett").click()
    page.get_by_role("heading", name="Du er logget ut").wait_for()
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Logg inn i en ny fane").click()
    login(opened.value, mapper)
    page.get_by_role("button", name="Vis det jeg skrev").click()
    page.get_by_role("heading", name="Dette er ikke lagret ennå").wait_for()
    assert unfold(page, page.get_by_label("Er det noe med helsen")).input_value() == "Halvferdig setning"
    page.get_by_role("button", name="Lagre og fortsett").click()
    page.get_by_role("heading", name="Rus og avhengighet").wait_for()
    assert value_of(mapping, "G6") == "Halvferdig setning"


def test_questions_in_arabic_run_from_right_to_left(browser_page, mapper):
    page, mapping = browser_page, situations.an_interview(mapper)
    actions.choose_language(mapping, language="ar", by=mapper)
    sign_in(page, mapper)
    page.goto(url("area", mapping, step="C"))
    legend = question(page, "كيف كان سكنك قبل دخولك السجن؟").locator("legend").first
    option = page.get_by_label("ملك", exact=True)
    assert option.bounding_box()["x"] > page.viewport_size["width"] / 2
    assert legend.evaluate("e => getComputedStyle(e).direction") == "rtl"
    option.check()
    look(page, "kartlegging-arabisk")
    page.get_by_role("button", name="Lagre og fortsett").click()
    page.get_by_text("Steg 5 av 13").wait_for()
    page.goto(url("check", mapping))
    look(page, "kartlegging-arabisk-sjekk")


@pytest.mark.proof
def test_every_area_of_both_forms_is_accessible(browser_page, mapper):
    sign_in(browser_page, mapper)
    for status in (LegalStatus.CONVICTED, LegalStatus.REMAND):
        mapping = situations.an_interview(mapper, situations.a_person(status=status))
        browser_page.goto(url("hub", mapping))
        addresses = [link.get_attribute("href") for link in browser_page.locator(".brik-tasks a").all()]
        assert len(addresses) in {13, 9}
        for address in addresses:
            browser_page.goto(address)
            for rest in browser_page.locator("details.brik-more:not([open]) > summary").all():
                rest.click()
            assert_accessible(browser_page)
