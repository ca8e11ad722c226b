"""An approved mapper, signed in, with an interview begun; and noise of another unit."""

import pytest

from brik.staff.models import Role
from tests import situations


@pytest.fixture
def mapper(db):
    return situations.an_account(Role.MAPPER)


@pytest.fixture
def colleague(db):
    return situations.an_account(Role.MAPPER)


@pytest.fixture
def mapping(mapper, key_ring):
    agder = situations.a_unit("Agder fengsel")
    situations.an_interview(situations.an_account(at=agder), situations.a_person(at=agder, family="Annensteds"))
    return situations.an_interview(mapper, situations.a_person(family="Kartlagt"), sources=["NAV Oslo"])


@pytest.fixture
def signed_in(client, mapper):
    client.force_login(mapper)
    return client
