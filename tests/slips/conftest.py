"""A unit with a health service, an officer and a nurse; and the same elsewhere, never to be seen here."""

import pytest

from brik.slips.topics import Topic
from tests import situations
from tests.slips import turns


@pytest.fixture
def oslo(db):
    return situations.a_unit("Oslo fengsel")


@pytest.fixture
def health(oslo):
    return turns.health_service(oslo)


@pytest.fixture
def officer(oslo):
    return situations.an_account(at=oslo)


@pytest.fixture
def nurse(health):
    return turns.nurse(health)


@pytest.fixture(autouse=True)
def noise(db):
    """A slip in another unit, to another health service."""
    agder = situations.a_unit("Agder fengsel")
    turns.health_service(agder)
    return turns.turned(situations.a_person(at=agder, family="Annensteds"), Topic.TEETH, Topic.OTHER)
