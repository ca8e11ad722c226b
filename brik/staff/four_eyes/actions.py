"""What takes two people: one proposes, another confirms, and only then is it done.

Otherwise a system keeper could alone become a mapper, sign in as one, or have made-up arrivals and receipts trusted.
Taking access or trust away takes one person.
"""

from __future__ import annotations

import json
from datetime import date
from hashlib import sha256
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from brik.audit import log
from brik.audit.reasons import Reason
from brik.audit.verbs import Verb
from brik.pages.refusal import Refused
from brik.staff.access import may, require
from brik.staff.four_eyes.confirmation import confirmed, locked_proposal
from brik.staff.four_eyes.effects import EFFECTS
from brik.staff.four_eyes.organisation_changes import changeable_values, storable, unit_names
from brik.staff.four_eyes.proposals import Proposal, ProposalKind, ProposalQuerySet, ProposalState
from brik.staff.models import MessageKey, Organisation, Role, Staff, Unit
from brik.staff.permissions import StaffPermission
from brik.staff.replaced_keys import set_key
from brik.staff.rules import (
    AccountRefusal,
    NotAllowed,
    check_key,
    check_organisation,
    check_organisation_key,
    check_post,
    locked_account,
    locked_organisation,
)


@transaction.atomic
def propose_post(
    account: Staff, *, role: Role, unit: Unit | None, since: date, until: date | None = None, by: Staff
) -> Proposal:
    """Propose a role for an account. Raises :class:`NotAllowed` where the role cannot be given."""
    require(by, StaffPermission.ADMINISTER)
    account = locked_account(account, by=by)
    check_post(account, role=role, unit=unit, since=since, until=until)
    content = {"role": role.value, "since": since.isoformat(), "until": until.isoformat() if until else None}
    return _propose(ProposalKind.POST, account=account, unit=unit, content=content, by=by)


@transaction.atomic
def propose_password(account: Staff, *, password: str, by: Staff) -> Proposal | None:
    """Propose a new password for somebody who has lost theirs.

    An account that gives access to nothing gets the password at once, and the result is None: it has no post and no
    proposed post, and its owner has never chosen a password.

    Raises:
        NotAllowed: it is the account of ``by``.
    """
    require(by, StaffPermission.ADMINISTER)
    account = locked_account(account, by=by)
    posts = Proposal.objects.waiting().filter(kind=ProposalKind.POST, account=account)
    if not account.password_by_other or account.posts.exists() or posts.exists():
        return _propose(ProposalKind.PASSWORD, account=account, content={"password": make_password(password)}, by=by)
    account.set_password(password)
    account.save()
    log.record(Verb.STAFF_CHANGED, by=by, obj=account, reason=Reason.PASSWORD_SET)
    _close(Proposal.objects.filter(kind=ProposalKind.PASSWORD, account=account), by=by)
    return None


@transaction.atomic
def propose_key(*, kid: str, sender: str, jwk: dict[str, Any], replaces: str = "", by: Staff) -> Proposal:
    """Propose to trust a sender's key; ``replaces`` is the id of the sender's key that it takes the place of.

    Raises :class:`NotAllowed` for a key that is in use or belongs to another, or replaces the key of another sender.
    """
    require(by, StaffPermission.ADMINISTER)
    check_key(kid=kid, sender=sender, jwk=jwk, replaces=replaces)
    content = {"kid": kid, "sender": sender, "jwk": jwk} | ({"replaces": replaces} if replaces else {})
    return _propose(ProposalKind.MESSAGE_KEY, content=content, by=by)


@transaction.atomic
def save_organisation(
    organisation: Organisation,
    *,
    units: list[Unit],
    public_key: dict[str, Any] | None,
    version: str | None = None,
    by: Staff,
    **values: Any,
) -> list[Proposal]:
    """Register an organisation, not yet in use, or propose to change one. Gives the proposals to be confirmed.

    Alone, a system keeper could otherwise redirect to one recipient what is meant for another.

    Raises:
        Refused: ``version`` is no longer what :func:`version_of` gives.
        NotAllowed: the number or kind is changed, which consents and deliveries rely on; the key cannot be trusted; or
            it would be in use without legal basis, contact and retention.
    """
    require(by, StaffPermission.ADMINISTER)
    is_new = not organisation.pk
    if is_new:
        organisation = Organisation.objects.create(**values | {"active": False})
        organisation.units.set(units)
        log.record(Verb.ADMINISTERED, by=by, obj=organisation)
    elif {"number", "kind"} & set(values):
        raise NotAllowed(_("Nummer og slag kan ikke endres etter at organisasjonen er registrert."))
    organisation = locked_organisation(organisation.pk)
    if not is_new and version is not None and version != version_of(organisation):
        raise Refused(AccountRefusal.ORGANISATION_CHANGED)
    proposals, before = [], changeable_values(organisation)
    after = {name: storable(values.get(name, value)) for name, value in before.items()} | {"units": unit_names(units)}
    check_organisation(after)
    if after != before:
        content = {"before": before, "after": after}
        proposals.append(_propose(ProposalKind.ORGANISATION, organisation=organisation, content=content, by=by))
    if public_key and public_key != organisation.public_key:
        proposals.append(propose_organisation_key(organisation, jwk=public_key, by=by))
    elif organisation.public_key and not public_key:
        remove_organisation_key(organisation, by=by)
    return proposals


