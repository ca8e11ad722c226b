"""Whole ways through the house in a real browser, from the worklist to the partner's answer and back."""

from io import StringIO

import pytest
from django.core.management import call_command
from playwright.sync_api import expect

from brik.mapping.models import Mapping
from brik.people.models import LegalStatus, Organisation, OrganisationKind, Role
from brik.vault import keys
from consent import steps
from consent.models import Consent, Withdrawal
from followup.desk.demo import register, telling
from followup.sharing.models import Answer
from tests import factories
from tests.browser import login
from tests.journeys.acting import answer_step, hold_talk, look, onwards, open_person, press

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("key_ring")]
TO_NAV = steps.SHARING[OrganisationKind.NAV_STATE]


@pytest.fixture
def oslo():
    register.load()
    call_command("load_texts", stdout=StringIO())
    return factories.unit("Oslo fengsel")


@pytest.fixture
def mapper(oslo):
    return factories.staff(at=oslo)


@pytest.fixture
def adviser(oslo):
    return factories.staff(Role.PARTNER, organisation=Organisation.objects.get(number=telling.NAV))


def interview(page, *, area: str, group: str, answer: str) -> None:
    """One life area, and then to the end."""
    page.get_by_role("link", name=area, exact=True).click()
    page.get_by_role("group", name=group).get_by_label(answer, exact=True).check()
    press(page, "Lagre og avslutt")
    page.get_by_role("link", name="Se over svarene").click()
    press(page, "Ferdigstill")


def test_convicted_from_the_worklist_to_navs_answer(browser_page, second_page, oslo, mapper, adviser):
    someone = factories.person(at=oslo, family="Reisesen")
    page, nav = browser_page, second_page
    login(page, mapper)
    open_person(page, someone.name)
    look(page, "reise-person-ny")
    hold_talk(page, permits={TO_NAV: ["ARBEID"]})
    look(page, "reise-kvittering")

    open_person(page, someone.name)
    page.get_by_role("region", name="Kartlegginger").get_by_role("link").click()
    press(page, "Begynn")
    interview(page, area="Arbeid", group="Situasjon", answer="Ledig")

    open_person(page, someone.name)
    look(page, "reise-person-ferdig")
    page.get_by_role("link", name="NAV (statlig)").click()
    look(page, "reise-dette-vil-nav-se")
    page.get_by_role("button", name="Del med").click()
    page.wait_for_url("**/deling/")

    login(nav, adviser)
    nav.get_by_role("link", name=someone.name).click()
    look(nav, "reise-sammendrag")
    nav.get_by_role("button", name="Vi tar kontakt").click()
    nav.get_by_text("Svaret er sendt").wait_for()
    assert Answer.objects.get().given_by == adviser

    open_person(page, someone.name)
    expect(page.get_by_text("Vi tar kontakt").first).to_be_visible()
    page.goto("/arbeidsliste/")
    expect(page.get_by_text("Svar fra mottaker")).to_be_visible()


def test_remand_has_its_own_talk_and_interview(browser_page, oslo, mapper):
    someone = factories.person(at=oslo, status=LegalStatus.REMAND, family="Varetektsen")
    page = browser_page
    login(page, mapper)
    open_person(page, someone.name)
    hold_talk(page)
    assert Consent.objects.get().kind == "VARETEKT"
    open_person(page, someone.name)
    page.get_by_role("region", name="Kartlegginger").get_by_role("link").click()
    press(page, "Begynn")
    look(page, "reise-varetekt")
    assert Mapping.objects.get().kind == "varetekt"
    shown = page.content().lower()
    for word in ("domfelt", "soning", "straffegjennomføring"):
        assert word not in shown.replace("straffegjennomføringsloven", "")


def test_a_refusal_leaves_the_leader_none_the_wiser(browser_page, second_page, oslo, mapper):
    someone = factories.person(at=oslo, family="Neisen")
    login(browser_page, mapper)
    open_person(browser_page, someone.name)
    hold_talk(browser_page, mapping="NEI")
    browser_page.goto("/arbeidsliste/")
    expect(browser_page.get_by_role("row", name=someone.name)).to_contain_text("Vil ikke kartlegges")
    login(second_page, factories.staff(Role.LEADER, at=oslo))
    second_page.goto("/arbeidsliste/")
    line = second_page.get_by_role("row", name=someone.name)
    expect(line).to_contain_text("Tilbudt samtale")
    expect(line).not_to_contain_text("ikke kartlegges")


