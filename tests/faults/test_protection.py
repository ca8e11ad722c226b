"""Protection and sharing at the same moment, on two connections: what comes second sees what came first."""

import threading
from typing import Any

import pytest
from django.db import connection, transaction

from brik.mapping.questionnaire.themes import Theme
from brik.pages.refusal import Refused
from brik.people.protection import AddressGrade, Restriction
from brik.staff.models import OrganisationKind, Role
from brik.vault import keys
from followup.sharing import actions
from followup.sharing.delivery import sending
from followup.sharing.jobs import WORKER
from followup.sharing.models import Attempt, Delivery, DeliveryState
from tests import situations
from tests.faults.house import somebody_waits_for_a_lock, wait_for

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("key_ring")]


class House:
    """Somebody whose home has been told of, by a message that waits and a summary that lies in an inbox."""

    def __init__(self):
        self.mapper = situations.an_account(Role.MAPPER)
        self.koda = situations.a_case_system()
        self.office = situations.an_organisation(OrganisationKind.NAV_MUNICIPAL)
        self.partner = situations.an_account(Role.PARTNER, organisation=self.office)
        self.mapping = situations.a_signed_off_interview(self.mapper, area="B", B5="0301", B7a="ANNET_LAND")
        self.person = self.mapping.person
        situations.a_permit(self.person, self.koda, self.office, themes=(Theme.PRAKTISK,))
        self.waits = actions.share(self.mapping, organisation=self.koda, by=self.mapper)
        self.lies = actions.share(self.mapping, organisation=self.office, by=self.mapper)

    # --- What ends it ---

    def ban(self):
        situations.protect(self.person, Restriction.LETTERS_BANNED, by=self.mapper)

    def isolate(self):
        situations.protect(self.person, Restriction.ISOLATION, by=self.mapper)

    def grade(self):
        situations.protect(self.person, grade=AddressGrade.STRICTLY, by=self.mapper)

    def take_back(self):
        situations.take_everything_back(self.person, by=self.mapper)

    # --- What must not come after it ---

    def send(self):
        return sending.begin(self.person.pk, self.koda.pk, by=WORKER)

    def read(self):
        return actions.read_summary(self.lies.disclosure, by=self.partner)

    def share(self):
        """A grade lets it be shared again, without the place."""
        return actions.share(self.mapping, organisation=self.office, by=self.mapper).disclosure.tells_place


def on_another_connection(work, outcomes):
    try:
        with keys.ring():
            outcomes.append(work())
    except Refused:
        outcomes.append(None)
    except Exception as error:
        outcomes.append(error)
    finally:
        connection.close()


@pytest.mark.parametrize("end", ["ban", "isolate", "grade", "take_back"])
def test_what_is_ended_and_not_yet_committed_makes_everybody_wait_and_then_refuses_them(end):
    for late in ("send", "read", "share"):
        house = House()
        outcomes: list[Any] = []
        other = threading.Thread(target=on_another_connection, args=[getattr(house, late), outcomes])
        with transaction.atomic():
            getattr(house, end)()
            other.start()
            wait_for(somebody_waits_for_a_lock)
        other.join(20)
        assert len(outcomes) == 1
        assert not outcomes[0], f"{late} after {end}: {outcomes[0]!r}"
        assert not Attempt.objects.filter(delivery=house.waits).exists()


@pytest.mark.parametrize("end", ["ban", "isolate", "grade"])
def test_what_is_attempted_first_is_seen_and_retracted(end):
    house = House()
    outcomes: list[Any] = []
    other = threading.Thread(target=on_another_connection, args=[getattr(house, end), outcomes])
    with transaction.atomic():
        assert house.send() is not None
        other.start()
        wait_for(somebody_waits_for_a_lock)
    other.join(20)
    assert outcomes == [None]
    situations.follow([house.person])
    states = dict(Delivery.objects.filter(retracts=None).values_list("pk", "state"))
    assert states == {house.waits.pk: DeliveryState.RETRACTING, house.lies.pk: DeliveryState.RETRACTED}
