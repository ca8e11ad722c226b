"""Destroy what has been kept as long as the texts say; the worker does the same each night. Or prove the nights."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from brik.definitions.retention_spans import retentions
from brik.vault.codes.coded_models import changed_past_us
from followup.desk.models import RetentionNight
from followup.desk.retention import actions
from followup.sharing.jobs import WORKER


class Command(BaseCommand):
    help = (
        "Destroy the keys of what has been kept as long as fixtures/retention says, and print how many of each keeping,"
        " with the signed certificate. What a legal hold keeps stays."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--dry-run", action="store_true", help="print the numbers and change nothing")
        what.add_argument("--prove", action="store_true", help="compare the certificate of each night with the log")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["prove"]:
            self._prove()
        elif options["dry_run"]:
            self._print(actions.counts(), "to destroy")
        else:
            try:
                night = actions.run(by=WORKER)
            except RuntimeError as error:
                raise CommandError(str(error)) from error
            self._print(night.numbers["destroyed"], "destroyed")
            self.stdout.write(f"certificate {night.pk}: {night.certificate}")

    def _prove(self) -> None:
        broken, nights = 0, RetentionNight.objects.order_by("ended_at")
        forged = {night.pk for night in changed_past_us(nights)}
        for night in nights:
            flaw = "the row was changed past us" if night.pk in forged else night.flaw()
            broken += bool(flaw)
            self.stdout.write(f"{night.pk}, {night.ended_at:%Y-%m-%d %H:%M}: {flaw or 'proved'}")
        if broken:
            raise CommandError(f"{broken} certificates do not hold.", returncode=1)

    def _print(self, counts: dict[str, int], what: str) -> None:
        for keeping in retentions():
            self.stdout.write(f"{keeping}: {counts.get(keeping, 0)} {what}")
