"""A house for the stories of one test, with a counterpart that listens and a clock that can be set forward."""

from __future__ import annotations

import pytest
from django.db import connection
from joserfc.jwk import RSAKey

from tests.listening import listening
from tests.moments.clock import Clock
from tests.moments.listener import Listener
from tests.moments.story import House


@pytest.fixture
def house(tmp_path, settings, monkeypatch, transactional_db, key_ring):
    with listening(tmp_path, key=RSAKey.generate_key(2048), settings=settings, kind=Listener) as listener:
        made = House(listener, Clock(monkeypatch))
        yield made
        made.connections.close()
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_events, procrastinate_periodic_defers CASCADE")
