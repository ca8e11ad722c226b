from typing import Any

from django.core.management.base import BaseCommand, CommandError

from brik.audit import log
from brik.audit.actors import Process
from brik.audit.verbs import Verb
from brik.vault.inspection import inspect, sealed_models


class Command(BaseCommand):
    help = "Open everything sealed and compare every row with the audit log; ends with 1 if anything does not fit."

    def handle(self, *args: Any, **options: Any) -> None:
        broken = 0
        for findings in map(inspect, sealed_models()):
            broken += len(findings.broken)
            self.stdout.write(
                f"{findings.label}: {findings.rows} rader, {findings.opened} felt åpnet, "
                f"{findings.shredded} makulert, {len(findings.broken)} feil"
            )
            for row, why in findings.broken:
                self.stdout.write(f"  {findings.label} {row}: {why}")
        if broken:
            log.record(Verb.INTEGRITY_BROKEN, by=Process("verify_audit"), reason=f"verify_audit: {broken}")
            raise CommandError(f"{broken} feil funnet.", returncode=1)
        self.stdout.write("Alt stemmer.")
