"""A withdrawal that was noted by mistake: the person is heard, says the same again on one page, and it is shared again."""

from __future__ import annotations

import pytest

from brik.mapping.models import InterviewState
from brik.mapping.questionnaire.themes import Theme
from brik.staff.models import OrganisationKind
from consent.models import ConsentState
from tests.journeys import given, then, when

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("key_ring", "house"),
]

NAV, MUNICIPALITY = OrganisationKind.NAV_STATE, OrganisationKind.NAV_MUNICIPAL


@pytest.mark.parametrize("language", ["nb", "ar"])
def test_noted_wrongly_heard_mended_on_one_page_and_shared_again(browser_page, second_page, tmp_path, language):
    inmate = given.an_inmate_in_prison(tmp_path)
    officer = given.an_officer_at_the_unit(browser_page)
    when.the_inmate_says_yes(officer, inmate, permitting={NAV: [Theme.BOLIG], MUNICIPALITY: [Theme.BOLIG]})
    when.the_interview_begins(officer, inmate)
    when.the_home_is_said_not_to_be_at_risk(officer)
    when.the_officer_signs_off(officer)
    when.the_officer_shares_with(officer, inmate, "NAV (statlig)")

    colleague = given.one_who_decides_at_the_unit(second_page)
    when.a_colleague_tells_that_the_inmate_takes_everything_back(colleague, inmate)
    then.the_page_is_called(colleague, "Det er notert")
    adviser = given.an_adviser_of_nav(second_page)
    then.the_page_says(adviser, "Innboksen er tom")

    when.the_inmate_says_that_it_was_wrong(officer, inmate, language=language)
    then.the_talks_came_to(inmate, ConsentState.PARTLY_GIVEN, ConsentState.PARTLY_GIVEN)
    then.the_interview_is(InterviewState.FINAL)
    when.the_adviser_goes_to_the_inbox(adviser)
    when.the_adviser_opens_the_summary(adviser, inmate)
    when.the_officer_shares_with(officer, inmate, "NAV Gamle Oslo (kommunal)")
