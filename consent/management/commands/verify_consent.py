"""Prove that every stored consent and its archived sheet is what was signed; ends with 1 where anything differs."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from consent.models import Consent
from consent.verification import differences


class Command(BaseCommand):
    help = "Open every consent document, sheet and receipt, make its hash anew and compare its rows with it."

    def handle(self, *args: Any, **options: Any) -> None:
        count = 0
        for difference in differences():
            count += 1
            self.stdout.write(difference)
        if count:
            raise CommandError(f"{count} differences in {Consent.objects.count()} consents.", returncode=1)
        self.stdout.write(f"{Consent.objects.count()} consents hold.")
