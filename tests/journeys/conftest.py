"""The demonstration's units, organisations and accounts, and a counterpart that listens."""

from io import StringIO

import pytest
from django.core.management import call_command

from brik.staff.models import Organisation
from followup.demo import register, telling
from followup.sharing.wire import signing
from tests.sharing.conftest import counterpart, counterpart_key  # noqa: F401 - fixtures
from tests.situations import PASSWORD


@pytest.fixture
def house(db, monkeypatch):
    """Nobody is here yet; everyone has an account."""
    monkeypatch.setenv("BRIK_DEMO_PASSWORD", PASSWORD)
    register.load()
    call_command("load_texts", stdout=StringIO())


@pytest.fixture
def koda(house, counterpart):  # noqa: F811 - a fixture
    """The case system of the demonstration, answered by this test's counterpart."""
    system = Organisation.objects.get(number=telling.KODA)
    system.public_key = signing.public_jwk(counterpart.key)
    system.save()
    return system
