"""The confirmation by a second person, as a value: what takes two people cannot be called without it."""

from __future__ import annotations

from dataclasses import InitVar, dataclass

from django.utils.translation import gettext as _

from brik.staff.access import may, require
from brik.staff.four_eyes.proposals import Proposal, ProposalKind, ProposalState
from brik.staff.models import Staff
from brik.staff.permissions import StaffPermission
from brik.staff.rules import NotAllowed, locked_organisation
from brik.vault.codes.coded_models import proved

# Only this file has it, so only this file can make a ``Confirmed``.
_CHECKED = object()


@dataclass(frozen=True)
class Confirmed:
    """A waiting, locked proposal that ``by`` may confirm. Only :func:`confirmed` makes it."""

    proposal: Proposal
    by: Staff
    token: InitVar[object] = None

    def __post_init__(self, token: object) -> None:
        if token is not _CHECKED:
            raise TypeError("only a second person's confirmation makes this value")


def confirmed(proposal: Proposal, *, by: Staff) -> Confirmed:
    """The proposal as one that ``by`` may confirm, locked until the transaction ends.

    Raises:
        PermissionDenied: ``by`` may not confirm it.
        NotAllowed: ``by`` proposed it, or it is about their own account; it is decided; the proposer may no longer
            propose it; the account is closed; there is a newer proposal of the same.
    """
    # Accounts and organisations are locked before proposals, as everywhere: the same order avoids a deadlock.
    concerned = Staff.objects.filter(pk__in=filter(None, [proposal.proposed_by_id, proposal.account_id]))
    accounts = {account.pk: account for account in concerned.order_by("pk").select_for_update(no_key=True)}
    if proposal.organisation_id is not None:
        locked_organisation(proposal.organisation_id)
    proposal = locked_proposal(proposal, by=by)
    if by.pk in (proposal.proposed_by_id, proposal.account_id):
        raise NotAllowed(_("En annen enn den som har foreslått det, og den det gjelder, må bekrefte."))
    if not may(accounts[proposal.proposed_by_id], StaffPermission.ADMINISTER):
        raise NotAllowed(_("Den som foreslo dette, kan ikke lenger foreslå det. Avvis det, og foreslå det på nytt."))
    if proposal.account_id is not None and not accounts[proposal.account_id].is_active:
        raise NotAllowed(_("Kontoen det gjelder, er stengt."))
    if proposal.is_overtaken:
        raise NotAllowed(_("Det er kommet et nyere forslag om det samme. Dette kan ikke bekreftes."))
    return Confirmed(proposal, by, _CHECKED)


def locked_proposal(proposal: Proposal, *, by: Staff) -> Proposal:
    """The proposal, locked until the transaction ends.

    Raises:
        PermissionDenied: ``by`` may not decide it.
        NotAllowed: it is decided already.
    """
    rows = Proposal.objects.select_for_update(of=("self",)).select_related("unit", "account", "organisation")
    locked: Proposal | None = rows.visible_to(by).filter(pk=proposal.pk).first()
    require(by, StaffPermission.CONFIRM, locked)
    if locked is not None:
        proved([locked])
    if locked is None or locked.state != ProposalState.WAITING:
        raise NotAllowed(_("Dette er avgjort fra før."))
    return locked


def proposal_of(confirmed: Confirmed, kind: ProposalKind) -> Proposal:
    """The confirmed proposal, of this kind, to carry out.

    Raises:
        TypeError: it is not confirmed, is of another kind, or has been carried out already.
    """
    if not isinstance(confirmed, Confirmed):
        raise TypeError(f"{kind.name} takes two people: a confirmed proposal is needed")
    if (confirmed.proposal.kind, confirmed.proposal.state) != (kind, ProposalState.WAITING):
        raise TypeError(f"this is no waiting proposal of {kind.name}")
    return confirmed.proposal
