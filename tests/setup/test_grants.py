"""What each role of the database may do with each table, as the database itself answers, beside the one list."""

import pytest
from django.apps import apps
from django.core.checks import run_checks
from django.core.management import call_command
from django.db import ProgrammingError, connection, transaction

from brik import grants, privileges
from brik.audit.owner_command import owner_role
from brik.grants import APPEND_ONLY, APPLICATION, CHANGEABLE, DELETED, READ_ONLY, ROTATION
from brik.vault.fields import sealed_fields
from brik.vault.inspection import sealed_models
from tests import situations

pytestmark = [pytest.mark.django_db]
OPERATIONS = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")
# The queue's and Django's own tables, and the log's partitions, are no models of ours.
OURS = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}


def rows(sql, *values):
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def run(*statements):
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def tables():
    return dict(
        rows(
            "SELECT relname, relispartition FROM pg_class"
            " WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
        )
    )


def columns_of(table):
    return [
        name
        for (name,) in rows(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped", table
        )
    ]


def answered(role, table):
    """The privileges that the database says a role has: of the table, and of each column where not of the table."""
    whole = {
        operation
        for operation in OPERATIONS
        if rows("SELECT has_table_privilege(%s, %s, %s)", role, table, operation) == [(True,)]
    }
    single = {
        f"{operation} ({column})"
        for operation in ("SELECT", "INSERT", "UPDATE", "REFERENCES")
        if operation not in whole
        for column in columns_of(table)
        if rows("SELECT has_column_privilege(%s, %s, %s, %s)", role, table, column, operation) == [(True,)]
    }
    return whole | single


@pytest.mark.parametrize("role", [APPLICATION, ROTATION])
def test_every_role_may_do_with_every_table_what_the_list_says_and_nothing_else(role):
    found = tables()
    assert found.keys() >= OURS
    wanted = {table: set() if part else set(grants.wanted(role, table)) for table, part in found.items()}
    assert {table: answered(role, table) for table in found} == wanted


def test_the_application_deletes_rows_of_these_tables_and_of_no_other():
    may = {table for table in tables() if "DELETE" in answered(APPLICATION, table)}
    assert may == DELETED.keys()
    assert all(reason.endswith(".") for reason in DELETED.values())
    assert not any("TRUNCATE" in answered(APPLICATION, table) for table in tables())


def test_no_table_stands_in_two_lists():
    lists = (DELETED.keys(), APPEND_ONLY, CHANGEABLE.keys(), READ_ONLY)
    assert sum(map(len, lists)) == len(set().union(*lists))


def test_whoever_only_signs_in_to_the_database_may_do_nothing():
    run("CREATE ROLE brik_test_nobody NOLOGIN")
    assert {table for table in tables() if answered("brik_test_nobody", table)} == set()


def test_rotation_writes_what_is_sealed_and_wrapped_and_adds_events_and_nothing_else():
    sealed = {
        model._meta.db_table: {f"UPDATE ({field.column})" for field in sealed_fields(model)}
        for model in sealed_models()
    }
    assert len(sealed) > 10
    writes = {table: answered(ROTATION, table) - {"SELECT", "UPDATE (code)"} for table in tables()}
    rewrapped = {"vault_key": {"UPDATE (wrapped)", "UPDATE (before)", "UPDATE (key_id)"}, "audit_event": {"INSERT"}}
    hashes = {"UPDATE (lookup)", "UPDATE (lookup_second)"}
    hashed = {
        "people_identifier": sealed["people_identifier"] | hashes,
        "arrivals_messagenumber": hashes,
    }
    assert {table: held for table, held in writes.items() if held} == sealed | rewrapped | hashed


def test_a_new_table_may_be_read_added_to_and_changed_from_its_first_moment():
    run("CREATE TABLE brik_new (id int)")
    assert answered(APPLICATION, "brik_new") == {"SELECT", "INSERT", "UPDATE"}
    assert answered(ROTATION, "brik_new") == {"SELECT"}
    assert privileges.differences() == []


DRIFT = {
    "a right too many": "GRANT DELETE ON consent_decision TO brik_app",
    "a right to one column": "GRANT UPDATE (answer) ON consent_decision TO brik_app",
    "a right for everybody": "GRANT SELECT ON people_person TO PUBLIC",
    "a right too few": "REVOKE INSERT ON audit_event FROM brik_app",
    "rotation of what is not sealed": "GRANT UPDATE ON people_person TO brik_rotate",
    "a partition": "GRANT SELECT ON audit_event_default TO brik_app",
}


def told():
    """What ``manage.py check --database default`` says of the roles."""
    return [message.msg for message in run_checks(databases=["default"]) if message.id == "audit.E003"]


