"""The figures of a week, legal holds and erasures with what was decided, and nights stay as they were written."""

from django.db import migrations

APPEND_ONLY = (
    *("desk_erasure", "desk_erasuredecision"),
    *("desk_legalhold", "desk_legalholdend", "desk_legalholdrequest", "desk_legalholdanswer"),
    *("desk_retentionnight", "desk_weeklycount"),
)


def close(table: str) -> migrations.RunSQL:
    """Refuse every change of a row of ``table``, and its emptying, to everybody."""
    return migrations.RunSQL(
        f"""
CREATE TRIGGER {table}_rows_stay BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION brik_append_only();
CREATE TRIGGER {table}_stays BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION brik_append_only();
""",
        f"DROP TRIGGER {table}_rows_stay ON {table}; DROP TRIGGER {table}_stays ON {table};",
    )


class Migration(migrations.Migration):
    dependencies = [("desk", "0001_initial"), ("audit", "0002_triggers")]

    operations = [
        *(close(table) for table in APPEND_ONLY),
    ]
