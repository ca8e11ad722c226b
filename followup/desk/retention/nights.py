"""What each night has destroyed: numbers by keeping, and a signed certificate of them that names nobody."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from django.db import models
from django.utils import timezone

from brik.audit.models import Event
from brik.audit.verbs import Verb
from brik.definitions.retention_spans import Retention, retentions
from brik.staff.access import may
from brik.staff.models import Staff
from brik.vault.canonical import canonical
from brik.vault.codes.coded_models import CodedModel, CodedQuerySet
from brik.vault.providers.provider import provider
from followup.desk.permissions import DeskPermission
from followup.sharing.wire import signing
from followup.sharing.wire.message_schemas import InvalidMessage

SCHEMA = "BRIK_SLETTING"


class RetentionNightQuerySet(CodedQuerySet):
    def visible_to(self, user: Staff) -> Any:
        """All of them, for the data-protection officer."""
        return self if may(user, DeskPermission.READ_EVENTS) else self.none()


class RetentionNight(CodedModel):
    """One run over everything whose time has come. Written once, when the run has ended, also where nothing was due."""

    RECORD_NAME = "retention_night"

    uuid = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    ended_at = models.DateTimeField(default=timezone.now, editable=False)
    # A compact JWS, signed as our messages are.
    certificate = models.TextField()

    objects = RetentionNightQuerySet.as_manager()

    class Meta:
        ordering = ["-ended_at", "pk"]

    @property
    def numbers(self) -> dict[str, Any]:
        """What the certificate says: ``destroyed`` and ``held`` by keeping, ``failed``, ``first`` and ``last`` event.

        Raises:
            InvalidMessage: it is not signed with our key, or is that of another night.
        """
        signed = signing.verify(self.certificate, signing.own_key_at(self.ended_at))
        if (signed.schema, signed.message_id) != (SCHEMA, str(self.pk)):
            raise InvalidMessage("the certificate is not of this night")
        said: dict[str, Any] = json.loads(signed.payload)
        return said

    def flaw(self) -> str:
        """Why the certificate does not hold, in words for an operator; "" where it does.

        It holds where it is signed, and the log tells of exactly as many destroyed keys of each keeping.
        """
        try:
            said = self.numbers
        except InvalidMessage as error:
            return str(error)
        logged = Counter(_events(said["first"], said["last"], by=said["by"]))
        return "" if logged == Counter(said["destroyed"]) else "the log tells of other keys destroyed in that night"


def certificate(
    night: RetentionNight, *, by: str, destroyed: Mapping[str, int], held: Mapping[str, int], failed: int, first: int
) -> str:
    """The signed numbers of a night. ``first`` is the last event before it."""
    last = Event.objects.order_by("-pk").values_list("pk", flat=True).first() or first
    content = {
        "installation": provider().installation,
        "by": by,
        "ended": night.ended_at.isoformat(),
        "spans": {keeping: _spans(retention) for keeping, retention in retentions().items()},
        "destroyed": {keeping: destroyed.get(keeping, 0) for keeping in retentions()},
        "held": {keeping: held.get(keeping, 0) for keeping in retentions()},
        "failed": failed,
        "first": first,
        "last": last,
    }
    return signing.sign(canonical(content), key=signing.own_key(), message_id=str(night.pk), schema=SCHEMA)


def _spans(retention: Retention) -> list[str]:
    return [f"{span.number} {span.unit} after {span.after}" for span in retention.destroy]


def _events(first: int, last: int, *, by: str) -> list[str]:
    """The keepings of the keys that the log says were destroyed by age between two events, the second included."""
    events = Event.objects.filter(verb=Verb.KEY_DESTROYED, actor=by, pk__gt=first, pk__lte=last)
    return [about.partition(" ")[0] for about in events.values_list("about", flat=True)]
