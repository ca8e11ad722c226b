"""One house a test: its processes end with it, and no job is left in the queue."""

import shutil

import pytest
from django.db import connection

from brik.vault import keys
from followup.demo.counterpart.keys import folder, private_key
from tests.faults.house import House


@pytest.fixture(scope="session")
def counterpart_data(tmp_path_factory):
    """Where a counterpart has made its key, which takes seconds."""
    made = tmp_path_factory.mktemp("counterpart")
    private_key(made)
    return made


@pytest.fixture
def house(tmp_path, transactional_db, counterpart_data):
    _empty_queue()
    shutil.copytree(folder(counterpart_data), folder(tmp_path))
    made = House(tmp_path)
    with keys.ring():
        yield made
    made.close()
    _empty_queue()


def _empty_queue():
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_events, procrastinate_periodic_defers CASCADE")
        cursor.execute("TRUNCATE procrastinate_workers CASCADE")
