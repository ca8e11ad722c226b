"""A turn of the page stays as it was written, is of one size whatever was chosen, and cannot be emptied unseen."""

from django.db import migrations

APPEND_ONLY = ("slips_slip", "slips_slipopening")
# Format, nonce and tag of the seal, and a JSON text of ``topics.LENGTH`` letters in its quotation marks.
ONE_SIZE = 1 + 12 + 16 + 2 + 128


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
    dependencies = [("slips", "0001_initial"), ("audit", "0002_triggers")]

    operations = [
        *(close(table) for table in APPEND_ONLY),
        migrations.RunSQL(
            "ALTER TABLE slips_slip ADD CONSTRAINT slips_slip_sealed_or_empty CHECK"
            " ((row_version = 0 AND content IS NULL) OR (row_version >= 1 AND content IS NOT NULL))",
            "ALTER TABLE slips_slip DROP CONSTRAINT slips_slip_sealed_or_empty",
        ),
        migrations.RunSQL(
            f"ALTER TABLE slips_slip ADD CONSTRAINT slips_slip_has_one_size CHECK (octet_length(content) = {ONE_SIZE})",
            "ALTER TABLE slips_slip DROP CONSTRAINT slips_slip_has_one_size",
        ),
    ]