def version_of(organisation: Organisation) -> str:
    """A hash of an organisation's changeable values, key and waiting proposals: it differs when any of them does."""
    waiting = list(organisation.proposals.waiting().order_by("pk").values_list("pk", flat=True))
    content = json.dumps([changeable_values(organisation), organisation.public_key, waiting], sort_keys=True)
    return sha256(content.encode()).hexdigest()


@transaction.atomic
def propose_organisation_key(organisation: Organisation, *, jwk: dict[str, Any], by: Staff) -> Proposal:
    """Propose to trust receipts signed with a key. Raises :class:`NotAllowed` if the key belongs to another."""
    require(by, StaffPermission.ADMINISTER)
    organisation = locked_organisation(organisation.pk)
    check_organisation_key(organisation, jwk=jwk)
    return _propose(ProposalKind.ORGANISATION_KEY, organisation=organisation, content={"jwk": jwk}, by=by)


@transaction.atomic
def distrust_key(key: MessageKey, *, by: Staff) -> None:
    """Stop trusting a sender's key at once, and close proposals to trust a key with that id.

    The key is never deleted: it shows who signed the messages already received.
    """
    require(by, StaffPermission.ADMINISTER)
    _close(Proposal.objects.filter(kind=ProposalKind.MESSAGE_KEY, content__kid=key.kid), by=by)
    key.active = False
    key.save()
    log.record(Verb.ADMINISTERED, by=by, obj=key, reason=Reason.KEY_DISTRUSTED)


@transaction.atomic
def remove_organisation_key(organisation: Organisation, *, by: Staff) -> None:
    """Remove an organisation's key at once, and close proposals to trust one. No receipt from now on is trusted.

    Those that have come were signed in time, and still verify.
    """
    require(by, StaffPermission.ADMINISTER)
    organisation = locked_organisation(organisation.pk)
    _close(Proposal.objects.filter(kind=ProposalKind.ORGANISATION_KEY, organisation=organisation), by=by)
    set_key(organisation, None)
    log.record(Verb.ADMINISTERED, by=by, obj=organisation, reason=Reason.KEY_DISTRUSTED)


@transaction.atomic
def confirm(proposal: Proposal, *, by: Staff) -> Proposal:
    """Carry out a proposal.

    Raises:
        PermissionDenied: ``by`` may not confirm it.
        NotAllowed: ``by``, or by now anybody, cannot confirm it; or a rule forbids it now.
    """
    confirmation = confirmed(proposal, by=by)
    proposal = confirmation.proposal
    EFFECTS[ProposalKind(proposal.kind)](confirmation)
    _close(Proposal.objects.of_the_same(proposal), by=by)
    return _decide(proposal, ProposalState.CONFIRMED, by=by)


@transaction.atomic
def turn_down(proposal: Proposal, *, by: Staff) -> Proposal:
    """Reject a proposal; the proposer may do so too. Raises as :func:`confirm`, but not for the proposer."""
    return _decide(locked_proposal(proposal, by=by), ProposalState.TURNED_DOWN, by=by)


def _propose(kind: ProposalKind, *, by: Staff, **about: Any) -> Proposal:
    """A new waiting proposal, or the equal one that waits already if it can still be confirmed."""
    waiting = Proposal.objects.waiting().filter(kind=kind, **about)
    earlier: Proposal | None = waiting.select_related("proposed_by").first()
    if earlier is not None and may(earlier.proposed_by, StaffPermission.ADMINISTER) and not earlier.is_overtaken:
        return earlier
    proposal: Proposal = Proposal.objects.create(kind=kind, proposed_by=by, **about)
    log.record(Verb.ADMINISTERED, by=by, obj=proposal, reason=Reason.PROPOSED, about=kind.value)
    _close(Proposal.objects.of_the_same(proposal), by=by)
    return proposal


def _close(overtaken: ProposalQuerySet, *, by: Staff) -> None:
    """Turn down those that wait: a newer proposal or change has replaced them."""
    for proposal in overtaken.waiting().order_by("pk").select_for_update(of=("self",)):
        _decide(proposal, ProposalState.TURNED_DOWN, by=by, how=Reason.OVERTAKEN)


def _decide(proposal: Proposal, state: ProposalState, *, by: Staff, how: str = "") -> Proposal:
    proposal.state, proposal.decided_by, proposal.decided_at = state, by, timezone.now()
    proposal.content.pop("password", None)
    proposal.save()
    log.record(Verb.ADMINISTERED, by=by, obj=proposal, reason=how or state.name.lower(), about=proposal.kind)
    return proposal
