"""The house is built once for each module; what an attack changes is undone after its test."""

import pytest

from brik.vault import keys
from tests.attacks import living


@pytest.fixture(scope="module")
def built(module_db):
    with keys.ring():
        return living.build()


@pytest.fixture
def house(built, db):
    with keys.ring():
        yield built
