"""Names as staff search for them and write them down: what is one name is not two for how it was typed."""

import pytest

from brik.audit.models import Event
from brik.audit.verbs import Verb
from brik.people import aliases
from brik.people.models import Person
from brik.people.name_search import matching
from brik.staff.models import Role
from tests import situations

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_ring")]


@pytest.fixture
def officer():
    return situations.an_account(Role.MAPPER)


def found(text, officer):
    return matching(Person.objects.visible_to(officer), text, by=officer).people


@pytest.mark.parametrize(
    "typed",
    [
        "Østgård-Čuđi", "oestgaard", "OSTGARD cudi", "čuđi østgård", "øst", "øst\u00adgård", "\u200eOstgård\u200f cuđi",
        "prove ostgard", "Østgård‐Čuđi,  Prøve",
    ],
)  # fmt: skip
def test_a_search_finds_a_name_however_it_is_typed(officer, typed):
    person = situations.a_person(family="Østgård-Čuđi")
    situations.a_person(family="Vestgård")
    assert found(typed, officer) == [person.pk]


def test_a_part_of_a_name_finds_it_where_the_whole_is_shortened(officer):
    person = situations.a_person(family="Joelsen")
    assert found("elsen", officer) == found("jolsen", officer) == [person.pk]


def test_the_same_search_typed_in_two_ways_is_remembered_as_one(officer):
    for typed in ("Ås Øy", "AAS\u200b oey"):
        found(typed, officer)
    first, second = Event.objects.filter(verb=Verb.PEOPLE_SEARCHED)
    assert bytes(first.term_hash) == bytes(second.term_hash)


def test_another_name_is_written_down_once_however_it_is_typed(officer):
    person = situations.a_person()
    for typed in ("Håkon Ødegård", "ODEGAARD, haakon", "Hakon\u00a0Øde\u00adgård"):
        aliases.add(person, typed, by=officer)
    aliases.add(person, "Håkon Vedegård", by=officer)
    person.refresh_from_db()
    assert aliases.of(person) == ["Håkon Ødegård", "Håkon Vedegård"]
