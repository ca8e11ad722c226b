"""Who may open what: a table kept by hand, held against every address the house has.

``access.csv`` is decided, not generated, and imports nothing. Each cell says ``own/other``: the answer for something of
one's own unit (for a partner: of one's own organisation), and for the same thing elsewhere. The last column is the
most database queries the address may take for those who may open it.
"""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection, reset_queries, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from brik.staff.models import Organisation, Role, Unit
from brik.vault import keys
from followup.demo import register, telling
from tests.access import world
from tests.access.table import ROLES, TABLE, names

pytestmark = pytest.mark.django_db

HERE, ELSEWHERE = "0501", "0931"


def test_every_address_stands_in_the_table_and_nothing_else_does():
    assert set(TABLE) == names()


def test_every_role_has_a_column_and_no_column_is_anything_else():
    assert sorted(ROLES) == sorted([*Role, "ikke_godkjent", "ingen"])


def answer(client, name: str, arguments: dict, method: str) -> tuple[int, int]:
    """Status and number of queries; whatever the request changed is undone."""
    cookies = client.cookies.copy()
    # Django keeps no more than 9000 queries in all.
    reset_queries()
    with transaction.atomic():
        with CaptureQueriesContext(connection) as queries:
            send = client.post if method == "POST" else client.get
            status = send(reverse(name, kwargs=arguments)).status_code
        transaction.set_rollback(True)
    client.cookies = cookies
    return status, len(queries)


def test_everyone_may_open_exactly_what_the_table_says(client):
    register.load()
    call_command("load_texts", stdout=StringIO())
    here, there = Unit.objects.get(number=HERE), Unit.objects.get(number=ELSEWHERE)
    with keys.ring():
        own = world.build(here, Organisation.objects.get(number=telling.HEALTH))
        other = world.build(there, Organisation.objects.get(number=telling.HEALTH_AGDER))
    wrong = []
    for role in ROLES:
        user = world.somebody(role, here)
        client.logout()
        if user is not None:
            client.force_login(user)
        for name, row in TABLE.items():
            told, most = [], 0
            for arguments in (own, other):
                status, queries = answer(client, name, arguments.get(name, {}), row["metode"])
                told.append(str(status))
                most = max(most, queries if status == 200 else 0)
            if "/".join(told) != row[role]:
                wrong.append(f"{name} {role}: {'/'.join(told)}, decided {row[role]}")
            if most > int(row["sporringer"]):
                wrong.append(f"{name} {role}: {most} queries, at most {row['sporringer']}")
    assert not wrong, "\n" + "\n".join(wrong)
