"""A value that is sealed cannot be taken away unseen."""

from django.db import migrations

SEALED = {
    "mapping_mapping": (
        "sources",
        "reason",
    ),
    "mapping_historicalmapping": (
        "sources",
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


class Migration(migrations.Migration):
    dependencies = [("mapping", "0001_initial")]

    operations = [
        *(sealed_or_empty(table, *columns) for table, columns in SEALED.items()),
    ]
