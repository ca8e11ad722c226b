"""What a need was before stays as it was written, and what is sealed of one cannot be taken away unseen."""

from django.db import migrations

HISTORY = "plan_historicalneed"
SEALED = ("plan_need", HISTORY)


def sealed_or_empty(table: str) -> migrations.RunSQL:
    """A row that was never sealed holds nothing; one that was, holds something."""
    name = f"{table}_sealed_or_empty"
    return migrations.RunSQL(
        f"ALTER TABLE {table} ADD CONSTRAINT {name} CHECK"
        " ((row_version = 0 AND content IS NULL) OR (row_version >= 1 AND content IS NOT NULL))",
        f"ALTER TABLE {table} DROP CONSTRAINT {name}",
    )


class Migration(migrations.Migration):
    dependencies = [("plan", "0001_initial"), ("audit", "0002_triggers")]

    operations = [
        migrations.RunSQL(
            f"""
CREATE TRIGGER {HISTORY}_rows_stay BEFORE UPDATE OR DELETE ON {HISTORY}
    FOR EACH ROW EXECUTE FUNCTION brik_append_only();
CREATE TRIGGER {HISTORY}_stays BEFORE TRUNCATE ON {HISTORY}
    FOR EACH STATEMENT EXECUTE FUNCTION brik_append_only();
""",
            f"DROP TRIGGER {HISTORY}_rows_stay ON {HISTORY}; DROP TRIGGER {HISTORY}_stays ON {HISTORY};",
        ),
        *(sealed_or_empty(table) for table in SEALED),
    ]
