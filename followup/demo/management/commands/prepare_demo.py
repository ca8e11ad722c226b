"""Sets up the schema of a demonstration; ``manage.py demo`` runs it as the owner of the tables."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError

from brik.audit.owner_command import OwnerCommand
from brik.vault.providers.files_provider import create_keys


class Command(OwnerCommand):
    help = "Make keys, tables and static files for a demonstration. Does only what is not done already."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("manage.py demo runs this command.")
        if settings.KEY_PROVIDER == "files" and create_keys(settings.KEY_DIR):
            self._say(f"Made keys in {settings.KEY_DIR}.")
        self._say(f"Preparing the database in {settings.DATA_DIR} …")
        call_command("migrate", verbosity=0)
        self._say("Collecting static files …")
        call_command("collectstatic", interactive=False, verbosity=0)

    def _say(self, sentence: str) -> None:
        self.stdout.write(sentence)
        self.stdout.flush()
