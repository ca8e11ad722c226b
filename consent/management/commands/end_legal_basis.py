"""End the legal basis of a kind of talk on a day: from then on no talk is held and nothing is shared under it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from brik.audit.actors import Process
from brik.people.legal_status import MAPPED
from consent.record import endings

SETUP = Process("setup")


class Command(BaseCommand):
    help = "End a legal basis on a day (the first on which it no longer holds): today or later."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind", choices=[status.value for status in MAPPED])
        parser.add_argument("regulation", help="as it is called in legal_bases.yaml")
        parser.add_argument("date", type=date.fromisoformat, metavar="date", help="YYYY-MM-DD")

    def handle(self, *args: Any, **options: Any) -> None:
        kind, regulation, on = options["kind"], options["regulation"], options["date"]
        try:
            ended = endings.end_basis(kind, regulation, on=on, by=SETUP)
        except ValueError as error:
            raise CommandError(str(error)) from None
        if not ended.changed:
            self.stdout.write(f"{kind} {regulation} has the end {on} already; nothing is changed.")
            return
        moved = f" (it had the end {ended.before})" if ended.before else ""
        self.stdout.write(
            f"{kind} {regulation} ends on {on}{moved}. From that day no talk is held under it and nothing leaves "
            f"by it; the worker ends its consents and retracts what was sent. Set until: {on} in legal_bases.yaml too."
        )
