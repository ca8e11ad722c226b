"""A unit with a health service, an officer and a nurse; and the same elsewhere, never to be seen here."""

import pytest

from brik.slips.topics import Topic
from tests import factories
from tests.slips import turns


@pytest.fixture
def oslo(db):
    return factories.unit("Oslo fengsel")


@pytest.fixture
def health(oslo):
    return turns.health_service(oslo)


@pytest.fixture
def officer(oslo):
    return factories.staff(at=oslo)


@pytest.fixture
def nurse(health):
    return turns.nurse(health)


@pytest.fixture(autouse=True)
def noise(db):
    """A slip in another unit, to another health service."""
    agder = factories.unit("Agder fengsel")
    turns.health_service(agder)
    return turns.turned(factories.person(at=agder, family="Annensteds"), Topic.TEETH, Topic.OTHER)
