from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from brik.audit.actors import Process
from brik.vault.models import KEEPINGS
from brik.vault.rotation.code_keys import recode
from brik.vault.rotation.counts import RotationCount, RotationRefused
from brik.vault.rotation.data_keys import SECONDS_FOR_READERS, replace_key
from brik.vault.rotation.lookup_keys import rehash
from brik.vault.rotation.new_columns import fill_column
from brik.vault.rotation.wrapping_keys import rewrap
from brik.vault.sealing import SealBroken

BY = Process("rotate_keys")
HELP = {
    "wrapping": "wrap every data key by the current wrapping key",
    "keeping": "give one keeping another data key, and seal its rows and their history anew",
    "codes": "code every row under the code key that the custodians have made",
    "lookups": "hash every number under the look-up key that the custodians have made, or clear the older hashes",
    "column": "fill a sealed column that is newer than some rows",
}


class Command(BaseCommand):
    help = (
        "Rotate keys beside the running traffic, as the database role brik_rotate. Interrupted, the same command goes "
        "on. Ends with a proof: seen, written, verified; and with 1 if something seen is not verified."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        kinds = parser.add_subparsers(dest="kind", required=True)
        for kind, sentence in HELP.items():
            arguments = kinds.add_parser(kind, help=sentence)
            if kind == "keeping":
                arguments.add_argument("keeping", choices=KEEPINGS)
                arguments.add_argument("subject", type=UUID, help="the uuid of what the key is kept for")
                arguments.add_argument(
                    "--seconds-for-readers",
                    type=float,
                    default=SECONDS_FOR_READERS,
                    help="how long the old key still opens after all rows are sealed anew",
                )
            if kind == "column":
                arguments.add_argument("record", help="the RECORD_NAME of the model")
                arguments.add_argument("column")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            count = self._rotation(options)()
        except (RotationRefused, SealBroken) as error:
            raise CommandError(str(error)) from None
        for name in count.broken:
            self.stdout.write(f"  {name}")
        self.stdout.write(f"{count.seen} seen, {count.written} written, {count.verified} verified.")
        if not count.is_proved:
            raise CommandError("Not everything is as it should be: no older key may go.", returncode=1)

    def _rotation(self, options: dict[str, Any]) -> Callable[[], RotationCount]:
        match options["kind"]:
            case "wrapping":
                return lambda: rewrap(by=BY, report=self._report)
            case "keeping":
                return lambda: replace_key(
                    options["keeping"],
                    options["subject"],
                    by=BY,
                    seconds_for_readers=options["seconds_for_readers"],
                    report=self._report,
                    waiting=self._waiting,
                )
            case "codes":
                return lambda: recode(by=BY, report=self._report)
            case "lookups":
                return lambda: rehash(by=BY, report=self._report)
            case _:
                return lambda: fill_column(options["record"], options["column"], by=BY, report=self._report)

    def _report(self, done: int, of: int) -> None:
        self.stdout.write(f"{done} of {of}")
        # A pipe or a file is to show it too.
        self.stdout.flush()

    def _waiting(self, left: int) -> None:
        self.stdout.write(f"Waits for {left} transactions that began before the new key.")
