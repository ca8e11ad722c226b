"""A value that is sealed cannot be taken away unseen, and everybody has a gate from the moment they are known."""

from django.db import migrations

SEALED = {
    "mapping_mapping": (
        "sources",
        "told_places",
        "reason",
    ),
    "mapping_historicalmapping": (
        "sources",
        "told_places",
        "reason",
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


# The gate is there for everybody: were it made with the first consent, shutting it would tell who has one.
GATES = """
CREATE FUNCTION mapping_make_gate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO mapping_persongate (person_id) VALUES (NEW.uuid);
    RETURN NULL;
END $$;
CREATE TRIGGER mapping_gate_for_everybody AFTER INSERT ON people_person
    FOR EACH ROW EXECUTE FUNCTION mapping_make_gate();
REVOKE DELETE, TRUNCATE ON mapping_persongate FROM brik_app;
"""
NO_GATES = "DROP TRIGGER mapping_gate_for_everybody ON people_person; DROP FUNCTION mapping_make_gate();"


class Migration(migrations.Migration):
    dependencies = [("mapping", "0001_initial"), ("audit", "0002_triggers")]

    operations = [
        *(sealed_or_empty(table, *columns) for table, columns in SEALED.items()),
        migrations.RunSQL(GATES, NO_GATES),
    ]
