"""A unit with a mapper, and a task in another unit that is never to be seen here."""

import pytest

from tests import situations
from tests.tasks import asked


@pytest.fixture
def oslo(db):
    return situations.a_unit("Oslo fengsel")


@pytest.fixture
def mapper(oslo):
    return situations.an_account(at=oslo)


@pytest.fixture(autouse=True)
def noise(db, key_ring):
    agder = situations.a_unit("Agder fengsel")
    return asked.a_task(situations.an_account(at=agder))
