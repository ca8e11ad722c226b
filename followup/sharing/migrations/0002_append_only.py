"""What has been disclosed, answered and receipted stays: no row of these tables is ever changed or removed."""

from django.db import migrations

TABLES = ("sharing_disclosure", "sharing_answer", "sharing_receipt")


def close(table: str) -> str:
    return f"""
CREATE TRIGGER {table}_rows_stay BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION brik_append_only();
CREATE TRIGGER {table}_stays BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION brik_append_only();
REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM brik_app;
"""


def reopen(table: str) -> str:
    return f"DROP TRIGGER {table}_rows_stay ON {table}; DROP TRIGGER {table}_stays ON {table};"


class Migration(migrations.Migration):
    dependencies = [("sharing", "0001_initial"), ("audit", "0002_append_only")]

    operations = [migrations.RunSQL(close(table), reopen(table)) for table in TABLES]
