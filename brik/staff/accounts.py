"""Staff and partner accounts, their posts, and who is approved as a mapper."""

from __future__ import annotations

import unicodedata
import uuid
from datetime import date, timedelta
from enum import Enum
from functools import cached_property
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from brik.definitions.name_order import in_order
from brik.staff.access import Scope, scope_of
from brik.staff.organisations import Organisation, Unit
from brik.staff.permissions import StaffPermission
from brik.vault.codes.coded_models import CodedModel, CodedQuerySet, proved
from brik.vault.codes.row_codes import CodeBroken


class Role(models.TextChoices):
    """The roles of staff and partners. ``brik/roles.py`` says what each may do."""

    MAPPER = "kartlegger", _("Kartlegger")
    CONTACT_OFFICER = "kontaktbetjent", _("Kontaktbetjent")
    COORDINATOR = "koordinator", _("Tilbakeføringskoordinator")
    SOCIAL_WORKER = "sosialkonsulent", _("Sosialkonsulent")
    CHILD_CONTACT = "barneansvarlig", _("Barneansvarlig")
    WORKSHOP_OFFICER = "verksbetjent", _("Verksbetjent")
    DUTY_LEADER = "vaktleder", _("Vaktleder")
    LEADER = "leder", _("Leder")
    DECIDER = "beslutter", _("Beslutter")
    INSIGHT = "innsyn", _("Saksbehandler for innsyn")
    PRIVACY = "personvern", _("Personvernombud")
    SYSTEM = "system", _("Systemansvarlig")
    PARTNER = "partner", _("Samarbeidspart")


class RoleKind(Enum):
    """Where a role is held, and whether somebody who decides leave, parole or transfer may hold it too.

    The database keeps both rules as well: a constraint of ``Post`` and the trigger in ``migrations/0002_triggers.py``.
    """

    DECIDER = "decides in a unit"
    UNIT_STAFF = "works in a unit; never held by somebody who decides there"
    ALL_UNITS = "belongs to no unit and sees across all; never held by somebody who decides anywhere"
    PARTNER = "belongs to an organisation and to no unit"


# Every role has a kind; the start stops while one has none.
ROLE_KINDS = {
    Role.MAPPER: RoleKind.UNIT_STAFF,
    Role.CONTACT_OFFICER: RoleKind.UNIT_STAFF,
    Role.COORDINATOR: RoleKind.UNIT_STAFF,
    Role.SOCIAL_WORKER: RoleKind.UNIT_STAFF,
    Role.CHILD_CONTACT: RoleKind.UNIT_STAFF,
    Role.WORKSHOP_OFFICER: RoleKind.UNIT_STAFF,
    Role.DUTY_LEADER: RoleKind.UNIT_STAFF,
    Role.LEADER: RoleKind.UNIT_STAFF,
    Role.DECIDER: RoleKind.DECIDER,
    Role.INSIGHT: RoleKind.ALL_UNITS,
    Role.PRIVACY: RoleKind.ALL_UNITS,
    Role.SYSTEM: RoleKind.ALL_UNITS,
    Role.PARTNER: RoleKind.PARTNER,
}


def roles_of(*kinds: RoleKind) -> list[str]:
    """The roles of these kinds, in the order they are declared."""
    return [role.value for role in Role if ROLE_KINDS.get(role) in kinds]


UNIT_ROLES = roles_of(RoleKind.DECIDER, RoleKind.UNIT_STAFF)


