"""What the database itself refuses."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from brik.mapping.models import AreaState, InterviewState, Mapping, PersonGate, Section
from brik.mapping.record import person_gate
from brik.mapping.record.states import MOVES, check_move
from brik.staff.models import Role
from tests import situations

pytestmark = [pytest.mark.django_db]


def row(person=None, **changed):
    person = person or situations.a_person()
    # As a consent does, before it makes an interview.
    person_gate.reopen(person.pk)
    values = {"person": person, "unit_id": person.unit_id, "kind": "domfelt", "form_version": "1", "form_sha256": "0"}
    return Mapping.objects.create(**{**values, **changed})


def refused(constraint, **changed):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        row(**changed)


def test_everybody_has_a_gate_from_the_moment_they_are_known():
    """Were it made with the first consent, shutting it would tell who has one. That consent opens it."""
    someone = situations.a_person()
    assert someone.gate.is_shut
    situations.a_ready_interview(someone)
    assert not PersonGate.objects.get(pk=someone.pk).is_shut


def test_no_row_says_in_clear_that_somebody_would_not_talk_of_an_area():
    mapper = situations.an_account()
    situations.a_signed_off_interview(mapper)
    with pytest.raises(IntegrityError, match="section_state_is_known"), transaction.atomic():
        QuerySet(Section).update(state=AreaState.DECLINED)


def test_a_person_has_one_open_interview_at_most():
    person = situations.a_person()
    row(person)
    refused("one_open_mapping_for_each_person", person=person)
    row()


def test_a_closed_interview_leaves_room_for_a_new_one():
    person = situations.a_person()
    row(person, state=InterviewState.CLOSED, closed_at=timezone.now())
    row(person)


def test_an_open_gate_has_a_consent_and_an_end():
    refused("open_gate_has_a_consent_and_an_end", gate_open=True, consent_uuid=uuid4())
    refused("open_gate_has_a_consent_and_an_end", gate_open=True, gate_until=timezone.now())


def test_when_and_who_come_in_pairs():
    mapper = situations.an_account(Role.MAPPER)
    now = timezone.now()
    refused("started_mapping_has_a_mapper", started_at=now, state=InterviewState.IN_ERROR)
    refused("started_mapping_has_a_mapper", mapper=mapper, state=InterviewState.IN_ERROR)
    started = {"started_at": now, "mapper": mapper, "state": InterviewState.IN_ERROR}
    refused("signed_off_when_and_by_whom", signed_off_at=now, **started)
    refused("signed_off_when_and_by_whom", signed_off_by=mapper, **started)


def test_each_state_has_the_dates_it_tells_of():
    mapper, now = situations.an_account(Role.MAPPER), timezone.now()
    started = {"started_at": now, "mapper": mapper}
    refused("mapping_dates_fit_its_state", state=InterviewState.DRAFT)
    refused("mapping_dates_fit_its_state", state=InterviewState.FINAL, **started)
    refused("mapping_dates_fit_its_state", state=InterviewState.CLOSED)
    refused(
        "mapping_dates_fit_its_state",
        state=InterviewState.RESTRICTED,
        signed_off_at=now,
        signed_off_by=mapper,
        **started,
    )
    refused("mapping_dates_fit_its_state", state="NOE")


def test_the_gate_of_an_ended_interview_is_shut():
    later = timezone.now() + timedelta(days=1)
    gate = {"gate_open": True, "consent_uuid": uuid4(), "gate_until": later, "readable_until": later}
    refused("gate_of_an_ended_mapping_is_shut", state=InterviewState.CLOSED, closed_at=timezone.now(), **gate)


def test_what_is_in_error_goes_nowhere_and_every_state_stands_in_the_table():
    assert set(MOVES) == set(InterviewState)
    assert MOVES[InterviewState.IN_ERROR] == frozenset()
    for state in InterviewState:
        with pytest.raises(ValueError, match="→ KLAR"):
            check_move(state, InterviewState.READY)


def test_interviews_of_another_unit_are_not_seen():
    oslo, agder = situations.a_unit("Oslo fengsel"), situations.a_unit("Agder fengsel")
    mine, _noise = row(situations.a_person(at=oslo)), row(situations.a_person(at=agder))
    assert list(Mapping.objects.visible_to(situations.an_account(at=oslo))) == [mine]
    assert not Mapping.objects.visible_to(situations.an_account(at=oslo, approved=False))
    for role in set(Role) - {Role.MAPPER}:
        assert not Mapping.objects.visible_to(situations.an_account(role, at=oslo))


def test_only_privacy_sees_restricted_interviews_of_every_unit():
    mapper, now = situations.an_account(), timezone.now()
    done = {"started_at": now, "mapper": mapper, "signed_off_at": now, "signed_off_by": mapper}
    restricted = row(state=InterviewState.RESTRICTED, restricted_at=now, **done)
    row(state=InterviewState.FINAL, **done)
    assert list(Mapping.objects.visible_to(situations.an_account(Role.INSIGHT))) == [restricted]


def test_an_interview_follows_the_person_to_a_new_unit():
    oslo, agder = situations.a_unit("Oslo fengsel"), situations.a_unit("Agder fengsel")
    person = situations.a_person(at=oslo)
    mapping = row(person)
    person.current_stay.unit = agder
    person.current_stay.save()
    assert list(Mapping.objects.visible_to(situations.an_account(at=agder))) == [mapping]
    assert not Mapping.objects.visible_to(situations.an_account(at=oslo))
