"""What somebody has typed never stands in the log of the database's server, not even where a statement fails."""

import re
import secrets
from pathlib import Path

import pytest
from django.conf import settings
from django.core.checks import run_checks
from django.db import DatabaseError, connection, transaction

from brik.jobs import server_log
from brik.staff.models import Unit
from tests import situations

pytestmark = [pytest.mark.django_db]
LOG = Path(settings.DATA_DIR, "postgres/log")
FAILING = {
    "a value of another type": "SELECT %s::integer",
    "no such column": 'SELECT 1 AS found WHERE "%s" = 1',
    "a rule that a row breaks": "INSERT INTO staff_unit (number, name, district, standing) VALUES ('1', %s, '', 'X')",
    "a right that is lacking": f"SET LOCAL ROLE {settings.APPLICATION_ROLE}; UPDATE audit_event SET actor = %s",
    "words of our own": "DO $$ BEGIN RAISE EXCEPTION 'nobody answers %%', %s; END $$",
    "a warning": "DO $$ BEGIN RAISE WARNING 'nobody answers %%', %s; END $$; SELECT 1/0",
}


def written_since(place):
    with LOG.open("rb") as file:
        file.seek(place)
        return file.read().decode(errors="replace")


@pytest.fixture
def place():
    """Where the log ends when the test begins."""
    assert LOG.exists(), "the database of the tests writes its log there"
    return LOG.stat().st_size


@pytest.mark.parametrize("statement", FAILING.values(), ids=FAILING)
def test_a_word_in_a_statement_that_fails_is_not_in_the_log(place, statement):
    word = f"plantet{secrets.token_hex(8)}"
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, [word])
    assert word not in written_since(place)


def test_a_number_that_is_taken_is_not_in_the_log(place):
    word = f"plantet{secrets.token_hex(4)}"
    Unit.objects.create(number=word, name=word)
    with pytest.raises(DatabaseError, match=word), transaction.atomic():
        Unit.objects.create(number=word, name=word)
    assert word not in written_since(place)


def test_as_the_server_comes_the_words_are_there(place):
    """Seen to fail: the settings are what keeps them out, and only the owner of the server lays them down."""
    word = f"plantet{secrets.token_hex(8)}"
    with connection.cursor() as cursor:
        for name in server_log.SETTINGS:
            cursor.execute("SELECT boot_val FROM pg_settings WHERE name = %s", [name])
            cursor.execute(f"SET LOCAL {name} = '{cursor.fetchone()[0]}'")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(FAILING["a value of another type"], [word])
    assert word in written_since(place)


@pytest.mark.parametrize("name", server_log.SETTINGS)
def test_a_server_that_may_write_values_is_told_by_the_check(name):
    assert server_log.differences() == []
    other = {
        "log_statement": "all",
        "log_error_verbosity": "verbose",
        "log_min_messages": "warning",
        "log_min_error_statement": "error",
        "log_transaction_sample_rate": "1",
    }.get(name, "1")
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL {name} = '{other}'")
    (sentence,) = server_log.differences()
    assert re.search(rf"has {name} = {other}:", sentence)
    assert [message.msg for message in run_checks(databases=["default"]) if message.id == "jobs.W001"] == [sentence]


def test_the_application_may_ask():
    situations.a_unit()
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {settings.APPLICATION_ROLE}")
        assert server_log.differences() == []
        cursor.execute("RESET ROLE")


def test_the_readme_says_every_setting():
    readme = Path(settings.BASE_DIR, "README.md").read_text()
    assert all(line in readme for line in server_log.lines().splitlines())
