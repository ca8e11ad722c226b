"""The counterpart's behaviour. It can be told to fail in every way a real recipient may fail."""

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
    """One way to behave, for the next ``times`` messages, and ok after them. Zero is for ever."""

    mode: str = OK
    seconds: float = 0.0
    status: str = ReceiptStatus.RECEIVED.value
    times: int = 0

    @classmethod
    def of(cls, wanted: dict[str, Any]) -> Mode:
        """The mode that a request asks for. Raises ``ValueError`` for an unknown one."""
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
    """The present mode, and the messages that are held."""

    def __init__(self, mode: Mode) -> None:
        self._lock = threading.Lock()
        self._mode = mode
        self._gate = threading.Event()
        self.held: list[str] = []

    def set(self, mode: Mode) -> None:
        """Change the mode and release the held requests."""
        with self._lock:
            self._mode = mode
            self._gate.set()
            self._gate = threading.Event()
            self.held = []

    def next(self) -> Mode:
        """The mode for the message that has just come."""
        with self._lock:
            mode = self._mode
            if mode.times == 1:
                self._mode = Mode()
            elif mode.times > 1:
                self._mode = replace(mode, times=mode.times - 1)
            return mode

    def hold(self, message_id: str) -> None:
        """Wait until the mode changes."""
        with self._lock:
            gate = self._gate
            self.held.append(message_id)
        gate.wait()
