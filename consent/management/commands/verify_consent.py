"""Prove that every stored consent is what was signed: ends with 1 when anything differs."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from consent.models import Consent
from consent.verification import differences


class Command(BaseCommand):
    help = "Open every consent document, make its hash anew and compare its rows with it."

    def handle(self, *args: Any, **options: Any) -> None:
        found = 0
        for difference in differences():
            found += 1
            self.stdout.write(difference)
        if found:
            raise CommandError(f"{found} differences in {Consent.objects.count()} consents.", returncode=1)
        self.stdout.write(f"{Consent.objects.count()} consents hold.")
