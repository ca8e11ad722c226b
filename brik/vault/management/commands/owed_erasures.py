"""What is still owed after data keys were destroyed, for cron: ends with 1 when it is overdue."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from brik.vault.custody.owed import OwedDestruction, owed


class Command(BaseCommand):
    help = (
        "Name the wrapping keys, and copies of them in older backups, that still open what survives of destroyed data"
        " keys. Ends with 1 when one is owed for more than ERASURE_DAYS."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        debts, overdue = owed(), timezone.now() - timedelta(days=settings.ERASURE_DAYS)
        for debt in debts:
            self.stdout.write(
                f"{debt.key.key_id} {debt.key.state}: opens what survives of {debt.data_keys} destroyed data keys,"
                f" the first since {debt.since:%Y-%m-%d %H:%M}. {_what_to_do(debt)}"
            )
        if late := sum(debt.since < overdue for debt in debts):
            raise CommandError(f"{late} wrapping keys should be gone since {settings.ERASURE_DAYS} days.", returncode=1)
        if not debts:
            self.stdout.write("Nothing is owed: no wrapping key opens what survives of a destroyed data key.")


def _what_to_do(debt: OwedDestruction) -> str:
    key_id = debt.key.key_id
    if debt.key.destroyed_at is not None:
        return f"Destroy the older copies of the backup, then wrapping_key copies_destroyed {key_id}."
    return f"wrapping_key create, rotate the data keys, wrapping_key retire {key_id}, wrapping_key destroy {key_id}."
