"""The figures of a week stay as they were written: no row is ever changed or removed."""

from django.db import migrations

CLOSE = """
CREATE TRIGGER desk_weeklycount_rows_stay BEFORE UPDATE OR DELETE ON desk_weeklycount
    FOR EACH ROW EXECUTE FUNCTION brik_append_only();
CREATE TRIGGER desk_weeklycount_stays BEFORE TRUNCATE ON desk_weeklycount
    FOR EACH STATEMENT EXECUTE FUNCTION brik_append_only();
REVOKE UPDATE, DELETE, TRUNCATE ON desk_weeklycount FROM brik_app;
"""
REOPEN = """
DROP TRIGGER desk_weeklycount_rows_stay ON desk_weeklycount;
DROP TRIGGER desk_weeklycount_stays ON desk_weeklycount;
"""


class Migration(migrations.Migration):
    dependencies = [("desk", "0002_weekly_count"), ("audit", "0002_append_only")]

    operations = [migrations.RunSQL(CLOSE, REOPEN)]
