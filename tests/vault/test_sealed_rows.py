"""How rows with sealed values behave: what opens, what is saved, what is refused."""

import copy
import pickle
import uuid

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import Q
from django.template import Context, Template

from brik.people.models import Identifier, Person
from brik.vault.sealed_models import StaleRow
from brik.vault.sealing import SealBroken
from tests import situations

pytestmark = [pytest.mark.django_db]
NEW = {"given": "Ny", "middle": "", "family": "Verdi", "aliases": []}


def stored(row):
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_version, identity, protection FROM people_person WHERE uuid = %s", [row.pk])
        return cursor.fetchone()


def number_of(someone, number="123", kind="SSPNUMMER"):
    return Identifier(person=someone, kind=kind, number=number, lookup=number.encode())


def test_a_name_is_read_back_only_by_opening_it():
    found = Person.objects.get(pk=situations.a_person().pk)
    assert repr(found.identity) == "<Sealed>"
    assert found.identity.open()["given"] == "Prøve"


def test_a_sealed_value_prints_nothing_in_a_template():
    someone = situations.a_person()
    assert Template("[{{ p.identity }}]").render(Context({"p": someone})) == "[]"
    assert f"{someone.identity}" == ""


def test_history_opens_with_the_same_code_at_every_version():
    someone = situations.a_person()
    first = someone.identity.open()
    someone.identity = NEW
    someone.save()
    newest, *older = someone.history.all()
    assert newest.identity.open() == NEW
    assert {row.identity.open()["given"] for row in older} == {first["given"]}


def test_a_row_taken_out_of_history_opens():
    someone = situations.a_person()
    before = someone.identity.open()
    someone.identity = NEW
    someone.save()
    assert someone.history.last().instance.identity.open() == before


@pytest.mark.parametrize(
    "query",
    [
        lambda: Person.objects.update(identity={"given": "Klartekst"}),
        lambda: Person.objects.update(identity=None),
        lambda: Person.objects.update(row_version=1),
        lambda: Person.objects.filter(identity={"given": "Klartekst"}).exists(),
        lambda: Person.objects.filter(Q(("identity__contains", "Klartekst"))).exists(),
        lambda: Person.objects.bulk_create([Person(identity=NEW)], update_conflicts=True),
    ],
)
def test_what_would_pass_by_the_seal_is_refused(query):
    situations.a_person()
    with pytest.raises(TypeError):
        query()


def test_saving_without_a_new_value_keeps_bytes_and_version():
    someone = situations.a_person()
    before = stored(someone)
    someone.save()
    Person.objects.get(pk=someone.pk).save()
    assert stored(someone) == before


def test_one_new_value_reseals_the_whole_row_one_version_higher():
    someone = situations.a_person()
    someone.protection = {"note": "x"}
    before = stored(someone)
    someone.save(update_fields=["protection"])
    after = stored(someone)
    assert after[0] == before[0] + 1
    assert after[1] != before[1]
    found = Person.objects.get(pk=someone.pk)
    assert (found.identity.open()["given"], found.protection.open()) == ("Prøve", {"note": "x"})


def test_empty_values_and_none_stay_apart():
    someone = situations.a_person()
    empty: list[object] = [{}, [], "", 0, False]
    for value in empty:
        someone.protection = value
        someone.save()
        found = Person.objects.get(pk=someone.pk).protection.open()
        assert found == value
        assert type(found) is type(value)
    someone.protection = None
    version = someone.row_version
    someone.save(update_fields=["created_at"])
    found = Person.objects.get(pk=someone.pk)
    assert found.protection is None
    assert found.row_version == version + 1
    assert found.identity.open()["given"] == "Prøve"


def test_putting_none_where_there_was_none_is_no_change():
    someone = situations.a_person()
    before = stored(someone)
    someone.protection = None
    someone.save()
    assert stored(someone) == before


def test_none_put_into_a_field_that_was_never_loaded_is_saved_as_a_change():
    someone = situations.a_person()
    someone.protection = {"note": "x"}
    someone.save()
    lean = Person.objects.defer("protection").get(pk=someone.pk)
    lean.protection = None
    lean.save()
    found = Person.objects.get(pk=someone.pk)
    assert (found.protection, found.row_version) == (None, someone.row_version + 1)


