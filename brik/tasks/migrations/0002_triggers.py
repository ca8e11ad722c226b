"""What a task is about never changes, and one that is done stays as it is. The database keeps it."""

from django.db import migrations

FORWARD = """
CREATE TRIGGER tasks_task_rows_stay BEFORE UPDATE OR DELETE ON tasks_task
    FOR EACH ROW EXECUTE FUNCTION brik_append_only(
        'promise', 'row_version', 'taken_by_id', 'taken_at', 'done_at', 'done_by_id', 'outcome'
    );
CREATE TRIGGER tasks_task_done_stays BEFORE UPDATE ON tasks_task
    FOR EACH ROW WHEN (OLD.done_at IS NOT NULL OR (OLD.taken_by_id IS NOT NULL
                       AND NEW.taken_by_id IS DISTINCT FROM OLD.taken_by_id))
    EXECUTE FUNCTION brik_append_only();
CREATE TRIGGER tasks_task_stays BEFORE TRUNCATE ON tasks_task
    FOR EACH STATEMENT EXECUTE FUNCTION brik_append_only();
"""
BACKWARD = """
DROP TRIGGER tasks_task_rows_stay ON tasks_task;
DROP TRIGGER tasks_task_done_stays ON tasks_task;
DROP TRIGGER tasks_task_stays ON tasks_task;
"""


class Migration(migrations.Migration):
    dependencies = [("tasks", "0001_initial"), ("audit", "0002_triggers")]

    operations = [
        migrations.RunSQL(FORWARD, BACKWARD),
        migrations.RunSQL(
            "ALTER TABLE tasks_task ADD CONSTRAINT tasks_task_sealed_or_empty CHECK"
            " ((row_version = 0 AND promise IS NULL) OR (row_version >= 1 AND promise IS NOT NULL))",
            "ALTER TABLE tasks_task DROP CONSTRAINT tasks_task_sealed_or_empty",
        ),
    ]
