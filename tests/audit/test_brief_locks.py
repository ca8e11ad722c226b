"""Whoever changes the schema gives up soon, in a sentence, when another session holds what it needs."""

from datetime import timedelta

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection

from brik.audit import brief_locks, known_verbs, partitions
from brik.audit.brief_locks import waiting_briefly

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture
def held(monkeypatch):
    """Somebody else reads the log in a transaction that does not end."""
    monkeypatch.setattr(brief_locks, "LOCK_SECONDS", 1)
    parts = connection.get_connection_params()
    with psycopg.connect(
        **{name: parts[name] for name in ("dbname", "user", "host", "password") if parts.get(name)}
    ) as other:
        other.execute("LOCK TABLE audit_event IN ACCESS SHARE MODE")
        yield other


def lock_timeout():
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        return cursor.fetchone()[0]


def test_migrate_gives_up_with_a_sentence_and_can_be_run_again(held):
    known_verbs_changed = ["session.login"]
    held.rollback()
    known_verbs.update(known_verbs_changed)
    held.execute("LOCK TABLE audit_event IN ACCESS SHARE MODE")
    with pytest.raises(CommandError, match="held a table"):
        call_command("migrate", verbosity=0)
    held.rollback()
    call_command("migrate", verbosity=0)
    assert not known_verbs.update()


def test_make_partitions_gives_up_too(held, monkeypatch):
    later = partitions.end() - timedelta(days=45)
    monkeypatch.setattr("brik.audit.partitions.timezone.now", lambda: later)
    more = partitions.months_ahead() + 1
    with pytest.raises(CommandError, match="held a table"):
        call_command("make_partitions", "--months", str(more))


def test_afterwards_the_session_waits_as_before():
    before = lock_timeout()
    with waiting_briefly():
        assert lock_timeout() == f"{brief_locks.LOCK_SECONDS}s"
    assert lock_timeout() == before


def test_what_else_goes_wrong_is_told_as_it_is():
    with pytest.raises(OperationalError, match="something else"), waiting_briefly():
        raise OperationalError("something else")
