"""What changes accounts, posts, approvals and the registers that the system keeper looks after."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from brik.audit import log
from brik.audit.verbs import Verb
from brik.people.models import MapperApproval, MessageKey, Organisation, Post, Role, Staff, Unit
from brik.people.staff import APART_FROM_DECIDERS, NEVER_WITH_DECIDERS, UNIT_ROLES


class NotAllowed(Exception):
    """A rule of the house stands against it. The text is for the user."""


@transaction.atomic
def create_account(*, username: str, name: str, organisation: Organisation | None, password: str, by: Staff) -> Staff:
    """A new account without any post: it may sign in and see nothing."""
    if Staff.objects.filter(username=username).exists():
        raise NotAllowed("Brukernavnet er i bruk.")
    account = Staff(username=username, name=name, organisation=organisation)
    account.set_password(password)
    account.save()
    log.record(Verb.STAFF_CHANGED, by=by, obj=account, reason="created")
    return account


@transaction.atomic
def give_post(
    account: Staff, *, role: Role, unit: Unit | None, since: date, until: date | None = None, by: Staff
) -> Post:
    """A role from a day until, not including, another. Raises :class:`NotAllowed`."""
    held = _locked(account, by=by)
    if (role in UNIT_ROLES) != (unit is not None):
        raise NotAllowed("Denne rollen må ha en enhet." if unit is None else "Denne rollen hører ikke til en enhet.")
    if (role is Role.PARTNER) != (held.organisation_id is not None):
        raise NotAllowed("Samarbeidsparter, og bare de, hører til en organisasjon.")
    if until is not None and until <= since:
        raise NotAllowed("Sluttdatoen må være etter startdatoen.")
    _check_apart(held, role=role, unit=unit, since=since, until=until)
    post = Post.objects.create(staff=held, role=role, unit=unit, since=since, until=until)
    log.record(Verb.STAFF_CHANGED, by=by, obj=held, reason=f"post {role.value}")
    return post


def _check_apart(account: Staff, *, role: Role, unit: Unit | None, since: date, until: date | None) -> None:
    """Whoever decides leave, parole or transfer never learns elsewhere who said what."""
    if role is Role.DECIDER:
        against = Q(role__in=APART_FROM_DECIDERS, unit=unit) | Q(role__in=NEVER_WITH_DECIDERS)
    elif role in APART_FROM_DECIDERS:
        against = Q(role=Role.DECIDER, unit=unit)
    elif role in NEVER_WITH_DECIDERS:
        against = Q(role=Role.DECIDER)
    else:
        return
    meeting = account.posts.filter(against, Q(until=None) | Q(until__gt=since))
    if until is not None:
        meeting = meeting.filter(since__lt=until)
    if meeting.exists():
        raise NotAllowed(
            "Den som er beslutter, kan ikke være kartlegger, kontaktbetjent eller leder i samme enhet, "
            "og aldri personvernombud eller systemansvarlig."
        )


@transaction.atomic
def end_post(post: Post, *, on: date, by: Staff) -> Post:
    """Let a post end; from ``on`` it is no longer held. One that has not begun, or begins that day, is taken away."""
    _locked(post.staff, by=by)
    if on <= post.since:
        post.delete()
    else:
        post.until = min(filter(None, [post.until, on]))
        post.save()
    log.record(Verb.STAFF_CHANGED, by=by, obj=post.staff, reason=f"end {post.role}")
    return post


@transaction.atomic
def set_password(account: Staff, *, password: str, by: Staff) -> None:
    """A new password; whoever is signed in with the old one is signed out."""
    held = _locked(account, by=by)
    held.set_password(password)
    held.save()
    log.record(Verb.STAFF_CHANGED, by=by, obj=held, reason="password")


@transaction.atomic
def set_active(account: Staff, *, active: bool, by: Staff) -> None:
    """Close or open an account; a closed one is signed out at its next click. Nothing is deleted."""
    held = _locked(account, by=by)
    held.is_active = active
    held.save()
    log.record(Verb.STAFF_CHANGED, by=by, obj=held, reason="opened" if active else "closed")


def _locked(account: Staff, *, by: Staff) -> Staff:
    """The account, held until the transaction ends. Nobody changes what they themselves may do."""
    if account.pk == by.pk:
        raise NotAllowed("Du kan ikke endre din egen konto.")
    return Staff.objects.select_for_update().get(pk=account.pk)


@transaction.atomic
def approve_mapper(account: Staff, *, unit: Unit, since: date, until: date | None, by: Staff) -> MapperApproval:
    """A leader vouches that somebody is trained as a mapper (FOR-2011-09-30-978 § 2). Raises :class:`NotAllowed`."""
    held = _locked(account, by=by)
    if until is not None and until <= since:
        raise NotAllowed("Sluttdatoen må være etter startdatoen.")
    if not held.posts.current().filter(role=Role.MAPPER, unit=unit).exists():
        raise NotAllowed("Bare den som har stilling som kartlegger i enheten, kan godkjennes.")
    meeting = held.approvals.filter(Q(until=None) | Q(until__gt=since), unit=unit)
    if until is not None:
        meeting = meeting.filter(since__lt=until)
    if meeting.exists():
        raise NotAllowed("Kartleggeren har en godkjenning i denne tiden fra før.")
    approval = MapperApproval.objects.create(staff=held, unit=unit, approved_by=by, since=since, until=until)
    log.record(Verb.MAPPER_APPROVED, by=by, obj=approval)
    return approval


@transaction.atomic
def end_approval(approval: MapperApproval, *, by: Staff) -> None:
    """Take back an approval, from today."""
    held = MapperApproval.objects.select_for_update(of=("self",)).get(pk=approval.pk)
    today = timezone.localdate()
    if held.until is not None and held.until <= today:
        raise NotAllowed("Godkjenningen er avsluttet fra før.")
    log.record(Verb.MAPPER_APPROVED, by=by, obj=held, reason="ended")
    if held.since >= today:
        held.delete()
    else:
        held.until = today
        held.save()


@transaction.atomic
def save_organisation(organisation: Organisation, *, units: list[Unit], by: Staff, **values: Any) -> Organisation:
    """Enter or change an organisation. Its number and kind never change: consents and deliveries point to it."""
    if organisation.pk is not None and {"number", "kind"} & set(values):
        raise NotAllowed("Nummer og slag kan ikke endres etter at organisasjonen er registrert.")
    for name, value in values.items():
        setattr(organisation, name, value)
    organisation.save()
    organisation.units.set(units)
    log.record(Verb.ADMINISTERED, by=by, obj=organisation)
    return organisation


@transaction.atomic
def add_key(*, kid: str, sender: str, jwk: dict[str, Any], by: Staff) -> MessageKey:
    """Trust a sender's key from now on."""
    if MessageKey.objects.filter(kid=kid).exists():
        raise NotAllowed("Nøkkel-id-en er registrert fra før.")
    key = MessageKey.objects.create(kid=kid, sender=sender, jwk=jwk)
    log.record(Verb.ADMINISTERED, by=by, obj=key, reason="trusted")
    return key


@transaction.atomic
def set_key_active(key: MessageKey, *, active: bool, by: Staff) -> None:
    """Stop or start trusting a key. It is never deleted: what it has signed was signed by it."""
    key.active = active
    key.save()
    log.record(Verb.ADMINISTERED, by=by, obj=key, reason="trusted" if active else "no longer trusted")
