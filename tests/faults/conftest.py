"""One house a test: its processes end with it, and no job is left in the queue."""

import pytest
from django.db import connection

from brik.vault import keys
from tests.faults.house import House


@pytest.fixture
def house(tmp_path, transactional_db):
    _empty_queue()
    made = House(tmp_path)
    with keys.ring():
        yield made
    made.close()
    _empty_queue()


def _empty_queue():
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_events, procrastinate_periodic_defers CASCADE")
        cursor.execute("TRUNCATE procrastinate_workers CASCADE")