@pytest.mark.parametrize("statement", DRIFT.values(), ids=DRIFT)
def test_what_differs_from_the_list_is_told_and_mended_by_migrate(statement):
    assert privileges.differences() == []
    run(statement)
    (sentence,) = privileges.differences()
    assert told() == [sentence]
    assert sentence.split(" on ")[1].split(",")[0] in statement
    with owner_role():
        assert told() == []
    call_command("migrate", verbosity=0)
    assert privileges.differences() == []
    assert not privileges.write()


def test_a_list_that_names_a_table_which_is_not_there_is_told(monkeypatch):
    monkeypatch.setitem(DELETED, "people_forgotten", "Nobody remembers why.")
    assert privileges.differences() == ["brik/grants.py names people_forgotten, and there is no such table."]


# --- The triggers refuse the same to everybody ---


def guards():
    """The tables whose rows a trigger keeps, with the columns that it lets change."""
    found = rows(
        "SELECT relname, tgargs FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid"
        " WHERE tgname = relname || '_rows_stay' AND tgenabled = 'O' AND NOT relispartition"
    )
    return {table: tuple(bytes(arguments).decode().split("\0")[:-1]) for table, arguments in found}


def kept_from_emptying():
    return {
        table
        for (table,) in rows(
            "SELECT relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid"
            " WHERE tgname = relname || '_table_stays' OR tgname = relname || '_stays'"
        )
    }


def test_every_row_that_proves_something_is_kept_by_a_trigger_too():
    # A delivery moves from state to state; only its attempts are kept.
    assert guards() == dict.fromkeys(APPEND_ONLY, ()) | {
        table: columns for table, columns in CHANGEABLE.items() if table != "sharing_delivery"
    }
    assert kept_from_emptying() >= guards().keys()


VALUES = {
    "uuid": "gen_random_uuid()",
    "bytea": r"'\x00'",
    "jsonb": "'{}'",
    "boolean": "false",
    "date": "'2026-01-01'",
    "timestamp with time zone": "'2026-01-01'",
    "character varying": "'1'",
}


