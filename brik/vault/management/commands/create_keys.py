from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from brik.vault.providers.files_provider import create_keys


class Command(BaseCommand):
    help = "Make the keys of a demonstration, in KEY_DIR. Does nothing where there are keys already."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.KEY_PROVIDER != "files":
            raise CommandError("The keys of a module are made by its two custodians: manage.py wrapping_key create.")
        made = create_keys(settings.KEY_DIR)
        self.stdout.write("Made new keys." if made else "There are keys already.")
