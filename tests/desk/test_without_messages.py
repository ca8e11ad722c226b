"""People about whom no message has come for long are a list for their leader, and a number for the keeper of units."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from brik.arrivals.models import Message
from brik.people.models import Person, Stay
from brik.staff.models import Role
from brik.vault.integrity import PEOPLE_OF_A_PAGE
from followup.desk.arrivals.silence import AFTER_THE_END, LONGEST_SILENCE, NEVER_TOLD_OF, silent
from tests import situations

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_ring")]
PAGE = reverse("desk:without_messages")
DAY = timedelta(days=1)


def someone(*, ended=None, heard=None, at=None, by_hand=False, arrived=3):
    """Somebody whose sentence ended so long ago, and of whom the last message came so long ago."""
    person = situations.a_person(at=at, days=arrived, born=None if by_hand else timezone.localdate() - 12000 * DAY)
    if ended is not None:
        Stay.objects.filter(person=person).change(end_date=timezone.localdate() - ended)
    if heard is not None:
        Message.objects.filter(person=person).change(received_at=timezone.now() - heard)
    return person


@pytest.mark.parametrize(
    ("facts", "listed"),
    [
        ({"ended": AFTER_THE_END + DAY, "heard": 30 * DAY}, True),
        ({"ended": AFTER_THE_END - DAY, "heard": 30 * DAY}, False),
        # Something has come since: the service knows that the person is here.
        ({"ended": AFTER_THE_END + DAY, "heard": DAY}, False),
        ({"heard": LONGEST_SILENCE + DAY}, True),
        ({"heard": LONGEST_SILENCE - DAY}, False),
        ({"by_hand": True, "arrived": NEVER_TOLD_OF.days + 1}, True),
        ({"by_hand": True, "arrived": NEVER_TOLD_OF.days - 1}, False),
    ],
)
def test_who_is_on_the_list(facts, listed):
    person = someone(**facts)
    assert [*silent(Person.objects.all())] == ([person] if listed else [])


def test_somebody_released_is_not_on_it():
    person = someone(heard=LONGEST_SILENCE + DAY)
    Stay.objects.filter(person=person).change(released_at=timezone.now() - DAY)
    assert not silent(Person.objects.all()).exists()


def test_a_leader_sees_those_of_the_own_unit_and_the_keeper_a_number(client):
    here, there = situations.a_unit("Oslo fengsel"), situations.a_unit("Agder fengsel")
    own, other = (someone(at=unit, heard=LONGEST_SILENCE + DAY) for unit in (here, there))
    client.force_login(situations.an_account(Role.LEADER, at=here))
    page = client.get(PAGE).content.decode()
    assert own.name in page
    assert other.name not in page
    assert reverse("desk:person", args=[own.pk]) in page
    client.force_login(situations.an_account(Role.SYSTEM))
    page = client.get(reverse("desk:units")).content.decode()
    assert '<td data-label="Lenge uten melding">1</td>' in page
    assert own.name not in page


@pytest.mark.parametrize("role", [Role.MAPPER, Role.CONTACT_OFFICER, Role.DECIDER, Role.PRIVACY, Role.SYSTEM])
def test_nobody_but_leaders_sees_the_list(client, role):
    client.force_login(situations.an_account(role))
    assert client.get(PAGE).status_code == 403


def test_the_list_is_paged_and_takes_as_many_queries_for_many_as_for_few(client):
    unit = situations.a_unit()
    client.force_login(situations.an_account(Role.LEADER, at=unit))
    first = someone(at=unit, heard=LONGEST_SILENCE + 40 * DAY)
    # Already a list: a page about fewer people is compared with the log too.
    for days in range(PEOPLE_OF_A_PAGE):
        someone(at=unit, heard=LONGEST_SILENCE + (31 + days) * DAY)
    client.get(PAGE)
    with CaptureQueriesContext(connection) as few:
        client.get(PAGE)
    for days in range(30):
        last = someone(at=unit, heard=LONGEST_SILENCE + (days + 1) * DAY)
    with CaptureQueriesContext(connection) as many:
        page = client.get(PAGE).content.decode()
    assert len(many) == len(few)
    # The longest first.
    assert first.name in page
    assert "Side 1 av 2" in " ".join(page.split())
    assert client.get(PAGE, {"side": "2"}).status_code == 200
    assert last.name in page
