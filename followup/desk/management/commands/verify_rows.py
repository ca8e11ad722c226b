"""Compare the rows that prove something with each other and with the audit log; ends with 1 where any differs."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from brik.audit import log
from brik.audit.actors import Process
from brik.audit.reasons import Reason
from brik.audit.verbs import Verb
from followup.desk.verification import findings


class Command(BaseCommand):
    help = (
        "Compare consents, withdrawals, deliveries, histories, texts and keys with each other, with the audit log and"
        " with their files. Prints what differs and the ids of the rows; needs the keys. Ends with 1 if anything does."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        wrong = compared = 0
        for mismatch in findings.mismatches():
            compared += 1
            wrong += len(mismatch.ids)
            if mismatch.ids:
                self.stdout.write(f"{mismatch.what}: {len(mismatch.ids)}")
                for row in mismatch.ids:
                    self.stdout.write(f"  {row}")
        if wrong:
            log.record(
                Verb.INTEGRITY_BROKEN, by=Process("verify_audit"), reason=Reason.FOUND_BY_CHECK, about=str(wrong)
            )
            raise CommandError(f"{wrong} rows do not fit, in {compared} comparisons.", returncode=1)
        self.stdout.write(f"{compared} comparisons: everything fits.")
