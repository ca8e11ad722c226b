"""Going through a consent talk in a browser, page by page, as the two who hold it do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from playwright.sync_api import Page, expect

from brik.mapping.questionnaire.themes import Theme
from brik.staff.models import OrganisationKind
from consent.record import steps
from tests.browser import shoot
from tests.situations import PASSWORD


def press(page: Page, words: str) -> None:
    page.get_by_role("button", name=words, exact=True).click()


def choose(page: Page, step: str, field: str, value: str) -> None:
    """Click the words, as a person does: on a card they are the whole card."""
    control = page.locator(f'input[name="{step}-{field}"][value="{value}"]')
    page.locator(f'label[for="{control.get_attribute("id")}"]').click()
    expect(control).to_be_checked()


def open_talk(page: Page, language: str, **typed: str) -> None:
    """The first page, filled in by the staff: the language, no interpreter, and where the person belongs."""
    choose(page, steps.LANGUAGE, "language", language)
    choose(page, steps.LANGUAGE, "interpreter", "NEI")
    for name, words in ({"registered": "Oslo", "actual": "Oslo"} | typed).items():
        page.locator(f'input[name="{steps.LANGUAGE}-{name}"]').fill(words)


def _expect_language(page: Page, step: str, language: str) -> None:
    """The staff's own pages are in Norwegian, whatever language the talk is held in."""
    if step == steps.LANGUAGE:
        return
    shown = "nb" if step == steps.TURN else language
    expect(page.locator("html")).to_have_attribute("dir", "rtl" if shown == "ar" else "ltr")
    expect(page.locator("html")).to_have_attribute("lang", shown)


def _answer(page: Page, step: str, permit: Mapping[OrganisationKind, Iterable[str]], source: str = "") -> None:
    if step == steps.STANDING:
        choose(page, step, "how", "READ_ALOUD")
        cards = page.locator('input[type="radio"][value="JA"]')
        for name in cards.evaluate_all("found => found.map(input => input.name)"):
            choose(page, step, name.removeprefix(f"{step}-"), "JA")
    elif step == steps.INFORMATION:
        choose(page, step, "how", "READ_ALOUD")
    elif step == steps.MAPPING:
        choose(page, step, "answer", "JA")
    elif step == steps.COMMON:
        choose(page, step, "months", "6")
    elif themes := permit.get(steps.KIND_OF.get(step)):
        choose(page, step, "answer", "JA")
        for theme in themes:
            choose(page, step, "themes", theme)
    elif step == steps.SOURCES and source:
        choose(page, step, "answer", "JA")
        page.locator(f'input[name="{step}-name_1"]').fill(source)
        choose(page, step, "about_1", Theme.BOLIG)
    elif step == steps.SOURCES or step in steps.KIND_OF:
        choose(page, step, "answer", "NEI")


def walk(
    page: Page,
    language: str,
    *,
    sign: Callable[[Page], None],
    permit: Mapping[OrganisationKind, Iterable[str]],
    source: str = "",
    look: Callable[[Page, str], None] = lambda page, name: None,
) -> list[str]:
    """Through the rest of the steps: yes to the mapping and to those in ``permit``, no to the others.

    ``source``: somebody else who may tell about housing, or nobody.
    """
    seen = []
    while "/samtykkesamtale/" in page.url:
        step = page.url.rstrip("/").rsplit("/", 1)[1]
        seen.append(step)
        _expect_language(page, step, language)
        _answer(page, step, permit, source)
        look(page, f"{language}-{step}")
        if step == steps.SIGNATURE:
            sign(page)
        page.locator("main form button.ds-button[type=submit]:not([name])").first.click()
        page.wait_for_url(lambda url: not url.rstrip("/").endswith(step))  # noqa: B023 - called before the next round
    look(page, f"{language}-ferdig")
    hand_back(page, language)
    return seen


def hand_back(page: Page, language: str = "nb") -> None:
    """From the last page the person sees to the one for the staff, which is in their language."""
    page.wait_for_url("**/samtykke/*/ferdig/")
    expect(page.locator("html")).to_have_attribute("dir", "rtl" if language == "ar" else "ltr")
    give_back(page, language)


def give_back(page: Page, language: str = "nb") -> None:
    """The person gives the screen to whoever leads the talk, and the password opens what lies behind."""
    page.locator("#samtalen button.ds-button[type=submit], form[action$='/gi-tilbake/'] button").first.click()
    page.wait_for_url("**/skjult/")
    words = page.locator("main div[lang]")
    expect(words).to_have_attribute("lang", language)
    expect(words.get_by_role("heading", level=1)).to_be_visible()
    page.get_by_label("Passord").fill(PASSWORD)
    page.get_by_role("button", name="Vis skjermen").click()
    # The consent for those who may read it; for a contact officer the page with the receipt to print.
    page.wait_for_url(lambda url: "/samtykke/" in url)


def draw(page: Page, step: str = steps.SIGNATURE) -> None:
    choose(page, step, "method", "DRAWN")
    canvas = page.locator("canvas[data-signature]")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 30, box["y"] + 100)
    page.mouse.down()
    for across in range(40, 200, 20):
        page.mouse.move(box["x"] + across, box["y"] + 60 + across % 40)
    page.mouse.up()
    shoot(page, "signert", {820: 1180})


def type_name(page: Page, name: str = "Prøve Testesen") -> None:
    choose(page, steps.SIGNATURE, "method", "TYPED")
    page.locator(f'input[name="{steps.SIGNATURE}-name"]').fill(name)
    page.locator(f'input[name="{steps.SIGNATURE}-confirmed"]').check()
