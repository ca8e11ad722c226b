"""A counterpart that listens on loopback while a test lasts: real HTTP, its own key, its own ledger."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from joserfc.jwk import RSAKey

from followup.demo.counterpart.behaviour import Mode
from followup.demo.counterpart.ledger import Ledger
from followup.demo.counterpart.server import Counterpart
from followup.sharing.wire import signing


@contextmanager
def listening(folder: Path, *, key: RSAKey, settings: Any, kind: type[Counterpart] = Counterpart) -> Iterator[Any]:
    """The counterpart, and the settings that lead to it."""
    server = kind(
        0,
        ledger=Ledger(folder / "ledger.sqlite"),
        key=key,
        key_of=signing.own_public_key,
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
