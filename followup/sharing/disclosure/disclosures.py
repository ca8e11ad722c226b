"""The table of disclosures: what was shared with whom, and on what basis."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from brik.mapping.models import Mapping
from brik.people.models import Person
from brik.staff.access import Scope, scope_of
from brik.staff.models import Channel, Organisation, Staff
from brik.vault.canonical import salted_sha256
from brik.vault.codes.coded_sealed_rows import CodedSealedModel, CodedSealedQuerySet
from brik.vault.fields import SealedBytesField, SealedField
from brik.vault.models import DISCLOSURE
from brik.vault.sealing import SealBroken
from followup.sharing.disclosure.states import DeliveryKind, DeliveryState
from followup.sharing.permissions import SharingPermission

# Letters and digits that are not taken for one another on paper.
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


def new_reference() -> str:
    """A random reference for the sheet, as "K7QF2-9MD3T". It says nothing of the person."""
    first, second = ("".join(secrets.choice(_LETTERS) for _ in range(5)) for _ in range(2))
    return f"{first}-{second}"


class DisclosureQuerySet(CodedSealedQuerySet):  # type: ignore[override]  # as its base
    def visible_to(self, user: Staff) -> DisclosureQuerySet:
        """A partner sees what was disclosed to its own organisation, a mapper what is about people of the unit."""
        scope = scope_of(user, SharingPermission.INBOX)
        if scope is Scope.OWN_ORGANISATION:
            return self.filter(organisation=user.organisation_id, organisation__channel=Channel.INBOX)
        units = scope_of(user, SharingPermission.SEE_DELIVERIES)
        if isinstance(units, frozenset):
            return self.filter(person__current_stay__unit__in=units)
        return self.none()

    def standing(self) -> DisclosureQuerySet:
        """Disclosures that were delivered, are not retracted, and have no newer one that replaces them."""
        newer = Disclosure.objects.filter(replaces=OuterRef("pk")).exclude(deliveries__state=DeliveryState.CANCELLED)
        arrived = Disclosure.objects.filter(
            pk=OuterRef("pk"), deliveries__kind=DeliveryKind.SHARE, deliveries__state=DeliveryState.ACCEPTED
        )
        return self.filter(Exists(arrived), ~Exists(newer))


class Disclosure(CodedSealedModel):
    """The decision to share something about one person with one recipient, and the bytes shared. Written once."""

    RECORD_NAME = "disclosure"
    KEEPING = DISCLOSURE
    KEEPING_ID = "uuid"

    # Printed on the recipient's sheet, so that the line about its end needs no name.
    reference = models.CharField(max_length=11, unique=True, default=new_reference, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    mapping = models.ForeignKey(Mapping, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    replaces = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaced_by")
    # The themes that the content tells of, and the consent decisions that permit them.
    themes = models.JSONField()
    decisions = models.JSONField()
    # Whether the message says where the person lives or will live; such a message leaves nobody with a graded address.
    tells_place = models.BooleanField(default=False)
    legal_basis = models.CharField(max_length=200)
    purpose = models.CharField(max_length=500)
    # {"fields": [link ids], "own_ticks": [...], "free_text": [...]}, and the columns in clear that decide who reads it:
    # {"organisation": key, "themes": [...], "tells_place": bool}; {"urgent": bool}: it comes first in an inbox; and the
    # salt of the hash.
    content = SealedField()
    # The bytes of the message.
    payload = SealedBytesField()
    payload_sha256 = models.CharField(max_length=64)
    schema = models.CharField(max_length=40)
    schema_version = models.CharField(max_length=10)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = DisclosureQuerySet.as_manager()

    class Meta:
        ordering = ["-decided_at", "pk"]
        indexes = [models.Index(fields=["organisation", "-decided_at"], name="disclosure_by_recipient")]
        constraints = [
            models.CheckConstraint(condition=~Q(replaces=F("uuid")), name="disclosure_replaces_another"),
            models.CheckConstraint(condition=Q(payload_sha256__regex="^[0-9a-f]{64}$"), name="disclosure_has_a_hash"),
        ]

    def demand_agreement(self) -> None:
        """Raises ``SealBroken`` unless recipient, themes and place, in clear, are those that were decided on."""
        sealed = self.content.open()
        decided = (sealed.get("organisation"), sealed.get("themes"), sealed.get("tells_place"))
        if decided != (self.organisation_id, self.themes, self.tells_place):
            raise SealBroken("the disclosure in clear differs from the sealed one")

    def demand_hash(self, payload: bytes) -> None:
        """Raises ``SealBroken`` unless these are the bytes that were decided on."""
        if salted_sha256(payload, self.content.open()["salt"]) != self.payload_sha256:
            raise SealBroken("the payload is not the one that was decided on")

    @property
    def unit_id(self) -> int | None:
        """The unit whose staff may act on it."""
        return self.person.unit_id
