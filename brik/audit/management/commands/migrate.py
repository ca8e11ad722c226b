from django.core.management.commands import migrate

from brik.audit.owner_command import OwnerCommand


class Command(OwnerCommand, migrate.Command):
    """Django's own, as the owner of the tables."""