def test_a_deferral_can_be_taken_up_again(browser_page, oslo, mapper):
    someone = factories.person(at=oslo, family="Senere")
    login(browser_page, mapper)
    open_person(browser_page, someone.name)
    page = browser_page
    page.get_by_role("button", name="samtykkesamtale").click()
    page.wait_for_url("**/samtykkesamtale/**")
    for step in (steps.LANGUAGE, steps.INFORMATION):
        answer_step(page, step, mapping="", permits={})
        onwards(page)
    press(page, "Jeg vil snakke med noen først")
    onwards(page)
    open_person(page, someone.name)
    expect(page.get_by_role("region", name="Samtalen")).to_contain_text("Vil snakke med noen først")
    hold_talk(page)
    open_person(page, someone.name)
    expect(page.get_by_role("region", name="Samtalen")).to_contain_text("Klar for kartlegging")


def test_withdrawal_is_three_clicks_and_empties_navs_inbox(browser_page, second_page, oslo, mapper, adviser):
    with keys.ring():
        someone = factories.person(at=oslo, family="Ombestemtsen")
        telling.consent(someone, mapper, sharing=telling.ALL_OF_THEM)
        telling.share(telling.final(someone, mapper), mapper, telling.NAV)
    officer = factories.staff(Role.CONTACT_OFFICER, at=oslo)
    login(second_page, adviser)
    second_page.get_by_role("link", name=someone.name).click()
    address = second_page.url

    page = browser_page
    login(page, officer)
    open_person(page, someone.name)
    page.get_by_role("link", name="Vil trekke tilbake noe").click()  # one
    look(page, "reise-trekke")
    page.get_by_label("Alt: kartleggingen og all deling").check()  # two
    press(page, "Trekk tilbake")  # three
    page.get_by_text("Notert.").wait_for()
    look(page, "reise-trukket")
    expect(page.get_by_text("NAV (statlig)").first).to_be_visible()
    assert Withdrawal.objects.filter(person=someone, whole=True).exists()

    second_page.goto(address)
    expect(second_page.get_by_role("heading", name="Dette er ikke lenger tilgjengelig")).to_be_visible()


def test_withdrawal_in_the_middle_of_the_interview_shuts_the_page_that_is_open(browser_page, second_page, oslo, mapper):
    with keys.ring():
        someone = factories.person(at=oslo, family="Midtisen")
        telling.consent(someone, mapper)
        draft = telling.interview(someone, mapper, areas=2)
    page = browser_page
    login(page, mapper)
    page.goto(f"/kartlegging/{draft.pk}/omrade/C/")
    login(second_page, factories.staff(Role.DECIDER, at=oslo))
    open_person(second_page, someone.name)
    second_page.get_by_role("link", name="Vil trekke tilbake noe").click()
    second_page.get_by_label("Alt: kartleggingen og all deling").check()
    press(second_page, "Trekk tilbake")
    second_page.get_by_role("heading", name="Det er notert").wait_for()
    look(second_page, "reise-notert")
    press(page, "Lagre og fortsett")
    expect(page.locator("main")).to_contain_text("Ikke lagret")
    look(page, "reise-stengt")
    draft.refresh_from_db()
    assert draft.state == "LUKKET"


def test_the_worklist_and_a_withdrawal_by_keyboard_alone(browser_page, oslo, mapper):
    someone = factories.person(at=oslo, family="Tastatursen")
    page = browser_page
    login(page, mapper)
    page.goto("/arbeidsliste/")
    page.get_by_label("Søk etter navn eller nummer").focus()
    page.keyboard.type("tastatursen")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="1 treff").wait_for()
    reach(page, someone.name)
    reach(page, "Vil trekke tilbake noe")
    page.get_by_label("Alt: kartleggingen og all deling").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.get_by_text("Notert.").wait_for()
    assert Withdrawal.objects.filter(person=someone).exists()


def reach(page, words: str) -> None:
    """Tab until the link with these words has the keyboard, then Enter."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.innerText || ''").strip() == words:
            with page.expect_navigation():
                page.keyboard.press("Enter")
            return
    raise AssertionError(f"never reached {words}")


def test_without_scripts_the_desk_works_just_the_same(plain_page, oslo, mapper):
    someone = factories.person(at=oslo, family="Skriptløs")
    login(plain_page, mapper)
    open_person(plain_page, someone.name)
    plain_page.get_by_role("link", name="Vil trekke tilbake noe").click()
    plain_page.get_by_label("Bolig", exact=True).check()
    plain_page.get_by_label("Tidligere").check()
    plain_page.get_by_label("Dato").fill("1.1.2026")
    plain_page.get_by_label("Klokkeslett").fill("10.30")
    press(plain_page, "Trekk tilbake")
    plain_page.get_by_text("Notert.").wait_for()
    assert Withdrawal.objects.get(person=someone).whole is False
