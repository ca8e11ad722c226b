"""A counterpart that listens for the length of one test: real HTTP, its own key, its own ledger. And who shares."""

import threading

import pytest
from joserfc.jwk import RSAKey

from brik.staff.models import Role
from followup.demo.counterpart.behaviour import Mode
from followup.demo.counterpart.ledger import Ledger
from followup.demo.counterpart.server import Counterpart
from followup.sharing.wire import signing
from tests import situations


@pytest.fixture(scope="session")
def counterpart_key():
    return RSAKey.generate_key(2048)


@pytest.fixture
def counterpart(tmp_path, counterpart_key, settings):
    server = Counterpart(
        0,
        ledger=Ledger(tmp_path / "ledger.sqlite"),
        key=counterpart_key,
        sender=signing.public_jwk(signing.own_key()),
        receipts_to="http://127.0.0.1:9/meldinger/kvittering",
        mode=Mode(),
    )
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    settings.CASE_SYSTEM_URL = f"http://127.0.0.1:{server.server_port}/meldinger"
    settings.CASE_SYSTEM_TIMEOUT = 2.0
    yield server
    server.behaviour.set(Mode())
    server.shutdown()
    thread.join()
    server.server_close()
    server.ledger.close()


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
