from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from brik.audit import log, partitions
from brik.audit.actors import Process
from brik.audit.reasons import Reason
from brik.audit.verbs import Verb
from brik.vault.codes.code_inspection import coded_models, inspect_codes
from brik.vault.inspection import Findings, inspect, sealed_models


class Command(BaseCommand):
    help = "Open everything sealed, compare every row with its code and the audit log; ends with 1 if one does not fit."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--without-keys", action="store_true", help="open nothing; only compare with the log")

    def handle(self, *args: Any, **options: Any) -> None:
        broken = 0
        for findings in (inspect(model, opens=not options["without_keys"]) for model in sealed_models()):
            broken += len(findings.broken)
            self.stdout.write(
                f"{findings.name}: {findings.rows} rows, {findings.opened} fields opened, "
                f"{findings.shredded} shredded, {len(findings.broken)} wrong"
            )
            self._tell(findings)
        for findings in map(inspect_codes, coded_models()):
            broken += len(findings.broken)
            self.stdout.write(f"{findings.name}: {findings.rows} rows, {len(findings.broken)} wrong")
            self._tell(findings)
        if unproven := log.unproven_heads():
            broken += unproven
            self.stdout.write(f"audit_head: {unproven} rows without an event that proves them")
        warnings = self._partitions()
        if broken:
            log.record(
                Verb.INTEGRITY_BROKEN, by=Process("verify_audit"), reason=Reason.FOUND_BY_CHECK, about=str(broken)
            )
            raise CommandError(f"{broken} errors found.", returncode=1)
        if warnings:
            raise CommandError(" ".join(warnings), returncode=1)
        self.stdout.write("Everything fits.")

    def _tell(self, findings: Findings) -> None:
        for row, why in findings.broken:
            self.stdout.write(f"  {findings.name} {row}: {why}")

    def _partitions(self) -> list[str]:
        """What is wrong with the partitions of the event table; the owner runs ``make_partitions`` then."""
        strays, ahead = partitions.events_in_default(), partitions.months_ahead()
        self.stdout.write(f"audit_event: {strays} in the default partition, partitions for {ahead} months ahead")
        wrong = {
            "Events lie in the default partition; run make_partitions.": strays > 0,
            "The event table has too few partitions ahead; run make_partitions.": ahead < partitions.FEWEST_AHEAD,
        }
        return [sentence for sentence, is_so in wrong.items() if is_so]
