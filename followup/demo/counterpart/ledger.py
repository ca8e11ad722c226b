"""The counterpart's ledger of received messages. Holds ids and hashes, never content."""

from __future__ import annotations

import hashlib
import sqlite3
import threading
from dataclasses import dataclass
from pathlib import Path

RECEIVED = "RECEIVED"
DUPLICATE = "DUPLICATE"
CONFLICT = "CONFLICT"
WITHDRAWN_BEFORE = "WITHDRAWN_BEFORE"
REFUSED = "REFUSED"

_TABLE = """
CREATE TABLE IF NOT EXISTS ledger (
    line INTEGER PRIMARY KEY, at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f', 'now')),
    message_id TEXT NOT NULL, schema TEXT NOT NULL, about TEXT NOT NULL, sha256 TEXT NOT NULL, verdict TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS ledger_by_message ON ledger (message_id, verdict);
CREATE INDEX IF NOT EXISTS ledger_by_about ON ledger (about, schema);
"""


@dataclass(frozen=True)
class LedgerLine:
    """One received message. ``about`` is the mapping it is about, or the message that a retraction retracts."""

    line: int
    message_id: str
    schema: str
    about: str
    sha256: str
    verdict: str


class Ledger:
    """An append-only table, shared by the threads of one counterpart; other processes may read it."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=OFF")
        self._db.executescript(_TABLE)

    def take(self, message_id: str, schema: str, about: str, payload: bytes) -> str:
        """Record a message and return the verdict. The same id is received once, however often it comes."""
        digest = hashlib.sha256(payload).hexdigest()
        with self._lock:
            first = self._db.execute(
                "SELECT sha256 FROM ledger WHERE message_id = ? AND verdict IN (?, ?)",
                (message_id, RECEIVED, WITHDRAWN_BEFORE),
            ).fetchone()
            if first is not None:
                verdict = DUPLICATE if first[0] == digest else CONFLICT
            elif self._retracted(message_id):
                verdict = WITHDRAWN_BEFORE
            else:
                verdict = RECEIVED
            self._write(message_id, schema, about, digest, verdict)
        return verdict

    def refuse(self, message_id: str, schema: str, about: str, payload: bytes) -> None:
        """Record that a message came and was not taken."""
        with self._lock:
            self._write(message_id, schema, about, hashlib.sha256(payload).hexdigest(), REFUSED)

    def lines(self) -> list[LedgerLine]:
        with self._lock:
            rows = self._db.execute("SELECT line, message_id, schema, about, sha256, verdict FROM ledger ORDER BY line")
            return [LedgerLine(*row) for row in rows]

    def close(self) -> None:
        with self._lock:
            self._db.close()

    def _retracted(self, message_id: str) -> bool:
        # A message that was retracted before it came is not taken when it comes.
        rows = self._db.execute(
            "SELECT 1 FROM ledger WHERE about = ? AND schema = 'BRIK_TILBAKETREKKING' AND verdict = ?",
            (message_id, RECEIVED),
        )
        return rows.fetchone() is not None

    def _write(self, *values: str) -> None:
        self._db.execute(
            "INSERT INTO ledger (message_id, schema, about, sha256, verdict) VALUES (?, ?, ?, ?, ?)", values
        )
