from typing import Any

from django.core.management.commands import migrate

from brik.audit.brief_locks import waiting_briefly
from brik.audit.migration_choices import AutodetectorWithoutChoices
from brik.audit.owner_command import OwnerCommand


class Command(OwnerCommand, migrate.Command):
    """Django's own, as the owner of the tables, which gives up when another session holds a table too long."""

    autodetector = AutodetectorWithoutChoices

    def handle(self, *args: Any, **options: Any) -> None:
        with waiting_briefly(options["database"]):
            super().handle(*args, **options)
