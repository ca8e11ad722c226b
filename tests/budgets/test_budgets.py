"""Each job is walked in a browser and counted; no budget is passed, and what is not kept yet grows no worse.

``make budgets`` runs these and prints the figures.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from brik.people.models import LegalStatus
from brik.staff.models import OrganisationKind, Role
from consent.record.recipients import themes_for
from tests import situations
from tests.browser import sign_in
from tests.budgets import counting, desks, interviews, talks
from tests.budgets import register as of
from tests.budgets.tally import Tally
from tests.sharing.one_page import MUCH, shared

pytestmark = [
    pytest.mark.browser,
    pytest.mark.proof,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("key_ring"),
]
Check = Callable[[str, dict[str, float]], None]


@pytest.fixture
def check(record_property) -> Check:
    """Holds what was counted of a job against its budgets; each figure has one, and each budget a figure."""

    def within(job: str, figures: dict[str, float]) -> None:
        record_property(job, figures)
        budgets = {budget.count: budget for budget in of.BUDGETS if budget.job == job}
        assert set(figures) == set(budgets)
        assert [fault for count, budget in budgets.items() if (fault := budget.fault(figures[count]))] == []

    return within


@pytest.fixture
def mapper():
    situations.publish_texts()
    situations.all_recipients()
    return situations.an_account(Role.MAPPER)


@pytest.fixture
def page(browser_page, mapper):
    sign_in(browser_page, mapper)
    return browser_page


@pytest.fixture
def tally(page):
    """Names are one word, whoever has them."""
    return Tally(page)


@pytest.mark.parametrize(
    ("job", "kind"), [(of.TALK_YES, LegalStatus.CONVICTED), (of.TALK_YES_REMAND, LegalStatus.REMAND)]
)
def test_a_talk_with_yes_to_everything(page, tally, mapper, check, job, kind):
    person = situations.a_person(at=mapper.current_posts[0].unit, status=kind)
    tally.know(person.name, mapper.name)
    check(job, talks.yes_to_all(page, tally, person, kind=kind).figures)


def test_a_second_talk_starts_from_what_stands_and_is_much_shorter(page, tally, mapper, check):
    person = situations.a_person(at=mapper.current_posts[0].unit)
    tally.know(person.name, mapper.name)
    share = {kind: list(themes_for(LegalStatus.CONVICTED, kind)) for kind in OrganisationKind}
    situations.a_signed_consent(person, mapper, share=share, sources=[{"name": "Broren", "themes": ["BOLIG"]}])
    check(of.TALK_AGAIN, talks.yes_again(page, tally, person))


def test_a_talk_that_ends_with_no(page, tally, mapper, check):
    person = situations.a_person(at=mapper.current_posts[0].unit)
    tally.know(person.name, mapper.name)
    check(of.TALK_NO, talks.no(page, tally, person))


def test_taking_everything_back(page, tally, mapper, check):
    mapping = situations.an_interview(mapper)
    check(of.TAKING_BACK, talks.taking_back(page, tally, mapping.person))


def test_the_short_way_through_an_interview(page, tally, mapper, check):
    check(of.SHORT, interviews.short_way(page, tally, situations.an_interview(mapper)).figures)


def test_the_whole_form_and_reading_it_back(page, tally, mapper, check):
    mapping = situations.an_interview(mapper)
    whole, back = interviews.whole_form(page, tally, mapping), interviews.read_back(page, tally, mapping)
    check(of.READ_BACK, back)
    check(of.WHOLE, whole.figures)


def test_a_talk_a_short_interview_reading_back_and_sharing_fit_into_the_time_there_is(page, tally, mapper, check):
    person = situations.a_person(at=mapper.current_posts[0].unit)
    tally.know(person.name, mapper.name)
    talk = talks.yes_to_all(page, tally, person, kind=LegalStatus.CONVICTED)
    mapping = interviews.begin(page, person)
    interview = interviews.short_way(page, tally, mapping)
    back = interviews.read_back(page, tally, mapping)
    interviews.sign_off(page)
    shares = desks.sharing(page, tally, mapping)
    check(of.SHARING, shares)
    minutes = counting.minutes(
        read=talk.words + interview.words + int(back[of.WORDS]),
        # Of each recipient the person is asked whether it is right as it stands.
        questions=talk.questions + interview.questions + desks.RECIPIENTS,
        texts=interview.texts,
        clicks=talk.clicks + interview.clicks + int(shares[of.CLICKS]),
    )
    check(of.PEOPLE_TIME, {of.MINUTES: round(minutes, 1)})


def test_a_partners_page_and_sheets(browser_page, check):
    municipality = situations.an_organisation(OrganisationKind.NAV_MUNICIPAL)
    disclosure = shared(municipality, MUCH, free_text=frozenset({"L1"})).disclosure_id
    sign_in(browser_page, situations.an_account(Role.PARTNER, organisation=municipality))
    check(of.SUMMARY, desks.summary(browser_page, disclosure))
    check(of.SHEET, desks.sheets(browser_page, disclosure))


def test_the_worklist_on_the_screen_of_a_small_office(page, mapper, check):
    for _ in range(10):
        situations.a_person(at=mapper.current_posts[0].unit)
    check(of.WORKLIST, desks.worklist(page))
