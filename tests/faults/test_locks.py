"""Sharing and withdrawing at the same moment wait for each other in one order, and never for each other in a ring."""

import threading

import pytest
from django.db import close_old_connections, connection, transaction
from django.utils import timezone

from brik.staff.models import Role
from brik.vault import keys
from consent.models import Withdrawal
from consent.record.withdrawal import actions as withdrawals
from followup.sharing import actions
from followup.sharing.delivery import sending
from followup.sharing.delivery.reconciliation import reconcile
from followup.sharing.jobs import WORKER
from followup.sharing.models import Attempt, Delivery, DeliveryState
from tests import situations
from tests.faults.house import somebody_waits_for_a_lock, wait_for

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("key_ring")]


def test_a_withdrawal_that_waits_for_a_share_does_not_stop_the_share(key_ring):
    mapper = situations.an_account(Role.MAPPER)
    koda = situations.a_case_system()
    mapping = situations.a_signed_off_interview(mapper)
    situations.a_permit(mapping.person, koda)
    said_at, failed = timezone.now(), []

    def take_back():
        try:
            with keys.ring(), transaction.atomic():
                withdrawals.withdraw(mapping.person, said_at=said_at, scope="ALL", by=mapper)
                reconcile(mapping.person, by=mapper)
        except Exception as error:
            failed.append(error)
        finally:
            close_old_connections()
            connection.close()

    withdrawing = threading.Thread(target=take_back)
    with transaction.atomic():
        delivery = actions.share(mapping, organisation=koda, by=mapper)
        withdrawing.start()
        # It holds the rows of person and interview by now, and waits for the share to be committed.
        wait_for(somebody_waits_for_a_lock)
    withdrawing.join(20)
    assert failed == []
    assert Delivery.objects.get(pk=delivery.pk).state == DeliveryState.CANCELLED


def test_no_attempt_is_committed_after_a_committed_withdrawal(key_ring):
    """The request of a withdrawal alone: what follows from it comes later, in a job."""
    mapper = situations.an_account(Role.MAPPER)
    koda = situations.a_case_system()
    mapping = situations.a_signed_off_interview(mapper)
    situations.a_permit(mapping.person, koda)
    delivery = actions.share(mapping, organisation=koda, by=mapper)
    said_at, failed, committed_first = timezone.now(), [], []

    def take_back():
        try:
            with keys.ring():
                withdrawals.withdraw(mapping.person, said_at=said_at, scope="ALL", by=mapper)
            committed_first.append(not Attempt.objects.filter(delivery=delivery).exists())
        except Exception as error:
            failed.append(error)
        finally:
            close_old_connections()
            connection.close()

    withdrawing = threading.Thread(target=take_back)
    with transaction.atomic():
        assert sending.begin(mapping.person_id, koda.pk, by=WORKER) is not None
        withdrawing.start()
        # The consent covered it, so the attempt is made; the withdrawal waits for it and sees it.
        wait_for(lambda: somebody_waits_for_a_lock() or committed_first)
        assert not committed_first
        assert not Withdrawal.objects.exists()
    withdrawing.join(20)
    assert (failed, committed_first) == ([], [False])
    Delivery.objects.change(due_at=None)
    sending.begin(mapping.person_id, koda.pk, by=WORKER)
    assert Attempt.objects.filter(delivery=delivery).count() == 1
