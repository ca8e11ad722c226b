"""How the counterpart behaves, so that every weakness of a real recipient can be seen on request."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from typing import Any

from followup.sharing.disclosure.states import ReceiptStatus

# What it can be asked to do with each message.
OK = "ok"  # take it and say so
SLOW = "slow"  # as ok, after `seconds`
FAILING = "failing"  # HTTP 503, not taken
SILENT = "silent"  # take it, then drop the connection without a word
STATUS = "status"  # answer with `status`; taken only when that says so
LATER = "later"  # answer UNDER_MOTTAK; the real answer is posted after `seconds`
HOLD = "hold"  # hold before taking, until released
HOLD_TAKEN = "hold-taken"  # take it, hold the answer until released
MODES = (OK, SLOW, FAILING, SILENT, STATUS, LATER, HOLD, HOLD_TAKEN)


@dataclass(frozen=True)
class Mode:
    """One way to behave. ``times`` is for how many messages; after those, ok again. Zero is for ever."""

    mode: str = OK
    seconds: float = 0.0
    status: str = ReceiptStatus.RECEIVED.value
    times: int = 0

    @classmethod
    def of(cls, wanted: dict[str, Any]) -> Mode:
        """Raises ``ValueError`` for what it cannot be asked to do."""
        mode = cls(
            str(wanted.get("mode", OK)),
            float(wanted.get("seconds", 0.0)),
            str(wanted.get("status", ReceiptStatus.RECEIVED.value)),
            int(wanted.get("times", 0)),
        )
        if mode.mode not in MODES or mode.status not in ReceiptStatus.values or mode.seconds < 0:
            raise ValueError("unknown mode")
        return mode


class Behaviour:
    """The present mode, and those who are held."""

    def __init__(self, mode: Mode) -> None:
        self._lock = threading.Lock()
        self._mode = mode
        self._gate = threading.Event()
        self.held: list[str] = []

    def set(self, mode: Mode) -> None:
        """Behave like this from now on; requests that are held are let go."""
        with self._lock:
            self._mode = mode
            self._gate.set()
            self._gate = threading.Event()
            self.held = []

    def next(self) -> Mode:
        """How to treat the message that has just come."""
        with self._lock:
            mode = self._mode
            if mode.times == 1:
                self._mode = Mode()
            elif mode.times > 1:
                self._mode = replace(mode, times=mode.times - 1)
            return mode

    def hold(self, message_id: str) -> None:
        """Wait until somebody sets another mode."""
        with self._lock:
            gate = self._gate
            self.held.append(message_id)
        gate.wait()
