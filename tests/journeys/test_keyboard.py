"""The whole way by keyboard alone: from signing in, through the talk and an area of the interview, to sign-off."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from brik.mapping.models import InterviewState
from brik.people.models import Person
from consent.models import ConsentState
from consent.record import steps
from tests import situations
from tests.browser import focused
from tests.journeys import given, then, when
from tests.situations import PASSWORD

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("key_ring", "house"),
]


def tab_to(page: Page, words: str) -> None:
    """Press Tab until what has the keyboard is called ``words`` (a field by its name, or a link by its address)."""
    for _press in range(80):
        page.keyboard.press("Tab")
        if words in (focused(page), page.evaluate("document.activeElement.getAttribute('href')")):
            return
    raise AssertionError(f"the keyboard never gets to {words}")


def press(page: Page, words: str) -> None:
    """Enter, on what is called ``words``, and wait for the page it leads to."""
    tab_to(page, words)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def choose(page: Page, name: str, number: int = 1) -> None:
    """One of the answers of a group: Space for the first, arrows for the others."""
    tab_to(page, name)
    page.keyboard.press("Space")
    for _press in range(number - 1):
        page.keyboard.press("ArrowDown")


def write(page: Page, name: str, words: str) -> None:
    tab_to(page, name)
    page.keyboard.type(words)


def step_of(page: Page) -> str:
    return page.url.rstrip("/").rsplit("/", 1)[1]


def answer(page: Page, step: str) -> None:
    """What this talk's step asks for: yes to the mapping, no to everyone else, and a name at the end."""
    if step == steps.LANGUAGE:
        choose(page, f"{step}-language")
        choose(page, f"{step}-interpreter", 2)
    elif step == steps.INFORMATION:
        choose(page, f"{step}-how")
    elif step == steps.MAPPING:
        choose(page, f"{step}-answer")
    elif step == steps.MUNICIPALITY:
        write(page, f"{step}-actual", "Oslo")
    elif step == steps.COMMON:
        choose(page, f"{step}-months")
    elif step == steps.SOURCES or step in steps.KIND_OF:
        choose(page, f"{step}-answer", 2)
    elif step == steps.SIGNATURE:
        # Drawing needs a hand; typing is the way for the keyboard.
        choose(page, f"{step}-method", 2)
        write(page, f"{step}-name", page.locator("strong bdi").first.inner_text())
        choose(page, f"{step}-confirmed")


def go_on(page: Page) -> None:
    button = page.locator("main form button.ds-button[type=submit]:not([name])").first
    press(page, button.inner_text().strip())


def given_an_officer_who_signs_in_by_keyboard(page: Page) -> None:
    page.goto("/logg-inn/")
    write(page, "username", "kartlegger.oslo")
    write(page, "password", PASSWORD)
    press(page, "Logg inn")


def when_the_whole_talk_is_held(page: Page, person: Person) -> None:
    press(page, person.name)
    press(page, "Begynn samtykkesamtale")
    seen: list[str] = []
    while "/samtykkesamtale/" in page.url:
        seen.append(step_of(page))
        assert len(seen) <= 2 * len(steps.ALL), (seen[-2:], page.locator("main").inner_text())
        answer(page, step_of(page))
        go_on(page)


def when_the_screen_is_given_back(page: Page) -> None:
    press(page, page.get_by_role("button", name="Gi skjermen til").inner_text())
    write(page, "password", PASSWORD)
    press(page, "Vis skjermen")


def when_the_interview_begins(page: Page) -> None:
    press(page, "Til personen")
    press(page, "Begynn kartleggingen")
    press(page, "Begynn")


def when_the_inmate_says_how_they_lived(page: Page) -> None:
    press(page, "Bolig")
    tab_to(page, "Mer om dette 9 spørsmål")
    page.keyboard.press("Enter")
    choose(page, "C-C1", 2)


def then_the_answer_is(page: Page, words: str) -> None:
    expect(page.get_by_role("group", name="Hvordan bodde du").get_by_label(words, exact=True)).to_be_checked()


def when_the_officer_signs_off(page: Page) -> None:
    press(page, "Lagre og avslutt")
    press(page, "Se over svarene")
    press(page, "Ferdigstill")


def when_the_officer_searches(page: Page, words: str) -> None:
    page.goto("/arbeidsliste/")
    page.get_by_label("Søk etter navn eller nummer").focus()
    page.keyboard.type(words)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="1 treff").wait_for()


def when_the_inmate_takes_everything_back(page: Page, person: Person) -> None:
    press(page, person.name)
    press(page, "Vil trekke tilbake noe")
    page.get_by_label(when.EVERYTHING).focus()
    page.keyboard.press("Space")
    page.get_by_label("Personen er her nå og sier det").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.locator("main [role=status]").first.wait_for()
    situations.carry_out(person)


def test_everything_can_be_reached_and_done_from_the_keyboard(browser_page, tmp_path):
    page, person = browser_page, given.an_inmate_in_prison(tmp_path)
    given_an_officer_who_signs_in_by_keyboard(page)

    when_the_whole_talk_is_held(page, person)
    then.the_talks_came_to(person, ConsentState.PARTLY_GIVEN)

    when_the_screen_is_given_back(page)
    when_the_interview_begins(page)
    when_the_inmate_says_how_they_lived(page)
    then_the_answer_is(page, "Leide privat")

    when_the_officer_signs_off(page)
    then.the_interview_is(InterviewState.FINAL)
    then.the_page_is_called(page, "Kartlegging")


def test_the_worklist_and_a_withdrawal_by_keyboard_alone(browser_page, tmp_path):
    page, person = browser_page, given.an_inmate_in_prison(tmp_path, family="Tastatursen")
    given.an_officer_at_the_unit(page)

    when_the_officer_searches(page, "tastatursen")
    when_the_inmate_takes_everything_back(page, person)
    then.the_page_says(page, "Notert.")
    then.everything_was_taken_back(person)
