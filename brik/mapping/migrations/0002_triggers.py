"""What was published, written and sent stays; nothing is written under a shut gate, and everybody has a gate.

A value that is sealed cannot be taken away unseen.
"""

from django.db import migrations

APPEND_ONLY = (
    "mapping_publishedform",
    "mapping_historicalmapping",
    "mapping_historicalsection",
    "mapping_voluntarinessturn",
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


SEALED = {
    "mapping_mapping": (
        "sources",
        "told_places",
        "reason",
        "stays_in_norway",
    ),
    "mapping_historicalmapping": (
        "sources",
        "told_places",
        "reason",
        "stays_in_norway",
    ),
    "mapping_section": ("answers",),
    "mapping_historicalsection": ("answers",),
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


# The gate is there for everybody: were it made with the first consent, shutting it would tell who has one. Nobody has
# coded it, so it is made shut; the first consent opens it.
GATES = """
CREATE FUNCTION mapping_make_gate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO mapping_persongate (person_id, shut_at, asking_shut_at, code) VALUES (NEW.uuid, now(), now(), '');
    RETURN NULL;
END $$;
CREATE TRIGGER mapping_gate_for_everybody AFTER INSERT ON people_person
    FOR EACH ROW EXECUTE FUNCTION mapping_make_gate();
"""
NO_GATES = "DROP TRIGGER mapping_gate_for_everybody ON people_person; DROP FUNCTION mapping_make_gate();"

# Rotation seals anew what was written while the gate was open. The owner of a test database makes rows for tests.
WRITING = """
CREATE FUNCTION mapping_section_needs_an_open_gate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_user <> 'brik_rotate' AND NOT brik_owner_of_a_test(TG_RELID) AND NOT EXISTS (
        SELECT FROM mapping_mapping mapping JOIN mapping_persongate gate ON gate.person_id = mapping.person_id
        WHERE mapping.uuid = NEW.mapping_id AND mapping.person_id = NEW.person_id
          AND mapping.gate_open AND mapping.gate_until > now() AND gate.shut_at IS NULL AND gate.paused_at IS NULL
    ) THEN
        RAISE EXCEPTION 'section_is_written_under_an_open_gate' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER mapping_section_under_an_open_gate BEFORE INSERT OR UPDATE ON mapping_section
    FOR EACH ROW EXECUTE FUNCTION mapping_section_needs_an_open_gate();
"""
NO_WRITING = """
DROP TRIGGER mapping_section_under_an_open_gate ON mapping_section;
DROP FUNCTION mapping_section_needs_an_open_gate();
"""


class Migration(migrations.Migration):
    dependencies = [("mapping", "0001_initial"), ("audit", "0002_triggers")]

    operations = [
        *(close(table) for table in APPEND_ONLY),
        *(sealed_or_empty(table, *columns) for table, columns in SEALED.items()),
        migrations.RunSQL(GATES, NO_GATES),
        migrations.RunSQL(WRITING, NO_WRITING),
    ]
