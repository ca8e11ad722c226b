"""What a test of real transactions has written is gone when it ends, whatever refuses to be deleted."""

import pytest
from django.core.management import call_command
from django.db import connection

from brik.audit.models import Event, Head
from brik.people.models import Person
from tests import situations
from tests.pace.touched_tables import deleted_instead_of_truncated

pytestmark = pytest.mark.django_db(transaction=True)


def rows():
    tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(f"SELECT '{table}', count(*) FROM \"{table}\"" for table in tables))
        return {table for table, number in cursor.fetchall() if number}


def flush():
    with deleted_instead_of_truncated():
        call_command("flush", verbosity=0, interactive=False, reset_sequences=False, inhibit_post_migrate=False)


def test_no_row_stays_also_of_what_the_house_never_deletes(key_ring):
    situations.a_consent(situations.a_person())
    assert Event.objects.exists()
    assert Head.objects.exists()
    assert len(rows()) > 10
    flush()
    assert rows() == set()


def test_sequences_go_on(key_ring):
    situations.a_person()
    last = Event.objects.order_by("-pk").first().pk
    flush()
    situations.a_person()
    assert Person.objects.count() == 1
    assert Event.objects.order_by("pk").first().pk > last


def test_the_triggers_refuse_again_afterwards(key_ring):
    flush()
    with connection.cursor() as cursor:
        cursor.execute("SHOW session_replication_role")
        assert cursor.fetchone() == ("origin",)
