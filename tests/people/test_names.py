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


def named(person, **parts):
    person.identity = {"given": "", "middle": "", "family": "", "aliases": [], **parts}
    person.save()
    return person


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


@pytest.mark.parametrize(
    "typed", ["O'Connor", "O’CONNOR", "o\u02bcconnor", "o connor", "Siobhan", "O'Connor, Siobhan", "Siobha\u0301n"]
)
def test_a_name_from_elsewhere_is_found_by_any_apostrophe_accent_and_order(officer, typed):
    someone = named(situations.a_person(), given="Siobhán", family="O’Connor")
    named(situations.a_person(), given="Sean", family="Connolly")
    assert found(typed, officer) == [someone.pk]


@pytest.mark.parametrize("parts", [{"family": "Madonna"}, {"given": "Madonna"}, {"middle": "Madonna"}])
def test_somebody_with_one_name_is_found_and_shown_by_it(officer, parts):
    someone = named(situations.a_person(), **parts)
    assert found("madonna", officer) == [someone.pk]
    assert someone.name == "Madonna"


def test_a_text_longer_than_any_field_is_searched_for_too(officer):
    someone = named(situations.a_person(), given="Æ" + "y" * 119, family="Ø" + "z" * 119)
    named(situations.a_person(), given="Æ" + "y" * 118)
    assert found(someone.name, officer) == [someone.pk]
    assert found("x" * 100_000, officer) == []


@pytest.mark.parametrize("written", ["{}-{}", "{} {}", "{}\u00a0{}", "{}\u2013{}", "{}.{}", "  {} - {} "])
def test_a_number_is_found_as_it_is_written_on_papers(officer, written):
    someone = situations.a_person()
    situations.a_person()
    number = someone.identifiers.get().number.open()
    assert found(written.format(number[:6], number[6:]), officer) == [someone.pk]
    dotted = f"{number[:2]}.{number[2:4]}.{number[4:6]} {number[6:]}"
    assert found(dotted, officer) == [someone.pk]


def test_a_number_however_it_is_written_is_remembered_as_the_same(officer):
    number = situations.a_number().value
    for written in (number, f"{number[:6]}-{number[6:]}", f"{number[:6]}\u2013{number[6:]}"):
        found(written, officer)
    assert len({bytes(event.term_hash) for event in Event.objects.filter(verb=Verb.PEOPLE_SEARCHED)}) == 1


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
