"""What it takes two people to do: one proposes, another confirms, and only then is it done.

An account that keeps accounts could otherwise, alone, make itself a mapper, sign in as one, or have made-up arrivals
and receipts believed.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from brik.audit import log
from brik.audit.reasons import Reason
from brik.audit.verbs import Verb
from brik.staff import actions
from brik.staff.access import may, require
from brik.staff.actions import NotAllowed
from brik.staff.models import MessageKey, Organisation, Role, Staff, Unit
from brik.staff.organisation_changes import told_of, told_of_units
from brik.staff.permissions import StaffPermission
from brik.staff.proposals import Proposal, ProposalKind, ProposalQuerySet, ProposalState


@transaction.atomic
def propose_post(
    account: Staff, *, role: Role, unit: Unit | None, since: date, until: date | None = None, by: Staff
) -> Proposal:
    """Propose a role for an account. Raises :class:`NotAllowed` as giving it would."""
    require(by, StaffPermission.ADMINISTER)
    held = actions.check_post(account, role=role, unit=unit, since=since, until=until, by=by)
    told = {"role": role.value, "since": since.isoformat(), "until": until.isoformat() if until else None}
    return _propose(ProposalKind.POST, account=held, unit=unit, content=told, by=by)


@transaction.atomic
def propose_password(account: Staff, *, password: str, by: Staff) -> Proposal | None:
    """A new password for somebody who has lost theirs; set at once where nothing hangs on the account yet.

    Nothing does while it has no post, none waits to be confirmed, and its owner has not chosen a password.
    """
    require(by, StaffPermission.ADMINISTER)
    waits = Proposal.objects.waiting().filter(kind=ProposalKind.POST, account=account)
    if account.password_by_other and not account.posts.exists() and not waits.exists():
        actions.set_password(account, password=password, by=by)
        _close(Proposal.objects.filter(kind=ProposalKind.PASSWORD, account=account), by=by)
        return None
    held = actions.locked(account, by=by)
    return _propose(ProposalKind.PASSWORD, account=held, content={"password": make_password(password)}, by=by)


@transaction.atomic
def propose_key(*, kid: str, sender: str, jwk: dict[str, Any], by: Staff) -> Proposal:
    """Propose to trust a sender's key, for the first time or again."""
    require(by, StaffPermission.ADMINISTER)
    actions.check_key(kid=kid, sender=sender, jwk=jwk)
    return _propose(ProposalKind.MESSAGE_KEY, content={"kid": kid, "sender": sender, "jwk": jwk}, by=by)


@transaction.atomic
def save_organisation(
    organisation: Organisation, *, units: list[Unit], public_key: dict[str, Any] | None, by: Staff, **values: Any
) -> list[Proposal]:
    """Enter an organisation, out of use, or propose to change one; give back what waits for another to confirm.

    Whoever could change whom people in custody are asked about could have what is meant for one read by another.
    Raises :class:`NotAllowed` as having the key believed would.
    """
    require(by, StaffPermission.ADMINISTER)
    if organisation.pk is None:
        new = values | {"active": False}
        held = _organisation(actions.save_organisation(Organisation(), units=units, by=by, **new).pk)
    else:
        held = _organisation(organisation.pk)
    waiting, before = [], told_of(held)
    after = {name: values.get(name, told) for name, told in before.items()} | {"units": told_of_units(units)}
    if after != before:
        content = {"before": before, "after": after}
        waiting.append(_propose(ProposalKind.ORGANISATION, organisation=held, content=content, by=by))
    if public_key and public_key != held.public_key:
        waiting.append(propose_organisation_key(held, jwk=public_key, by=by))
    elif held.public_key and not public_key:
        remove_organisation_key(held, by=by)
    return waiting


@transaction.atomic
def propose_organisation_key(organisation: Organisation, *, jwk: dict[str, Any], by: Staff) -> Proposal:
    """Propose to believe receipts that are signed with a key. Raises :class:`NotAllowed` if it is another's."""
    require(by, StaffPermission.ADMINISTER)
    held = _organisation(organisation.pk)
    actions.check_organisation_key(held, jwk=jwk)
    return _propose(ProposalKind.ORGANISATION_KEY, organisation=held, content={"jwk": jwk}, by=by)


@transaction.atomic
def distrust_key(key: MessageKey, *, by: Staff) -> None:
    """Stop trusting a sender's key, at once; what waits to have one of that id trusted is closed."""
    require(by, StaffPermission.ADMINISTER)
    _close(Proposal.objects.filter(kind=ProposalKind.MESSAGE_KEY, content__kid=key.kid), by=by)
    actions.distrust_key(key, by=by)


@transaction.atomic
def remove_organisation_key(organisation: Organisation, *, by: Staff) -> None:
    """Believe no receipts of an organisation, at once; what waits to have a key of theirs believed is closed."""
    require(by, StaffPermission.ADMINISTER)
    held = _organisation(organisation.pk)
    _close(Proposal.objects.filter(kind=ProposalKind.ORGANISATION_KEY, organisation=held), by=by)
    actions.set_organisation_key(held, jwk=None, by=by)