def test_deferred_values_are_loaded_and_saved_whole():
    someone = situations.a_person()
    lean = Person.objects.only("created_at").get(pk=someone.pk)
    assert lean.identity.open()["given"] == "Prøve"
    lean = Person.objects.only("created_at").get(pk=someone.pk)
    lean.protection = {"note": "y"}
    lean.save()
    found = Person.objects.get(pk=someone.pk)
    assert (found.identity.open()["given"], found.protection.open()) == ("Prøve", {"note": "y"})


def test_a_deferred_value_opens_even_if_the_row_was_resealed_in_between():
    someone = situations.a_person()
    lean = Person.objects.only("row_version").get(pk=someone.pk)
    someone.identity = NEW
    someone.save()
    assert lean.identity.open() == NEW


def test_reading_anew_forgets_what_was_not_saved():
    someone = situations.a_person()
    someone.identity, someone.protection = NEW, None
    someone.refresh_from_db()
    before = stored(someone)
    someone.save()
    assert stored(someone) == before
    assert someone.identity.open()["given"] == "Prøve"


@pytest.mark.parametrize("fields", [["identity"], ["row_version"]])
def test_reading_one_sealed_field_anew_brings_the_version_along(fields):
    someone = situations.a_person()
    other = Person.objects.get(pk=someone.pk)
    other.identity = NEW
    other.save()
    someone.refresh_from_db(fields=fields)
    assert someone.identity.open() == NEW


def test_reading_anew_keeps_a_value_given_to_another_field():
    someone = situations.a_person()
    lean = Person.objects.defer("identity").get(pk=someone.pk)
    lean.protection = {"note": "ulagret"}
    assert lean.identity.open()["given"] == "Prøve"
    lean.save()
    assert Person.objects.get(pk=someone.pk).protection.open() == {"note": "ulagret"}


def test_a_value_is_taken_as_it_was_given():
    value = {"given": "Kari"}
    someone = Person(identity=value)
    value["given"] = "Endret"
    assert someone.identity.open() == {"given": "Kari"}


def test_a_copied_row_opens_and_outlives_the_original():
    someone = situations.a_person()
    twins = [copy.copy(someone), copy.deepcopy(someone)]
    someone.identity = NEW
    someone.save()
    assert [twin.identity.open()["given"] for twin in twins] == ["Prøve", "Prøve"]


def test_a_row_copied_under_a_new_uuid_is_sealed_anew():
    someone = situations.a_person(born=None)
    number = number_of(someone)
    number.save()
    number.pk, number.lookup = uuid.uuid4(), b"annet"
    number._state.adding = True
    number.save()
    assert [row.number.open() for row in Identifier.objects.all()] == ["123", "123"]