@pytest.fixture
def undone():
    """Nothing of the test is left to be checked at its end: the rows fit no others."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def a_row_in(table):
    """A row with something in every column. What it must fit is laid down for the length of the test."""
    for (name,) in rows("SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'c'", table):
        run(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    kinds = rows("SELECT column_name, data_type FROM information_schema.columns WHERE table_name = %s", table)
    columns, values = zip(*((name, VALUES.get(kind, "1")) for name, kind in kinds), strict=True)
    with situations.triggers_off():
        run(f"INSERT INTO {table} ({', '.join(columns)}) OVERRIDING SYSTEM VALUE VALUES ({', '.join(values)})")


def key_of(table):
    return rows(
        "SELECT attname, format_type(atttypid, NULL) FROM pg_index JOIN pg_attribute ON attrelid = indrelid"
        " WHERE indrelid = %s::regclass AND indisprimary AND attnum = ANY (indkey)",
        table,
    )[0]


GUARDED = sorted({*APPEND_ONLY, *CHANGEABLE} - {"audit_event", "sharing_delivery"})


@pytest.mark.usefixtures("undone")
@pytest.mark.parametrize("table", GUARDED)
def test_nobody_changes_or_removes_such_a_row_and_without_the_trigger_it_would_be(table):
    a_row_in(table)
    key, kind = key_of(table)
    other = "gen_random_uuid()" if kind == "uuid" else f"{key} + 1"
    changes = (f"UPDATE {table} SET {key} = {other}", f"DELETE FROM {table}")
    for change in changes:
        with pytest.raises(ProgrammingError, match=f"{table} is append-only"), transaction.atomic():
            run(change)
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            run(f"SET LOCAL ROLE {APPLICATION}", change)
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        run(f"SET LOCAL ROLE {APPLICATION}", f"TRUNCATE {table} CASCADE")
    triggers = rows("SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal", table)
    for (trigger,) in triggers:
        run(f"DROP TRIGGER {trigger} ON {table}")
    for change in changes:
        with transaction.atomic():
            run("SET LOCAL session_replication_role = replica" if change.startswith("D") else "SELECT 1", change)
    assert rows(f"SELECT count(*) FROM {table}") == [(0,)]


@pytest.mark.usefixtures("undone")
@pytest.mark.parametrize(
    ("table", "first", "then"),
    [
        ("staff_post", "until = '2026-02-01'", "until = '2027-01-01'"),
        ("staff_mapperapproval", "until = '2026-02-01'", "until = NULL"),
        ("consent_legalbasis", "until = '2026-02-01'", "until = NULL"),
        ("consent_legalbasis", "until = '2026-02-01'", "until = '2099-01-01'"),
        ("sharing_attempt", "outcome = 'SVAR', ended_at = now()", "outcome = '', ended_at = NULL"),
        ("sharing_attempt", "outcome = 'SVAR', ended_at = now()", "detail = 'annet'"),
        ("sharing_delivery", "attempts_made = 2", "attempts_made = 0"),
        ("vault_key", "destroyed_at = now(), wrapped = ''", "destroyed_at = NULL"),
        ("vault_key", "destroyed_at = now(), wrapped = ''", r"wrapped = '\x01'"),
        ("vault_key", "destroyed_at = now(), wrapped = ''", "destroyed_at = destroyed_at + interval '1 day'"),
    ],
)
def test_what_may_be_written_once_is_not_written_otherwise(table, first, then):
    a_row_in(table)
    begun = {"sharing_attempt": "outcome = '', ended_at = NULL", "vault_key": "destroyed_at = NULL"}
    with situations.triggers_off():
        run(f"UPDATE {table} SET {begun.get(table, 'until = NULL' if 'until' in first else 'attempts_made = 1')}")
    with transaction.atomic():
        run(f"SET LOCAL ROLE {APPLICATION}", f"UPDATE {table} SET {first}", "RESET ROLE")
    for role in (f"SET LOCAL ROLE {APPLICATION}", "SELECT 'as the owner'"):
        with pytest.raises(ProgrammingError, match=f"{table} is append-only"), transaction.atomic():
            run(role, f"UPDATE {table} SET {then}")
    for (trigger,) in rows(
        "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal AND tgname <> %s",
        table,
        f"{table}_rows_stay",
    ):
        run(f"DROP TRIGGER {trigger} ON {table}")
    run(f"UPDATE {table} SET {then}")


@pytest.mark.usefixtures("undone")
@pytest.mark.parametrize("table", [model._meta.db_table for model in sealed_models()])
def test_rotation_seals_anew_in_every_table_and_changes_no_other_column(table):
    a_row_in(table)
    sealed = next(name for name in columns_of(table) if f"UPDATE ({name})" in grants.wanted(ROTATION, table))
    open_ = next(name for name in columns_of(table) if f"UPDATE ({name})" not in grants.wanted(ROTATION, table))
    with transaction.atomic():
        run(f"SET LOCAL ROLE {ROTATION}", rf"UPDATE {table} SET {sealed} = '\x02'", "RESET ROLE")
    assert rows(f"SELECT {sealed} FROM {table}")[0][0] == b"\x02"
    for change in (f"UPDATE {table} SET {open_} = {open_}", f"DELETE FROM {table}", f"TRUNCATE {table} CASCADE"):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            run(f"SET LOCAL ROLE {ROTATION}", change)


@pytest.mark.usefixtures("undone")
def test_rotation_wraps_a_key_anew_and_neither_destroys_nor_revives_one():
    a_row_in("vault_key")
    with transaction.atomic():
        run(f"SET LOCAL ROLE {ROTATION}", r"UPDATE vault_key SET wrapped = '\x02', key_id = 'ny'", "RESET ROLE")
    for change in ("destroyed_at = NULL", "destroyed_at = now()", "subject = gen_random_uuid()"):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            run(f"SET LOCAL ROLE {ROTATION}", f"UPDATE vault_key SET {change}")


@pytest.mark.usefixtures("undone")
def test_a_right_given_by_mistake_does_not_let_rotation_change_what_a_row_says():
    """The trigger keeps the open columns where the grants do not."""
    a_row_in("consent_consent")
    run("GRANT UPDATE ON consent_consent TO brik_rotate")
    with pytest.raises(ProgrammingError, match="append-only"), transaction.atomic():
        run(f"SET LOCAL ROLE {ROTATION}", "UPDATE consent_consent SET outcome = 'GITT'")


def test_the_queue_does_all_its_work_with_these_rights():
    """Every statement of Procrastinate that deletes, as the application: no job is left because it may not go."""
    # Other tests may have left some behind.
    run(*(f"DELETE FROM procrastinate_{name}" for name in ("periodic_defers", "events", "jobs", "workers")))
    run(f"SET ROLE {APPLICATION}")
    try:
        ((worker,),) = rows("SELECT worker_id FROM procrastinate_register_worker_v1()")
        periodic = (
            "SELECT procrastinate_defer_periodic_job_v2('tending', NULL, NULL, 'compare_clocks', 0, 'x', %s, '{}')"
        )
        for moment in (1, 2):
            rows(periodic, moment)
            ((job,),) = rows("SELECT id FROM procrastinate_fetch_job_v2(NULL, %s)", worker)
            rows("SELECT procrastinate_finish_job_v1(%s, 'succeeded', true)", job)
        rows("SELECT procrastinate_unregister_worker_v1(%s)", worker)
        rows("SELECT * FROM procrastinate_prune_stalled_workers_v1(0)")
        for table in ("procrastinate_jobs", "procrastinate_events", "procrastinate_workers"):
            assert rows(f"SELECT count(*) FROM {table}") == [(0,)]
        assert rows("SELECT count(*) FROM procrastinate_periodic_defers") == [(1,)]
    finally:
        run("RESET ROLE")
