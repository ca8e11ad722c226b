"""One row that is not what was stored here is told as such, and closes a list for nobody."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from brik.audit.models import Event
from brik.audit.verbs import Verb
from brik.mapping.models import Notice, NoticeKind
from brik.people.models import Person
from brik.staff.models import Role
from brik.vault.models import Key
from followup.desk.figures import counts
from tests import situations

pytestmark = pytest.mark.django_db
LIST = "/arbeidsliste/"
CANNOT = "Kan ikke vises"
_BYTE = "UPDATE {table} SET {column} = set_byte({column}, 20, 255 - get_byte({column}, 20)) WHERE {row} = %s"
WAYS = {
    "a changed name": _BYTE.format(table="people_person", column="identity", row="uuid"),
    "something else than a name": "UPDATE people_person SET identity = protection WHERE uuid = %s",
    "a changed number": _BYTE.format(table="people_identifier", column="number", row="person_id"),
    "a changed key": _BYTE.format(table="vault_key", column="wrapped", row="subject"),
}


def spoil(person, way="a changed name"):
    with situations.triggers_off(), connection.cursor() as cursor:
        cursor.execute(WAYS[way], [person.pk])


def broken():
    return Event.objects.filter(verb=Verb.INTEGRITY_BROKEN)


@pytest.fixture
def unit():
    return situations.a_unit("Oslo fengsel")


@pytest.fixture
def mapper(client, unit):
    mapper = situations.an_account(at=unit)
    client.force_login(mapper)
    return mapper


@pytest.mark.parametrize("way", WAYS)
def test_the_worklist_shows_the_others_and_tells_of_the_broken_one_once(client, unit, mapper, way):
    one, other = situations.a_person(at=unit, family="Ødelagt"), situations.a_person(at=unit, family="Helstad")
    spoil(one, way)
    response = client.get(LIST)
    page = response.content.decode()
    assert response.status_code == 200
    assert other.name in page
    assert (page.count(CANNOT), "Ødelagt" in page) == (1, False)
    assert reverse("desk:person", args=[one.pk]) not in page
    assert str(one.pk) in broken().get().about
    assert client.get(reverse("desk:person", args=[one.pk])).status_code == 409


@pytest.mark.parametrize("role", [Role.LEADER, Role.DECIDER, Role.CONTACT_OFFICER])
def test_every_role_keeps_its_list(client, unit, role):
    one, other = situations.a_person(at=unit), situations.a_person(at=unit, family="Helstad")
    spoil(one)
    client.force_login(situations.an_account(role, at=unit))
    assert other.name in client.get(LIST).content.decode()


@pytest.mark.parametrize("way", ["a changed name", "something else than a name", "a changed key"])
def test_a_search_finds_the_others_and_says_whom_it_could_not_search(client, unit, mapper, way):
    one, other = situations.a_person(at=unit, family="Ødelagt"), situations.a_person(at=unit, family="Helstad")
    spoil(one, way)
    page = client.post(LIST, {"q": "Helstad"}).content.decode()
    assert other.name in page
    assert "Ett navn kan ikke vises" in page
    # The search, and the list that is asked again before its page is shown.
    assert broken().count() == 2
    assert all(str(one.pk) in event.about for event in broken())


def test_a_search_without_anything_broken_says_nothing_of_it(client, unit, mapper):
    situations.a_person(at=unit, family="Helstad")
    assert "kan ikke vises" not in client.post(LIST, {"q": "Helstad"}).content.decode()
    assert not broken().exists()


def test_those_due_for_a_talk_are_listed_though_a_number_does_not_open(client, unit, mapper):
    one, other = situations.a_person(at=unit), situations.a_person(at=unit, family="Helstad")
    spoil(one, "a changed number")
    page = client.get(LIST, {"naar": "samtale"}).content.decode()
    assert other.name in page
    assert CANNOT in page


def test_the_weeks_figures_are_counted_though_a_number_does_not_open(unit):
    spoil(situations.a_person(at=unit, days=30), "a changed number")
    assert len(counts.of(unit, counts.last_monday())) == 2


def test_a_notice_about_somebody_whose_name_does_not_open_leaves_the_list(client, unit, mapper):
    mapping = situations.a_signed_off_interview(mapper)
    Notice.objects.create(kind=NoticeKind.STAY_DELETED, person=mapping.person, mapping=mapping, unit=unit)
    spoil(mapping.person)
    page = client.get(LIST).content.decode()
    assert page.count(CANNOT) == 2
    assert broken().count() == 1


@pytest.mark.parametrize("way", ["a changed name", "a changed key"])
def test_the_inbox_shows_the_others(client, way):
    nav = situations.an_organisation()
    (one, _), (other, _) = situations.a_shared_interview(nav), situations.a_shared_interview(nav)
    spoil(one.person, way)
    client.force_login(situations.an_account(Role.PARTNER, organisation=nav))
    page = client.get(reverse("sharing:inbox")).content.decode()
    assert other.person.name in page
    assert page.count(CANNOT) == 1
    assert str(one.person.pk) in broken().get().about


@pytest.mark.parametrize("way", WAYS)
def test_a_list_takes_as_many_queries_for_many_broken_rows_as_for_one(client, unit, mapper, way):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(LIST).status_code == 200
        return len(captured)

    people = [situations.a_person(at=unit) for _ in range(5)]
    queries()
    spoil(people[0], way)
    few = queries()
    for person in people[1:4]:
        spoil(person, way)
    assert queries() == few


def test_a_key_that_was_changed_opens_nothing_and_says_so(unit):
    someone = situations.a_person(at=unit)
    with situations.triggers_off():
        Key.objects.filter(subject=someone.pk).change(key_id="en-annen")
    assert Person.objects.get(pk=someone.pk).name_if_whole is None
