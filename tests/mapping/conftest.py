"""An approved mapper, signed in, with an interview begun; and noise of another unit."""

import pytest

from brik.staff.models import Role
from tests import factories
from tests.mapping import talks


@pytest.fixture
def mapper(db):
    return factories.staff(Role.MAPPER)


@pytest.fixture
def colleague(db):
    return factories.staff(Role.MAPPER)


@pytest.fixture
def mapping(mapper, key_ring):
    agder = factories.unit("Agder fengsel")
    talks.begun(factories.staff(at=agder), factories.person(at=agder, family="Annensteds"))
    return talks.begun(mapper, factories.person(family="Kartlagt"), sources=["NAV Oslo"])


@pytest.fixture
def signed_in(client, mapper):
    client.force_login(mapper)
    return client
