"""What people do at the pages, in their own words."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from consent import steps
from tests.browser import assert_accessible, shoot


def look(page: Page, name: str) -> None:
    """A picture for the eye, and axe."""
    shoot(page, name)
    assert_accessible(page)


def press(page: Page, words: str) -> None:
    page.get_by_role("button", name=words, exact=True).click()


def choose(page: Page, step: str, field: str, value: str) -> None:
    """Click the words, as a person does: on a card they are the whole card."""
    control = page.locator(f'input[name="{step}-{field}"][value="{value}"]')
    page.locator(f'label[for="{control.get_attribute("id")}"]').click()
    expect(control).to_be_checked()


def step_of(page: Page) -> str:
    return page.url.rstrip("/").rsplit("/", 1)[1]


def onwards(page: Page) -> None:
    """The page's own way on, whatever it is called in the person's language."""
    here = page.url
    page.locator("main form button.ds-button[type=submit]:not([name])").first.click()
    page.wait_for_url(lambda url: url != here)


def open_person(page: Page, name: str) -> None:
    page.goto("/arbeidsliste/")
    page.get_by_role("link", name=name).click()
    page.get_by_role("heading", level=1, name=name).wait_for()


def hold_talk(page: Page, *, mapping: str = "JA", permits: dict[str, list[str]] | None = None) -> None:
    """The whole consent talk, from the person's page to the receipt. ``permits``: step of a recipient → themes."""
    page.get_by_role("button", name="samtykkesamtale").click()
    page.wait_for_url("**/samtykkesamtale/**")
    while "/samtykkesamtale/" in page.url:
        step = step_of(page)
        answer_step(page, step, mapping=mapping, permits=permits or {})
        onwards(page)


def answer_step(page: Page, step: str, *, mapping: str, permits: dict[str, list[str]]) -> None:
    if step == steps.LANGUAGE:
        choose(page, step, "language", "nb")
        choose(page, step, "interpreter", "NEI")
        page.locator(f'input[name="{step}-registered"]').fill("Oslo")
        page.locator(f'input[name="{step}-actual"]').fill("Oslo")
    elif step == steps.INFORMATION:
        choose(page, step, "how", "READ_ALOUD")
    elif step == steps.MAPPING:
        choose(page, step, "answer", mapping)
    elif step in permits:
        choose(page, step, "answer", "JA")
        for theme in permits[step]:
            choose(page, step, "themes", theme)
        choose(page, step, "months", "6")
    elif step == steps.SOURCES or step in steps.KIND_OF:
        choose(page, step, "answer", "NEI")
    elif step == steps.SIGNATURE:
        choose(page, step, "method", "TYPED")
        page.locator(f'input[name="{step}-name"]').fill("Prøve Testesen")
        page.locator(f'input[name="{step}-confirmed"]').check()
