"""Lines N of the table of attacks: people, their messages and talks, and what waits for somebody's work."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.urls import reverse

from brik.arrivals.models import Message
from brik.arrivals.timeline import rebuild
from brik.mapping.models import PersonGate
from brik.mapping.record import closed_work, person_gate, reading, sections
from brik.mapping.record.refusals import InterviewRefusal
from brik.pages.refusal import Refused
from brik.people.identifiers.numbers import Number, NumberKind
from brik.people.models import Identifier, Person
from brik.people.persons import hashes_of
from brik.people.protection import Restriction
from brik.staff.models import Role
from consent.record.covers import covered_themes
from consent.talk import gate as talk_gate
from followup.desk import following, stay_changes
from tests import situations
from tests.attacks.living import NAV, WORKER
from tests.attacks.sql import as_application, as_owner, check, refused

pytestmark = [pytest.mark.django_db]
OPENED = "UPDATE mapping_persongate SET shut_at = NULL, asking_shut_at = NULL{} WHERE person_id = %s"


def test_n1_restrictions_said_to_be_those_of_an_older_ruling_let_nothing_leave(house):
    """In clear beside the seal, and both say that somebody is restricted: only the code tells that the moment is another."""
    person = house.sharing
    situations.protect(person, Restriction.LETTERS_CONTROLLED)
    ruled = situations.a_ruling(person, [NAV]).about
    situations.protect(person, Restriction.LETTERS_BANNED)
    as_application("UPDATE people_person SET restricted_at = %s WHERE uuid = %s", ruled, person.pk)
    Person.objects.get(pk=person.pk).demand_agreement()
    refused(lambda: house.share(person))
    refused(lambda: house.read(house.delivery(person, house.nav).disclosure))
    assert f"person {person.pk}: an open column" in check("verify_audit")


def test_n1_a_person_who_is_pointed_at_another_stay_is_not_shown_there(client, house):
    person, elsewhere = house.sharing, situations.a_unit("Agder fengsel")
    away = situations.a_person(at=elsewhere)
    as_application("UPDATE people_person SET current_stay_id = NULL WHERE uuid = %s", away.pk)
    as_application("UPDATE people_person SET current_stay_id = %s WHERE uuid = %s", away.current_stay_id, person.pk)
    client.force_login(situations.an_account(Role.CONTACT_OFFICER, at=elsewhere))
    assert client.get(reverse("desk:person", args=[person.pk])).status_code == 409
    assert f"person {person.pk}: an open column" in check("verify_audit")


@pytest.fixture
def shut(house):
    """An interview under way with somebody whose gate has been shut, by the request of a withdrawal alone."""
    interview = situations.an_interview(house.mapper)
    person_gate.shut(interview.person_id)
    return interview


def write(house, interview):
    answers = situations.form_answers(C1="UTEN")
    return sections.save_section(interview, area="C", answers=answers, version=0, by=house.mapper)


@pytest.mark.parametrize("more", ["", ", code = ''"], ids=["as it was coded", "as if it had never been coded"])
def test_n2_a_gate_that_is_opened_lets_nothing_be_written_or_read(client, house, shut, more):
    as_application(OPENED.format(more), shut.person_id)
    refused(lambda: write(house, shut))
    client.force_login(house.mapper)
    assert client.get(reverse("mapping:hub", args=[shut.pk])).status_code == 409
    assert f"person_gate {shut.person_id}" in check("verify_audit")


def test_n2_a_gate_without_a_code_is_shut_whoever_took_the_code_away(house):
    interview = situations.an_interview(house.mapper)
    as_application(
        "UPDATE mapping_persongate SET code = '', shut_at = now(), asking_shut_at = now() WHERE person_id = %s",
        interview.person_id,
    )
    with pytest.raises(Refused) as why:
        write(house, interview)
    assert why.value.why is InterviewRefusal.NOT_OPEN


def test_n2_nothing_holds_up_that_a_gate_is_shut_and_the_check_goes_on_naming_it(house, shut):
    as_application(OPENED.format(", paused_at = NULL"), shut.person_id)
    person_gate.pause(shut.person_id)
    person_gate.resume(shut.person_id)
    person_gate.shut(shut.person_id)
    assert PersonGate.objects.get(pk=shut.person_id).is_shut
    assert f"person_gate {shut.person_id}" in check("verify_audit")
    refused(lambda: person_gate.reopen(shut.person_id))


def rebuilt(person):
    """The person's stays are worked out anew from the messages, as with the next message."""
    with transaction.atomic():
        rebuild.lock_intake()
        rebuild.rebuild(Message.objects.get(person=person), by=WORKER)


