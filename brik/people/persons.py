"""People in custody: who they are, their numbers, and their stays."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from brik.jobs import person_lock
from brik.people.identifiers.numbers import Number, NumberKind
from brik.people.legal_status import LegalStatus
from brik.people.permissions import PeoplePermission
from brik.staff.access import Scope, scope_of
from brik.staff.accounts import Staff
from brik.staff.organisations import Unit
from brik.vault import keys
from brik.vault.codes.coded_models import CodedModel, CodedQuerySet, proved
from brik.vault.codes.coded_sealed_rows import CodedSealedModel, CodedSealedQuerySet
from brik.vault.fields import SealedField
from brik.vault.lookups.hashed_rows import HashedRow
from brik.vault.lookups.hashes import LookupHashes, found_by, hashes
from brik.vault.sealed_models import SealedModel, SealedQuerySet
from brik.vault.sealing import SealBroken

# The code of the restriction under which no leader may let anybody be told anything.
ISOLATION = "ISOLASJON"


def not_released(stay: str) -> Q:
    """Of rows whose stay is at the path ``stay``: no release has come. One that is told ahead has not."""
    return Q(**{f"{stay}released_at": None}) | Q(**{f"{stay}released_at__gt": timezone.now()})


class PersonQuerySet(CodedSealedQuerySet):  # type: ignore[override]  # as its base
    def visible_to(self, user: Staff) -> PersonQuerySet:
        """People whose present or last stay is in a unit where the user may see people."""
        scope = scope_of(user, PeoplePermission.SEE_PEOPLE)
        if scope is Scope.ALL:
            return self
        if isinstance(scope, frozenset):
            return self.filter(current_stay__unit__in=scope)
        return self.none()

    def restricted_for(self, user: Staff) -> PersonQuerySet:
        """People in custody with restrictions on whom the user may rule, those restricted first on top."""
        scope = scope_of(user, PeoplePermission.RULE_ON_RESTRICTIONS)
        if not isinstance(scope, frozenset):
            return self.none()
        here = self.filter(not_released("current_stay__"), current_stay__unit__in=scope)
        return here.filter(restricted_at__isnull=False).order_by("restricted_at", "pk")

    def with_stay(self) -> PersonQuerySet:
        """Each with the stay that says where the person belongs, in the same query."""
        return self.select_related("current_stay__unit")

    def lock(self, pk: UUID) -> Person:
        """The person and their stay as they are now, locked until the transaction ends, for a change about them.

        What somebody may do is asked of this one: the person may have moved to another unit while the caller waited.
        The person's lock comes first: a row that was waited for comes with the stay as it was before the wait.
        """
        person_lock.hold(pk)
        person: Person = self.with_stay().select_for_update(of=("self",), no_key=True).get(pk=pk)
        return proved([person])[0]


class Person(CodedSealedModel):
    """Somebody in custody. Identity and restrictions are sealed with the person's own key."""

    RECORD_NAME = "person"
    SEALED_FOR = "uuid"
    UNCODED = {"follow_since": "a mark for the sweep: what follows is asked anew wherever something leaves or is read"}

    # {"given": str, "middle": str, "family": str, "aliases": [str]}
    identity = SealedField(null=True)
    # {"address_grade": str, "restrictions": [str], "note": str}; entered by staff.
    protection = SealedField(null=True)
    # In clear, for everybody alike, so that what may leave is asked for many people at once. They follow from
    # ``protection`` (``protection.enter``), and ``demand_agreement`` compares.
    address_graded = models.BooleanField(default=False)
    isolated = models.BooleanField(default=False)
    # When the present restrictions were entered, which a leader's ruling is about; None without restrictions.
    restricted_at = models.DateTimeField(null=True, blank=True)
    # Since when protection or a ruling is changed without its consequences; None when they are carried out.
    follow_since = models.DateTimeField(null=True, blank=True)
    # The present stay, else the last one; derived from the messages, as all stays. A stay is removed when nobody points
    # at it any longer: the row would be changed past its code.
    current_stay = models.OneToOneField("Stay", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    # Set while two records are one person, as a leader has decided: this one is empty, the other is used.
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = PersonQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["address_graded", "isolated", "restricted_at", "follow_since", "code"])

    class Meta:
        indexes = [models.Index(fields=["follow_since"], condition=Q(follow_since__isnull=False), name="person_follow")]
        constraints = [
            models.CheckConstraint(
                condition=Q(isolated=False) | Q(restricted_at__isnull=False), name="isolation_is_a_restriction"
            ),
        ]

    def demand_agreement(self) -> None:
        """Raises ``SealBroken`` unless the columns in clear are those of the sealed protection."""
        entered = (self.protection.open() if self.protection is not None else None) or {}
        restrictions = entered.get("restrictions") or []
        clear = (self.address_graded, self.restricted_at is not None, self.isolated)
        if clear != (bool(entered.get("address_grade")), bool(restrictions), ISOLATION in restrictions):
            raise SealBroken("the protection in clear differs from the sealed one")

    @property
    def unit_id(self) -> int | None:
        """The unit of the present or last stay, whose staff may act."""
        return self.current_stay.unit_id if self.current_stay else None

    @property
    def known_stay(self) -> Stay:
        """The present or last stay, for actions on people who have one. Raises ``TypeError`` without a stay."""
        if self.current_stay is None:
            raise TypeError("a person without a stay")
        return self.current_stay

    @property
    def name(self) -> str:
        """The name in clear. Not to be kept after the request."""
        return self.known_name or "Ukjent navn"

    @property
    def known_name(self) -> str:
        """As :attr:`name`; empty where none is known."""
        parts = self.identity.open() if self.identity is not None else {}
        return " ".join(filter(None, [parts.get("given"), parts.get("middle"), parts.get("family")]))

    @property
    def name_if_whole(self) -> str | None:
        """The name, or None where it does not open: one such row must not break a list."""
        try:
            return self.name
        except SealBroken:
            return None


