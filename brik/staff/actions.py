"""What changes accounts, posts, approvals and the registers that the system keeper looks after."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from brik.audit import log
from brik.audit.reasons import Reason
from brik.audit.verbs import Verb
from brik.staff import message_keys
from brik.staff.accounts import APART_FROM_DECIDERS, NEVER_WITH_DECIDERS, UNIT_ROLES
from brik.staff.models import MapperApproval, MessageKey, Organisation, Post, Role, Staff, Unit


class NotAllowed(Exception):
    """A rule of the house stands against it. The text is for the user."""


@transaction.atomic
def create_account(*, username: str, name: str, organisation: Organisation | None, password: str, by: Staff) -> Staff:
    """A new account without any post: it may sign in, change its password, and see nothing."""
    account = Staff(username=username, name=name, organisation=organisation)
    account.set_password(password)
    with _refusing(_("Brukernavnet er i bruk.")):
        account.save()
    log.record(Verb.STAFF_CHANGED, by=by, obj=account, reason=Reason.CREATED)
    return account


@transaction.atomic
def give_post(
    account: Staff, *, role: Role, unit: Unit | None, since: date, until: date | None = None, by: Staff
) -> Post:
    """A role from a day until, not including, another. On the pages this takes two people (``two_people``).

    Raises:
        NotAllowed: a rule of the house stands against it.
    """
    held = check_post(account, role=role, unit=unit, since=since, until=until, by=by)
    post = Post.objects.create(staff=held, role=role, unit=unit, since=since, until=until)
    log.record(Verb.STAFF_CHANGED, by=by, obj=held, reason=Reason.POST_GIVEN, about=role.value)
    return post


def check_post(account: Staff, *, role: Role, unit: Unit | None, since: date, until: date | None, by: Staff) -> Staff:
    """The account, held, if it may be given the role. Raises :class:`NotAllowed`."""
    held = locked(account, by=by)
    if (role in UNIT_ROLES) != (unit is not None):
        raise NotAllowed(
            _("Denne rollen må ha en enhet.") if unit is None else _("Denne rollen hører ikke til en enhet.")
        )
    if (role is Role.PARTNER) != (held.organisation_id is not None):
        raise NotAllowed(_("Samarbeidsparter, og bare de, hører til en organisasjon."))
    if until is not None and until <= since:
        raise NotAllowed(_("Sluttdatoen må være etter startdatoen."))
    _check_apart(held, role=role, unit=unit, since=since, until=until)
    return held


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
            _(
                "Den som er beslutter, kan ikke være kartlegger, kontaktbetjent eller leder i samme enhet, "
                "og aldri personvernombud eller systemansvarlig."
            )
        )


@transaction.atomic
def end_post(post: Post, *, on: date, by: Staff) -> Post:
    """Let a post end; from ``on`` it is no longer held. One that has not begun, or begins that day, is taken away."""
    locked(post.staff, by=by)
    if on <= post.since:
        post.delete()
    else:
        post.until = min(filter(None, [post.until, on]))
        post.save()
    log.record(Verb.STAFF_CHANGED, by=by, obj=post.staff, reason=Reason.POST_ENDED, about=post.role)
    return post


@transaction.atomic
def set_password(account: Staff, *, password: str, by: Staff) -> None:
    """A new password; whoever is signed in with the old one is signed out."""
    set_hashed_password(account, hashed=make_password(password), by=by)


@transaction.atomic
def set_hashed_password(account: Staff, *, hashed: str, by: Staff) -> None:
    """As :func:`set_password`, with what is kept of it."""
    held = locked(account, by=by)
    held.password, held.password_by_other = hashed, True
    held.save()
    log.record(Verb.STAFF_CHANGED, by=by, obj=held, reason=Reason.PASSWORD_SET)


@transaction.atomic
def change_own_password(account: Staff, *, password: str) -> Staff:
    """Its owner has chosen it, and only they know it. Raises :class:`NotAllowed` for the one they have."""
    held = Staff.objects.select_for_update().get(pk=account.pk)
    if held.check_password(password):
        raise NotAllowed(_("Dette er passordet du har. Velg et annet."))
    held.set_password(password)
    held.password_by_other = False
    held.save()
    log.record(Verb.STAFF_CHANGED, by=held, obj=held, reason=Reason.OWN_PASSWORD_SET)
    return held


@transaction.atomic
def set_active(account: Staff, *, active: bool, by: Staff) -> None:
    """Close or open an account; a closed one is signed out at its next click. Nothing is deleted."""
    held = locked(account, by=by)
    held.is_active = active
    held.save()
    log.record(Verb.STAFF_CHANGED, by=by, obj=held, reason=Reason.ACCOUNT_OPENED if active else Reason.ACCOUNT_CLOSED)


def locked(account: Staff, *, by: Staff) -> Staff:
    """The account, held until the transaction ends. Nobody changes what they themselves may do."""
    if account.pk == by.pk:
        raise NotAllowed(_("Du kan ikke endre din egen konto."))
    return Staff.objects.select_for_update().get(pk=account.pk)


@transaction.atomic
def approve_mapper(account: Staff, *, unit: Unit, since: date, until: date | None, by: Staff) -> MapperApproval:
    """A leader vouches that somebody is trained as a mapper (FOR-2011-09-30-978 § 2). Raises :class:`NotAllowed`."""
    held = locked(account, by=by)
    if until is not None and until <= since:
        raise NotAllowed(_("Sluttdatoen må være etter startdatoen."))
    if not held.posts.current().filter(role=Role.MAPPER, unit=unit).exists():
        raise NotAllowed(_("Bare den som har stilling som kartlegger i enheten, kan godkjennes."))
    meeting = held.approvals.filter(Q(until=None) | Q(until__gt=since), unit=unit)
    if until is not None:
        meeting = meeting.filter(since__lt=until)
    if meeting.exists():
        raise NotAllowed(_("Kartleggeren har en godkjenning i denne tiden fra før."))
    approval = MapperApproval.objects.create(staff=held, unit=unit, approved_by=by, since=since, until=until)
    log.record(Verb.MAPPER_APPROVED, by=by, obj=approval)
    return approval


@transaction.atomic
def end_approval(approval: MapperApproval, *, by: Staff) -> None:
    """Take back an approval, from today."""
    held = MapperApproval.objects.select_for_update(of=("self",)).get(pk=approval.pk)
    today = timezone.localdate()
    if held.until is not None and held.until <= today:
        raise NotAllowed(_("Godkjenningen er avsluttet fra før."))
    log.record(Verb.MAPPER_APPROVED, by=by, obj=held, reason=Reason.APPROVAL_ENDED)
    if held.since >= today:
        held.delete()
    else:
        held.until = today
        held.save()


@transaction.atomic
def save_organisation(organisation: Organisation, *, units: list[Unit], by: Staff, **values: Any) -> Organisation:
    """Enter or change an organisation. Its number and kind never change: consents and deliveries point to it."""
    if organisation.pk is not None and {"number", "kind"} & set(values):
        raise NotAllowed(_("Nummer og slag kan ikke endres etter at organisasjonen er registrert."))
    for name, value in values.items():
        setattr(organisation, name, value)
    organisation.save()
    organisation.units.set(units)
    log.record(Verb.ADMINISTERED, by=by, obj=organisation)
    return organisation


def check_key(*, kid: str, sender: str, jwk: dict[str, Any]) -> MessageKey | None:
    """The key of this id, if it is known and is the same; None if it is new. Raises :class:`NotAllowed`."""
    known = MessageKey.objects.filter(kid=kid).first()
    if known is not None and (known.active or (known.sender, known.jwk) != (sender, jwk)):
        raise NotAllowed(_("Nøkkel-id-en er registrert fra før."))
    _check_unheld(jwk, kid=kid, but=known)
    return known


def check_organisation_key(organisation: Organisation, *, jwk: dict[str, Any]) -> None:
    """Raise :class:`NotAllowed` for a key without an id, or one whose signatures would be somebody else's too."""
    if not jwk.get("kid"):
        raise NotAllowed(_("Nøkkelen har ingen nøkkel-id (kid). Uten den finner vi ikke ut hvem som har signert."))
    _check_unheld(jwk, kid=jwk["kid"], but=organisation)


