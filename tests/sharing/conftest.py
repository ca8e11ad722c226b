"""A counterpart that listens for the length of one test: real HTTP, its own key, its own ledger. And who shares."""

import pytest
from joserfc.jwk import RSAKey

from brik.staff.models import Role
from followup.sharing.wire import signing
from tests import situations
from tests.listening import listening


@pytest.fixture(scope="session")
def counterpart_key():
    return RSAKey.generate_key(2048)


@pytest.fixture
def counterpart(tmp_path, counterpart_key, settings):
    with listening(tmp_path, key=counterpart_key, settings=settings) as server:
        yield server


@pytest.fixture
def koda(counterpart, db):
    """The case system as the house knows it."""
    return situations.a_case_system(public_key=signing.public_jwk(counterpart.key))


@pytest.fixture
def mapper(client):
    """The mapper who is signed in."""
    mapper = situations.an_account(Role.MAPPER)
    client.force_login(mapper)
    return mapper


@pytest.fixture
def nav():
    return situations.an_organisation()


@pytest.fixture
def adviser(client, nav):
    """Somebody at the recipient, signed in."""
    staff = situations.an_account(Role.PARTNER, organisation=nav)
    client.force_login(staff)
    return staff
