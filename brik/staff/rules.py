"""The rules for changes of accounts, posts and keys, checked before a change is proposed and before it is made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any, assert_never

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from brik.pages.refusal import RefusalReason, Refused
from brik.staff import message_keys, replaced_keys
from brik.staff.accounts import ROLE_KINDS, UNIT_ROLES, Role, RoleKind, Staff, roles_of
from brik.staff.message_keys import MessageKey
from brik.staff.organisations import Organisation, Unit


class AccountRefusal(RefusalReason):
    """Why a change is refused. ``AGAINST_A_RULE`` comes with the sentence of the rule."""

    AGAINST_A_RULE = "against_a_rule", gettext_lazy("Ingenting er endret.")
    ORGANISATION_CHANGED = "organisation_changed", gettext_lazy("Noen andre har endret organisasjonen.")


class NotAllowed(Refused):
    """A rule forbids the change. The sentence is shown to the user."""

    def __init__(self, sentence: str) -> None:
        super().__init__(AccountRefusal.AGAINST_A_RULE, sentence)


def locked_account(account: Staff, *, by: Staff) -> Staff:
    """The account, locked until the transaction ends.

    Raises:
        NotAllowed: it is the account of ``by``. Nobody changes their own access.
    """
    if account.pk == by.pk:
        raise NotAllowed(_("Du kan ikke endre din egen konto."))
    locked: Staff = Staff.objects.select_for_update().get(pk=account.pk)
    locked.demand_code()
    return locked


def locked_organisation(pk: int) -> Organisation:
    """The organisation, locked until the transaction ends."""
    organisation: Organisation = Organisation.objects.select_for_update(no_key=True).get(pk=pk)
    organisation.demand_code()
    return organisation


# What an active recipient must have, with the sentence for each that is missing.
NEEDED_BY_ACTIVE = {
    "legal_basis": gettext_lazy("Skriv hjemmelen. En mottaker uten hjemmel kan ikke velges i samtykker."),
    "contact": gettext_lazy("Skriv hvem vi ringer eller skriver til når noe trekkes tilbake."),
    "retention_months": gettext_lazy("Skriv hvor mange måneder mottakeren oppbevarer det den får."),
}


def missing_of_active(values: Mapping[str, Any]) -> dict[str, str]:
    """The sentence for each value that an organisation in use must have and lacks; empty for one not in use."""
    if not values["active"]:
        return {}
    return {name: str(sentence) for name, sentence in NEEDED_BY_ACTIVE.items() if not values.get(name)}


def check_organisation(values: Mapping[str, Any]) -> None:
    """Raise :class:`NotAllowed` for an organisation in use that lacks legal basis, contact or retention."""
    for sentence in missing_of_active(values).values():
        raise NotAllowed(sentence)


def check_period(since: date, until: date | None) -> None:
    """Raise :class:`NotAllowed` for a period that ends before it begins."""
    if until is not None and until <= since:
        raise NotAllowed(_("Siste dag kan ikke være før første dag."))


def check_post(account: Staff, *, role: Role, unit: Unit | None, since: date, until: date | None) -> None:
    """Raise :class:`NotAllowed` unless the account may be given the role for that time."""
    if (role in UNIT_ROLES) != (unit is not None):
        raise NotAllowed(
            _("Denne rollen må ha en enhet.") if unit is None else _("Denne rollen hører ikke til en enhet.")
        )
    if (ROLE_KINDS[role] is RoleKind.PARTNER) != (account.organisation_id is not None):
        raise NotAllowed(_("Samarbeidsparter, og bare de, hører til en organisasjon."))
    check_period(since, until)
    _check_apart(account, role=role, unit=unit, since=since, until=until)


def _check_apart(account: Staff, *, role: Role, unit: Unit | None, since: date, until: date | None) -> None:
    """Those who decide leave, parole or transfer must not learn in another role who said what."""
    deciders = Q(role__in=roles_of(RoleKind.DECIDER))
    match ROLE_KINDS[role]:
        case RoleKind.DECIDER:
            conflicting = Q(role__in=roles_of(RoleKind.UNIT_STAFF), unit=unit)
            conflicting |= Q(role__in=roles_of(RoleKind.ALL_UNITS))
        case RoleKind.UNIT_STAFF:
            conflicting = deciders & Q(unit=unit)
        case RoleKind.ALL_UNITS:
            conflicting = deciders
        case RoleKind.PARTNER:
            return
        case other:
            assert_never(other)
    posts = account.posts.lasting().filter(conflicting, Q(until=None) | Q(until__gt=since))
    if until is not None:
        posts = posts.filter(since__lt=until)
    if posts.exists():
        raise NotAllowed(
            _("Den som er %(deciders)s, kan ikke være %(unit_staff)s i samme enhet, og aldri %(all_units)s.")
            % {
                "deciders": _either(RoleKind.DECIDER),
                "unit_staff": _either(RoleKind.UNIT_STAFF),
                "all_units": _either(RoleKind.ALL_UNITS),
            }
        )


def _either(kind: RoleKind) -> str:
    """The roles of a kind inside a sentence: "a, b or c"."""
    *others, last = [str(Role(role).label).lower() for role in roles_of(kind)]
    return _("%(others)s eller %(last)s") % {"others": ", ".join(others), "last": last} if others else last


def check_key(*, kid: str, sender: str, jwk: dict[str, Any], replaces: str = "") -> MessageKey | None:
    """The stored key with this id, if it is the same key and not in use; None for a new id.

    Raises :class:`NotAllowed` for a key in use, one that belongs to somebody else, or one that is to replace another
    sender's.
    """
    key = MessageKey.objects.filter(kid=kid).first()
    if key is not None and (key.is_trusted or (key.sender, key.jwk) != (sender, jwk)):
        raise NotAllowed(_("Nøkkel-id-en er registrert fra før."))
    if replaces and not MessageKey.objects.trusted().filter(kid=replaces, sender=sender).exists():
        raise NotAllowed(_("Nøkkelen som skal erstattes, er ikke i bruk av den samme avsenderen."))
    _check_key_is_unused(jwk, kid=kid, but=key)
    return key


def check_organisation_key(organisation: Organisation, *, jwk: dict[str, Any]) -> None:
    """Raise :class:`NotAllowed` for a key without an id, or one that another sender or organisation has."""
    if not jwk.get("kid"):
        raise NotAllowed(_("Nøkkelen har ingen nøkkel-id (kid). Uten den finner vi ikke ut hvem som har signert."))
    _check_key_is_unused(jwk, kid=jwk["kid"], but=organisation)
    if replaced_keys.is_of_another_key(organisation, jwk):
        raise NotAllowed(_("Nøkkel-id-en er registrert fra før."))


def _check_key_is_unused(jwk: dict[str, Any], *, kid: str, but: Organisation | MessageKey | None) -> None:
    if name := message_keys.key_owner(jwk, kid=kid, but=but):
        raise NotAllowed(_("Nøkkelen eller nøkkel-id-en er i bruk fra før, av %(name)s.") % {"name": name})


@contextmanager
def refusing_duplicates(sentence: str) -> Iterator[None]:
    """Raise :class:`NotAllowed` with this sentence when the database already has the same value."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        raise NotAllowed(sentence) from error