def _check_unheld(jwk: dict[str, Any], *, kid: str, but: Organisation | MessageKey | None) -> None:
    if name := message_keys.holder(jwk, kid=kid, but=but):
        raise NotAllowed(_("Nøkkelen eller nøkkel-id-en er i bruk fra før, av %(name)s.") % {"name": name})


@transaction.atomic
def trust_key(*, kid: str, sender: str, jwk: dict[str, Any], by: Staff) -> MessageKey:
    """Trust a sender's key from now on. On the pages this takes two people (``two_people``)."""
    key = check_key(kid=kid, sender=sender, jwk=jwk) or MessageKey(kid=kid, sender=sender, jwk=jwk)
    key.active = True
    with _refusing(_("Nøkkel-id-en er registrert fra før.")):
        key.save()
    log.record(Verb.ADMINISTERED, by=by, obj=key, reason=Reason.KEY_TRUSTED)
    return key


@transaction.atomic
def distrust_key(key: MessageKey, *, by: Staff) -> None:
    """Stop trusting a key. It is never deleted: what it has signed was signed by it."""
    key.active = False
    key.save()
    log.record(Verb.ADMINISTERED, by=by, obj=key, reason=Reason.KEY_DISTRUSTED)


@transaction.atomic
def set_organisation_key(organisation: Organisation, *, jwk: dict[str, Any] | None, by: Staff) -> None:
    """Believe receipts that are signed with a key, or none. On the pages a key takes two people (``two_people``)."""
    if jwk is not None:
        check_organisation_key(organisation, jwk=jwk)
    organisation.public_key = jwk
    with _refusing(_("Nøkkel-id-en er registrert fra før.")):
        organisation.save(update_fields=["public_key"])
    log.record(Verb.ADMINISTERED, by=by, obj=organisation, reason=Reason.KEY_TRUSTED if jwk else Reason.KEY_DISTRUSTED)


@contextmanager
def _refusing(sentence: str) -> Iterator[None]:
    """What two do at once is refused to the second, in a sentence. Raises :class:`NotAllowed`."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        raise NotAllowed(sentence) from error
