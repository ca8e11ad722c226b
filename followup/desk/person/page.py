"""The parts of the person page. A part is there only for a user whose role may see it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from collections.abc import Mapping as ReadOnly
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Max, Min
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from brik.audit import log
from brik.audit.verbs import Verb
from brik.mapping.models import Mapping, Notice, NoticeKind
from brik.mapping.permissions import MappingPermission
from brik.mapping.record.closed_work import intact
from brik.mapping.record.states import InterviewState
from brik.pages.refusal import Refused
from brik.people.models import Person
from brik.people.permissions import PeoplePermission
from brik.people.safeguards import safeguard_of
from brik.slips import actions as slips
from brik.slips.permissions import SlipsPermission
from brik.staff.access import may
from brik.staff.models import OrganisationKind, Staff
from brik.vault.codes.coded_models import proved
from brik.vault.sealing import SealBroken
from consent.models import (
    YES,
    Consent,
    ConsentState,
    Decision,
    DecisionAnswer,
    Direction,
    Talk,
    TalkState,
    Withdrawal,
)
from consent.permissions import ConsentPermission
from consent.record.withdrawal.actions import told_of
from consent.record.withdrawal.rows import WithdrawalQuerySet
from consent.talk.gate import may_mend, may_renew, why_not_by, why_shut
from followup.desk.person.recipients import recipient_rows
from followup.desk.worklist import next_step
from followup.desk.worklist.release_words import release_card
from followup.desk.worklist.rows import rows
from followup.desk.worklist.talk_status import TalkView
from followup.plan.pages.need_page import open_lines
from followup.plan.permissions import PlanPermission
from followup.sharing.pages.overview import for_person
from followup.sharing.pages.safeguard_words import safeguard_lines
from followup.sharing.permissions import SharingPermission


def of(person: Person, user: Staff) -> dict[str, Any]:
    """Everything the page needs. What the user's role may not see is not fetched."""
    row = rows([person.pk], user, outcomes=False)[0]
    if row.broken:
        raise SealBroken("the name or a number")
    # The same person, with the numbers that the row was drawn from.
    person, view = row.person, row.view
    shown: dict[str, Any] = {
        "row": row,
        "sees_standing": view is not TalkView.NOTHING,
        "person": person,
        "stay": row.stay,
        "release": release_card(row.stay, on=timezone.localdate()),
    }
    if may(user, PeoplePermission.EDIT_PROTECTION, person):
        shown["safeguards"] = safeguard_lines(person, safeguard_of(person.pk))
        shown["may_protect"] = True
    if row.stay is not None and not row.stay.is_over and may(user, SlipsPermission.TURN, person):
        # Offered to everybody, whatever they have answered: who gets the page must tell nothing.
        shown["may_turn"], shown["slip_shut"] = True, _slip_shut(person)
    if view in (TalkView.WHOLE, TalkView.HELD):
        shown["sees_talks"] = True
        open_talks = Talk.objects.visible_to(user).filter(person=person, state=TalkState.OPEN)
        shown["talk"] = next(iter(proved(open_talks[:1])), None)
        shown["may_talk"] = may(user, ConsentPermission.HOLD_TALK, person)
        if shown["may_talk"]:
            shown["why_shut"] = why_not_by(person, user) or (None if shown["talk"] else why_shut(person))
    if view is TalkView.WHOLE:
        shown["consents"] = consent_lines(person, user)
        shown["withdrawals"] = _withdrawals(person, user)
        shown["told_of"] = _told_of(person, shown["withdrawals"]) if shown["withdrawals"] else []
        shown["may_mend"] = bool(shown["told_of"]) and may_mend(person, by=user)
        stands = any(line.stands for line in shown["consents"]) and not shown["talk"]
        shown["may_renew"] = stands and may_renew(person, by=user)
        shown["may_hear"] = may(user, ConsentPermission.READ_RECEIPTS, person)
        # What protects the person stands on this page itself.
        notices = Notice.objects.visible_to(user).filter(person=person).exclude(kind=NoticeKind.PROTECTION)
        shown["notices"] = intact(notices)
    if may(user, MappingPermission.INTERVIEW, person):
        mine = Mapping.objects.visible_to(user).filter(person=person).select_related("mapper", "person__gate")
        shown["interviews"] = [interview.as_shown() for interview in mine]
        shown["may_see_needs"] = _may_see_needs(person, user, shown["interviews"])
        if shown["may_see_needs"]:
            shown["open_needs"] = open_lines(person, user)
        shown["next_step"] = next_step.of(person, shown["interviews"])
    if may(user, SharingPermission.SEE_DELIVERIES, person):
        shown["deliveries"] = for_person(person, user)
        answers = next((line.answers for line in shown.get("consents", []) if line.stands), None)
        shown["recipients"] = recipient_rows(person, shown["deliveries"], answers)
        log.record(Verb.DELIVERY_READ, by=user, subject=person.pk)
    shown["step"] = _step(shown)
    return shown


