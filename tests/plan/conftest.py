"""Somebody whose interview is signed off, the mapper who held it, and the same in another unit, never to be seen here."""

import pytest

from brik.mapping.questionnaire.themes import Theme
from tests import situations
from tests.plan import needs


@pytest.fixture
def oslo(db):
    return situations.a_unit("Oslo fengsel")


@pytest.fixture
def mapper(oslo):
    return situations.an_account(at=oslo)


@pytest.fixture
def interview(mapper, oslo):
    return situations.a_signed_off_interview(mapper, situations.a_person(at=oslo), **needs.HOUSING)


@pytest.fixture
def person(interview):
    return interview.person


@pytest.fixture(autouse=True)
def noise(db):
    """A need of somebody in another unit."""
    agder = situations.a_unit("Agder fengsel")
    other = situations.an_account(at=agder)
    signed = situations.a_signed_off_interview(other, situations.a_person(at=agder, family="Annensteds"))
    return needs.entered(signed, Theme.RUS, by=other)
