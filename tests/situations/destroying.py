"""Keys that were destroyed on purpose, as the house destroys them: the row with its code, and the event."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils import timezone

from brik.audit import log
from brik.audit.actors import Process
from brik.audit.verbs import Verb
from brik.vault.models import Key


def destroy_keys(keys: QuerySet[Key], *, event: bool = True) -> None:
    """What these keys have sealed is gone. Rows, with the event of the vault unless told otherwise."""
    for key in keys.order_by("pk"):
        key.wrapped, key.destroyed_at = b"", timezone.now()
        key.save(update_fields=["wrapped", "destroyed_at"])
        if event:
            about = f"{key.keeping} {key.subject}"
            log.record(Verb.KEY_DESTROYED, by=Process("test"), subject=key.person, obj=key, about=about)
