"""The database without its own guard, and key modules for one test each."""

import os

import pytest
from django.db import connection

from brik.vault.providers.pkcs11_provider import end_session
from brik.vault.providers.provider import forget
from tests.vault.key_keepers import CONFIGURATION, PKCS11, PROVIDERS, KeyKeeper


@pytest.fixture
def unguarded(db):
    """Whoever owns the tables could take the constraint away first."""
    with connection.cursor() as cursor:
        for table in ("people_person", "people_historicalperson"):
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {table}_sealed_or_empty")


@pytest.fixture
def new_keeper(settings, tmp_path):
    """Makes an empty key module, and chooses it for the rest of the test."""
    before = os.environ.get(CONFIGURATION)

    def new(provider, name="module"):
        return KeyKeeper(provider, tmp_path / name, settings).choose()

    yield new
    if before is not None:
        os.environ[CONFIGURATION] = before
    end_session()
    forget()


@pytest.fixture(params=PROVIDERS)
def empty_keeper(request, new_keeper):
    """An empty key module, of each kind in turn."""
    return new_keeper(request.param)


@pytest.fixture
def keeper(empty_keeper):
    """A key module with keys, of each kind in turn."""
    return empty_keeper.fill()


@pytest.fixture
def token(new_keeper):
    """A token of SoftHSM with keys."""
    return new_keeper(PKCS11).fill()
