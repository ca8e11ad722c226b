"""The gate of a talk: whether one can be held with a person now, and the locks for its actions."""

from __future__ import annotations

from brik.pages.refusal import Refused
from brik.people.ages import age_of
from brik.people.legal_status import MAPPED
from brik.people.models import Person
from brik.staff.access import may
from brik.staff.models import Staff
from brik.vault.codes.coded_models import proved
from consent.models import LegalBasis, Talk, TalkState, Withdrawal, WithdrawalSaid
from consent.permissions import ConsentPermission
from consent.record import covers
from consent.record.refusals import ConsentRefusal
from consent.record.withdrawal import actions as withdrawals
from consent.record.withdrawal.standing_choices import standing_choices
from consent.texts import catalogue as texts


def why_shut(person: Person) -> ConsentRefusal | None:
    """Why no talk can be held with a person now; None when one can."""
    stay, age = person.current_stay, age_of(person)
    if stay is None or stay.is_over:
        return ConsentRefusal.RELEASED
    stay.demand_code()
    if stay.legal_status not in MAPPED:
        return ConsentRefusal.NOT_MAPPED_HERE
    if age is not None and age < 18:
        return ConsentRefusal.UNDER_18
    if not LegalBasis.objects.active().filter(kind=stay.legal_status).proved():
        return ConsentRefusal.NO_LEGAL_BASIS
    return None if texts.versions(stay.legal_status) else ConsentRefusal.NO_TEXT


def why_not_by(person: Person, by: Staff) -> ConsentRefusal | None:
    """Why ``by`` may not hold the next talk, whoever else may; None when ``by`` may.

    A withdrawal that was only told of may be a mistake. The talk that mends it is held by somebody else than who noted
    it, or one account could end a consent and shape the next. Who sees no refusals is not told by this page when it was
    mended: for them a colleague goes on holding the talks while the stay lasts.
    """
    if may(by, ConsentPermission.SEE_REFUSALS, person):
        noted = withdrawals.told_of(person)
    else:
        since = person.known_stay.arrived_at
        noted = Withdrawal.objects.filter(person=person, said=WithdrawalSaid.TOLD, recorded_at__gte=since)
    return ConsentRefusal.NOTED_WITHDRAWAL if noted.filter(noted_by=by).exists() else None


def may_mend(person: Person, *, by: Staff) -> bool:
    """Whether ``by`` may mend a mistaken withdrawal of the person on one page, and everything is as it was."""
    if not may(by, ConsentPermission.READ_RECEIPTS, person) or not may(by, ConsentPermission.HOLD_TALK, person):
        return False
    if Talk.objects.filter(person=person, state=TalkState.OPEN).exists():
        return False
    if why_not_by(person, by) is not None or why_shut(person) is not None:
        return False
    versions = texts.versions(person.known_stay.legal_status)
    return standing_choices(person, versions=versions) is not None


def may_renew(person: Person, *, by: Staff) -> bool:
    """Whether ``by`` may hold a second talk with the person that starts from what stands, and something does."""
    return may(by, ConsentPermission.READ_RECEIPTS, person) and covers.mapping_permit(person) is not None


def demand_open(talk: Talk) -> None:
    """Raise ``Refused`` unless the talk is open and can still be held with the person."""
    stay = talk.person.current_stay
    if talk.state != TalkState.OPEN:
        raise Refused(ConsentRefusal.TALK_ENDED)
    if stay is None or stay.is_over or stay.legal_status != talk.kind:
        raise Refused(ConsentRefusal.OTHER_STATUS)
    why = why_shut(talk.person)
    if why is not None:
        raise Refused(why)


def lock(person: Person, *, by: Staff) -> Person:
    """Lock the person and the row until the transaction ends: changes of one person's consent wait for each other.

    Raises:
        Refused: ``by`` may not hold talks where the person is.
    """
    person = Person.objects.lock(person.pk)
    if not may(by, ConsentPermission.HOLD_TALK, person):
        raise Refused(ConsentRefusal.NOT_ALLOWED)
    return person


def demand_own(talk: Talk, *, by: Staff) -> None:
    """Raise ``Refused`` for a talk in which somebody else's answers, or earlier ones, are shown, unless ``by`` may see
    refusals.
    """
    shows_answers = talk.started_by_id != by.pk or talk.mends or talk.renews
    if shows_answers and not may(by, ConsentPermission.SEE_REFUSALS, talk.person):
        raise Refused(ConsentRefusal.ANOTHERS)


def lock_talk(talk: Talk, *, by: Staff) -> Talk:
    """The talk as it is now, with its person locked.

    Raises:
        Refused: it is open but can no longer be held.
        CodeBroken: it was changed past us.
    """
    person = lock(talk.person, by=by)
    talk = proved([Talk.objects.select_for_update(of=("self",)).select_related("consent").get(pk=talk.pk)])[0]
    talk.person = person
    demand_own(talk, by=by)
    if talk.state != TalkState.OPEN:
        return talk
    demand_open(talk)
    return talk
