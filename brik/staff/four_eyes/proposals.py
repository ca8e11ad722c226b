"""Proposals of one person that another must confirm: posts, passwords, keys, organisations."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from brik.staff.access import Scope, scope_of
from brik.staff.accounts import Role, Staff
from brik.staff.four_eyes import organisation_changes
from brik.staff.organisations import Organisation, Unit
from brik.staff.permissions import StaffPermission
from brik.vault.codes.coded_models import CodedModel, CodedQuerySet


class ProposalKind(models.TextChoices):
    POST = "STILLING", _("Stilling")
    PASSWORD = "PASSORD", _("Nytt passord")
    MESSAGE_KEY = "AVSENDERNOEKKEL", _("Avsendernøkkel")
    ORGANISATION_KEY = "ORGANISASJONSNOEKKEL", _("Organisasjonens nøkkel")
    ORGANISATION = "ORGANISASJON", _("Organisasjon")


class ProposalState(models.TextChoices):
    WAITING = "VENTER", _("Venter på en annen")
    CONFIRMED = "BEKREFTET", _("Bekreftet")
    TURNED_DOWN = "AVVIST", _("Ikke gjennomført")


class ProposalQuerySet(CodedQuerySet):
    def visible_to(self, user: Staff) -> ProposalQuerySet:
        """All, for users who administer accounts; for a leader the posts in the leader's units."""
        scope = scope_of(user, StaffPermission.CONFIRM)
        if scope is Scope.ALL:
            return self
        if not isinstance(scope, frozenset):
            return self.none()
        return self.filter(kind=ProposalKind.POST, unit__in=scope)

    def waiting(self) -> ProposalQuerySet:
        return self.filter(state=ProposalState.WAITING)

    def of_the_same(self, proposal: Proposal) -> ProposalQuerySet:
        """The other proposals about the same thing, whatever their values: only the newest may be confirmed."""
        others = self.filter(kind=proposal.kind).exclude(pk=proposal.pk)
        if proposal.kind == ProposalKind.MESSAGE_KEY:
            return others.filter(content__kid=proposal.content["kid"])
        others = others.filter(account=proposal.account_id, organisation=proposal.organisation_id)
        if proposal.kind == ProposalKind.POST:
            return others.filter(unit=proposal.unit_id, content=proposal.content)
        return others


class Proposal(CodedModel):
    """A change of who may see people in custody, or of whose messages are trusted. It takes two people."""

    RECORD_NAME = "proposal"

    kind = models.CharField(max_length=24, choices=ProposalKind.choices)
    state = models.CharField(max_length=12, choices=ProposalState.choices, default=ProposalState.WAITING)
    # The account it is about, if any.
    account = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="proposals")
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="proposals")
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    # The values to set when it is confirmed. Of a password the hash, removed when it is decided.
    content = models.JSONField(default=dict)
    proposed_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(default=timezone.now, editable=False)
    decided_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ProposalKind.values), name="proposal_kind_is_known"),
            models.CheckConstraint(condition=Q(state__in=ProposalState.values), name="proposal_state_is_known"),
            models.CheckConstraint(
                condition=Q(state=ProposalState.WAITING, decided_by=None, decided_at=None)
                | Q(~Q(state=ProposalState.WAITING), decided_by__isnull=False, decided_at__isnull=False),
                name="proposal_is_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state=ProposalState.CONFIRMED)
                | (~Q(decided_by=F("proposed_by")) & (Q(account=None) | ~Q(decided_by=F("account")))),
                name="proposal_takes_two",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["STILLING", "PASSORD"], account__isnull=False)
                | Q(kind="AVSENDERNOEKKEL", account=None)
                | Q(kind__in=["ORGANISASJONSNOEKKEL", "ORGANISASJON"], account=None, organisation__isnull=False),
                name="proposal_is_about_something",
            ),
            models.CheckConstraint(
                condition=~Q(kind=ProposalKind.PASSWORD)
                | Q(state=ProposalState.WAITING)
                | Q(content__password__isnull=True),
                name="decided_proposal_holds_no_password",
            ),
        ]

    @property
    def is_overtaken(self) -> bool:
        """Whether there is a newer proposal of the same that was not turned down."""
        newer = Proposal.objects.of_the_same(self).filter(pk__gt=self.pk)
        return newer.exclude(state=ProposalState.TURNED_DOWN).exists()

    @property
    def since(self) -> date | None:
        day = self.content.get("since")
        return date.fromisoformat(day) if day else None

    @property
    def until(self) -> date | None:
        day = self.content.get("until")
        return date.fromisoformat(day) if day else None

    @property
    def last_day(self) -> date | None:
        """The last day of the post, as people say it; None while no end is known."""
        return self.until - timedelta(days=1) if self.until else None

    @property
    def what(self) -> str:
        """What it changes, in words for the person who confirms it."""
        content: dict[str, Any] = self.content
        if self.kind == ProposalKind.POST:
            return str(Role(content["role"]).label)
        if self.kind == ProposalKind.MESSAGE_KEY:
            named = f"{content['kid']}, {content['sender']}{_fingerprint(content['jwk'], before=', ')}"
            replaces = content.get("replaces")
            return named + (_(", erstatter %(kid)s") % {"kid": replaces} if replaces else "")
        if self.kind == ProposalKind.ORGANISATION_KEY:
            return _fingerprint(content["jwk"])
        if self.kind == ProposalKind.ORGANISATION:
            return organisation_changes.changed(content)
        return ""

    @property
    def besides(self) -> str:
        """The values of an organisation that stay, in words."""
        return organisation_changes.unchanged(self.content) if self.kind == ProposalKind.ORGANISATION else ""

    @property
    def whom(self) -> str:
        """Whom it is about, in words; with an account's organisation, whose messages it would read."""
        names = []
        if self.account is not None:
            names = [f"{self.account.name} ({self.account.username})"]
            if self.account.organisation is not None:
                names.append(self.account.organisation.name)
        elif self.organisation is not None:
            names = [f"{self.organisation.name} ({self.organisation.number})", self.organisation.get_kind_display()]
        if self.unit is not None:
            names.append(self.unit.name)
        return ", ".join(names)


def _fingerprint(jwk: Any, *, before: str = "") -> str:
    """A key's SHA-256 thumbprint (RFC 7638) in groups of four, to compare with the owner's; empty if unreadable."""
    from joserfc.errors import JoseError
    from joserfc.jwk import JWKRegistry

    try:
        print_ = JWKRegistry.import_key(jwk).thumbprint()
    except (JoseError, ValueError, TypeError):
        return ""
    return before + "SHA-256 " + " ".join(print_[at : at + 4] for at in range(0, len(print_), 4))
