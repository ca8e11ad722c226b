"""What a journey begins with: who is signed in, and who has come."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page

from brik.mapping.record import actions as interviews
from brik.mapping.record import sections
from brik.people.models import Person
from followup.demo import telling
from tests import situations
from tests.browser import login
from tests.journeys import way


def an_officer_at_the_unit(page: Page) -> Page:
    """A mapper of Oslo prison."""
    return signed_in(page, "kartlegger.oslo")


def a_contact_officer_at_the_unit(page: Page) -> Page:
    """Somebody who holds talks and maps nobody."""
    return signed_in(page, "kontakt.oslo")


def a_leader_of_the_unit(page: Page) -> Page:
    return signed_in(page, "leder.oslo")


def one_who_decides_at_the_unit(page: Page) -> Page:
    return signed_in(page, "beslutter.oslo")


def an_adviser_of_nav(page: Page) -> Page:
    """State NAV, in its inbox."""
    return signed_in(page, "nav.oslo")


def an_adviser_of_the_municipality(page: Page) -> Page:
    """NAV of the municipality, in its inbox."""
    return signed_in(page, "navkommune.oslo")


def the_desk_for_insight(page: Page) -> Page:
    """Those who answer requests for access."""
    return signed_in(page, "innsyn")


def signed_in(page: Page, username: str) -> Page:
    """Through the login page; whoever sat at this machine before has left it."""
    page.context.clear_cookies()
    login(page, way.account(username))
    way.look(page, f"forst-{username}")
    return page


def an_inmate_in_prison(folder: Path, family: str = "Oppdiktsen") -> Person:
    """Somebody with a sentence who came the day before yesterday. Their arrival message goes through the intake."""
    return way.arrive(folder, family=family)


def an_inmate_whose_home_is_known(folder: Path) -> Person:
    """Somebody who permits state NAV everything, and has told where the home is and that it is at risk. Actions."""
    person = way.arrive(folder, family="Hjemsen")
    mapper = way.account("kartlegger.oslo")
    telling.consent(person, mapper, sharing={"NAV_STAT": telling.EVERYTHING})
    mapping = telling.interview(person, mapper, areas=0)
    for area, said in {"B": {"B6": "4601", "B7a": "SAMME"}, "C": {"C3a": "JA"}}.items():
        sections.save_section(mapping, area=area, answers=situations.form_answers(**said), version=0, by=mapper)
    interviews.sign_off(mapping, by=mapper)
    return person


def an_inmate_in_remand(folder: Path) -> Person:
    """Somebody who waits for a judgment, and came the day before yesterday."""
    return way.arrive(folder, category="Varetekt")
