"""People in custody: who they are, their numbers, and their stays."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from brik.people.identifiers.numbers import Number, NumberKind
from brik.people.legal_status import LegalStatus
from brik.people.permissions import PeoplePermission
from brik.staff.access import Scope, scope_of
from brik.staff.accounts import Staff
from brik.staff.organisations import Unit
from brik.vault import keys
from brik.vault.fields import SealedField
from brik.vault.sealed_models import SealedModel, SealedQuerySet
from brik.vault.sealing import SealBroken


class PersonQuerySet(SealedQuerySet):
    def visible_to(self, user: Staff) -> PersonQuerySet:
        """People whose present or last stay is in a unit where the user may see people."""
        scope = scope_of(user, PeoplePermission.SEE_PEOPLE)
        if scope is Scope.ALL:
            return self
        if isinstance(scope, frozenset):
            return self.filter(current_stay__unit__in=scope)
        return self.none()

    def with_stay(self) -> PersonQuerySet:
        """Each with the stay that says where the person belongs, in the same query."""
        return self.select_related("current_stay__unit")


class Person(SealedModel):
    """Someone in custody. Identity and restrictions are sealed under the person's own key."""

    RECORD_NAME = "person"
    SEALED_FOR = "uuid"

    # {"given": str, "middle": str, "family": str, "aliases": [str]}
    identity = SealedField(null=True)
    # {"address_grade": str, "restrictions": [str], "note": str}; entered by staff.
    protection = SealedField(null=True)
    # The present stay, else the last one; derived from the messages together with the stays themselves.
    current_stay = models.OneToOneField("Stay", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    # Set while a leader's answer holds that two records are one person: this one is empty, that one carries on.
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="merged")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = PersonQuerySet.as_manager()
    history = HistoricalRecords()

    @property
    def unit_id(self) -> int | None:
        """The unit whose staff may act: that of the present or last stay."""
        return self.current_stay.unit_id if self.current_stay else None

    @property
    def known_stay(self) -> Stay:
        """The present or last stay, for actions that are open only to people who have one."""
        if self.current_stay is None:
            raise TypeError("a person without a stay")
        return self.current_stay

    @property
    def name(self) -> str:
        """The name in clear. Lives no longer than the request."""
        return self.known_name or "Ukjent navn"

    @property
    def known_name(self) -> str:
        """As :attr:`name`; empty where none is known."""
        parts = self.identity.open() if self.identity is not None else {}
        return " ".join(filter(None, [parts.get("given"), parts.get("middle"), parts.get("family")]))

    @property
    def name_if_whole(self) -> str | None:
        """The name, or None where it is not what was stored: one such row must not close a list for all the others."""
        try:
            return self.name
        except SealBroken:
            return None


def lookup_of(number: Number) -> bytes:
    """How a number is found again without being readable: a keyed hash, the kind being part of it."""
    return keys.lookup_hash("people.number", f"{number.kind.value}:{number.value}")


class IdentifierKind(models.TextChoices):
    NATIONAL_ID = "FOEDSELSNUMMER", _("Fødselsnummer")
    D_NUMBER = "DNUMMER", _("D-nummer")
    SSP = "SSPNUMMER", _("SSP-nummer")
    DUF = "DUFNUMMER", _("DUF-nummer")


class IdentifierQuerySet(SealedQuerySet):
    def holding(self, numbers: Iterable[Number]) -> dict[Number, Identifier]:
        """The rows of these numbers, each opened and compared: a hash that was moved finds nobody.

        Raises ``SealBroken`` when a row is found by a number that it does not hold.
        """
        wanted = {lookup_of(number): number for number in numbers}
        rows: list[Any] = list(self.filter(lookup__in=[*wanted]))
        keys.preload(row.person_id for row in rows)
        for row in rows:
            row.demand_agreement()
        return {wanted[bytes(row.lookup)]: row for row in rows}


class Identifier(SealedModel):
    """One of a person's numbers: sealed, with a keyed hash for exact look-up. One number belongs to one person."""

    RECORD_NAME = "identifier"

    # The messages decide which numbers a person has; a number that goes over to another record leaves this one.
    MAY_BE_DELETED = True

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="identifiers")
    kind = models.CharField(max_length=16, choices=IdentifierKind.choices)
    number = SealedField()
    lookup = models.BinaryField()

    objects = IdentifierQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "lookup"], name="identifier_belongs_to_one_person"),
            models.CheckConstraint(condition=Q(kind__in=IdentifierKind.values), name="identifier_kind_is_known"),
        ]

    def demand_agreement(self) -> None:
        """The keyed hash and the kind stand in clear: they must be those of the number that is sealed."""
        if lookup_of(Number(NumberKind(self.kind), self.number.open())) != bytes(self.lookup):
            raise SealBroken("the number is not the one it is found by")


class Stay(models.Model):
    """A stay in custody as the messages tell it. Derived: rebuilt from the messages, never edited."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="stays")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="stays")
    # The event that began it; the same stay keeps its row when its details change.
    origin = models.CharField(max_length=100)
    legal_status = models.CharField(max_length=10, choices=LegalStatus.choices)
    category = models.CharField(max_length=60)
    arrived_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True, blank=True)
    start_date = models.DateField(null=True, blank=True)
    one_third = models.DateField(null=True, blank=True)
    half = models.DateField(null=True, blank=True)
    two_thirds = models.DateField(null=True, blank=True)
    end_date = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["arrived_at", "pk"]
        indexes = [models.Index(fields=["unit", "released_at"], name="stay_by_unit")]
        constraints = [
            models.UniqueConstraint(fields=["person", "origin"], name="stay_origin_unique"),
            models.CheckConstraint(condition=Q(legal_status__in=LegalStatus.values), name="stay_status_is_known"),
        ]

    @property
    def is_over(self) -> bool:
        return self.released_at is not None
