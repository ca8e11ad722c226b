"""What has been decided, told or read stays: each of these tables refuses change, removal and emptying by itself."""

import pytest
from django.db import connection

pytestmark = pytest.mark.django_db
TABLES = [
    "arrivals_arrivalanswer",
    "audit_event",
    "consent_text",
    "consent_textapproval",
    "consent_consent",
    "consent_decision",
    "consent_step",
    "consent_withdrawal",
    "consent_withdrawalhearing",
    "consent_withdrawalreceipt",
    "consent_signedsheet",
    "desk_erasure",
    "desk_erasuredecision",
    "desk_legalhold",
    "desk_legalholdend",
    "desk_weeklycount",
    "people_ruling",
    "plan_historicalneed",
    "sharing_disclosure",
    "sharing_disposalanswer",
    "sharing_disposalnotice",
    "sharing_partneranswer",
    "sharing_partnermessage",
    "sharing_receipt",
    "slips_slip",
    "slips_slipopening",
]
# The bits of pg_trigger.tgtype: before, for each row, on UPDATE and DELETE; before, for each statement, on TRUNCATE.
ROWS, WHOLE = 1 | 2 | 8 | 16, 2 | 32


@pytest.mark.parametrize("table", TABLES)
def test_the_triggers_of_a_table_that_stays_are_there_and_awake(table):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgtype, tgenabled FROM pg_trigger"
            " WHERE tgrelid = %s::regclass AND tgfoid = 'brik_append_only'::regproc ORDER BY tgtype",
            [table],
        )
        assert cursor.fetchall() == [(ROWS, "O"), (WHOLE, "O")]


@pytest.mark.parametrize("table", TABLES)
def test_the_application_may_add_to_a_table_that_stays_and_no_more(table):
    wanted = {"INSERT": True, "UPDATE": False, "DELETE": False, "TRUNCATE": False}
    with connection.cursor() as cursor:
        for right, given in wanted.items():
            cursor.execute("SELECT has_table_privilege('brik_app', %s, %s)", [table, right])
            assert cursor.fetchone() == (given,), right
