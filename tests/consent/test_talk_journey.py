"""The whole talk in a real browser: in bokmål and in Arabic, with and without scripts."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from brik.mapping.themes import Theme
from brik.people.models import LegalStatus, OrganisationKind
from brik.vault import keys
from consent import actions, covers, steps
from consent.document import opened
from consent.models import Consent
from tests.browser import assert_accessible, login, shoot
from tests.consent import talking

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
NAV = OrganisationKind.NAV_STATE


@pytest.fixture
def house():
    talking.publish()
    return talking.recipients()


def press(page: Page, words: str) -> None:
    page.get_by_role("button", name=words, exact=True).click()


def choose(page: Page, step: str, field: str, value: str) -> None:
    """Click the words, as a person does: on a card they are the whole card."""
    control = page.locator(f'input[name="{step}-{field}"][value="{value}"]')
    page.locator(f'label[for="{control.get_attribute("id")}"]').click()
    expect(control).to_be_checked()


def begin(page: Page, by, someone, language: str) -> None:
    login(page, by)
    with keys.ring():
        talk = actions.start(someone, by=by)
    page.goto(f"/samtykkesamtale/{talk.pk}/{steps.LANGUAGE}/")
    choose(page, steps.LANGUAGE, "language", language)
    choose(page, steps.LANGUAGE, "interpreter", "NEI")
    page.locator(f'input[name="{steps.LANGUAGE}-registered"]').fill("Oslo")
    page.locator(f'input[name="{steps.LANGUAGE}-actual"]').fill("Oslo")


def walk(page: Page, language: str, *, look, sign, themes=(Theme.BOLIG, Theme.ARBEID)) -> list[str]:
    """Through all the steps, saying yes to the mapping and to NAV, and no to the others."""
    seen = []
    while "/samtykkesamtale/" in page.url:
        step = page.url.rstrip("/").rsplit("/", 1)[1]
        seen.append(step)
        if step != steps.LANGUAGE:
            expect(page.locator("html")).to_have_attribute("dir", "rtl" if language == "ar" else "ltr")
            expect(page.locator("html")).to_have_attribute("lang", language)
        if step == steps.INFORMATION:
            choose(page, step, "how", "READ_ALOUD")
        elif step in (steps.MAPPING, steps.SHARING[NAV]):
            choose(page, step, "answer", "JA")
        elif step == steps.SOURCES or step in steps.KIND_OF:
            choose(page, step, "answer", "NEI")
        if step == steps.SHARING[NAV]:
            for theme in themes:
                choose(page, step, "themes", theme)
            choose(page, step, "months", "6")
        look(page, f"{language}-{step}")
        if step == steps.SIGNATURE:
            sign(page)
        page.locator("main form button.ds-button[type=submit]:not([name])").first.click()
        page.wait_for_url(lambda url, step=step: not url.rstrip("/").endswith(step))
    return seen


def look(page: Page, name: str) -> None:
    shoot(page, name)
    assert_accessible(page)


def draw(page: Page) -> None:
    choose(page, steps.SIGNATURE, "method", "DRAWN")
    canvas = page.locator("canvas[data-signature]")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    page.mouse.move(box["x"] + 30, box["y"] + 100)
    page.mouse.down()
    for across in range(40, 200, 20):
        page.mouse.move(box["x"] + across, box["y"] + 60 + across % 40)
    page.mouse.up()
    shoot(page, "signert", {820: 1180})


def type_name(page: Page) -> None:
    choose(page, steps.SIGNATURE, "method", "TYPED")
    page.locator(f'input[name="{steps.SIGNATURE}-name"]').fill("Prøve Testesen")
    page.locator(f'input[name="{steps.SIGNATURE}-confirmed"]').check()


EVERYTHING = [
    steps.LANGUAGE, steps.INFORMATION, steps.MAPPING, steps.SOURCES, *steps.SHARING.values(), steps.EXPLAINED, steps.READ_BACK, steps.SIGNATURE,
]  # fmt: skip


@pytest.mark.parametrize("language", ["nb", "ar"])
def test_the_whole_talk_with_a_drawn_signature(browser_page, house, language):
    by, someone = talking.mapper_and_person()
    begin(browser_page, by, someone, language)
    assert walk(browser_page, language, look=look, sign=draw) == EVERYTHING
    look(browser_page, f"{language}-kvittering")
    with keys.ring():
        consent = Consent.objects.get()
        assert opened(consent).content["signature"]["method"] == "DRAWN"
        assert bytes(consent.signature.open()).startswith(b"<svg")
        assert set(covers.covered_themes(someone.pk, house[NAV].pk)) == {Theme.BOLIG, Theme.ARBEID}


@pytest.mark.parametrize("language", ["nb", "ar"])
def test_the_whole_talk_without_scripts_with_a_typed_signature(plain_page, house, language):
    by, someone = talking.mapper_and_person(status=LegalStatus.REMAND)
    begin(plain_page, by, someone, language)
    no_look = {"look": lambda page, name: None, "themes": [Theme.OEKONOMI]}
    assert walk(plain_page, language, sign=type_name, **no_look) == EVERYTHING
    with keys.ring():
        consent = Consent.objects.get()
        assert (consent.kind, consent.language) == ("VARETEKT", language)
        assert opened(consent).content["signature"]["method"] == "TYPED"


def test_refusing_is_four_pages_and_never_a_signature(browser_page, house):
    by, someone = talking.mapper_and_person()
    begin(browser_page, by, someone, "nb")
    press(browser_page, "Lagre og fortsett")
    choose(browser_page, steps.INFORMATION, "how", "READ")
    press(browser_page, "Neste")
    choose(browser_page, steps.MAPPING, "answer", "NEI")
    press(browser_page, "Neste")
    look(browser_page, "nb-nei")
    press(browser_page, "Ferdig")
    browser_page.wait_for_url(re.compile("/samtykke/"))
    look(browser_page, "nb-nei-kvittering")
    assert Consent.objects.get().outcome == "NEI"


def test_wanting_to_talk_to_somebody_first_is_one_press(browser_page, house):
    by, someone = talking.mapper_and_person()
    begin(browser_page, by, someone, "nb")
    press(browser_page, "Lagre og fortsett")
    choose(browser_page, steps.INFORMATION, "how", "READ")
    press(browser_page, "Neste")
    press(browser_page, "Jeg vil snakke med noen først")
    look(browser_page, "nb-utsatt")
    press(browser_page, "Ferdig")
    browser_page.wait_for_url(re.compile("/samtykke/"))
    assert Consent.objects.get().outcome == "UTSATT"


def test_mistakes_are_told_at_the_top_and_at_the_field(browser_page, house):
    by, someone = talking.mapper_and_person()
    begin(browser_page, by, someone, "nb")
    press(browser_page, "Lagre og fortsett")
    choose(browser_page, steps.INFORMATION, "how", "READ")
    press(browser_page, "Neste")
    press(browser_page, "Neste")
    expect(browser_page.locator(".ds-error-summary")).to_contain_text("Velg ett av svarene.")
    look(browser_page, "nb-feil")


def test_two_windows_of_one_talk_do_not_overwrite_each_other(browser_page, house):
    by, someone = talking.mapper_and_person()
    begin(browser_page, by, someone, "nb")
    press(browser_page, "Lagre og fortsett")
    other = browser_page.context.new_page()
    other.goto(browser_page.url)
    for page in (browser_page, other):
        choose(page, steps.INFORMATION, "how", "READ")
        press(page, "Neste")
    expect(other.get_by_role("heading", level=1)).to_have_text("Samtalen er endret et annet sted")
    look(other, "nb-to-vinduer")
