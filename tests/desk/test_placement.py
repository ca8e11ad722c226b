"""Ward and contact officer: entered by the unit's staff, seen by whoever sees the person, and left behind by a move."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from brik.audit.models import Event
from brik.audit.verbs import Verb
from brik.pages.refusal import Refused
from brik.people import actions
from brik.people.models import Placement, Stay
from brik.people.stays.placements import officers_of
from brik.staff.models import Role
from tests import situations

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_ring")]


@pytest.fixture
def oslo():
    return situations.a_unit("Oslo fengsel")


@pytest.fixture
def officer(oslo):
    return situations.an_account(Role.CONTACT_OFFICER, at=oslo)


@pytest.fixture(autouse=True)
def somebody_elsewhere():
    """Noise: an officer whom nobody in Oslo can choose."""
    return situations.an_account(Role.CONTACT_OFFICER, at=situations.a_unit("Agder fengsel"))


@pytest.mark.parametrize("role", [Role.MAPPER, Role.CONTACT_OFFICER, Role.LEADER])
def test_the_staff_of_the_unit_enter_where_somebody_lives_and_who_is_contact_officer(client, oslo, officer, role):
    person = situations.a_person(at=oslo)
    user = situations.an_account(role, at=oslo)
    client.force_login(user)
    address = reverse("desk:placement", args=[person.pk])
    assert officer.name in client.get(address).content.decode()
    answer = client.post(address, {"ward": "B 214", "contact_officer": str(officer.pk)})
    assert answer.headers["Location"] == reverse("desk:person", args=[person.pk])
    event = Event.objects.get(verb=Verb.PERSON_CHANGED, reason="placed")
    assert (event.subject, event.actor) == (person.pk, user.actor_id)
    client.force_login(situations.an_account(Role.DECIDER, at=oslo))
    assert "avd. B 214" in client.get(reverse("desk:worklist")).content.decode()
    assert officer.name in client.get(reverse("desk:worklist")).content.decode()


def test_a_second_entry_takes_the_place_of_the_first(oslo, officer):
    person = situations.a_person(at=oslo)
    actions.place(person, ward="A 1", contact_officer=officer, by=officer)
    actions.place(person, ward="B 2", contact_officer=None, by=officer)
    placement = Placement.objects.get(person=person)
    assert (placement.ward, placement.contact_officer) == ("B 2", None)


def test_only_an_officer_of_the_unit_can_be_chosen(client, oslo, officer, somebody_elsewhere):
    person = situations.a_person(at=oslo)
    closed, leader = situations.an_account(Role.MAPPER, at=oslo), situations.an_account(Role.LEADER, at=oslo)
    type(closed).objects.filter(pk=closed.pk).change(is_active=False)
    assert officers_of(oslo) == [officer]
    for other in (somebody_elsewhere, closed, leader):
        with pytest.raises(Refused):
            actions.place(person, ward="", contact_officer=other, by=officer)
    client.force_login(officer)
    answer = client.post(
        reverse("desk:placement", args=[person.pk]), {"ward": "", "contact_officer": str(leader.pk)}, follow=True
    )
    assert "Personen" in answer.content.decode()
    assert not Placement.objects.exists()


def test_nobody_enters_it_for_another_unit_and_no_decider_anywhere(oslo, somebody_elsewhere):
    person = situations.a_person(at=oslo)
    for user in (somebody_elsewhere, situations.an_account(Role.DECIDER, at=oslo)):
        with pytest.raises(PermissionDenied):
            actions.place(person, ward="A 1", contact_officer=None, by=user)
    assert not Placement.objects.exists()


def test_what_one_unit_has_entered_is_not_shown_in_the_next(client, oslo, officer, somebody_elsewhere):
    person = situations.a_person(at=oslo)
    actions.place(person, ward="A 17", contact_officer=officer, by=officer)
    Stay.objects.filter(pk=person.current_stay.pk).change(unit=somebody_elsewhere.current_posts[0].unit)
    client.force_login(somebody_elsewhere)
    for address in (
        reverse("desk:worklist"),
        reverse("desk:releases"),
        reverse("desk:person", args=[person.pk]),
        reverse("desk:placement", args=[person.pk]),
    ):
        page = client.get(address).content.decode()
        assert person.name in page
        assert "A 17" not in page
        assert officer.name not in page


def test_a_placement_that_was_changed_past_us_is_not_shown(client, oslo, officer):
    person = situations.a_person(at=oslo)
    placement = actions.place(person, ward="A 17", contact_officer=officer, by=officer)
    situations.forge(placement, ward="C 99")
    client.force_login(officer)
    assert "C 99" not in client.get(reverse("desk:worklist"), {"liste": "alle"}).content.decode().split("<tbody>")[1]
    assert client.get(reverse("desk:person", args=[person.pk])).status_code == 409


def test_the_person_gets_to_know_what_is_entered(client, oslo, officer):
    person = situations.a_person(at=oslo)
    actions.place(person, ward="A 17", contact_officer=officer, by=officer)
    client.force_login(situations.an_account(Role.INSIGHT))
    page = client.get(reverse("desk:extract", args=[person.pk])).content.decode()
    assert "A 17" in page
    assert officer.name not in page  # staff stand by role and unit
    assert f"Kontaktbetjent, {oslo.name}" in page
    assert f"{oslo.name}, skrevet {timezone.localdate().day}." in page
