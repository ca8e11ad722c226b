"""The list of those who leave: by likely release, with day and ground only, and the same for everybody."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from brik.people import actions
from brik.people.models import LegalStatus, Stay
from brik.staff.models import Role
from consent.models import Talk
from tests import situations

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_ring")]
ADDRESS = "/loslates/"
ROLES = [Role.MAPPER, Role.CONTACT_OFFICER, Role.LEADER, Role.DECIDER]


@pytest.fixture
def oslo():
    situations.a_person(at=situations.a_unit("Agder fengsel"), family="Annensteds")
    return situations.a_unit("Oslo fengsel")


def leaving(unit, **told):
    person = situations.a_person(at=unit)
    Stay.objects.filter(pk=person.current_stay.pk).change(**told)
    return person


def main_of(client, user, **asked) -> str:
    client.force_login(user)
    page = client.get(ADDRESS, asked).content.decode()
    return re.search(r"<main.*</main>", page, re.DOTALL)[0]


def test_everybody_stands_by_day_with_its_ground_and_those_without_a_day_last(client, oslo):
    today = timezone.localdate()
    remand = situations.a_person(at=oslo, status=LegalStatus.REMAND, days=50)
    end = leaving(oslo, end_date=today + timedelta(days=400))
    probation = leaving(oslo, two_thirds=today + timedelta(days=80), end_date=today + timedelta(days=300))
    now = leaving(oslo, released_at=timezone.now() + timedelta(minutes=5))
    minimum = leaving(oslo, category="Forvaring", minimum_date=today + timedelta(days=3000))
    gone = leaving(oslo, released_at=timezone.now() - timedelta(days=1))
    page = main_of(client, situations.an_account(Role.LEADER, at=oslo))
    places = [page.index(person.name) for person in (now, probation, end, minimum, remand)]
    assert places == sorted(places)
    assert gone.name not in page
    assert "Annensteds" not in page
    for words in ("bestemt dag", "Om 80 dager", "to tredjedeler", "endt tid", "minstetid", "Ingen dag"):
        assert words in page


def test_the_page_is_the_same_bytes_for_every_role_whatever_came_of_talks(client, oslo):
    officer = situations.an_account(Role.CONTACT_OFFICER, at=oslo)
    asked, other = situations.a_person(at=oslo), situations.a_person(at=oslo)
    actions.place(other, ward="A 1", contact_officer=officer, by=officer)
    users = [situations.an_account(role, at=oslo) for role in ROLES]
    before = {main_of(client, user) for user in users}
    assert len(before) == 1
    Talk.objects.create(person=asked, unit=oslo, kind="DOMFELT", started_by=officer, answered_at=timezone.now())
    assert {main_of(client, user) for user in users} == before


def test_a_page_takes_as_many_queries_for_many_as_for_few(client, oslo, django_assert_max_num_queries):
    situations.a_person(at=oslo)
    leader = situations.an_account(Role.LEADER, at=oslo)
    client.force_login(leader)
    client.get(ADDRESS)
    with django_assert_max_num_queries(12) as few:
        client.get(ADDRESS)
    for _ in range(12):
        situations.a_person(at=oslo)
    with django_assert_max_num_queries(len(few.captured_queries)):
        client.get(ADDRESS)


def test_a_stay_that_was_changed_past_us_is_not_shown_and_breaks_no_list(client, oslo):
    whole, broken = situations.a_person(at=oslo), situations.a_person(at=oslo)
    situations.forge(broken.current_stay, end_date=timezone.localdate())
    page = main_of(client, situations.an_account(Role.LEADER, at=oslo))
    assert whole.name in page
    assert broken.name not in page
    assert "Kan ikke vises" in page


def test_the_whole_list_stands_on_one_page_for_the_printer(client, oslo):
    here = [situations.a_person(at=oslo) for _ in range(27)]
    user = situations.an_account(Role.DECIDER, at=oslo)
    assert sum(person.name in main_of(client, user) for person in here) == 25
    assert all(person.name in main_of(client, user, alle="ja") for person in here)
