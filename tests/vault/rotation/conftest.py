"""One house for each test."""

import pytest

from tests.vault.rotation.house import a_mapping


@pytest.fixture
def mapping(db):
    return a_mapping()
