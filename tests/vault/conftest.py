"""The database without its own guard, for what the application itself must refuse."""

import pytest
from django.db import connection


@pytest.fixture
def unguarded(db):
    """Whoever owns the tables could take the constraint away first."""
    with connection.cursor() as cursor:
        for table in ("people_person", "people_historicalperson"):
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {table}_sealed_or_empty")
