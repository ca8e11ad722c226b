from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from brik.vault.providers.file_provider import create_keys


class Command(BaseCommand):
    help = "Make the keys of a new installation in KEY_DIR. Does nothing where there are keys already."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        made = create_keys(settings.KEY_DIR)
        self.stdout.write("Made new keys." if made else "There are keys already.")
