from typing import Any

from django.core.management.base import CommandError, CommandParser

from brik.audit import partitions
from brik.audit.brief_locks import waiting_briefly
from brik.audit.owner_command import OwnerCommand


class Command(OwnerCommand):
    help = "Make the partitions of the event table for the months ahead, as the owner of the tables."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        months = partitions.MONTHS_AHEAD
        parser.add_argument("--months", type=int, default=months, help=f"how many months ahead ({months})")

    def handle(self, *args: Any, **options: Any) -> None:
        if not 0 < options["months"] <= 120:
            raise CommandError("--months must be between 1 and 120.")
        with waiting_briefly():
            names = partitions.make(options["months"])
        self.stdout.write("\n".join(f"made {name}" for name in names) or "Nothing to make.")
