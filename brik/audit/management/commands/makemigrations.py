from django.core.management.commands import makemigrations

from brik.audit.migration_choices import AutodetectorWithoutChoices
from brik.audit.owner_command import OwnerCommand


class Command(OwnerCommand, makemigrations.Command):
    """Django's own, as the owner of the tables, which here leaves the words for codes out of migrations."""

    autodetector = AutodetectorWithoutChoices
