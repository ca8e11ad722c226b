"""Interviews, walked and counted: the short way, the whole form, and reading back what was said."""

from __future__ import annotations

from dataclasses import dataclass, replace

from playwright.sync_api import Locator, Page

from brik.mapping.models import Mapping
from brik.mapping.questionnaire import catalogue
from brik.people.models import Person
from tests.budgets import counting
from tests.budgets import register as of
from tests.budgets.reading import readability
from tests.budgets.tally import Load, Tally
from tests.consent.walking import press
from tests.journeys import way
from tests.mapping.pages import url

SCREEN = 900
# Whoever goes the short way says yes to these lines, and no to the others: a home, money and work.
WANTED = ("A0a", "A0b", "A0c")
TEXTS = "main form textarea:visible, main form input[type=text]:visible"
# A question of which nothing is answered yet, where it is in sight.
UNANSWERED = (
    "main form fieldset:visible:has(input[type=radio], input[type=checkbox]):not(:has(fieldset)):not(:has(:checked))"
)


@dataclass(frozen=True)
class Interview:
    """What an interview comes to, for the budgets and for the time of the whole."""

    figures: dict[str, float]
    words: int
    clicks: int
    questions: int
    texts: int


def short_way(page: Page, tally: Tally, mapping: Mapping) -> Interview:
    """The short form, then the questions that come first in each area that was opened."""
    page.goto(url("hub", mapping))
    tally.begin()
    page.goto(url("area", mapping, step="A0"))
    form = catalogue.get(mapping.kind)
    assert form.short is not None
    for line in form.short.questions:
        answer = "JA" if line.link_id in WANTED else "NEI"
        _tick(page, page.locator(f'input[name$="{line.link_id}"][value="{answer}"]'))
    questions = len(form.short.questions)
    press(page, "Lagre og fortsett")
    page.wait_for_url(lambda address: not address.endswith("/A0/"))
    while "/omrade/" in page.url:
        here = page.url
        questions += _answer_all(page)
        press(page, "Lagre og fortsett")
        page.wait_for_url(lambda address: address != here)  # noqa: B023 - called before the next round
    areas = [load for load in tally.loads if "/omrade/" in load.address]
    return _interview(areas, tally, questions)


def whole_form(page: Page, tally: Tally, mapping: Mapping) -> Interview:
    """Every area, all that is folded opened, all that can be ticked answered; each answer opens what hangs on it."""
    form = catalogue.get(mapping.kind)
    questions, height = 0, 0
    page.goto(url("hub", mapping))
    tally.begin()
    for area in form.pages:
        page.goto(url("area", mapping, step=area.code))
        for folded in page.locator("details.brik-more:not([open]) > summary").all():
            folded.click()
        for question in area.questions:
            if question.immediate_help:  # a yes leads away from the form
                _tick(page, page.locator(f'input[name$="{question.link_id}"][value="NEI"]'))
                questions += 1
        questions += _answer_all(page)
        for text in page.locator(TEXTS).all():
            text.click()
            questions += 1
        height += page.evaluate("document.documentElement.scrollHeight")
        with page.expect_navigation():
            press(page, "Lagre og fortsett")
    # A page that could not be saved comes again, with what is wrong; it is counted once.
    areas = {load.address: load for load in reversed(tally.loads) if "/omrade/" in load.address}
    whole = _interview(list(areas.values()), tally, questions)
    return replace(whole, figures=whole.figures | {of.SCREENS: _screens(height)})


def read_back(page: Page, tally: Tally, mapping: Mapping) -> dict[str, float]:
    """The page on which everything is read aloud before it is signed off."""
    page.goto(url("hub", mapping))
    tally.begin()
    page.goto(url("check", mapping))
    page.get_by_role("button", name="Ferdigstill").wait_for()
    [load] = tally.loads
    return {of.WORDS: load.words, of.SCREENS: _screens(load.height), **readability([load])}


def begin(page: Page, person: Person) -> Mapping:
    """The one that the talk has opened."""
    page.goto(f"/personer/{person.pk}/")
    way.interview_of(page).click()
    press(page, "Begynn")
    page.locator('main a[href*="/omrade/"]').first.wait_for()
    return Mapping.objects.get(person=person)


def sign_off(page: Page) -> None:
    """On the page that is read back."""
    press(page, "Ferdigstill")
    page.get_by_role("heading", level=1, name="Kartlegging", exact=True).wait_for()


def _interview(areas: list[Load], tally: Tally, questions: int) -> Interview:
    seen = sum(load.words_seen for load in areas)
    figures: dict[str, float] = {
        of.ANSWERS: questions,
        of.CLICKS: tally.clicks,
        of.LOADS: len(areas),
        of.SCREENS: _screens(sum(load.height for load in areas)),
        of.WORDS: seen,
        of.MINUTES: round(counting.minutes(read=seen, questions=questions, texts=tally.texts, clicks=tally.clicks), 1),
        **readability(areas),
    }
    return Interview(figures, seen, tally.clicks, questions, tally.texts)


def _screens(height: float) -> float:
    return round(height / SCREEN, 1)


def _answer_all(page: Page) -> int:
    """Tick the first answer of each question in sight until none is left; how many."""
    answered = 0
    while (groups := page.locator(UNANSWERED)).count():
        _tick(page, groups.first.locator("input[type=radio], input[type=checkbox]").first)
        answered += 1
        assert answered < 200, "the page asks without end"
    return answered


def _tick(page: Page, control: Locator) -> None:
    page.locator(f'label[for="{control.get_attribute("id")}"]').click()
