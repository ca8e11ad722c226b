"""Data of a demonstration from before the tables were laid out anew: they are made up, and are not carried over."""

from __future__ import annotations

import psycopg

SENTENCE = (
    "The data are of an older demonstration, which this version cannot read; "
    "remove the folders {data} and {keys}, and start again."
)
# Every older layout had this table, and no later one has it.
_ASK = "SELECT to_regclass('public.vault_subjectkey') IS NOT NULL"


def is_there(url: str) -> bool:
    """Whether the database at ``url`` holds such data."""
    with psycopg.connect(url) as connection:
        found = connection.execute(_ASK).fetchone()
    return bool(found and found[0])
