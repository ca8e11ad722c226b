"""The two roles of the database that own nothing, and triggers that make the log append-only.

A new table may be read, added to and changed by the application, and read for rotation. What else each may do, and where
it may do less, is one list (``brik/grants.py``), which ``migrate`` writes. The triggers apply to the owner too; only in a
test database the owner may TRUNCATE.
"""

from django.db import migrations

# Django's table, but partitioned. The monthly partitions are made after each ``migrate``.
PARTITIONED = """
ALTER TABLE audit_event RENAME TO audit_event_whole;
CREATE TABLE audit_event (
    LIKE audit_event_whole INCLUDING DEFAULTS INCLUDING IDENTITY INCLUDING CONSTRAINTS,
    PRIMARY KEY (id, at)
) PARTITION BY RANGE (at);
DROP TABLE audit_event_whole;
ALTER SEQUENCE audit_event_id_seq1 RENAME TO audit_event_id_seq;
CREATE INDEX event_by_subject ON audit_event (subject, id);
CREATE INDEX event_by_object ON audit_event (object_name, object_id, row_version DESC);
CREATE INDEX event_by_actor ON audit_event (actor, id);
CREATE INDEX event_of_alarm ON audit_event (verb, at) WHERE verb IN ('vault.broken', 'consent.withdrawals_many');
CREATE TABLE audit_event_default PARTITION OF audit_event DEFAULT;
"""
WHOLE = """
ALTER TABLE audit_event RENAME TO audit_event_parted;
CREATE TABLE audit_event (
    LIKE audit_event_parted INCLUDING DEFAULTS INCLUDING IDENTITY INCLUDING CONSTRAINTS, PRIMARY KEY (id)
);
DROP TABLE audit_event_parted;
CREATE INDEX event_by_subject ON audit_event (subject, id);
CREATE INDEX event_by_object ON audit_event (object_name, object_id, row_version DESC);
CREATE INDEX event_by_actor ON audit_event (actor, id);
CREATE INDEX event_of_alarm ON audit_event (verb, at) WHERE verb IN ('vault.broken', 'consent.withdrawals_many');
"""

ROLE = """
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'brik_app') THEN CREATE ROLE brik_app NOLOGIN; END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$;
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'brik_rotate') THEN CREATE ROLE brik_rotate NOLOGIN; END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$;
GRANT USAGE ON SCHEMA public TO brik_app, brik_rotate;
GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO brik_app;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO brik_rotate;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO brik_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE ON TABLES TO brik_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO brik_rotate;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO brik_app;
REVOKE UPDATE ON audit_event FROM brik_app;
REVOKE ALL ON audit_event_default FROM brik_app, brik_rotate;
REVOKE INSERT, UPDATE ON audit_head FROM brik_app;
"""

# The arguments of the trigger are the columns that may change; with them the code of the row changes. Without arguments
# no row is changed at all. Rotation writes bytes, and the id of the key that wraps them; its grants say which.
APPEND_ONLY = """
CREATE FUNCTION brik_owner_of_a_test(relation oid) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT current_database() LIKE 'test\\_%'
       AND pg_has_role(current_user, (SELECT relowner FROM pg_class WHERE oid = relation), 'USAGE')
$$;
CREATE FUNCTION brik_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    changeable text[] := '{}';
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        IF brik_owner_of_a_test(TG_RELID) THEN RETURN NULL; END IF;
    ELSIF TG_OP = 'UPDATE' THEN
        IF current_user = 'brik_rotate' THEN
            SELECT 'key_id'::text || array_agg(attname::text) INTO changeable
            FROM pg_attribute WHERE attrelid = TG_RELID AND attnum > 0 AND atttypid = 'bytea'::regtype;
        ELSIF TG_NARGS > 0 THEN
            changeable := TG_ARGV || 'code'::text;
        END IF;
        IF changeable <> '{}' AND to_jsonb(NEW) - changeable = to_jsonb(OLD) - changeable THEN RETURN NEW; END IF;
    END IF;
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER audit_event_rows_stay BEFORE UPDATE OR DELETE ON audit_event
    FOR EACH ROW EXECUTE FUNCTION brik_append_only();
CREATE TRIGGER audit_event_table_stays BEFORE TRUNCATE ON audit_event
    FOR EACH STATEMENT EXECUTE FUNCTION brik_append_only();
CREATE TRIGGER audit_event_default_stays BEFORE TRUNCATE ON audit_event_default
    FOR EACH STATEMENT EXECUTE FUNCTION brik_append_only();
"""
UNGUARDED = """
DROP TRIGGER audit_event_default_stays ON audit_event_default;
DROP TRIGGER audit_event_table_stays ON audit_event;
DROP TRIGGER audit_event_rows_stay ON audit_event;
DROP FUNCTION brik_append_only();
DROP FUNCTION brik_owner_of_a_test(oid);
"""

# The trigger function runs as the owner, so nobody else may use it in a trigger.
HEADS = """
CREATE FUNCTION audit_event_sha256(name text, id text, version integer, at timestamptz, verb text) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT encode(sha256(convert_to(concat_ws('|', name, id, version, extract(epoch FROM at), verb), 'UTF8')), 'hex')
$$;
CREATE FUNCTION audit_keep_head() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    -- Most events have a version that is stored already; they take no lock.
    IF EXISTS (
        SELECT FROM public.audit_head
        WHERE object_name = NEW.object_name AND object_id = NEW.object_id AND row_version >= NEW.row_version
    ) THEN
        RETURN NULL;
    END IF;
    INSERT INTO public.audit_head AS head (object_name, object_id, row_version, sha256)
    VALUES (
        NEW.object_name, NEW.object_id, NEW.row_version,
        public.audit_event_sha256(NEW.object_name, NEW.object_id, NEW.row_version, NEW.at, NEW.verb)
    )
    ON CONFLICT (object_name, object_id) DO UPDATE
        SET row_version = EXCLUDED.row_version, sha256 = EXCLUDED.sha256
        WHERE head.row_version < EXCLUDED.row_version;
    RETURN NULL;
END $$;
REVOKE EXECUTE ON FUNCTION audit_keep_head() FROM PUBLIC;
CREATE TRIGGER audit_event_keeps_head AFTER INSERT ON audit_event
    FOR EACH ROW WHEN (NEW.row_version IS NOT NULL) EXECUTE FUNCTION audit_keep_head();
CREATE TRIGGER audit_head_is_kept_by_events BEFORE INSERT OR UPDATE OR DELETE ON audit_head
    FOR EACH ROW WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION brik_append_only();
CREATE TRIGGER audit_head_stays BEFORE TRUNCATE ON audit_head
    FOR EACH STATEMENT EXECUTE FUNCTION brik_append_only();
"""
HEADLESS = """
DROP TRIGGER audit_head_stays ON audit_head;
DROP TRIGGER audit_head_is_kept_by_events ON audit_head;
DROP TRIGGER audit_event_keeps_head ON audit_event;
DROP FUNCTION audit_keep_head();
DROP FUNCTION audit_event_sha256(text, text, integer, timestamptz, text);
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [
        migrations.RunSQL(PARTITIONED, WHOLE),
        migrations.RunSQL(ROLE, migrations.RunSQL.noop),
        migrations.RunSQL(APPEND_ONLY, UNGUARDED),
        migrations.RunSQL(HEADS, HEADLESS),
    ]
