from django.core.management.commands import makemigrations

from brik.audit.owner_command import OwnerCommand


class Command(OwnerCommand, makemigrations.Command):
    """Django's own, as the owner of the tables: it looks into the database, which may be empty still."""
