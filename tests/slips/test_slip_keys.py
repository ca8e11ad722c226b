"""A slip opens with the person's key and the organisation's together, in its own place, and stays as it was written."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from brik.slips import actions
from brik.slips.models import Slip
from brik.slips.topics import Topic
from brik.staff.models import Organisation
from brik.vault import keys
from brik.vault.models import ORGANISATION, PERSON, Key
from brik.vault.place import place_of
from brik.vault.providers.provider import provider
from brik.vault.sealing import SealBroken, unseal
from tests import canary, situations
from tests.slips import turns
from tests.slips.turns import without_guard

pytestmark = [pytest.mark.django_db]


@pytest.fixture
def slip(oslo, health):
    return turns.turned(situations.a_person(at=oslo), Topic.WITHDRAWAL)


def found(slip) -> Slip:
    return Slip.objects.get(pk=slip.pk)


def verify() -> str:
    out = StringIO()
    try:
        call_command("verify_audit", stdout=out)
    except CommandError:
        return f"FEIL {out.getvalue()}"
    return out.getvalue()


def test_with_both_keys_it_opens(slip):
    assert found(slip).topics == [Topic.WITHDRAWAL]
    assert "Everything fits." in verify()


@pytest.mark.parametrize("whose", ["person", "organisation", "slip"])
@pytest.mark.parametrize("ring", [False, True])
def test_with_one_of_its_keys_destroyed_it_is_gone(slip, noise, whose, ring):
    subject = {
        "person": slip.person_id,
        "organisation": Organisation.key_subject(slip.organisation_id),
        "slip": slip.pk,
    }[whose]
    Key.objects.filter(subject=subject).change(destroyed_at=timezone.now(), wrapped=b"")
    if ring:
        with keys.ring():
            rows = {row.pk: row for row in Slip.objects.all().with_keys()}
            with pytest.raises(SealBroken):
                rows[slip.pk].content.open()
            assert rows[noise.pk].topics == [Topic.TEETH, Topic.OTHER]
    else:
        with pytest.raises(SealBroken):
            found(slip).content.open()
    assert "slip: 2 rows, 1 fields opened, 1 shredded, 0 wrong" in verify()


def test_what_is_stored_of_its_key_gives_it_up_to_neither_of_the_two_alone(slip):
    """Not even to somebody who holds the wrapping key too."""
    name, stored = place_of(slip).shared_key, Key.objects.get(subject=slip.pk)
    twice = provider().unwrap(bytes(stored.wrapped), stored.keeping, slip.pk, stored.key_id)
    person, organisation = (keys.key_for(part) for part in name.parts[:2])
    with pytest.raises(SealBroken):
        unseal(organisation, twice, name.bound_to)
    with pytest.raises(SealBroken):
        unseal(person, unseal(person, twice, name.bound_to), name.bound_to)
    assert len(unseal(organisation, unseal(person, twice, name.bound_to), name.bound_to)) == 32


def test_a_wrapped_key_opens_in_its_own_keeping_only(slip):
    """Whoever writes rows could else let one kind of key pass for another."""
    own = Key.objects.get(keeping=ORGANISATION, subject=Organisation.key_subject(slip.organisation_id))
    Key.objects.create(keeping=PERSON, subject=own.subject, person=own.subject, wrapped=own.wrapped, key_id=own.key_id)
    assert keys.key_for(keys.of_organisation(own.subject))
    with pytest.raises(SealBroken):
        keys.key_for(keys.of_person(own.subject))


def test_a_slip_that_is_given_to_another_organisation_or_person_does_not_open(slip, noise):
    for column, other in (("organisation_id", noise.organisation_id), ("person_id", noise.person_id)):
        before = getattr(slip, column)
        without_guard(f"UPDATE slips_slip SET {column} = %s WHERE uuid = %s", other, slip.pk)
        with pytest.raises(SealBroken):
            found(slip).content.open()
        assert f"slip {slip.pk}: the seal is broken" in verify()
        without_guard(f"UPDATE slips_slip SET {column} = %s WHERE uuid = %s", before, slip.pk)


def test_what_is_written_is_never_changed_or_taken_away(slip):
    for statement in (
        "UPDATE slips_slip SET turned_at = now()",
        "DELETE FROM slips_slip",
        "UPDATE slips_slipopening SET opened_at = now()",
        "DELETE FROM slips_slipopening",
    ):
        if "opening" in statement:
            actions.open_waiting(slip.organisation, by=turns.nurse(slip.organisation))
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_the_database_takes_no_row_of_another_size(oslo, health, officer):
    someone = situations.a_person(at=oslo)
    for content in ("", "KROPP", " " * 129):
        row = Slip(person=someone, organisation=health, unit=oslo, turned_by=officer, content=content)
        with pytest.raises(DatabaseError, match="one_size"), transaction.atomic():
            row.save()


def test_many_slips_are_opened_with_as_many_queries_as_few(oslo, health, django_assert_num_queries):
    for _ in range(6):
        turns.turned(situations.a_person(at=oslo), Topic.SLEEP)
    with keys.ring(), django_assert_num_queries(3):
        assert {tuple(row.topics) for row in Slip.objects.filter(organisation=health).with_keys()} == {(Topic.SLEEP,)}


def test_rows_with_a_key_of_their_own_are_not_written_or_read_past_it(oslo, health, officer):
    row = Slip(
        person=situations.a_person(at=oslo), organisation=health, unit=oslo, turned_by=officer, content=" " * 128
    )
    with pytest.raises(TypeError):
        Slip.objects.bulk_create([row])
    with pytest.raises(TypeError):
        list(Slip.objects.all().opened("content"))


@pytest.mark.django_db(transaction=True)
def test_what_was_chosen_stands_nowhere_in_clear(client, oslo, health, officer):
    """Not in the database with sessions and queue, and in no answer, whatever kept the page from arriving."""
    someone = situations.a_person(at=oslo)
    client.force_login(officer)
    choice = ("ABSTINENS", "MEDISINER")
    answers = [turns.send(client, someone, *choice)]
    client.post("/skjul-skjermen/", {"next": "/"})
    answers.append(turns.send(client, someone, *choice))
    client.logout()
    answers.append(turns.send(client, someone, *choice))
    turns.turned(someone, by=officer)
    assert Slip.objects.filter(person=someone).count() == 2
    texts = {str(number): answer.serialize() for number, answer in enumerate(answers)}
    assert canary.search(choice, database=connection.settings_dict, texts=texts) == []
