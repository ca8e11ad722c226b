"""Another number, and another name, of somebody who is known already."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from brik.arrivals import actions, answers
from brik.arrivals.models import Message
from brik.audit.actors import Process
from brik.audit.models import Event
from brik.audit.verbs import Verb
from brik.pages.refusal import Refused
from brik.people import aliases
from brik.people.identifiers.numbers import Number, NumberKind
from brik.people.models import Person
from brik.people.name_search import matching
from brik.staff.models import Role
from tests import situations
from tests.arrivals import samples

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_ring")]
BY = Process("intake")


@pytest.fixture
def mapper():
    return situations.an_account(Role.MAPPER)


def later():
    return (timezone.now() + timedelta(days=1)).isoformat()


def numbers_of(person):
    return {Number(NumberKind(row.kind), row.number.open()) for row in person.identifiers.all()}


def service_places(number, unit):
    """The service tells of somebody with the number in that unit."""
    told = {"to": (unit.number, unit.name), "arrived": timezone.now().isoformat(), "at": later()}
    return actions.receive_message(samples.transfer(number, **told), by=BY)


def leader_says_yes(at=None):
    return actions.resolve(Message.objects.parked().get(), same=True, by=situations.an_account(Role.LEADER, at=at))


def with_d_number():
    person = situations.a_person(kind=NumberKind.D_NUMBER)
    [d_number] = numbers_of(person)
    return person, d_number


def test_a_person_with_a_d_number_gets_a_national_id(mapper):
    person, d_number = with_d_number()
    national = situations.a_number()
    outcome = actions.add_number(person, national, by=mapper)
    assert (outcome.person, outcome.waits) == (None, True)
    assert numbers_of(person) == {d_number}
    assert Event.objects.filter(verb=Verb.MESSAGE_PARKED, reason="by_hand", actor=mapper.actor_id).exists()
    leader_says_yes()
    assert numbers_of(person) == {d_number}
    assert service_places(national, person.current_stay.unit).person == person
    assert numbers_of(person) == {d_number, national}
    assert Event.objects.filter(verb=Verb.PERSON_CHANGED, subject=person.pk).exists()


def test_what_the_service_says_of_the_new_number_is_about_the_same_person(mapper):
    person, _ = with_d_number()
    national = situations.a_number()
    actions.add_number(person, national, by=mapper)
    leader_says_yes()
    unit = person.current_stay.unit
    assert service_places(national, unit).person == person
    # Told so once, they are one wherever they go.
    agder = situations.a_unit("Agder fengsel")
    assert service_places(national, agder).person == person
    person.refresh_from_db()
    assert person.current_stay.unit == agder


def test_where_the_service_tells_of_the_number_elsewhere_the_leader_there_must_agree(mapper):
    person, d_number = with_d_number()
    national, agder = situations.a_number(), situations.a_unit("Agder fengsel")
    actions.add_number(person, national, by=mapper)
    leader_says_yes()
    other = service_places(national, agder).person
    assert other != person
    assert numbers_of(person) == {d_number}
    leader = situations.an_account(Role.LEADER, at=agder)
    row = answers.waiting_for(leader).get()
    assert actions.resolve(row, same=False, by=leader).effects == []
    assert numbers_of(person) == {d_number}
    actions.resolve(row, same=True, by=leader)
    person.refresh_from_db()
    assert numbers_of(person) == {d_number, national}
    other.refresh_from_db()
    assert other.merged_into == person


@pytest.mark.parametrize("first", ["here", "there"])
def test_of_two_leaders_who_agree_either_may_answer_first(mapper, first):
    agder = situations.a_unit("Agder fengsel")
    other = situations.a_person(at=agder)
    person, _ = with_d_number()
    actions.add_number(person, *numbers_of(other), by=mapper)
    here, there = situations.an_account(Role.LEADER), situations.an_account(Role.LEADER, at=agder)
    for leader in (here, there) if first == "here" else (there, here):
        assert Person.objects.exclude(current_stay=None).count() == 2
        row = answers.waiting_for(leader).get()
        actions.resolve(row, same=True, by=leader)
        assert not answers.waiting_for(leader).exists()
    assert Person.objects.exclude(current_stay=None).count() == 1
    actions.resolve(Message.objects.get(pk=row.pk), same=False, by=here)
    assert Person.objects.exclude(current_stay=None).count() == 2


def test_the_stay_and_whether_one_is_mapped_here_stay_as_they_were(mapper):
    number = situations.a_number(NumberKind.D_NUMBER)
    person = actions.receive_message(samples.arrival(number, inside="false"), by=BY).person
    before = (person.current_stay.pk, person.current_stay.legal_status, person.current_stay.end_date)
    mapper = situations.an_account(Role.MAPPER, at=person.current_stay.unit)
    actions.add_number(person, situations.a_number(), by=mapper)
    leader_says_yes(mapper.current_posts[0].unit)
    person.refresh_from_db()
    stay = person.current_stay
    assert (stay.pk, stay.legal_status, stay.end_date) == before


def test_a_number_that_somebody_else_has_waits_for_a_leader(mapper):
    person, d_number = with_d_number()
    other = situations.a_person()
    [taken] = numbers_of(other)
    outcome = actions.add_number(person, taken, by=mapper)
    assert (outcome.waits, numbers_of(person), numbers_of(other)) == (True, {d_number}, {taken})
    row = Message.objects.parked().get()
    assert row.why == "FOR_HAAND"
    leader = situations.an_account(Role.LEADER)
    assert list(Message.objects.visible_to(leader).parked()) == [row]
    actions.resolve(row, same=True, by=leader)
    assert Person.objects.exclude(current_stay=None).count() == 1


def test_a_second_number_of_a_kind_one_has_one_of_waits_for_a_leader(mapper):
    person = situations.a_person()
    outcome = actions.add_number(person, situations.a_number(), by=mapper)
    assert outcome.waits
    assert Message.objects.parked().get().why == "FOR_HAAND"


def test_a_number_the_person_has_is_told(mapper):
    person, d_number = with_d_number()
    with pytest.raises(Refused, match="number_known"):
        actions.add_number(person, d_number, by=mapper)
    assert Message.objects.count() == 1


def test_somebody_known_by_no_number_gets_one_and_stays_the_same_person(mapper):
    person = situations.a_person(born=None)
    stay = person.current_stay
    number = situations.a_number()
    outcome = actions.add_number(person, number, by=mapper)
    person.refresh_from_db()
    assert (outcome.person, outcome.waits, outcome.effects, person.current_stay) == (person, True, [], stay)
    leader_says_yes()
    assert numbers_of(person) == set()
    assert service_places(number, stay.unit).person == person
    assert numbers_of(person) == {number}
    duf = situations.a_number(NumberKind.DUF)
    actions.add_number(person, duf, by=mapper)
    leader_says_yes()
    service_places(duf, stay.unit)
    assert numbers_of(person) == {number, duf}


def test_a_number_that_waits_is_not_lost_to_another(mapper):
    first, second = situations.a_number(), situations.a_number(NumberKind.D_NUMBER)
    told = {"name": ("Prøve", "", "Testesen"), "unit": mapper.current_posts[0].unit, "category": "Ubetinget"}
    person = actions.register(**told, numbers=[first], arrived_at=timezone.now(), by=mapper)
    with pytest.raises(Refused, match="number_waits"):
        actions.add_number(person, second, by=mapper)
    leader_says_yes()
    with pytest.raises(Refused, match="number_known"):
        actions.add_number(person, first, by=mapper)
    actions.add_number(person, second, by=mapper)
    leader_says_yes()
    for number in (first, second):
        assert service_places(number, told["unit"]).person == person
    assert numbers_of(person) == {first, second}


def test_somebody_known_by_no_number_is_not_joined_with_anybody_unasked(mapper):
    person, other = situations.a_person(born=None), situations.a_person()
    outcome = actions.add_number(person, *numbers_of(other), by=mapper)
    assert (outcome.person, outcome.waits) == (person, True)
    assert Person.objects.exclude(current_stay=None).count() == 2


def test_another_name_is_sealed_found_by_and_kept_when_the_service_tells_a_name(mapper):
    person, d_number = with_d_number()
    aliases.add(person, "Kallenavnet", by=mapper)
    aliases.add(person, "kallenavnet", by=mapper)
    actions.receive_message(samples.person_information(d_number, at=later(), name=("Nytt", None, "Navn")), by=BY)
    person.refresh_from_db()
    assert person.identity.open()["aliases"] == ["Kallenavnet"]
    assert person.name == "Nytt Navn"
    assert matching(Person.objects.all(), "kallen", by=mapper).people == [person.pk]
    assert Event.objects.filter(verb=Verb.PERSON_CHANGED, reason="alias_added").count() == 1


def test_a_name_written_by_mistake_is_taken_away_and_the_history_stays(mapper):
    person = situations.a_person()
    for name in ("Kallenavnet", "Skrevet Feil"):
        aliases.add(person, name, by=mapper)
    aliases.remove(person, "Skrevet Feil", by=mapper)
    with pytest.raises(Refused, match="no_such_name"):
        aliases.remove(person, "Skrevet Feil", by=mapper)
    person.refresh_from_db()
    assert aliases.of(person) == ["Kallenavnet"]
    assert matching(Person.objects.all(), "skrevet", by=mapper).people == []
    assert Event.objects.filter(verb=Verb.PERSON_CHANGED, reason="alias_taken_away", subject=person.pk).count() == 1
    before = person.history.all()[1]
    assert before.identity.open()["aliases"] == ["Kallenavnet", "Skrevet Feil"]


def test_when_two_records_become_one_the_other_names_come_along(mapper):
    person, _ = with_d_number()
    other = situations.a_person()
    aliases.add(person, "Kallenavnet", by=mapper)
    aliases.add(other, "Økenavnet", by=mapper)
    [taken] = numbers_of(other)
    actions.add_number(person, taken, by=mapper)
    actions.resolve(Message.objects.parked().get(), same=True, by=situations.an_account(Role.LEADER))
    kept = Person.objects.exclude(current_stay=None).get()
    assert set(kept.identity.open()["aliases"]) == {"Kallenavnet", "Økenavnet"}


@pytest.mark.parametrize("role", [Role.LEADER, Role.DECIDER, Role.PRIVACY, Role.SYSTEM])
def test_others_may_add_neither(role):
    person, by = situations.a_person(), situations.an_account(role)
    with pytest.raises(PermissionDenied):
        actions.add_number(person, situations.a_number(NumberKind.DUF), by=by)
    with pytest.raises(PermissionDenied):
        aliases.add(person, "Kallenavnet", by=by)
    with pytest.raises(PermissionDenied):
        aliases.remove(person, "Kallenavnet", by=by)


def test_a_mapper_of_another_unit_may_not():
    person, by = situations.a_person(), situations.an_account(at=situations.a_unit("Agder fengsel"))
    with pytest.raises(PermissionDenied):
        actions.add_number(person, situations.a_number(NumberKind.DUF), by=by)
