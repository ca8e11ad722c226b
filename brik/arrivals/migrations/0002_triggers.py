"""A value that is sealed cannot be taken away unseen, and what a leader has answered stays."""

from django.db import migrations

APPEND_ONLY = ("arrivals_arrivalanswer",)
SEALED = {
    "arrivals_message": ("content",),
}


def close(table: str) -> migrations.RunSQL:
    """Refuse every change of a row of ``table``, and its emptying, to everybody."""
    return migrations.RunSQL(
        f"""
CREATE TRIGGER {table}_rows_stay BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION brik_append_only();
CREATE TRIGGER {table}_stays BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION brik_append_only();
REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM brik_app;
""",
        f"DROP TRIGGER {table}_rows_stay ON {table}; DROP TRIGGER {table}_stays ON {table};",
    )


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


class Migration(migrations.Migration):
    dependencies = [("arrivals", "0001_initial"), ("audit", "0002_triggers")]

    operations = [
        *(close(table) for table in APPEND_ONLY),
        *(sealed_or_empty(table, *columns) for table, columns in SEALED.items()),
    ]
