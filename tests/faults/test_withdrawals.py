"""Two hundred withdrawals racing two workers: withdrawal always wins, and no copy is forgotten."""

import random

import pytest
from django.db import transaction
from django.utils import timezone

from brik.staff.models import Role
from followup.sharing import actions
from followup.sharing.models import Delivery, DeliveryKind, DeliveryState
from tests import situations
from tests.faults import house as houses
from tests.faults.house import wait_for

pytestmark = [pytest.mark.processes, pytest.mark.proof]

PEOPLE, ROUNDS = 40, 5


def attempts_of(person):
    """Every share about a person, and how often it has been attempted."""
    return dict(Delivery.objects.filter(person=person, kind=DeliveryKind.SHARE).values_list("pk", "attempts_made"))


def test_no_attempt_is_committed_after_a_withdrawal_and_what_arrived_is_retracted(house):
    koda, mapper = houses.case_system(house), situations.an_account(Role.MAPPER)
    people = [situations.a_person() for _ in range(PEOPLE)]
    house.counterpart("--mode", "slow", "--seconds", "0.01")
    house.worker()
    house.worker()
    at_withdrawal, told = [], 0
    for _ in range(ROUNDS):
        # What was signed off before a withdrawal is never shared again.
        mappings = [situations.a_signed_off_interview(mapper, person) for person in people]
        with transaction.atomic():  # the workers see all of them at once
            for mapping in mappings:
                situations.a_permit(mapping.person, koda, at=timezone.now())
                actions.share(mapping, organisation=koda, by=mapper)
        # The queue is half done when the withdrawals begin; they come from both ends of it.
        wait_for(
            lambda: Delivery.objects.filter(kind=DeliveryKind.SHARE, state=DeliveryState.QUEUED).count() <= PEOPLE // 2
        )
        for mapping in random.sample(mappings, len(mappings)):
            with transaction.atomic():
                result = situations.take_everything_back(mapping.person)
                told += len(result.cancelled) + len(result.retracted)
                # Still inside the transaction, under the lock: what is not here yet can only be committed later.
                at_withdrawal.append(attempts_of(mapping.person))
    wait_for(
        lambda: not Delivery.objects.filter(kind=DeliveryKind.RETRACTION).exclude(state=DeliveryState.ACCEPTED).exists()
    )

    assert len(at_withdrawal) == told == PEOPLE * ROUNDS
    final = dict(Delivery.objects.values_list("pk", "attempts_made"))
    assert all(final[pk] == made for seen in at_withdrawal for pk, made in seen.items())
    received = [line for line in house.ledger() if line["verdict"] == "RECEIVED"]
    arrived = {line["message_id"] for line in received if line["schema"] == "BRIK_KARTLEGGING"}
    retracted = {line["about"] for line in received if line["schema"] == "BRIK_TILBAKETREKKING"}
    assert arrived <= retracted
    states = list(Delivery.objects.filter(kind=DeliveryKind.SHARE).values_list("state", flat=True))
    assert set(states) == {DeliveryState.CANCELLED, DeliveryState.RETRACTED}  # both happened: it was a race
    assert "Traceback" not in house.faults()
