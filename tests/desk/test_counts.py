"""Counts for leaders: never about fewer than five, and never so that the rest can be worked out."""

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from brik.people.models import Role
from consent.models import Talk
from followup.desk import counts
from tests import factories


@given(st.integers(0, 60), st.integers(0, 60))
def test_a_part_and_its_rest_are_both_at_least_five_or_neither_is_told(done, left):
    bar = counts.bar("Bolig", done, done + left)
    if bar.done is None:
        assert bar.left is None
        assert min(done, left) < 5
    else:
        assert (bar.done, bar.left) == (done, left)
        assert min(done, left) >= 5


def offer(person):
    Talk.objects.create(
        person=person,
        unit=person.current_stay.unit,
        kind="DOMFELT",
        started_by=factories.staff(at=person.current_stay.unit),
    )


@pytest.mark.django_db
def test_a_leader_sees_how_many_were_offered_a_talk(client):
    oslo, agder = factories.unit("Oslo fengsel"), factories.unit("Agder fengsel")
    for number in range(13):
        someone = factories.person(at=oslo)
        if number < 7:
            offer(someone)
    offer(factories.person(at=agder))
    numbers = counts.of(oslo, factories.staff(Role.LEADER, at=oslo))
    assert numbers.present == 13
    assert (numbers.offered.done, numbers.offered.left) == (7, 6)
    client.force_login(factories.staff(Role.LEADER, at=oslo))
    page = client.get(reverse("desk:counts")).content.decode()
    assert "Oslo fengsel" in page
    assert "Agder" not in page


@pytest.mark.django_db
def test_few_people_are_never_counted(client):
    oslo = factories.unit("Oslo fengsel")
    for _ in range(4):
        offer(factories.person(at=oslo))
    numbers = counts.of(oslo, factories.staff(Role.LEADER, at=oslo))
    assert (numbers.present, numbers.offered.done, numbers.overdue) == (None, None, None)
    client.force_login(factories.staff(Role.LEADER, at=oslo))
    assert "for få til å vises" in client.get(reverse("desk:counts")).content.decode()


@pytest.mark.django_db
def test_only_leaders_count(client):
    for role in (Role.MAPPER, Role.CONTACT_OFFICER, Role.DECIDER):
        client.force_login(factories.staff(role))
        assert client.get(reverse("desk:counts")).status_code == 403
