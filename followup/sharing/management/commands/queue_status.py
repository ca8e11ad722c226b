"""Prints the state of deliveries and periodic work for a monitor; ends with 1 when something has waited too long."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from followup.sharing.delivery.queue_status import backlog


class Command(BaseCommand):
    help = (
        "Print how many deliveries wait, and since when. Ends with 1 when something has waited longer than --minutes."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--minutes", type=int, default=60, help="how long something may wait (60)")

    def handle(self, *args: Any, **options: Any) -> None:
        longest = timedelta(minutes=options["minutes"])
        now = backlog(longest)
        lines = {
            "waiting": now.waiting,
            "oldest waiting": _age(now.at, now.oldest, "-"),
            "without answer": now.unanswered,
            "parked": now.parked,
            "behind parked": now.behind_parked,
            "failed": now.failed,
            "periodic work began": _age(now.at, now.last_round, "never"),
            f"periodic work failed, last {options['minutes']} min": now.rounds_failed,
            "not answered about prints": now.disposals_late,
        }
        self.stdout.write("\n".join(f"{name}: {value}" for name, value in lines.items()))
        late = now.late(longest)
        if late:
            raise CommandError(" ".join(late), returncode=1)


def _age(now: datetime, moment: datetime | None, otherwise: str) -> str:
    return otherwise if moment is None else f"{max(0, int((now - moment).total_seconds() // 60))} min"
