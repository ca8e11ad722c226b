from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from brik.vault.providers.files_provider import create_keys
from brik.vault.providers.signing_key import create_signing_key


class Command(BaseCommand):
    help = "Make the keys of a new installation that lie in KEY_DIR. Does nothing where there are keys already."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.KEY_PROVIDER != "files":
            create_signing_key(settings.KEY_DIR)
            self.stdout.write("The signing key is there; manage.py wrapping_key create makes the keys of the module.")
            return
        made = create_keys(settings.KEY_DIR)
        self.stdout.write("Made new keys." if made else "There are keys already.")
