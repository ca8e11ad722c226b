"""The main job: somebody arrives, consents, is mapped, and the case system and NAV get exactly what was consented to."""

from __future__ import annotations

import pytest

from brik.mapping.questionnaire.themes import Theme
from brik.staff.models import OrganisationKind
from tests.journeys import given, then, when

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("key_ring", "house"),
]

KODA, NAV = OrganisationKind.CASE_SYSTEM, OrganisationKind.NAV_STATE
HOME_MONEY_AND_WORK = [Theme.BOLIG, Theme.OEKONOMI, Theme.ARBEID]
BOTH = {KODA: HOME_MONEY_AND_WORK, NAV: HOME_MONEY_AND_WORK}
STATE_NAV = "NAV (statlig)"


def test_from_arrival_to_the_answer_of_nav(browser_page, second_page, koda, counterpart, tmp_path):
    inmate = given.an_inmate_in_prison(tmp_path)
    officer = given.an_officer_at_the_unit(browser_page)

    when.the_inmate_says_yes(officer, inmate, permitting=BOTH)
    when.the_interview_begins(officer, inmate)
    when.housing_and_work_are_talked_of(officer)
    when.the_officer_signs_off(officer)
    to_koda = when.the_officer_shares_with(officer, inmate, koda.name)
    to_nav = when.the_officer_shares_with(officer, inmate, STATE_NAV)
    when.the_worker_sends(inmate, koda)

    then.the_message_tells_only(to_koda, "C1", "C3a", "C3b", "E1")
    then.the_message_tells_only(to_nav, "C3a", "C3b", "E1")
    then.what_was_shared_is_what_was_shown({KODA: to_koda, NAV: to_nav})
    then.the_case_system_has_got_it_all(counterpart, koda)

    adviser = given.an_adviser_of_nav(second_page)
    when.the_adviser_opens_the_summary(adviser, inmate)
    then.the_page_says(adviser, "Kan du miste boligen")
    then.the_page_does_not_say(adviser, "Hvordan bodde du")

    when.the_adviser_will_telephone(adviser)
    then.the_officer_sees_the_answer(officer, inmate, "Vi tar kontakt: Vi ringer")
    then.the_worklist_says(officer, inmate, "Kartlegging ferdig", "Svar fra mottaker")


def test_a_correction_is_sent_anew_in_place_of_what_was_wrong(browser_page, second_page, koda, counterpart, tmp_path):
    inmate = given.an_inmate_in_prison(tmp_path)
    officer = given.an_officer_at_the_unit(browser_page)
    when.the_inmate_says_yes(officer, inmate, permitting=BOTH)
    when.the_interview_begins(officer, inmate)
    when.housing_and_work_are_talked_of(officer)
    when.the_officer_signs_off(officer)
    first = when.the_officer_shares_with(officer, inmate, koda.name)
    when.the_officer_shares_with(officer, inmate, STATE_NAV)
    when.the_worker_sends(inmate, koda)

    when.the_officer_begins_to_correct(officer, inmate, "Fristen var feil")
    when.the_home_is_said_not_to_be_at_risk(officer)
    when.the_officer_signs_off(officer)
    then.one_interview_is_final()

    when.the_officer_looks_at_what_would_be_shared_with(officer, inmate, koda.name)
    then.the_page_says(officer, "Dette erstatter det mottakeren har fått før.")

    second = when.the_officer_shares_with(officer, inmate, koda.name)
    when.the_officer_shares_with(officer, inmate, STATE_NAV)
    when.the_worker_sends(inmate, koda)
    then.the_message_replaces(second, first)
    then.the_message_tells_only(second, "C1", "C3a", "E1")
    then.the_case_system_has_got_it_all(counterpart, koda)

    adviser = given.an_adviser_of_nav(second_page)
    then.the_inbox_has_one_line_about(adviser, inmate)
    when.the_adviser_opens_the_summary(adviser, inmate)
    then.the_page_does_not_say(adviser, "Hvilken dag er fristen?")