@transaction.atomic
def confirm(proposal: Proposal, *, by: Staff) -> Proposal:
    """Do what was proposed.

    Raises:
        PermissionDenied: ``by`` may not confirm it.
        NotAllowed: ``by`` proposed it or it is about their own account; it is decided; whoever proposed it may no
            longer; the account is closed; there is a newer proposal of the same; a rule now stands against it.
    """
    # Accounts and organisations before proposals, as when one is made, so that two at once never wait for each other.
    concerned = Staff.objects.filter(pk__in=filter(None, [proposal.proposed_by_id, proposal.account_id]))
    people = {one.pk: one for one in concerned.order_by("pk").select_for_update(no_key=True)}
    if proposal.organisation_id is not None:
        _organisation(proposal.organisation_id)
    held = _held(proposal, by=by)
    if by.pk in (held.proposed_by_id, held.account_id):
        raise NotAllowed(_("En annen enn den som har foreslått det, og den det gjelder, må bekrefte."))
    if not may(people[held.proposed_by_id], StaffPermission.ADMINISTER):
        raise NotAllowed(_("Den som foreslo dette, kan ikke lenger foreslå det. Avvis det, og foreslå det på nytt."))
    if held.account_id is not None and not people[held.account_id].is_active:
        raise NotAllowed(_("Kontoen det gjelder, er stengt."))
    if _overtaken(held):
        raise NotAllowed(_("Det er kommet et nyere forslag om det samme. Dette kan ikke bekreftes."))
    told = dict(held.content)
    if held.kind == ProposalKind.POST:
        actions.give_post(
            _account(held),
            role=Role(told["role"]),
            unit=held.unit,
            since=date.fromisoformat(told["since"]),
            until=date.fromisoformat(told["until"]) if told["until"] else None,
            by=by,
        )
    elif held.kind == ProposalKind.PASSWORD:
        actions.set_hashed_password(_account(held), hashed=told["password"], by=by)
    elif held.kind == ProposalKind.MESSAGE_KEY:
        actions.trust_key(**told, by=by)
    elif held.organisation is not None and held.kind == ProposalKind.ORGANISATION:
        _change(held.organisation, told, by=by)
    elif held.organisation is not None and held.kind == ProposalKind.ORGANISATION_KEY:
        actions.set_organisation_key(held.organisation, jwk=told["jwk"], by=by)
    else:
        raise NotImplementedError(held.kind)  # nothing is called confirmed that was not done
    _close(Proposal.objects.of_the_same(held), by=by)
    return _decided(held, ProposalState.CONFIRMED, by=by)


@transaction.atomic
def turn_down(proposal: Proposal, *, by: Staff) -> Proposal:
    """Let it be; whoever proposed it may take it back so. Raises as :func:`confirm`, but for who proposed it."""
    return _decided(_held(proposal, by=by), ProposalState.TURNED_DOWN, by=by)


def _change(organisation: Organisation, told: dict[str, Any], *, by: Staff) -> None:
    if told_of(organisation) != told["before"]:
        raise NotAllowed(_("Organisasjonen er endret etter at dette ble foreslått. Avvis det, og foreslå det på nytt."))
    values = dict(told["after"])
    units = list(Unit.objects.filter(number__in=values.pop("units")))
    actions.save_organisation(organisation, units=units, by=by, **values)


def _propose(kind: ProposalKind, *, by: Staff, **about: Any) -> Proposal:
    """A proposal that waits; one of the same that waits already, if it can still be confirmed."""
    waiting = Proposal.objects.waiting().filter(kind=kind, **about).select_related("proposed_by").first()
    if waiting is not None and may(waiting.proposed_by, StaffPermission.ADMINISTER) and not _overtaken(waiting):
        return waiting
    proposal = Proposal.objects.create(kind=kind, proposed_by=by, **about)
    log.record(Verb.ADMINISTERED, by=by, obj=proposal, reason=Reason.PROPOSED, about=kind.value)
    _close(Proposal.objects.of_the_same(proposal), by=by)
    return proposal


def _organisation(pk: int) -> Organisation:
    return Organisation.objects.select_for_update(no_key=True).get(pk=pk)


def _overtaken(proposal: Proposal) -> bool:
    newer = Proposal.objects.of_the_same(proposal).filter(pk__gt=proposal.pk)
    return newer.exclude(state=ProposalState.TURNED_DOWN).exists()


def _close(overtaken: ProposalQuerySet, *, by: Staff) -> None:
    """Turn down those that wait: something newer has taken their place."""
    for held in overtaken.waiting().order_by("pk").select_for_update(of=("self",)):
        _decided(held, ProposalState.TURNED_DOWN, by=by, how=Reason.OVERTAKEN)


def _held(proposal: Proposal, *, by: Staff) -> Proposal:
    held = Proposal.objects.select_for_update(of=("self",)).select_related("unit", "account", "organisation")
    found = held.visible_to(by).filter(pk=proposal.pk).first()
    require(by, StaffPermission.CONFIRM, found)
    if found is None or found.state != ProposalState.WAITING:
        raise NotAllowed(_("Dette er avgjort fra før."))
    return found


def _decided(held: Proposal, state: ProposalState, *, by: Staff, how: str = "") -> Proposal:
    held.state, held.decided_by, held.decided_at = state, by, timezone.now()
    held.content.pop("password", None)
    held.save()
    log.record(Verb.ADMINISTERED, by=by, obj=held, reason=how or state.name.lower(), about=held.kind)
    return held


def _account(held: Proposal) -> Staff:
    assert held.account is not None  # noqa: S101 - kept by a constraint
    return held.account
