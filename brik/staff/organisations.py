"""The one register of units and organisations: prisons, recipients and sources."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.db.models import Q
from django.db.models.fields.json import KT
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from brik.definitions.recipients import OrganisationKind
from brik.staff.access import Scope, scope_of
from brik.staff.permissions import StaffPermission
from brik.vault.codes.coded_models import CodedModel, CodedQuerySet


class UnitQuerySet(CodedQuerySet):
    def reached_by(self, scope: Scope | frozenset[int] | None) -> UnitQuerySet:
        """The units that a permission covers, without those that are another unit."""
        if scope is Scope.ALL:
            return self.exclude(standing__in=IS_ANOTHER)
        return self.filter(pk__in=scope) if isinstance(scope, frozenset) else self.none()

    def named_as(self, scope: frozenset[int]) -> UnitQuerySet:
        """These units, under every number that messages name them by."""
        are_another = Q(resembles__in=scope, standing__in=IS_ANOTHER)
        # One that is another by its number may be one of the same name as a third.
        of_those = Q(resembles__resembles__in=scope, resembles__standing__in=IS_ANOTHER, standing__in=IS_ANOTHER)
        return self.filter(Q(pk__in=scope) | are_another | of_those)

    def visible_to(self, user: AbstractBaseUser) -> UnitQuerySet:
        """All, for users who keep the register."""
        return self if scope_of(user, StaffPermission.ADMINISTER) is Scope.ALL else self.none()


class UnitStanding(models.TextChoices):
    """Whether a unit that messages name is one of its own, or another unit with a number of its own."""

    OWN = "", _("En egen enhet")
    LIKE_NUMBER = "NUMMER", _("Samme nummer som en kjent enhet, når nullene foran ikke regnes med")
    LIKE_NAME = "NAVN", _("Samme navn som en kjent enhet, men et annet nummer")
    SAME = "SAMME", _("Samme enhet")
    APART = "ANNEN", _("En annen enhet")


# The people of these are at the unit they resemble. A number without its zeros is the same number until somebody says
# that it is not; a name alone shows nobody to another unit's staff before the keeper has answered.
IS_ANOTHER = (UnitStanding.LIKE_NUMBER, UnitStanding.SAME)


class Unit(CodedModel):
    """A prison unit, by the service's own number."""

    RECORD_NAME = "unit"

    number = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=120)
    district = models.CharField(max_length=60, blank=True)
    # The known unit that this one may be, and how that stands.
    resembles = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="lookalikes")
    standing = models.CharField(max_length=8, choices=UnitStanding.choices, default=UnitStanding.OWN, blank=True)

    objects = UnitQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=Q(standing__in=UnitStanding.values), name="unit_standing_is_known"),
            models.CheckConstraint(
                condition=Q(resembles=None, standing="") | (Q(resembles__isnull=False) & ~Q(standing="")),
                name="unit_in_question_resembles_another",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_another(self) -> bool:
        """Whether the people of this unit are at the one that it resembles."""
        return self.standing in IS_ANOTHER

    @property
    def is_asked(self) -> bool:
        """Whether the keeper of units has not yet answered which unit this is."""
        return self.standing in (UnitStanding.LIKE_NUMBER, UnitStanding.LIKE_NAME)


# The kinds of recipient as choices: what is stored, and what staff read.
KIND_CHOICES = [(kind.value, _(kind.entry.staff_label)) for kind in OrganisationKind]


class Channel(models.TextChoices):
    MESSAGE = "MELDING", _("Signert melding")
    INBOX = "INNBOKS", _("Innboksen i BRIK")
    NONE = "INGEN", _("Ingen kanal ennå")


class OrganisationQuerySet(CodedQuerySet):
    def visible_to(self, user: AbstractBaseUser) -> OrganisationQuerySet:
        """All, for users who keep the register; nobody else gets the list."""
        return self if scope_of(user, StaffPermission.ADMINISTER) is Scope.ALL else self.none()

    def in_use(self) -> OrganisationQuerySet:
        """Those that can be chosen in new consents and shared with; every user may know them."""
        today = timezone.localdate()
        return self.filter(Q(legal_basis_until=None) | Q(legal_basis_until__gt=today), active=True)


class Organisation(CodedModel):
    """An organisation to share with or collect from. Consents, deliveries and partner accounts point here."""

    RECORD_NAME = "organisation"

    number = models.CharField(max_length=20, unique=True, help_text="Organisasjonsnummer")
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=12, choices=KIND_CHOICES)
    channel = models.CharField(max_length=8, choices=Channel.choices, default=Channel.NONE)
    # Whom the organisation serves: people of a municipality (by its number) or of prison units. Empty: everybody.
    municipality = models.CharField(max_length=4, blank=True)
    units = models.ManyToManyField(Unit, blank=True, related_name="organisations")
    # What lets it have what is shared, and the day from which that no longer holds.
    legal_basis = models.CharField(max_length=200, blank=True)
    legal_basis_until = models.DateField(null=True, blank=True)
    # Whom to call or write to when something is taken back: a telephone number, an e-mail address or a postal address.
    contact = models.CharField(max_length=200, blank=True)
    # How long it keeps what it is given.
    retention_months = models.PositiveSmallIntegerField(null=True, blank=True)
    # The public key (JWK) that its signed messages are checked against.
    public_key = models.JSONField(null=True, blank=True)
    active = models.BooleanField(default=False)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "name"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=list(dict(KIND_CHOICES))), name="organisation_kind_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(channel__in=Channel.values), name="organisation_channel_is_known"
            ),
            models.CheckConstraint(
                condition=Q(active=False)
                | Q(
                    legal_basis__regex=r"\S",
                    contact__regex=r"\S",
                    retention_months__isnull=False,
                    retention_months__gt=0,
                ),
                name="active_organisation_is_complete",
            ),
            # The key id of a receipt says which organisation signed it.
            models.UniqueConstraint(KT("public_key__kid"), name="organisation_key_id_unique"),
        ]

    def __str__(self) -> str:
        return self.name

    @staticmethod
    def key_subject(pk: int) -> UUID:
        """What the vault calls the organisation of that id, whose key seals what only it may read."""
        return UUID(int=pk)

    @property
    def has_legal_basis(self) -> bool:
        """Whether something still lets it have what is shared."""
        until = self.legal_basis_until
        return bool(self.legal_basis.strip()) and (until is None or until > timezone.localdate())

    @property
    def can_be_reached(self) -> bool:
        """Whether something may be delivered there. Only kinds that take messages have an address for them."""
        if not self.active or not self.has_legal_basis:
            return False
        if self.channel == Channel.MESSAGE:
            return OrganisationKind(self.kind).entry.takes_messages
        return self.channel == Channel.INBOX
