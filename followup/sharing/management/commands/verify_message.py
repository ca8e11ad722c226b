from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from brik.vault import keys
from brik.vault.sealing import SealBroken
from followup.sharing.delivery.own_messages import own_message
from followup.sharing.wire.message_schemas import InvalidMessage


class Command(BaseCommand):
    help = "Tell whether a signed message (compact JWS) is one that we have sent. Ends with 1 if it is not."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with keys.ring():
                message = own_message(options["file"].read_bytes().strip())
        except OSError as error:
            raise CommandError(f"The file cannot be read: {error.strerror}.") from None
        except InvalidMessage as error:
            raise CommandError(f"It is not ours: {error}.", returncode=1) from None
        except SealBroken as error:
            raise CommandError(f"It cannot be told: {error}.", returncode=1) from None
        compared = "its content is what was sent" if message.is_compared else "what was sent is erased by now"
        sent = f"{message.message_id}, sent {message.sent_at:%Y-%m-%d %H:%M}"
        self.stdout.write(f"Ours: {sent}, signed by {message.key_id}; {compared}.")
