"""Two people who may decide the same, as a value: what takes two of them cannot be called without it.

For what one proposes and another confirms in a room above this one, with rows of its own.
"""

from __future__ import annotations

from dataclasses import InitVar, dataclass
from enum import StrEnum

from django.utils.translation import gettext as _

from brik.staff.access import may, require
from brik.staff.accounts import Staff
from brik.staff.rules import NotAllowed

# Only this file has it, so only this file can make a ``TwoPeople``.
_CHECKED = object()


@dataclass(frozen=True)
class TwoPeople:
    """Who proposed and who confirms: different people, and each may. Only :func:`two_people` makes it."""

    proposed_by: Staff
    confirmed_by: Staff
    token: InitVar[object] = None

    def __post_init__(self, token: object) -> None:
        if token is not _CHECKED:
            raise TypeError("only a second person's confirmation makes this value")


def two_people(permission: StrEnum, *, proposed_by: Staff, by: Staff) -> TwoPeople:
    """``by`` confirms what ``proposed_by`` has proposed.

    Raises:
        PermissionDenied: ``by`` does not have the permission.
        NotAllowed: they are the same, or the proposer does not have the permission any more.
    """
    require(by, permission)
    if by.pk == proposed_by.pk:
        raise NotAllowed(_("En annen enn den som har foreslått det, må bekrefte."))
    if not may(proposed_by, permission):
        raise NotAllowed(_("Den som foreslo dette, kan ikke lenger foreslå det. Avvis det, og foreslå det på nytt."))
    return TwoPeople(proposed_by, by, _CHECKED)
