"""The whole way by keyboard alone: from signing in, through the talk and an area of the interview, to sign-off."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from brik.mapping.models import InterviewState, Mapping
from consent.models import Consent, Withdrawal
from consent.record import steps
from tests.browser import focused, login
from tests.journeys import way
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
    raise AssertionError("the keyboard never gets there")


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


def test_everything_can_be_reached_and_done_from_the_keyboard(browser_page, tmp_path):
    page, person = browser_page, way.arrive(tmp_path)
    page.goto("/logg-inn/")
    write(page, "username", "kartlegger.oslo")
    write(page, "password", PASSWORD)
    press(page, "Logg inn")
    press(page, person.name)
    press(page, "Begynn samtykkesamtale")
    while "/samtykkesamtale/" in page.url:
        answer(page, step_of(page))
        go_on(page)
    assert Consent.objects.get().outcome == "DELVIS_GITT"

    press(page, "Gi skjermen tilbake til den ansatte")
    write(page, "password", PASSWORD)
    press(page, "Vis skjermen")
    press(page, "Til personen")
    interview = page.get_by_role("region", name="Kartlegginger").get_by_role("link")
    press(page, interview.get_attribute("href") or "")
    press(page, "Begynn")
    press(page, "Bolig")
    choose(page, "C-C1", 2)
    expect(page.get_by_role("group", name="Hvordan bodde du").get_by_label("Leide privat", exact=True)).to_be_checked()
    press(page, "Lagre og avslutt")
    press(page, "Se over svarene")
    press(page, "Ferdigstill")
    assert Mapping.objects.get().state == InterviewState.FINAL


def test_the_worklist_and_a_withdrawal_by_keyboard_alone(browser_page, tmp_path):
    page, someone = browser_page, way.arrive(tmp_path, family="Tastatursen")
    login(page, way.account("kartlegger.oslo"))
    page.goto("/arbeidsliste/")
    page.get_by_label("Søk etter navn eller nummer").focus()
    page.keyboard.type("tastatursen")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="1 treff").wait_for()
    press(page, someone.name)
    press(page, "Vil trekke tilbake noe")
    page.get_by_label("Alt: kartleggingen og all deling").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.get_by_text("Notert.").wait_for()
    assert Withdrawal.objects.filter(person=someone).exists()