def user_name(text: str) -> str:
    """A user name as it is stored and looked up: in small letters, composed, however it is typed."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold()).strip()


class StaffQuerySet(CodedQuerySet):
    def visible_to(self, user: Staff) -> StaffQuerySet:
        """All accounts, for users who administer them."""
        return self if scope_of(user, StaffPermission.ADMINISTER) is Scope.ALL else self.none()


class StaffManager(BaseUserManager["Staff"].from_queryset(StaffQuerySet)):  # type: ignore[misc]  # mypy takes no base made by a call
    def get_by_natural_key(self, username: str | None) -> Staff:
        """The account of a user name, whether it is typed in small letters or capitals. Raises ``DoesNotExist``."""
        account: Staff = self.get(username=user_name(username or ""))
        return account


class Staff(CodedModel, AbstractBaseUser):
    """Somebody who signs in. Staff have posts in units; a partner belongs to an organisation."""

    RECORD_NAME = "staff"
    UNCODED = {"last_login": "nothing is decided by it"}

    uuid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    username = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="staff"
    )
    is_active = models.BooleanField(default=True)
    # Somebody else set the password and knows it: the account opens only the page to change it.
    password_by_other = models.BooleanField(default=False)
    # How often the account has been closed. Part of every session's hash: no session outlives a closing.
    times_closed = models.PositiveIntegerField(default=0)

    objects = StaffManager()

    class Meta:
        constraints = [
            # No second account of one name, and none that nobody can sign in to.
            models.CheckConstraint(condition=Q(username=Lower("username")), name="user_name_is_in_small_letters"),
        ]

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["name"]

    def __str__(self) -> str:
        return self.name

    def set_password(self, raw_password: str | None) -> None:
        """As Django's own, and marks it as set by somebody else; ``change_own_password`` removes the mark."""
        super().set_password(raw_password)
        self.password_by_other = True

    def get_session_auth_hash(self) -> str:
        """As Django's own; ends the sessions also when the account is closed, and reopening revives none."""
        return salted_hmac("brik.staff.session", f"{self.times_closed}:{self.password}", algorithm="sha256").hexdigest()

    @cached_property
    def current_posts(self) -> list[Post]:
        """The posts held today, with their units; one query a request.

        Raises ``CodeBroken`` where the account, a post or its unit was changed past us. There are none from then on:
        the page that says so asks too what may be shown.
        """
        try:
            proved([self, *([self.organisation] if self.organisation else [])])
            return proved(self.posts.current().select_related("unit"))
        except CodeBroken:
            self.__dict__["current_posts"] = []
            raise

    @cached_property
    def approved_unit_ids(self) -> frozenset[int]:
        """The units where this account is an approved mapper today (FOR-2011-09-30-978 § 2).

        Raises ``CodeBroken`` where an approval was changed past us; there are none from then on.
        """
        try:
            return frozenset(approval.unit_id for approval in proved(self.approvals.current()))
        except CodeBroken:
            self.__dict__["approved_unit_ids"] = frozenset()
            raise

    @property
    def actor_id(self) -> str:
        return str(self.pk)

    @property
    def actor_role(self) -> str:
        return "+".join(sorted({post.role for post in self.current_posts}))

    @property
    def actor_unit(self) -> str:
        if self.organisation:
            return f"org:{self.organisation.number}"
        return "+".join(sorted({post.unit.number for post in self.current_posts if post.unit}))


class PeriodQuerySet(CodedQuerySet):
    """Rows that are valid from a day until, but not including, another."""

    def lasting(self) -> Any:
        """Those with a day in them. What is ended before or on its first day is no longer valid on any."""
        return self.exclude(until=F("since"))

    def current(self, on: date | None = None) -> Any:
        day = on or timezone.localdate()
        return self.filter(Q(until=None) | Q(until__gt=day), since__lte=day)

    def visible_to(self, user: Staff) -> Any:
        """All, for users who administer accounts; for a leader those of mappers in the leader's units."""
        if scope_of(user, StaffPermission.ADMINISTER) is Scope.ALL:
            return self
        units = scope_of(user, StaffPermission.APPROVE_MAPPERS)
        if not isinstance(units, frozenset):
            return self.none()
        mappers = {"role": Role.MAPPER} if self.model is Post else {}
        return self.filter(unit__in=units, **mappers)


class Period(CodedModel):
    """Something that is valid from a day until, but not including, another. Its row stays when it is ended."""

    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    objects = PeriodQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def last_day(self) -> date | None:
        """The last day on which it is valid, as people say it; None while no end is known."""
        return self.until - timedelta(days=1) if self.until else None

    def end(self, on: date) -> None:
        """Let it be valid until ``on``, or as long as it was to be if that is shorter, and save."""
        self.until = max(self.since, min(filter(None, [self.until, on])))
        self.save(update_fields=["until"])

    @property
    def is_current(self) -> bool:
        day = timezone.localdate()
        return self.since <= day and (self.until is None or self.until > day)

    @property
    def is_over(self) -> bool:
        return self.until is not None and self.until <= timezone.localdate()


class Post(Period):
    """A role held in a unit for a time. Roles that belong to no unit (``ROLE_KINDS``) have none."""

    RECORD_NAME = "post"

    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="posts")
    role = models.CharField(max_length=16, choices=Role.choices)
    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="posts")

    class Meta:
        ordering = ["staff", "role", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(role__in=Role.values), name="post_role_is_known"),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")), name="post_ends_no_earlier_than_it_starts"
            ),
            models.CheckConstraint(
                condition=Q(unit=None, role__in=roles_of(RoleKind.ALL_UNITS, RoleKind.PARTNER))
                | Q(unit__isnull=False, role__in=UNIT_ROLES),
                name="post_has_a_unit_when_its_role_does",
            ),
        ]


class MapperApproval(Period):
    """Somebody is trained and approved as a mapper: by whom and for how long (FOR-2011-09-30-978 § 2)."""

    RECORD_NAME = "mapper_approval"

    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="approvals")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="approvals")
    approved_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["staff", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")), name="approval_ends_no_earlier_than_it_starts"
            ),
        ]


class StaffRequest(HttpRequest):
    """A request whose user has signed in, as ``permission_required`` demands."""

    user: Staff


def leaders_of(unit: Unit) -> list[str]:
    """The names of those who lead a unit today."""
    posts = Post.objects.current().filter(unit=unit, role=Role.LEADER)
    return in_order(Staff.objects.filter(posts__in=posts, is_active=True).values_list("name", flat=True))
