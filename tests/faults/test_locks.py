"""Sharing and withdrawing at the same moment wait for each other in one order, and never for each other in a ring."""

import threading

import pytest
from django.db import close_old_connections, connection, transaction
from django.utils import timezone

from brik.staff.models import Role
from brik.vault import keys
from consent.record import withdrawals
from followup.sharing import actions
from followup.sharing.delivery.reconciliation import reconcile
from followup.sharing.models import Delivery, DeliveryState
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
