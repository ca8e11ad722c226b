from django.core.management.commands import makemigrations

from brik.audit.migration_choices import AutodetectorWithoutChoices


class Command(makemigrations.Command):
    """Django's own, which here leaves the words for codes out of migrations."""

    autodetector = AutodetectorWithoutChoices
