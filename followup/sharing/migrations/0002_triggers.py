"""What has been disclosed, attempted, answered and receipted stays, and no sealed value is taken away."""

from django.db import migrations

APPEND_ONLY = (
    "sharing_disclosure",
    "sharing_disposalanswer",
    "sharing_disposalnotice",
    "sharing_partneranswer",
    "sharing_partnermessage",
    "sharing_receipt",
)


def close(table: str, *changeable: str) -> migrations.RunSQL:
    """Refuse to everybody every change of a row of ``table`` but in these columns, and its emptying."""
    columns = ", ".join(f"'{column}'" for column in changeable)
    return migrations.RunSQL(
        f"""
CREATE TRIGGER {table}_rows_stay BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION brik_append_only({columns});
CREATE TRIGGER {table}_stays BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION brik_append_only();
""",
        f"DROP TRIGGER {table}_rows_stay ON {table}; DROP TRIGGER {table}_stays ON {table};",
    )


SEALED = {
    "sharing_disclosure": (
        "content",
        "payload",
    ),
    "sharing_disposalanswer": ("content",),
    "sharing_partnermessage": ("content",),
    "sharing_receipt": ("content",),
}


def sealed_or_empty(table: str, *columns: str) -> migrations.RunSQL:
    """A row that was never sealed holds nothing; one that was, holds something in every sealed column.

    So a value cannot be taken away unseen, and a row that has been sealed not be made to look as if it never was
    without emptying it.
    """
    empty = " AND ".join(f"{column} IS NULL" for column in columns)
    full = " AND ".join(f"{column} IS NOT NULL" for column in columns)
    name = f"{table}_sealed_or_empty"
    return migrations.RunSQL(
        f"ALTER TABLE {table} ADD CONSTRAINT {name} CHECK"
        f" ((row_version = 0 AND {empty}) OR (row_version >= 1 AND {full}))",
        f"ALTER TABLE {table} DROP CONSTRAINT {name}",
    )

# How an attempt ended is written once. That something was attempted is never forgotten: it may have arrived.
ATTEMPTS = """
CREATE TRIGGER sharing_attempt_end_stays BEFORE UPDATE ON sharing_attempt
    FOR EACH ROW WHEN (OLD.outcome <> '') EXECUTE FUNCTION brik_append_only();
CREATE TRIGGER sharing_delivery_attempts_stay BEFORE UPDATE ON sharing_delivery
    FOR EACH ROW WHEN (NEW.attempts_made < OLD.attempts_made) EXECUTE FUNCTION brik_append_only();
"""
NO_ATTEMPTS = """
DROP TRIGGER sharing_attempt_end_stays ON sharing_attempt;
DROP TRIGGER sharing_delivery_attempts_stay ON sharing_delivery;
"""


class Migration(migrations.Migration):
    dependencies = [("sharing", "0001_initial"), ("audit", "0002_triggers")]

    operations = [
        *(close(table) for table in APPEND_ONLY),
        close("sharing_attempt", "ended_at", "outcome", "detail"),
        migrations.RunSQL(ATTEMPTS, NO_ATTEMPTS),
        *(sealed_or_empty(table, *columns) for table, columns in SEALED.items()),
    ]