def _may_see_needs(person: Person, user: Staff, interviews: list[Mapping]) -> bool:
    """Whether the page of needs is open: it is, once an interview is signed off, as long as that may be read."""
    return may(user, PlanPermission.NEEDS, person) and any(row.state == InterviewState.FINAL for row in interviews)


def _step(shown: dict[str, Any]) -> str:
    """What comes next with the person, in words; from what the user may see and nothing else."""
    row = shown["row"]
    if shown.get("told_of"):
        return _("Snakk med personen om det andre har sagt")
    if shown.get("talk"):
        return _("Fortsett samtykkesamtalen")
    if next_step := shown.get("next_step"):
        return str(next_step.label)
    if shown.get("may_talk") and not shown.get("why_shut") and not row.offered and not row.stay.is_over:
        return _("Tilby samtale")
    return str(row.standing)


def _slip_shut(person: Person) -> str:
    """Why no slip can be written here now, in words; empty when one can."""
    try:
        slips.reader(person)
    except Refused as refused:
        return refused.sentence
    return ""


@dataclass(frozen=True)
class ConsentLine:
    """One consent in the overview: its outcome, and whether it still holds."""

    consent: Consent
    holds: str
    # The questions that the person will answer after talking to somebody.
    waits: str
    # Whether something in it is permitted, and it has not ended.
    stands: bool
    # What it answers about each kind of recipient.
    answers: ReadOnly[str, Collection[str]] = field(default_factory=dict)


def consent_lines(person: Person, user: Staff) -> list[ConsentLine]:
    """The consents the user may see, newest first, each with whether it holds now. Two queries."""
    now = timezone.now()
    seen = Consent.objects.visible_to(user).filter(person=person).select_related("held_by")
    said = (
        Decision.objects.filter(consent__in=seen.order_by())
        .order_by()
        .values_list("consent", "direction", "recipient_kind", "answer")
        .annotate(last=Max("until"), first=Min("pk"))
        .order_by("first")
    )
    until: dict[UUID, datetime] = {}
    waits: dict[UUID, dict[str, None]] = defaultdict(dict)
    shared: dict[UUID, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for pk, direction, kind, answer, last, _first in said:
        if answer == DecisionAnswer.PERMIT:
            until[pk] = max(last, until.get(pk, last))
        elif answer == DecisionAnswer.NOT_ASKED:
            waits[pk][_(OrganisationKind(kind).entry.staff_label) if kind else _("å spørre andre")] = None
        if direction == Direction.DISCLOSE and kind:
            shared[pk][kind].add(answer)
    return [
        ConsentLine(
            consent,
            _holds(consent.outcome, consent.ended_as, until.get(consent.pk), now),
            ", ".join(waits[consent.pk]) if consent.ended_as is None else "",
            stands=consent.outcome in YES and consent.ended_as is None,
            answers=shared[consent.pk],
        )
        for consent in seen.with_end(now)
    ]


def _holds(outcome: str, ended_as: str | None, until: datetime | None, now: datetime) -> str:
    if outcome not in YES:
        return "–"
    if ended_as is not None:
        return str(ConsentState(ended_as).label)
    if until is None or until <= now:
        return str(ConsentState.EXPIRED.label)
    return _("Gjelder til %s") % date_format(timezone.localdate(until - timedelta(seconds=1)), "j. F Y")


def _told_of(person: Person, seen: WithdrawalQuerySet) -> list[Withdrawal]:
    """Those that others told of, while the person has neither confirmed them nor said again what stands."""
    return list(seen.filter(pk__in=told_of(person).order_by().values("pk")))


def _withdrawals(person: Person, user: Staff) -> WithdrawalQuerySet:
    """The withdrawals whose receipt the user may read. The person has a right to a copy."""
    return Withdrawal.objects.visible_to(user).filter(person=person).select_related("noted_by").order_by("-said_at")