def hashes_of(number: Number) -> LookupHashes:
    """The keyed hashes of a number and its kind, for exact look-up."""
    return hashes("people.number", f"{number.kind.value}:{number.value}")


class IdentifierKind(models.TextChoices):
    NATIONAL_ID = "FOEDSELSNUMMER", _("Fødselsnummer")
    NATIONAL_ID_2032 = "FOEDSELSNR_2032", _("Fødselsnummer")
    D_NUMBER = "DNUMMER", _("D-nummer")
    SSP = "SSPNUMMER", _("SSP-nummer")
    DUF = "DUFNUMMER", _("DUF-nummer")


class IdentifierQuerySet(SealedQuerySet):
    def visible_to(self, user: Staff) -> IdentifierQuerySet:
        """The numbers of people whom the user may see."""
        return self.filter(person__in=Person.objects.visible_to(user))

    def holding(self, numbers: Iterable[Number]) -> dict[Number, Identifier]:
        """The rows of these numbers. Each is opened and compared, since a hash could have been moved to another row.

        Raises ``SealBroken`` when a row is found by a number that it does not hold.
        """
        wanted = {hashes_of(number): number for number in numbers}
        rows: list[Any] = list(self.filter(found_by(hashed.written for hashed in wanted)))
        keys.preload(row.person_id for row in rows)
        for row in rows:
            row.demand_agreement()
        return {number: row for hashed, number in wanted.items() for row in rows if row.is_found_by(hashed)}


class Identifier(HashedRow, SealedModel):
    """A number of a person: sealed, with keyed hashes for exact look-up. A number belongs to one person."""

    RECORD_NAME = "identifier"

    # The messages decide which numbers a person has; a number that moves to another record is deleted here.
    MAY_BE_DELETED = True

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="identifiers")
    kind = models.CharField(max_length=16, choices=IdentifierKind.choices)
    number = SealedField()

    objects = IdentifierQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "lookup"], name="identifier_belongs_to_one_person"),
            models.UniqueConstraint(fields=["kind", "lookup_second"], name="identifier_belongs_to_one_second"),
            models.CheckConstraint(condition=Q(kind__in=IdentifierKind.values), name="identifier_kind_is_known"),
        ]

    def demand_agreement(self) -> None:
        """Raises ``SealBroken`` unless the keyed hashes and the kind, in clear, are those of the sealed number."""
        self.own_hashes()

    def sealed_hashes(self) -> list[LookupHashes]:
        return [hashes_of(Number(NumberKind(self.kind), self.number.open()))]


class Stay(CodedModel):
    """A stay in custody, derived: rebuilt from the messages, never edited."""

    RECORD_NAME = "stay"

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="stays")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="stays")
    # The id of the event that began it: the stay keeps its row when its details change.
    origin = models.CharField(max_length=100)
    legal_status = models.CharField(max_length=10, choices=LegalStatus.choices)
    # When the legal status last changed during the stay; None where it has been the same since the arrival.
    status_since = models.DateTimeField(null=True, blank=True)
    category = models.CharField(max_length=60)
    arrived_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True, blank=True)
    start_date = models.DateField(null=True, blank=True)
    one_third = models.DateField(null=True, blank=True)
    half = models.DateField(null=True, blank=True)
    two_thirds = models.DateField(null=True, blank=True)
    end_date = models.DateField(null=True, blank=True)
    minimum_date = models.DateField(null=True, blank=True)
    # Since when this person's record has the stay.
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = CodedQuerySet.as_manager()

    class Meta:
        ordering = ["arrived_at", "pk"]
        indexes = [models.Index(fields=["unit", "released_at"], name="stay_by_unit")]
        constraints = [
            models.UniqueConstraint(fields=["person", "origin"], name="stay_origin_unique"),
            models.CheckConstraint(condition=Q(legal_status__in=LegalStatus.values), name="stay_status_is_known"),
        ]

    @property
    def is_over(self) -> bool:
        """Whether the release has come. One that is told ahead takes effect at its moment."""
        return self.released_at is not None and self.released_at <= timezone.now()
