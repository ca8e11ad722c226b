"""A data key stays as it was made: it may be destroyed, once, and wrapped anew by rotation. No row of it is removed."""

from django.db import migrations

GUARDED = """
CREATE TRIGGER vault_key_rows_stay BEFORE UPDATE OR DELETE ON vault_key
    FOR EACH ROW EXECUTE FUNCTION brik_append_only('wrapped', 'before', 'destroyed_at');
CREATE TRIGGER vault_key_is_destroyed_once BEFORE UPDATE ON vault_key
    FOR EACH ROW WHEN (current_user <> 'brik_rotate' AND (OLD.destroyed_at IS NOT NULL OR NEW.destroyed_at IS NULL))
    EXECUTE FUNCTION brik_append_only();
CREATE TRIGGER vault_key_stays BEFORE TRUNCATE ON vault_key
    FOR EACH STATEMENT EXECUTE FUNCTION brik_append_only();
"""
UNGUARDED = """
DROP TRIGGER vault_key_rows_stay ON vault_key;
DROP TRIGGER vault_key_is_destroyed_once ON vault_key;
DROP TRIGGER vault_key_stays ON vault_key;
"""


class Migration(migrations.Migration):
    dependencies = [("vault", "0001_initial"), ("audit", "0002_triggers")]

    operations = [migrations.RunSQL(GUARDED, UNGUARDED)]
