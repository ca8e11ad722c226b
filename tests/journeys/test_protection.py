"""A grade and a restriction, entered after something has been shared: what the officer, the leader and NAV see."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.journeys import given, then, when

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("key_ring", "house"),
]

NAV = "NAV (statlig)"


def test_a_grade_after_sharing_takes_the_place_back_and_leaves_the_rest(browser_page, second_page, tmp_path):
    inmate = given.an_inmate_whose_home_is_known(tmp_path)
    officer = given.an_officer_at_the_unit(browser_page)
    when.the_officer_shares_with(officer, inmate, NAV)
    adviser = given.an_adviser_of_nav(second_page)
    when.the_adviser_opens_the_summary(adviser, inmate)
    then.the_page_says(adviser, "Bergen")

    when.the_officer_enters(officer, inmate, grade="Strengt fortrolig")
    when.the_adviser_loads_the_page_again(adviser)
    then.the_page_is_called(adviser, "Dette er ikke lenger tilgjengelig")

    when.the_worker_follows(inmate)
    then.the_worklist_says(officer, inmate, "Kartlegging ferdig")
    then.the_page_says(officer, "Restriksjoner, adressegradering eller lederens svar er endret.")
    when.the_officer_looks_at_what_would_be_shared_with(officer, inmate, NAV)
    then.the_page_says(officer, "Gradert adresse.", "Kan du miste boligen")
    then.the_page_does_not_say(officer, "Bergen")
    when.the_officer_shares_with(officer, inmate, NAV)

    when.the_adviser_goes_to_the_inbox(adviser)
    when.the_adviser_opens_the_summary(adviser, inmate)
    then.the_page_says(adviser, "Kan du miste boligen")
    then.the_page_does_not_say(adviser, "Bergen")


def test_a_ban_waits_for_the_leader_and_nobody_offers_a_visit(browser_page, second_page, tmp_path):
    inmate = given.an_inmate_whose_home_is_known(tmp_path)
    officer = given.an_officer_at_the_unit(browser_page)
    when.the_officer_shares_with(officer, inmate, NAV)
    when.the_officer_enters(officer, inmate, "Brev- og besøksforbud")
    when.the_worker_follows(inmate)
    then.everything_shared_is_retracted()
    when.the_officer_looks_at_what_would_be_shared_with(officer, inmate, NAV)
    then.the_page_says(officer, "Brev- og besøksforbud: venter på lederens svar.")

    leader = given.a_leader_of_the_unit(second_page)
    when.the_leader_permits(leader, inmate, NAV, until=timezone.localdate() + timedelta(days=30))
    then.the_page_says(leader, "Kan få vite noe: NAV (statlig)")

    when.the_officer_shares_with(officer, inmate, NAV)
    adviser = given.an_adviser_of_nav(second_page)
    when.the_adviser_opens_the_summary(adviser, inmate)
    then.the_page_does_not_say(adviser, "besøk")
    when.the_adviser_will_telephone(adviser)
    then.the_officer_sees_the_answer(officer, inmate, "Vi tar kontakt: Vi ringer")
