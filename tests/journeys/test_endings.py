"""Talks that end otherwise: no, not yet, taken back in the middle and after sharing. And remand, without a script."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from brik.mapping.models import InterviewState
from brik.mapping.questionnaire.themes import Theme
from brik.staff.models import OrganisationKind
from consent.models import ConsentState
from tests.journeys import given, then, way, when

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("key_ring", "house"),
]

KODA, NAV, MUNICIPALITY = OrganisationKind.CASE_SYSTEM, OrganisationKind.NAV_STATE, OrganisationKind.NAV_MUNICIPAL


def test_no_and_not_yet_are_seen_by_mappers_and_by_nobody_who_leads_or_decides(browser_page, second_page, tmp_path):
    refusing = given.an_inmate_in_prison(tmp_path, family="Neiesen")
    waiting = given.an_inmate_in_prison(tmp_path, family="Ventesen")
    contact_officer = given.a_contact_officer_at_the_unit(browser_page)

    when.the_inmate_says_no(contact_officer, refusing)
    when.the_inmate_wants_to_talk_to_somebody_first(contact_officer, waiting)
    then.the_worklist_says(contact_officer, refusing, "Samtale holdt")
    then.the_worklist_says(contact_officer, waiting, "Samtale holdt")

    mapper = given.an_officer_at_the_unit(second_page)
    then.the_worklist_says(mapper, refusing, "Vil ikke kartlegges")
    then.the_worklist_says(mapper, waiting, "Vil snakke med noen først")
    leader = given.a_leader_of_the_unit(second_page)
    then.the_worklist_says(leader, refusing, "Tilbudt samtale")
    then.the_worklist_says(leader, waiting, "Tilbudt samtale")

    when.the_inmate_says_yes_after_all(contact_officer, waiting)
    then.the_talks_came_to(waiting, ConsentState.DEFERRED, ConsentState.PARTLY_GIVEN)
    then.the_only_interview_is_of(waiting)
    mapper = given.an_officer_at_the_unit(second_page)
    then.the_worklist_says(mapper, waiting, "Klar for kartlegging")


def test_taken_back_in_the_middle_of_the_interview(browser_page, second_page, tmp_path):
    inmate = given.an_inmate_in_prison(tmp_path)
    officer = given.an_officer_at_the_unit(browser_page)
    when.the_inmate_says_yes(officer, inmate, permitting=when.NOTHING)
    when.the_interview_begins(officer, inmate)
    when.the_first_answer_about_housing_saves_itself(officer)

    colleague = given.one_who_decides_at_the_unit(second_page)
    when.the_inmate_takes_everything_back(colleague, inmate)
    then.the_page_is_called(colleague, "Det er notert")
    then.the_interview_is(InterviewState.CLOSED)

    when.the_officer_goes_on_with_housing(officer)
    then.the_page_is_called(officer, "Ikke lagret")
    then.the_page_says(officer, "Samtykket er avsluttet.")

    when.the_officer_goes_to_the_interview(officer)
    then.the_page_says(officer, "er ikke lenger åpent for noen")
    then.the_page_does_not_say(officer, "Eide")

    when.the_officer_goes_to_the_person(officer)
    then.the_talk_is_said_to_be(officer, "Samtykke trukket")


def test_taken_back_after_sharing(browser_page, second_page, koda, counterpart, tmp_path):
    inmate = given.an_inmate_in_prison(tmp_path)
    officer = given.an_officer_at_the_unit(browser_page)
    when.the_inmate_says_yes(officer, inmate, permitting={KODA: [Theme.BOLIG], NAV: [Theme.BOLIG]})
    when.the_interview_begins(officer, inmate)
    when.the_home_is_said_not_to_be_at_risk(officer)
    when.the_officer_signs_off(officer)
    when.the_officer_shares_with(officer, inmate, "NAV (statlig)")
    when.the_officer_shares_with(officer, inmate, koda.name)
    when.the_next_answer_of_the_case_system_is_lost(counterpart)
    when.the_worker_sends(inmate, koda)
    adviser = given.an_adviser_of_nav(second_page)
    when.the_adviser_opens_the_summary(adviser, inmate)

    when.the_inmate_takes_everything_back(officer, inmate)
    then.the_page_says(officer, "NAV (statlig)", koda.name)
    when.the_worker_sends(inmate, koda)
    then.the_case_system_has_been_told_to_forget(counterpart)
    then.everything_shared_is_retracted()
    then.the_interview_is(InterviewState.RESTRICTED)

    when.the_adviser_loads_the_page_again(adviser)
    then.the_page_is_called(adviser, "Dette er ikke lenger tilgjengelig")
    when.the_adviser_goes_to_the_inbox(adviser)
    then.the_page_says(adviser, "Innboksen er tom")


def test_in_remand_without_a_script(plain_page, browser_page, tmp_path):
    inmate = given.an_inmate_in_remand(tmp_path)
    machine = way.without_scripts(plain_page, beside=browser_page)
    officer = given.an_officer_at_the_unit(machine)
    then.the_worklist_says(officer, inmate, "Varetekt")

    when.the_inmate_says_yes(officer, inmate, permitting={MUNICIPALITY: [Theme.BOLIG]})
    then.the_talk_was_about("VARETEKT")

    when.the_interview_begins(officer, inmate)
    then.the_interview_is_about("varetekt")
    then.nothing_on_the_page_speaks_of_a_sentence(officer)

    when.what_is_urgent_outside_is_talked_of(officer)
    when.the_officer_signs_off(officer)
    shown = when.the_officer_shares_with(officer, inmate, "NAV Gamle Oslo (kommunal)")
    then.the_message_tells(shown, "VC2b")

    when.everybody_signs_out(machine)
    adviser = given.an_adviser_of_the_municipality(machine)
    when.the_adviser_opens_the_summary(adviser, inmate)
    then.the_page_says(adviser, "Trenger du hjelp med husleie")
    when.the_adviser_has_received_it(adviser)
    then.the_adviser_sees_the_answer(adviser, "Mottatt")


def test_a_part_is_taken_back_without_a_script_from_when_it_was_said(plain_page, browser_page, tmp_path):
    inmate = given.an_inmate_in_prison(tmp_path, family="Skriptløs")
    contact_officer = given.a_contact_officer_at_the_unit(way.without_scripts(plain_page, beside=browser_page))
    when.the_inmate_takes_a_part_back(contact_officer, inmate, said=timezone.localdate() - timedelta(days=3))
    then.the_page_says(contact_officer, "Notert.")
    then.a_part_was_taken_back(inmate)
