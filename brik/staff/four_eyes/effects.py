"""What a confirmed proposal changes. Each function changes only what the proposal says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from brik.audit import log
from brik.audit.reasons import Reason
from brik.audit.verbs import Verb
from brik.staff.four_eyes.confirmation import Confirmed, proposal_of
from brik.staff.four_eyes.organisation_changes import changeable_values
from brik.staff.four_eyes.proposals import Proposal, ProposalKind
from brik.staff.models import MessageKey, Organisation, Post, Role, Staff, Unit
from brik.staff.replaced_keys import set_key
from brik.staff.rules import (
    NotAllowed,
    check_key,
    check_organisation,
    check_organisation_key,
    check_post,
    locked_account,
    locked_organisation,
    refusing_duplicates,
)
from brik.vault.custody.key_overlap import overlap


@transaction.atomic
def give_post(confirmed: Confirmed) -> None:
    """Give a role from a day until, but not including, another. Raises :class:`NotAllowed`."""
    proposal = proposal_of(confirmed, ProposalKind.POST)
    account = _account(confirmed)
    role, since, until = Role(proposal.content["role"]), date.fromisoformat(proposal.content["since"]), proposal.until
    check_post(account, role=role, unit=proposal.unit, since=since, until=until)
    Post.objects.create(staff=account, role=role, unit=proposal.unit, since=since, until=until)
    log.record(Verb.STAFF_CHANGED, by=confirmed.by, obj=account, reason=Reason.POST_GIVEN, about=role.value)


@transaction.atomic
def set_password(confirmed: Confirmed) -> None:
    """Set a new password; sessions that began with the old one end. Raises :class:`NotAllowed`."""
    proposal = proposal_of(confirmed, ProposalKind.PASSWORD)
    account = _account(confirmed)
    account.password, account.password_by_other = proposal.content["password"], True
    account.save()
    log.record(Verb.STAFF_CHANGED, by=confirmed.by, obj=account, reason=Reason.PASSWORD_SET)


@transaction.atomic
def trust_key(confirmed: Confirmed) -> None:
    """Trust a sender's key from now on, and the one that it replaces for the overlap. Raises :class:`NotAllowed`."""
    content = dict(proposal_of(confirmed, ProposalKind.MESSAGE_KEY).content)
    replaces = content.pop("replaces", "")
    key = check_key(**content, replaces=replaces) or MessageKey(**content)
    key.active, key.until = True, None
    with refusing_duplicates(_("Nøkkel-id-en er registrert fra før.")):
        key.save()
    log.record(Verb.ADMINISTERED, by=confirmed.by, obj=key, reason=Reason.KEY_TRUSTED)
    for older in MessageKey.objects.trusted().filter(kid=replaces).select_for_update():
        older.until = timezone.now() + overlap()
        older.save()
        log.record(Verb.ADMINISTERED, by=confirmed.by, obj=older, reason=Reason.REPLACED)


@transaction.atomic
def trust_organisation_key(confirmed: Confirmed) -> None:
    """Trust receipts signed with an organisation's key, and with the one before for the overlap.

    Raises :class:`NotAllowed`.
    """
    proposal = proposal_of(confirmed, ProposalKind.ORGANISATION_KEY)
    organisation, jwk = locked_organisation(_organisation(proposal).pk), proposal.content["jwk"]
    check_organisation_key(organisation, jwk=jwk)
    with refusing_duplicates(_("Nøkkel-id-en er registrert fra før.")):
        set_key(organisation, jwk)
    log.record(Verb.ADMINISTERED, by=confirmed.by, obj=organisation, reason=Reason.KEY_TRUSTED)


@transaction.atomic
def change_organisation(confirmed: Confirmed) -> None:
    """Change an organisation's name, channel, served places and whether it is in use.

    Raises:
        NotAllowed: the organisation has changed since the proposal, or lacks what one in use must have.
    """
    proposal = proposal_of(confirmed, ProposalKind.ORGANISATION)
    organisation, content = _organisation(proposal), proposal.content
    if changeable_values(organisation) != content["before"]:
        raise NotAllowed(_("Organisasjonen er endret etter at dette ble foreslått. Avvis det, og foreslå det på nytt."))
    check_organisation(content["after"])
    values = dict(content["after"])
    organisation.units.set(Unit.objects.filter(number__in=values.pop("units")))
    for name, value in values.items():
        setattr(organisation, name, value)
    organisation.save()
    log.record(Verb.ADMINISTERED, by=confirmed.by, obj=organisation)


EFFECTS: dict[ProposalKind, Callable[[Confirmed], None]] = {
    ProposalKind.POST: give_post,
    ProposalKind.PASSWORD: set_password,
    ProposalKind.MESSAGE_KEY: trust_key,
    ProposalKind.ORGANISATION_KEY: trust_organisation_key,
    ProposalKind.ORGANISATION: change_organisation,
}


def _account(confirmed: Confirmed) -> Staff:
    assert confirmed.proposal.account is not None  # noqa: S101 - kept by a constraint
    return locked_account(confirmed.proposal.account, by=confirmed.by)


def _organisation(proposal: Proposal) -> Organisation:
    assert proposal.organisation is not None  # noqa: S101 - kept by a constraint
    return proposal.organisation
