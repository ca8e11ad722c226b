"""Whoever locks an interview holds the gate of its person: two that lock several never wait for each other."""

import uuid

import pytest
from django.db import connection, transaction

from brik.audit.actors import Process
from brik.mapping.models import Mapping
from brik.mapping.record import actions, gate, lifecycle
from brik.staff.models import Role
from tests import situations
from tests.lock_order import LockOrder, OutOfOrder

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("key_ring")]

JOB = Process("job")


def corrected(mapping, by):
    actions.sign_off(actions.correct(mapping, reason="feil svar", by=by), by=by)


WORK = {
    "correct and sign off": corrected,
    "renew": lambda mapping, by: actions.renew(mapping, by=by),
    "close": lambda mapping, by: lifecycle.close_gate(mapping.person, reason="test", by=JOB),
    "restrict": lambda mapping, by: lifecycle.restrict(mapping.person, reason="test", by=JOB),
    "restrict one": lambda mapping, by: lifecycle.restrict(mapping, reason="test", by=JOB),
    "restrict what is over": lambda mapping, by: lifecycle.restrict_ended(mapping.person, by=JOB),
    "mark as an error": lambda mapping, by: lifecycle.mark_in_error(mapping.person, by=JOB),
    "put back": lambda mapping, by: lifecycle.put_back(
        mapping.person, before=mapping.created_at, but_for=[uuid.UUID(int=1)], by=JOB
    ),
    "end reading": lambda mapping, by: lifecycle.end_reading([mapping.consent_uuid], basis_until=mapping.gate_until),
}


@pytest.mark.parametrize("name", WORK)
def test_an_interview_is_locked_under_the_gate_of_its_person(name):
    by = situations.an_account(Role.MAPPER)
    mapping = actions.sign_off(situations.an_interview(by), by=by)
    order = LockOrder()
    with connection.execute_wrapper(order), transaction.atomic():
        WORK[name](mapping, by)
    assert order.met == {"mapping_mapping"}


def test_one_that_is_locked_without_it_is_found():
    mapping = situations.an_interview(situations.an_account(Role.MAPPER))
    order = LockOrder()
    with connection.execute_wrapper(order), pytest.raises(OutOfOrder), transaction.atomic():
        Mapping.objects.select_for_update().get(pk=mapping.pk)
    with connection.execute_wrapper(order), transaction.atomic():
        gate.lock(mapping)
