"""Data of a demonstration with an older layout of tables. They are made up and are not migrated."""

from __future__ import annotations

import psycopg

SENTENCE = (
    "The data are of an older demonstration, which this version cannot read. "
    "Remove the folders {data} and {keys}, and start again."
)
# Only the older layouts have this table.
_QUERY = "SELECT to_regclass('public.vault_subjectkey') IS NOT NULL"


def has_older_data(url: str) -> bool:
    """Whether the database at ``url`` holds such data."""
    with psycopg.connect(url) as connection:
        row = connection.execute(_QUERY).fetchone()
    return bool(row and row[0])
