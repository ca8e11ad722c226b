"""Destroy what has been kept as long as the consent texts say; the worker does the same each night."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from brik.definitions.retention_spans import retentions
from brik.vault import keys
from followup.desk.retention import actions
from followup.sharing.jobs import WORKER


class Command(BaseCommand):
    help = (
        "Destroy the keys of what has been kept as long as fixtures/retention says, and print how many of each keeping."
        " What a legal hold keeps stays."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="print the numbers and change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["dry_run"]:
            self._print(actions.counts(), "to destroy")
            return
        destroyed: Counter[str] = Counter()
        for person in actions.people_due():
            with keys.ring():
                destroyed.update(key.keeping for key in actions.destroy_due(person, by=WORKER))
        self._print(destroyed, "destroyed")

    def _print(self, counts: dict[str, int], what: str) -> None:
        for keeping in retentions():
            self.stdout.write(f"{keeping}: {counts.get(keeping, 0)} {what}")
