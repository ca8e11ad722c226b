"""Consent talks, walked and counted."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from playwright.sync_api import Page

from brik.people.models import LegalStatus, Person
from brik.staff.models import OrganisationKind
from consent.record import steps
from consent.record.recipients import themes_for
from tests.budgets import register as of
from tests.budgets.counting import words_of
from tests.budgets.reading import readability
from tests.budgets.tally import Load, Tally
from tests.consent import walking
from tests.consent.walking import choose, press
from tests.journeys import when

# The staff's own pages, and turning the screen.
OF_THE_STAFF = (steps.LANGUAGE, steps.TURN)


@dataclass(frozen=True)
class Talk:
    """What a talk comes to, for the budgets and for the time of the whole."""

    figures: dict[str, float]
    words: int
    clicks: int
    questions: int


def yes_to_all(page: Page, tally: Tally, person: Person, *, kind: LegalStatus) -> Talk:
    """From the person's page to the receipt: yes to each recipient and all its themes, and to somebody who may tell."""
    themes = {recipient: themes_for(kind, recipient) for recipient in OrganisationKind}
    _begin(page, tally, person)
    sign = partial(walking.type_name, name=person.name)
    steps_seen = walking.walk(page, "nb", sign=sign, permit=themes, source="Broren")
    told = [load for load in tally.loads if _is_the_persons(load)]
    shared = [load for load in told if _step(load) in steps.KIND_OF]
    figures: dict[str, float] = {
        of.LOADS: len(told),
        of.CLICKS: tally.clicks,
        of.WORDS: sum(load.words for load in told),
        of.BEFORE_THE_QUESTION: max(_before_the_question(load) for load in shared),
        **readability(told),
    }
    questions = len([step for step in steps_seen if step not in OF_THE_STAFF])
    return Talk(figures, int(figures[of.WORDS]), tally.clicks, questions)


def yes_again(page: Page, tally: Tally, person: Person) -> dict[str, float]:
    """A second talk in which each yes goes on, after a first one with yes to all."""
    page.goto(f"/personer/{person.pk}/")
    tally.begin()
    press(page, "Ny samtale fra det som gjelder")
    page.wait_for_url("**/samtykkesamtale/**")
    walking.open_talk(page, "nb")
    walking.walk(page, "nb", sign=partial(walking.type_name, name=person.name), permit={})
    told = [load for load in tally.loads if _is_the_persons(load)]
    return {of.LOADS: len(told), of.CLICKS: tally.clicks, of.WORDS: sum(load.words for load in told)}


def no(page: Page, tally: Tally, person: Person) -> dict[str, float]:
    """A no to the mapping, as soon as it is asked."""
    _begin(page, tally, person)
    press(page, "Lagre og fortsett")
    press(page, "Jeg har snudd skjermen")
    choose(page, steps.INFORMATION, "how", "READ")
    press(page, "Neste")
    choose(page, steps.MAPPING, "answer", "NEI")
    press(page, "Neste")
    page.wait_for_url(f"**/{steps.CLOSING}/")
    told = [load for load in tally.loads if _is_the_persons(load)]
    walking.give_back(page)
    # Their words without the buttons that turn the pages: "Neste" on all but the last, "Tilbake" on each.
    buttons = 2 * len(told) - 1
    return {of.LOADS: len(tally.loads), of.CLICKS: tally.clicks, of.WORDS: sum(load.words for load in told) - buttons}


def taking_back(page: Page, tally: Tally, person: Person) -> dict[str, float]:
    """Counted from the page that the button on the person's page opens."""
    page.goto(f"/personer/{person.pk}/")
    page.get_by_role("link", name="Vil trekke tilbake noe").click()
    page.get_by_label(when.EVERYTHING, exact=True).wait_for()
    tally.clicks = 0
    page.get_by_label(when.EVERYTHING, exact=True).check()
    page.get_by_label("Personen er her nå og sier det", exact=True).check()
    press(page, "Trekk tilbake")
    page.wait_for_url("**/trukket/*/")
    return {of.CLICKS: tally.clicks}


def _begin(page: Page, tally: Tally, person: Person) -> None:
    page.goto(f"/personer/{person.pk}/")
    tally.begin()
    press(page, "Begynn samtykkesamtale")
    page.wait_for_url("**/samtykkesamtale/**")
    walking.open_talk(page, "nb")


def _step(load: Load) -> str:
    return load.address.rstrip("/").rsplit("/", 1)[1]


def _is_the_persons(load: Load) -> bool:
    """A page of the talk that is read to the person, the last one too."""
    if load.address.endswith("/ferdig/"):
        return True
    return "/samtykkesamtale/" in load.address and _step(load) not in OF_THE_STAFF


def _before_the_question(load: Load) -> int:
    """Words above the first group of answers."""
    return len(words_of(load.html.partition("<fieldset")[0]))
