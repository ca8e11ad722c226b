"""Prints the state of deliveries and periodic work for a monitor; ends with 1 when something is late."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from followup.sharing.delivery.queue_status import backlog


class Command(BaseCommand):
    help = (
        "Print how many deliveries wait, since when, and what is late (fixtures/late.yaml). Ends with 1 when something"
        " is late that an operator can see to, or when periodic work and jobs take longer than --minutes."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--minutes", type=int, default=60, help="how long work may take (60)")

    def handle(self, *args: Any, **options: Any) -> None:
        longest = timedelta(minutes=options["minutes"])
        now = backlog(longest)
        lines = {
            "waiting": now.waiting,
            "oldest waiting": _age(now.at, now.oldest, "-"),
            "without answer": now.unanswered,
            "parked": now.parked,
            "behind parked": now.held_back,
            "failed": now.failed,
            "set aside, stored data do not fit": now.set_aside,
            "data that did not fit, last day": now.broken,
            "periodic work began": _age(now.at, now.last_round, "never"),
            f"periodic work failed, last {options['minutes']} min": now.rounds_failed,
            f"clocks apart, last {options['minutes']} min": now.clocks_apart,
            "jobs that do not end": now.jobs_stuck,
            "deletions without effect": now.deletions,
            "oldest deletion without effect": _age(now.at, now.oldest_deletion, "-"),
        }
        for count in now.late:
            oldest = f", oldest {_age(now.at, count.oldest, '-')}" if count.number else ""
            lines[f"late, {count.kind.replace('_', ' ')}"] = f"{count.number}{oldest}"
        self.stdout.write("\n".join(f"{name}: {value}" for name, value in lines.items()))
        alarms = now.alarms(longest)
        if alarms:
            raise CommandError(" ".join(alarms), returncode=1)


def _age(now: datetime, moment: datetime | None, otherwise: str) -> str:
    return otherwise if moment is None else f"{max(0, int((now - moment).total_seconds() // 60))} min"
