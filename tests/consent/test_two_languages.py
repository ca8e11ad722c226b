"""Two languages at once: who holds the talk follows it in Norwegian beside the person's own language."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from brik.staff.models import OrganisationKind
from brik.vault import keys
from consent.record import steps
from consent.talk import actions
from tests import situations
from tests.browser import assert_accessible, assert_reflows, shoot, sign_in
from tests.consent.walking import open_talk, type_name, walk

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
# What each page says in bokmål: its question.
TITLES = {
    steps.INFORMATION: "Før vi begynner",
    steps.MAPPING: "Vil du være med på samtalen?",
    steps.SOURCES: "Kan vi spørre andre om deg?",
    steps.COMMON: "Slik er det for alle",
    steps.SHARING[OrganisationKind.HEALTH]: "Vil du dele med helsetjenesten?",
    steps.EXPLAINED: "Forklarte vi godt nok?",
    steps.READ_BACK: "Dette har du valgt",
    steps.SIGNATURE: "Underskrift",
}
BESIDE = "details.brik-bokmaal"


@pytest.fixture
def talk():
    situations.publish_texts()
    situations.all_recipients()
    by, someone = situations.a_mapper_and_a_person()
    with keys.ring():
        return actions.start(someone, by=by)


def begin(page: Page, talk, language: str) -> None:
    sign_in(page, talk.started_by)
    page.goto(f"/samtykkesamtale/{talk.pk}/{steps.LANGUAGE}/")
    open_talk(page, language)


def test_each_page_of_an_arabic_talk_opens_norwegian_beside_it(browser_page, talk):
    begin(browser_page, talk, "ar")
    seen = set()

    def look(page: Page, name: str) -> None:
        step = name.removeprefix("ar-")
        if step not in TITLES:
            return
        seen.add(step)
        page.set_viewport_size({"width": 1280, "height": 900})
        page.locator(f"{BESIDE} > summary").click()
        norwegian = page.locator(BESIDE)
        expect(norwegian.locator("h2").first).to_have_text(TITLES[step])
        expect(norwegian).to_have_attribute("lang", "nb")
        expect(norwegian).to_have_attribute("dir", "ltr")
        expect(norwegian.locator("input, button, a")).to_have_count(0)
        expect(norwegian).to_have_css("grid-column-start", "2")
        own, other = page.locator("main h1").bounding_box(), norwegian.bounding_box()
        assert own
        assert other
        # Arabic begins at the right; its Norwegian words stand to the left of it, at the same height.
        assert other["x"] + other["width"] <= own["x"]
        if step in (steps.INFORMATION, steps.COMMON):
            assert_accessible(page)
            assert_reflows(page)
            page.set_viewport_size({"width": 320, "height": 640})
            own, other = page.locator("main h1").bounding_box(), norwegian.bounding_box()
            assert own
            assert other
            assert other["y"] + other["height"] <= own["y"]
            page.set_viewport_size({"width": 1280, "height": 900})
        shoot(page, f"to-sprak-{step}")

    walk(browser_page, "ar", look=look, sign=type_name, permit={})
    assert seen == set(TITLES)


def test_it_opens_without_scripts(plain_page, talk):
    begin(plain_page, talk, "ar")
    for _ in range(2):
        plain_page.locator("main form button.ds-button[type=submit]:not([name])").first.click()
    plain_page.locator(f"{BESIDE} > summary").click()
    expect(plain_page.locator(BESIDE)).to_contain_text("Det skjer ingenting hvis du sier nei.")


def test_a_norwegian_talk_has_one_language(browser_page, talk):
    begin(browser_page, talk, "nb")
    for _ in range(2):
        browser_page.locator("main form button.ds-button[type=submit]:not([name])").first.click()
    expect(browser_page.get_by_role("heading", level=1)).to_have_text(TITLES[steps.INFORMATION])
    expect(browser_page.locator(BESIDE)).to_have_count(0)
