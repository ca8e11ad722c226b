"""A case system for demonstrations and tests: real HTTP, real signatures, the published schemas, a ledger."""

from __future__ import annotations

import json
import sys
import threading
import time
import uuid
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import requests
from joserfc.jwk import RSAKey

from brik.vault.canonical import canonical
from followup.demo.counterpart import behaviour as does
from followup.demo.counterpart.behaviour import Behaviour, Mode
from followup.demo.counterpart.ledger import CONFLICT, Ledger
from followup.sharing.disclosure.states import ReceiptStatus
from followup.sharing.wire import message_schemas, question_lists, signing
from followup.sharing.wire.case_system import CONTENT_TYPE
from followup.sharing.wire.signing import KeyOf

FAILED = {ReceiptStatus.SENDER_TECHNICAL, ReceiptStatus.SENDER_INCOMPLETE, ReceiptStatus.RECEIVER_FAILED}


class Counterpart(ThreadingHTTPServer):
    """Listens on loopback. ``/meldinger`` takes messages; ``/kontroll`` tells it how to behave; ``/hovedbok`` reads."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int, *, ledger: Ledger, key: RSAKey, key_of: KeyOf, receipts_to: str, mode: Mode) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.ledger, self.key, self.key_of, self.receipts_to = ledger, key, key_of, receipts_to
        self.behaviour = Behaviour(mode)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Print errors, except that a client has gone before the answer: tests kill clients on purpose."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)

    def take(self, token: bytes) -> tuple[str, ReceiptStatus, str]:
        """Check signature and schema, and record the message. Returns its id, a status and a description."""
        try:
            signed = signing.verify(token, self.key_of)
        except message_schemas.InvalidMessage as error:
            return str(uuid.UUID(int=0)), ReceiptStatus.SENDER_TECHNICAL, str(error)
        about = ""
        try:
            message = self._read(signed)
            about = message.get("hendelseId") or message["meldingsIdRef"]
            if self.ledger.take(signed.message_id, signed.schema, about, signed.payload) == CONFLICT:
                raise message_schemas.InvalidMessage("same id, other content")
        except message_schemas.InvalidMessage as error:
            self.ledger.refuse(signed.message_id, signed.schema, about, signed.payload)
            return signed.message_id, ReceiptStatus.SENDER_TECHNICAL, str(error)
        return signed.message_id, ReceiptStatus.RECEIVED, ""

    def refuse(self, token: bytes) -> str:
        """Refuse a message and return its id."""
        signed = signing.verify(token, self.key_of)
        self.ledger.refuse(signed.message_id, signed.schema, "", signed.payload)
        return signed.message_id

    def receipt(self, about: str, status: ReceiptStatus, why: str = "") -> str:
        """A signed receipt."""
        message: dict[str, Any] = {"meldingsId": str(uuid.uuid4()), "meldingsIdRef": about, "status": status.value}
        if why:
            message["beskrivelse"] = why
        return signing.sign(
            canonical(message), key=self.key, message_id=message["meldingsId"], schema=message_schemas.RECEIPT
        )

    def post_later(self, seconds: float, token: str) -> None:
        """Post a receipt to the sender's endpoint after ``seconds``; try again until it is taken."""

        def post() -> None:
            delay, last = seconds, ""
            for _ in range(20):
                time.sleep(delay)
                try:
                    headers = {"Content-Type": CONTENT_TYPE}
                    answer = requests.post(self.receipts_to, data=token, headers=headers, timeout=5)
                    if answer.status_code < 500:
                        return
                    last = str(answer.status_code)
                except requests.RequestException as error:
                    last = type(error).__name__
                delay = min(30.0, max(0.2, delay * 2))
            sys.stderr.write(f"A receipt was never taken: {last}.\n")

        threading.Thread(target=post, daemon=True).start()

    def _read(self, signed: signing.Signed) -> dict[str, Any]:
        """The message. Raises ``InvalidMessage``."""
        if signed.schema not in {message_schemas.MAPPING, message_schemas.RETRACTION}:
            raise message_schemas.InvalidMessage("unknown schema")
        message = message_schemas.read(signed.payload, signed.schema)
        if message["schemaVersion"] != signed.version:
            raise message_schemas.InvalidMessage("the envelope carries another version")
        if message["meldingsId"] != signed.message_id:
            raise message_schemas.InvalidMessage("the envelope carries another id")
        if signed.schema == message_schemas.MAPPING:
            question_lists.check_answers(message)
        return message


class Handler(BaseHTTPRequestHandler):
    """One request. Logs nothing: the messages are about people."""

    server: Counterpart
    protocol_version = "HTTP/1.1"
    # Headers and body leave in one piece. In two, the second waits 40 ms for the client's delayed acknowledgement.
    wbufsize = -1

    def do_POST(self) -> None:
        body = self.rfile.read(min(int(self.headers.get("Content-Length") or 0), signing.LARGEST_MESSAGE * 2))
        if self.path == "/kontroll":
            self._control(body)
        elif self.path == "/meldinger":
            self._message(body)
        else:
            self._answer(404, b"")

    def do_GET(self) -> None:
        if self.path == "/kontroll":
            self._json({"held": self.server.behaviour.held})
        elif self.path == "/hovedbok":
            self._json([line.__dict__ for line in self.server.ledger.lines()])
        else:
            self._answer(404, b"")

    def _message(self, token: bytes) -> None:
        server, mode = self.server, self.server.behaviour.next()
        if mode.mode == does.FAILING:
            return self._answer(503, b"")
        if mode.mode == does.SLOW:
            time.sleep(mode.seconds)
        if mode.mode == does.HOLD:
            server.behaviour.hold("")
        wanted = ReceiptStatus(mode.status)
        if mode.mode == does.STATUS and wanted in FAILED:
            return self._signed(server.receipt(server.refuse(token), wanted, "bedt om å svare slik"))
        message_id, status, why = server.take(token)
        if mode.mode == does.HOLD_TAKEN:
            server.behaviour.hold(message_id)
        if mode.mode == does.SILENT:
            self.close_connection = True
            return None
        if mode.mode == does.LATER and status == ReceiptStatus.RECEIVED:
            server.post_later(mode.seconds, server.receipt(message_id, wanted, why))
            status = ReceiptStatus.UNDER_RECEIPT
        elif mode.mode == does.STATUS and status == ReceiptStatus.RECEIVED:
            status = wanted
        return self._signed(server.receipt(message_id, status, why))

    def _control(self, body: bytes) -> None:
        try:
            self.server.behaviour.set(Mode.of(json.loads(body)))
        except (ValueError, TypeError, AttributeError):
            return self._answer(400, b"")
        return self._answer(204, b"")

    def _signed(self, token: str) -> None:
        self._answer(200, token.encode(), CONTENT_TYPE)

    def _json(self, value: Any) -> None:
        self._answer(200, json.dumps(value).encode(), "application/json")

    def _answer(self, status: int, body: bytes, content_type: str = "text/plain") -> None:
        try:
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
            self.wfile.flush()
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True  # the client has gone

    def log_message(self, format: str, *args: Any) -> None:
        return None


def serve(server: Counterpart, *, ready: Callable[[], None]) -> None:
    """Answer until interrupted."""
    ready()
    try:
        server.serve_forever(poll_interval=0.2)
    finally:
        server.server_close()
        server.ledger.close()