def test_a_row_given_to_another_person_is_sealed_under_their_key():
    one, other = situations.a_person(), situations.a_person()
    number = number_of(one)
    number.save()
    found = Identifier.objects.get(pk=number.pk)
    found.person = other
    assert found.number.open() == "123"
    found.save(update_fields=["person"])
    with situations.triggers_off(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM vault_key WHERE subject = %s", [one.pk])
    assert Identifier.objects.get(pk=number.pk).number.open() == "123"


def test_a_value_from_another_row_is_opened_and_sealed_anew():
    one, other = situations.a_person(family="Enersen"), situations.a_person()
    other.identity = one.identity
    other.save()
    assert Person.objects.get(pk=other.pk).name == one.name
    assert stored(one)[1] != stored(other)[1]


def test_nothing_that_could_be_read_is_pickled():
    someone = situations.a_person()
    with pytest.raises(TypeError):
        pickle.dumps(someone.identity)
    with pytest.raises(TypeError):
        pickle.dumps(Person(identity=NEW))
    assert b"Testesen" not in pickle.dumps(someone)


def test_sealed_values_are_not_serialised():
    with pytest.raises(TypeError):
        Person._meta.get_field("identity").value_to_string(situations.a_person())


def test_a_value_that_json_does_not_know_is_refused_when_given():
    with pytest.raises(TypeError):
        Person(identity={"given": object()})


def test_two_who_reseal_the_same_version_never_both_win():
    someone = situations.a_person()
    first, second = Person.objects.get(pk=someone.pk), Person.objects.get(pk=someone.pk)
    first.identity = NEW
    first.save()
    second.identity = {"given": "For", "family": "Sent"}
    with pytest.raises(StaleRow), transaction.atomic():
        second.save()
    assert Person.objects.get(pk=someone.pk).identity.open() == NEW
    assert second.row_version == someone.row_version
    second.refresh_from_db()
    second.identity = {"given": "I", "family": "Tide"}
    second.save()
    assert Person.objects.get(pk=someone.pk).row_version == someone.row_version + 2


def test_a_save_that_failed_can_be_tried_again():
    someone = situations.a_person()
    taken, other = number_of(someone), number_of(someone, number="9")
    taken.save()
    other.save()
    again = Identifier.objects.get(pk=other.pk)
    again.number, again.lookup = "123", b"123"
    with pytest.raises(DatabaseError), transaction.atomic():
        again.save()
    assert (again.row_version, again.number.open()) == (1, "123")
    again.number, again.lookup = "10", b"10"
    again.save(update_fields=["number", "lookup"])
    assert Identifier.objects.get(pk=other.pk).number.open() == "10"


def test_bulk_create_seals_what_it_writes_and_bulk_update_refuses_to():
    people = [situations.a_person(born=None) for _ in range(3)]
    numbers = [number_of(someone, number=str(serial)) for serial, someone in enumerate(people)]
    Identifier.objects.bulk_create(numbers)
    found = list(Identifier.objects.order_by("lookup"))
    assert [row.number.open() for row in found] == ["0", "1", "2"]
    for row in found:
        row.number = row.number.open() + "0"
    with pytest.raises(TypeError), transaction.atomic():
        Identifier.objects.bulk_update(found, ["number"])
    again = Identifier.objects.order_by("lookup")
    assert [(row.number.open(), row.row_version) for row in again] == [("0", 1), ("1", 1), ("2", 1)]


def test_a_row_with_nothing_sealed_has_no_version_and_makes_no_key():
    from brik.vault.models import Key

    someone = Person.objects.create()
    assert someone.row_version == 0
    assert someone.name == "Ukjent navn"
    assert not Key.objects.filter(subject=someone.pk).exists()


def test_reading_a_row_anew_that_has_been_sealed_since_gives_what_it_holds_now():
    someone = Person.objects.create()
    early = Person.objects.get(pk=someone.pk)
    someone.identity = NEW
    someone.save()
    early.refresh_from_db()
    assert (early.identity.open(), early.protection) == (NEW, None)


def test_a_row_taken_out_of_history_may_be_saved_and_its_nothing_stays_nothing():
    someone = situations.a_person()
    someone.history.first().instance.save(force_update=True)
    found = Person.objects.get(pk=someone.pk)
    assert (found.name, found.protection) == (someone.name, None)


def test_the_name_of_one_person_does_not_open_on_another():
    one, other = situations.a_person(), situations.a_person()
    other.identity = one.identity.ciphertext
    with pytest.raises(SealBroken):
        other.identity.open()


def test_a_column_of_many_rows_is_opened_with_one_query(django_assert_num_queries):
    people = [situations.a_person(family=f"Nummer{number}-") for number in range(5)]
    nameless = Person.objects.create()
    with django_assert_num_queries(1):
        opened = dict(Person.objects.opened("identity"))
    assert dict(Person.objects.none().opened("identity")) == {}
    assert opened == {someone.pk: someone.identity.open() for someone in people} | {nameless.pk: None}


def test_a_column_of_many_rows_is_refused_when_one_of_them_was_changed():
    one, other = situations.a_person(), situations.a_person()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE people_person SET identity = %s WHERE uuid = %s", [stored(one)[1], other.pk])
    with pytest.raises(SealBroken):
        dict(Person.objects.opened("identity"))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE vault_key SET destroyed_at = now()")
    with pytest.raises(SealBroken, match="key is gone"):
        dict(Person.objects.opened("identity"))
