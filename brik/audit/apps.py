from importlib import import_module
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.db.models.signals import post_migrate


class AuditConfig(AppConfig):
    name = "brik.audit"
    label = "audit"

    def ready(self) -> None:
        from brik.audit import checks  # noqa: F401 - registers itself

        post_migrate.connect(_after_migrate, sender=self)


def _after_migrate(using: str, **kwargs: Any) -> None:
    """As the owner, write the current verbs and grants, and make partitions for the months ahead."""
    from brik.audit import known_verbs, partitions

    if partitions.is_partitioned(using):
        known_verbs.update(using=using)
        partitions.make(using=using)
        import_module(settings.BRIK_PRIVILEGES).write(using=using)
