import json
import signal
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from followup.demo.counterpart import keys
from followup.demo.counterpart.behaviour import MODES, Mode
from followup.demo.counterpart.ledger import Ledger
from followup.demo.counterpart.server import Counterpart, serve
from followup.sharing.disclosure.states import ReceiptStatus
from followup.sharing.wire import signing


class Command(BaseCommand):
    help = "A stand-in for the case system: takes our messages over HTTP, keeps a ledger, answers with receipts."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=settings.PORT + 1)
        parser.add_argument("--mode", choices=MODES, default="ok", help="how it behaves from the start")
        parser.add_argument("--seconds", type=float, default=0.0, help="for slow and later")
        parser.add_argument("--status", choices=ReceiptStatus.values, default=ReceiptStatus.RECEIVED.value)
        parser.add_argument("--receipts-to", default=f"http://127.0.0.1:{settings.PORT}/meldinger/kvittering")
        parser.add_argument(
            "--sender-key", type=Path, help="file with our public keys (JWK set); else those of KEY_DIR"
        )
        parser.add_argument("--public-key", action="store_true", help="print the counterpart's public key and end")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["public_key"]:
            self.stdout.write(json.dumps(keys.public_jwk(settings.DATA_DIR)))
            return
        sender_key: Path | None = options["sender_key"]
        handed = {jwk["kid"]: jwk for jwk in json.loads(sender_key.read_text())["keys"]} if sender_key else None
        try:
            server = Counterpart(
                options["port"],
                ledger=Ledger(keys.folder(settings.DATA_DIR) / "ledger.sqlite"),
                key=keys.private_key(settings.DATA_DIR),
                key_of=signing.own_public_key if handed is None else handed.get,
                receipts_to=options["receipts_to"],
                mode=Mode(options["mode"], options["seconds"], options["status"]),
            )
        except OSError as error:
            raise CommandError(f"Port {options['port']} is taken.") from error
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            serve(server, ready=lambda: self.stdout.write(f"The counterpart listens on port {server.server_port}."))
        except KeyboardInterrupt:
            self.stdout.write("The counterpart has stopped.")
