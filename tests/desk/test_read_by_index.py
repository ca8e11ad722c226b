"""Pages that ask a table which grows with the nation read the few rows they show, by an index."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from brik.arrivals import answers
from brik.staff.models import Role
from followup.desk.privacy import search
from tests import situations

pytestmark = [pytest.mark.django_db]
MANY_EVENTS = """
INSERT INTO audit_event (at, verb, actor, role, unit, object_name, object_id, reason, about, stated, code)
SELECT now() - number * interval '1 minute', 'person.read', 'x', '', '', '', '', '', '', '', ''
FROM generate_series(1, 3000) number
"""
MANY_MESSAGES = """
INSERT INTO arrivals_message (uuid, row_version, subject, message_id, event_id, type, digest, unit_number, deletes,
    sender, content, fate, why, question, received_at, code)
SELECT gen_random_uuid(), 1, gen_random_uuid(), number, number, 'Inntak', number, number % 50, '',
    '', decode(repeat('b0', 100), 'hex'), 'BRUKT', '', '', now(), ''
FROM generate_series(1, 20000) number
"""


def plans_of(ask):
    """The plans of all that ``ask`` reads, where an index can be used at all.

    What a scan of a whole table costs follows from what other tests have left in its pages; so it is left out.
    """
    with CaptureQueriesContext(connection) as read:
        ask()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        plans = []
        for query in read.captured_queries:
            cursor.execute("EXPLAIN " + query["sql"].replace("%", "%%"), [])
            plans.append("\n".join(line for (line,) in cursor.fetchall()))
    return plans


def fill(statement, table):
    with connection.cursor() as cursor:
        cursor.execute(statement)
        cursor.execute(f"ANALYZE {table}")


@pytest.mark.parametrize("alarm", [search.broken, search.many_withdrawals])
def test_the_alarms_on_the_page_of_events_are_not_looked_for_in_the_whole_log(alarm):
    officer = situations.an_account(Role.PRIVACY)
    fill(MANY_EVENTS, "audit_event")
    (plan,) = [plan for plan in plans_of(lambda: alarm(officer)) if "audit_event" in plan]
    assert "verb_at_idx" in plan
    assert "Seq Scan on audit_event" not in plan


@pytest.mark.parametrize("listed", [answers.waiting_for, answers.answered_for])
def test_the_page_of_waiting_arrivals_does_not_read_every_message(listed):
    leader = situations.an_account(Role.LEADER)
    fill(MANY_MESSAGES, "arrivals_message")
    plans = [plan for plan in plans_of(lambda: list(listed(leader)[:20])) if "arrivals_message" in plan]
    assert any("message_asked" in plan for plan in plans)
    assert not [plan for plan in plans if "Seq Scan on arrivals_message" in plan]
