"""A message deletes what its own sender has sent, and nothing else; what deletes nothing for a day is told."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from io import StringIO
from itertools import permutations

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from brik.arrivals import actions
from brik.arrivals.models import Message
from brik.arrivals.timeline.outcomes import MessageStatus
from brik.arrivals.timeline.standings import Fate
from brik.arrivals.timeline.timeline import timeline
from brik.arrivals.xml.messages import SERVICE
from brik.audit.actors import Process
from brik.audit.models import Event
from brik.audit.verbs import Verb
from brik.people.models import Person, Stay
from brik.staff.models import Role
from tests import situations
from tests.arrivals import samples
from tests.arrivals.states import contents

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_ring")]
BY = Process("intake")
OTHER = "POLITIET"
ONLY_ITS_OWN = "Bare den som har sendt en melding, kan slette den."


def receive(raw, message_id=None, *, sender=SERVICE):
    return actions.receive_message(raw, message_id=message_id, sender=sender, by=BY)


@pytest.fixture
def arrived():
    return receive(samples.arrival(situations.a_number(), message_id="a1")).person


def test_another_sender_deletes_nothing_and_is_told(arrived):
    outcome = receive(samples.deletion("a1"), "slett", sender=OTHER)
    assert (outcome.status, outcome.reason, outcome.effects) == (MessageStatus.REJECTED, ONLY_ITS_OWN, [])
    assert Stay.objects.get(person=arrived)
    assert Message.objects.get(message_id="a1").fate == Fate.APPLIED
    assert Event.objects.filter(verb=Verb.MESSAGE_REJECTED, reason="other_sender").count() == 1
    again = receive(samples.deletion("a1"), "slett", sender=OTHER)
    assert (again.status, again.reason) == (MessageStatus.REJECTED, ONLY_ITS_OWN)


def test_its_own_sender_deletes_whatever_the_other_has_tried(arrived):
    receive(samples.deletion("a1"), "slett", sender=OTHER)
    assert receive(samples.deletion("a1"), "slett").status is MessageStatus.ACCEPTED
    assert not Stay.objects.exists()
    assert Message.objects.get(message_id="a1").content is None


def test_a_deletion_that_came_first_waits_for_the_message_of_its_own_sender():
    early = receive(samples.deletion("a1"), "slett", sender=OTHER)
    assert (early.status, Message.objects.get().fate) == (MessageStatus.ACCEPTED, Fate.UNMATCHED)
    receive(samples.arrival(situations.a_number(), message_id="a1"))
    assert Stay.objects.count() == 1
    row = Message.objects.get(message_id="slett")
    assert (row.fate, row.why) == (Fate.SET_ASIDE, "ANNEN_AVSENDER")
    receive(samples.deletion("a1"), "slett")
    assert not Stay.objects.exists()


def test_of_two_messages_with_one_id_each_sender_deletes_its_own(arrived):
    receive(samples.arrival(situations.a_number(), message_id="a1", place=samples.AGDER), sender=OTHER)
    receive(samples.deletion("a1"), "slett", sender=OTHER)
    assert Stay.objects.get().person == arrived
    assert [row.fate for row in Message.objects.filter(message_id="a1").order_by("received_at")] == ["BRUKT", "SLETTET"]


def test_what_the_staff_have_written_no_message_deletes():
    unit = situations.a_unit()
    person = actions.register(
        name=("Prøve", "", "Testesen"),
        unit=unit,
        category="Ubetinget",
        arrived_at=timezone.now(),
        by=situations.an_account(at=unit),
    )
    by_hand = person.messages.get().message_id
    for sender in (SERVICE, OTHER, ""):
        assert receive(samples.deletion(by_hand), f"slett-{sender}", sender=sender).status is MessageStatus.REJECTED
    assert Person.objects.get(pk=person.pk).current_stay is not None


def test_no_sender_deletes_anothers_event_by_a_newer_message_of_its_own_about_it():
    number = situations.a_number()
    receive(samples.arrival(number, message_id="v1", event_id="h"))
    receive(samples.arrival(number, message_id="v2", event_id="h", changed="2026-03-05T08:00"), sender=OTHER)
    receive(samples.deletion("v2"), "slett", sender=OTHER)
    assert Stay.objects.count() == 1
    assert Message.objects.get(message_id="v1").fate == Fate.APPLIED
    receive(samples.deletion("v1"), "slett")
    assert not Stay.objects.exists()


def test_a_deletion_named_as_the_message_it_deletes_deletes_it(arrived):
    """Some systems put the id of the deleted message on the envelope too."""
    assert receive(samples.deletion("a1"), "a1").status is MessageStatus.ACCEPTED
    assert not Stay.objects.exists()
    arrived.refresh_from_db()
    assert arrived.current_stay is None


SPELLINGS = ["7B0C5F4E-1111-4222-8333-ABCDEF012345", "7b0c5f4e-1111-4222-8333-abcdef012345"]


@pytest.mark.parametrize("sent", SPELLINGS)
@pytest.mark.parametrize("named", [*SPELLINGS, *(f"{{{spelling}}}" for spelling in SPELLINGS)])
def test_a_deletion_finds_its_message_in_any_spelling_of_a_uuid(sent, named):
    receive(samples.arrival(situations.a_number(), message_id=sent))
    receive(samples.deletion(named), "slett")
    assert not Stay.objects.exists()


def test_in_any_order_only_the_own_senders_deletion_counts():
    number = situations.a_number()
    sent = [
        (samples.arrival(number, message_id="a", event_id="h"), None, SERVICE),
        (samples.release(number, message_id="b", at="2026-06-01"), None, OTHER),
        (samples.deletion("b"), "s", SERVICE),
        (samples.deletion("a"), "s", OTHER),
        (samples.deletion("a"), "t", "FENGSEL"),
    ]
    states = {timeline(contents(order)).people for order in permutations(sent)}
    [[person]] = states
    assert [stay.released_at is None for stay in person.stays] == [False]


# --- Told -------------------------------------------------------------------------------------------------------------


def late(*rows):
    Message.objects.filter(pk__in=[row.pk for row in rows]).update(received_at=timezone.now() - timedelta(hours=25))


def queue_status():
    out = StringIO()
    with suppress(CommandError):
        call_command("queue_status", stdout=out)
    return out.getvalue()


@pytest.fixture
def deletions(arrived):
    receive(samples.deletion("finnes-ikke"), "uten")
    receive(samples.deletion("a1"), "fremmed", sender=OTHER)
    receive(samples.deletion("kommer-snart"), "fersk")
    receive(samples.arrival(situations.a_number(), message_id="b1"))
    receive(samples.deletion("b1"), "virker")
    late(*Message.objects.exclude(message_id="fersk"))


def test_what_has_deleted_nothing_for_a_day_is_on_the_keepers_list(client, deletions):
    client.force_login(situations.an_account(Role.SYSTEM))
    page = client.get("/slettinger/").content.decode()
    assert "finnes-ikke" in page
    assert OTHER in page
    assert ONLY_ITS_OWN in page
    assert "kommer-snart" not in page
    assert ">b1<" not in page
    assert "deletions without effect: 2" in queue_status()


def test_a_deletion_that_finds_its_message_leaves_the_list(client, deletions):
    receive(samples.arrival(situations.a_number(), message_id="finnes-ikke"))
    client.force_login(situations.an_account(Role.SYSTEM))
    assert "finnes-ikke" not in client.get("/slettinger/").content.decode()
    assert "deletions without effect: 1" in queue_status()


@pytest.mark.parametrize("role", [Role.LEADER, Role.MAPPER, Role.PRIVACY])
def test_the_list_is_for_those_who_keep_the_senders_keys(client, deletions, role):
    user = situations.an_account(role)
    client.force_login(user)
    assert client.get("/slettinger/").status_code == 403
    assert not Message.objects.deleting_nothing_for(user).exists()
