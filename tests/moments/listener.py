"""A counterpart that keeps what it really received, and lets a test act while a message is on its way."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from followup.demo.counterpart.server import Counterpart
from followup.sharing.disclosure.states import ReceiptStatus
from followup.sharing.wire import signing


class Listener(Counterpart):
    """``received`` holds the bytes of every message, in order; ``arriving`` is called before one is looked at."""

    received: list[bytes]
    arriving: Callable[[], None] | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.received = []

    def take(self, token: bytes) -> tuple[str, ReceiptStatus, str]:
        self._keep(token)
        return super().take(token)

    def refuse(self, token: bytes) -> str:
        self._keep(token)
        return super().refuse(token)

    def _keep(self, token: bytes) -> None:
        if self.arriving is not None:
            self.arriving()
        signed = signing.verify(token, self.key_of)
        self.received.append(signed.payload)

    def messages(self, schema: str) -> list[tuple[dict[str, Any], bytes]]:
        """The messages of this schema, each with its bytes."""
        read = [(json.loads(content), content) for content in self.received]
        return [(message, content) for message, content in read if message["schemaName"] == schema]
