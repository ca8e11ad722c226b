"""The command: what it prints, how it ends, and as whom it works; and killed, it is run again."""

import os
import signal
import subprocess
import sys
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, transaction

from brik.people.identifiers.numbers import Number, NumberKind
from brik.people.models import Identifier, Person
from brik.vault.models import INTERVIEW, PERSON, Key
from brik.vault.rotation.counts import RotationRefused
from brik.vault.rotation.rotation_role import rotation_role
from tests import situations
from tests.bench.people import fill
from tests.faults.house import database_url
from tests.vault.key_keepers import PROVIDERS
from tests.vault.rotation import key_changes


@pytest.mark.django_db
def test_it_prints_the_proof(mapping):
    with key_changes.keys_as_before():
        key_changes.new_wrapping_key()
        number, out = Key.objects.count(), StringIO()
        call_command("rotate_keys", "wrapping", stdout=out)
        assert out.getvalue() == f"{number} of {number}\n{number} seen, {number} written, {number} verified.\n"


@pytest.mark.django_db
def test_it_ends_with_1_and_the_names_when_not_all_is_verified(mapping):
    with key_changes.keys_as_before():
        key_changes.new_wrapping_key()
        situations.forge(Key.objects.get(keeping=INTERVIEW, subject=mapping.pk), key_id="en annen")
        out = StringIO()
        with pytest.raises(CommandError) as ended:
            call_command("rotate_keys", "wrapping", stdout=out)
        assert ended.value.returncode == 1
        assert f"  interview {mapping.pk}: it is not as it was saved here\n" in out.getvalue()


@pytest.mark.django_db
def test_it_replaces_the_key_of_one_keeping_or_says_why_not(mapping):
    out = StringIO()
    call_command("rotate_keys", "keeping", "interview", str(mapping.pk), "--seconds-for-readers=0", stdout=out)
    assert out.getvalue().endswith("8 seen, 8 written, 8 verified.\n"), out.getvalue()
    with pytest.raises(CommandError, match="There is no key of interview"):
        call_command("rotate_keys", "keeping", "interview", str(mapping.person_id))
    with pytest.raises(CommandError, match="No code key is being replaced"):
        call_command("rotate_keys", "codes")
    with pytest.raises(CommandError, match="No look-up key is being replaced"):
        call_command("rotate_keys", "lookups")
    with pytest.raises(CommandError, match="from the beginning"):
        call_command("rotate_keys", "column", "person", "identity")


@pytest.mark.django_db
def test_a_login_that_is_no_member_is_refused_with_a_sentence():
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE brik_someone; SET LOCAL SESSION AUTHORIZATION brik_someone")
        with pytest.raises(RotationRefused, match="may not work as brik_rotate"), transaction.atomic(), rotation_role():
            pass


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        "UPDATE people_person SET person_created = now()",
        "UPDATE staff_unit SET name = 'x'",
        "DELETE FROM vault_key",
        "UPDATE vault_key SET destroyed_at = now()",
        "INSERT INTO staff_unit (name) VALUES ('x')",
    ],
)
def test_as_its_role_it_could_change_nothing_else(change):
    situations.a_person()
    with pytest.raises(ProgrammingError), transaction.atomic(), rotation_role(), connection.cursor() as cursor:
        cursor.execute(change)


def started(keeper, folder, *argv):
    """The command as a process of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("BRIK_", "DJANGO_", "COV_"))}
    own = {"SECRET_KEY": "a test and nothing else", "DATA_DIR": str(folder), "DATABASE_URL": database_url()}
    return subprocess.Popen(
        [sys.executable, "manage.py", "rotate_keys", *argv],
        cwd=settings.BASE_DIR,
        env={**kept, **own, **keeper.environment()},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def killed_after(process, lines):
    """Kill it when it has printed so many lines."""
    for _ in range(lines):
        assert process.stdout.readline(), process.stderr.read()
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert process.returncode == -signal.SIGKILL


@pytest.mark.processes
@pytest.mark.proof
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("provider", PROVIDERS)
def test_killed_in_the_middle_of_the_wrapping_the_next_run_goes_on(provider, new_keeper, tmp_path):
    keeper = new_keeper(provider).fill()
    people = 6000
    fill(situations.a_unit(), people)
    current = key_changes.new_wrapping_key()
    killed_after(started(keeper, tmp_path, "wrapping"), 2)
    done = Key.objects.filter(key_id=current).count()
    assert 2000 <= done < people
    assert len([*Person.objects.opened("identity")]) == people
    again = started(keeper, tmp_path, "wrapping")
    out, err = again.communicate(timeout=120)
    assert again.returncode == 0, err
    assert out.endswith(f"{people} seen, {people - done} written, {people} verified.\n")


@pytest.mark.processes
@pytest.mark.proof
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("provider", PROVIDERS)
def test_killed_while_it_waits_for_readers_both_keys_open_and_the_next_run_ends_it(provider, new_keeper, tmp_path):
    keeper = new_keeper(provider).fill()
    person = situations.a_person(family="Bevart")
    said = person.identity.open()
    waiting = ("keeping", PERSON, str(person.pk), "--seconds-for-readers=600")
    killed_after(started(keeper, tmp_path, *waiting), 1)
    assert Key.objects.exclude(before=b"").count() == 1
    assert Person.objects.get(pk=person.pk).identity.open() == said
    again = started(keeper, tmp_path, *waiting[:3], "--seconds-for-readers=0")
    _out, err = again.communicate(timeout=120)
    assert again.returncode == 0, err
    assert not Key.objects.exclude(before=b"").exists()
    assert Person.objects.get(pk=person.pk).identity.open() == said


@pytest.mark.processes
@pytest.mark.proof
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("provider", PROVIDERS)
def test_killed_in_the_middle_of_the_hashing_everybody_is_found_and_the_next_run_goes_on(
    provider, new_keeper, tmp_path
):
    keeper = new_keeper(provider).fill()
    people = 6000
    fill(situations.a_unit(), people)
    some = [Number(NumberKind(row.kind), row.number.open()) for row in Identifier.objects.order_by("pk")[::1000]]
    for step, column in ((key_changes.next_lookup_key, "lookup_second"), (key_changes.switch_lookup_key, "lookup")):
        step()
        killed_after(started(keeper, tmp_path, "lookups"), 2)
        left = Identifier.objects.filter(**{f"{column}__isnull": step is key_changes.next_lookup_key}).count()
        assert 0 < left <= people - 2000
        assert Identifier.objects.holding(some).keys() == {*some}
        again = started(keeper, tmp_path, "lookups")
        out, err = again.communicate(timeout=120)
        assert again.returncode == 0, err
        assert out.endswith(f"{people} seen, {left} written, {people} verified.\n")
    key_changes.drop_lookup_key()
    assert Identifier.objects.holding(some).keys() == {*some}