@pytest.mark.parametrize("change", ["sender = 'x'", "event_id = 'x'", "fate = 'LAGT_TIL_SIDE'", "happens_at = now()"])
def test_n3_a_changed_message_is_not_built_on(house, change):
    message = Message.objects.get(person=house.sharing)
    as_application(f"UPDATE arrivals_message SET {change} WHERE uuid = %s", message.pk)
    refused(lambda: rebuilt(house.sharing))
    assert f"message {message.pk}: an open column" in check("verify_audit")


def test_n4_an_answer_that_no_leader_gave_joins_nobody(house):
    message = Message.objects.get(person=house.sharing)
    as_application(
        "INSERT INTO arrivals_arrivalanswer (message_id, question, same, counts, by_id, at, code)"
        " VALUES (%s, 'nummer', true, true, %s, now(), sha256('x'))",
        message.pk,
        house.mapper.pk,
    )
    refused(lambda: rebuilt(house.sharing))
    assert "arrival_answer" in check("verify_audit")


def test_n5_a_notice_that_was_inserted_names_nobody_to_anybody(house):
    stranger, person = situations.an_account(at=situations.a_unit("Agder fengsel")), house.refusing
    interview = house.interview(person)
    as_application(
        "INSERT INTO mapping_notice (kind, person_id, mapping_id, unit_id, mapper_id, at, code)"
        " VALUES ('PAPER', %s, %s, %s, %s, now(), sha256('x'))",
        person.pk,
        interview.pk,
        interview.unit_id,
        stranger.pk,
    )
    assert closed_work.unseen(stranger) == []
    assert "notice" in check("verify_audit")


def test_n6_a_talk_that_is_given_to_somebody_else_is_not_gone_on_with(house):
    person = situations.a_person()
    officer, other = (situations.an_account(Role.CONTACT_OFFICER) for _ in range(2))
    talk = situations.a_talk(person, officer)
    as_application("UPDATE consent_talk SET started_by_id = %s WHERE uuid = %s", other.pk, talk.pk)
    refused(lambda: talk_gate.lock_talk(talk, by=other))
    assert f"talk {talk.pk}: an open column" in check("verify_audit")


@pytest.mark.parametrize("undone", ["NULL", "now()"])
def test_n7_a_change_of_a_stay_that_never_was_ends_nothing_and_brings_nothing_back(house, undone):
    person = house.sharing
    covered = covered_themes(person.pk, house.nav.pk)
    as_application(
        "INSERT INTO desk_staychange (uuid, person_id, kind, since, origin, status, recorded_at, undone_at, code)"
        f" VALUES (gen_random_uuid(), %s, 'STAY_DELETED', now() - interval '1 year', 'x', '', now(), {undone}, sha256('x'))",
        person.pk,
    )
    assert stay_changes.undone([person]) == []
    following.carry_out(person.pk, by=WORKER)
    assert covered_themes(person.pk, house.nav.pk) == covered != {}
    assert "stay_change" in check("verify_audit")


def test_n8_an_interview_is_not_read_by_headings_that_nobody_published(house):
    interview = house.interview(house.sharing)
    as_owner("UPDATE mapping_publishedform SET outline = jsonb_set(outline, '{title}', '{\"nb\": \"Forhør\"}')")
    refused(lambda: reading.walked(interview))
    assert "published_form" in check("verify_audit")


@pytest.mark.parametrize("column", ["kind", "lookup", "person_id", "row_version"])
def test_n9_each_column_of_a_number_is_proved_by_its_seal(house, column):
    """It has no code: what is in clear is bound into the sealed number or compared with it."""
    number, other = situations.a_number(), house.refusing
    row = house.sharing.identifiers.get()
    values = {"kind": "SSPNUMMER", "lookup": hashes_of(number).written.lookup, "person_id": other.pk, "row_version": 7}
    as_application(f"UPDATE people_identifier SET {column} = %s WHERE uuid = %s", values[column], row.pk)
    sought = number if column == "lookup" else Number(NumberKind(row.kind), row.number.open())
    if column != "kind":
        refused(lambda: Identifier.objects.holding([sought]))
    refused(lambda: Identifier.objects.get(pk=row.pk).demand_agreement())
    assert f"identifier {row.pk}" in check("verify_audit")
