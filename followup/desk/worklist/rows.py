"""The rows of the worklist: read and opened for one page, each with what the user may see of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from typing import Any
from uuid import UUID

from django.db.models import (
    Exists,
    OuterRef,
    Q,
    QuerySet,
)
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from brik.mapping.models import Mapping
from brik.mapping.record.states import InterviewState
from brik.people.ages import birthday_of, is_minor_by
from brik.people.models import LegalStatus, Person, Stay
from brik.people.permissions import PeoplePermission
from brik.people.stays.placements import placement_of
from brik.staff.access import scope_of, units_of
from brik.staff.models import Staff
from brik.vault import keys
from brik.vault.codes.coded_models import proved
from brik.vault.sealing import SealBroken
from consent.record.talks import with_offered
from consent.record.withdrawal.actions import waiting_to_be_heard
from followup.desk.worklist.release_words import ReleaseWords, release_words
from followup.desk.worklist.talk_status import TalkView, view_of, with_progress, with_standing, words
from followup.sharing.delivery.lateness import late_about
from followup.sharing.models import Delivery, DeliveryState, PartnerAnswer, PartnerAnswerKind
from followup.sharing.permissions import SharingPermission

FIRST_TALK_WITHIN = timedelta(days=7)


class FollowUp(Enum):
    """An outcome of sharing that needs attention; for those who see deliveries."""

    LATE = ("OVERDUE", _("Forsinket"))
    # Others have said that the person takes something back.
    UNHEARD = ("DUE", _("Snakk med personen"))
    STUCK = ("PARKED", _("Sending må følges opp"))
    DECLINED = ("DECLINED", _("Mottaker kan ikke hjelpe"))
    ANSWERED = ("ANSWERED", _("Svar fra mottaker"))

    def __init__(self, code: str, label: str) -> None:
        self.code, self.label = code, label


@dataclass(frozen=True)
class WorklistRow:
    """One row of the list. Holds a name in clear while the page is drawn."""

    person: Person
    # Empty where the row is broken: its name or a number does not open.
    name: str
    broken: bool
    # From the person's number, if it has a birth date: it distinguishes two people of one name.
    born: date | None
    stay: Stay
    view: TalkView
    standing: str
    offered: bool
    due: date | None
    overdue: bool
    is_minor: bool
    release: ReleaseWords
    ward: str
    # The name of the contact officer; empty where nobody has entered one.
    officer: str
    stays_in_norway: bool
    follow_up: FollowUp | None


def rows(pks: list[UUID], user: Staff, *, outcomes: bool = True) -> list[WorklistRow]:
    """The rows of these people, in this order, in a constant number of queries.

    Without ``outcomes`` nobody has a ``follow_up``: the page of one person says itself what came of sharing.
    """
    views = {unit.pk: view_of(user, unit.pk) for unit in units_of(user, PeoplePermission.SEE_PEOPLE)}
    shown: QuerySet = Person.objects.visible_to(user).filter(pk__in=pks)
    shown = shown.select_related("current_stay__unit", "placement__contact_officer")
    shown = shown.prefetch_related("identifiers")
    if any(view is not TalkView.NOTHING for view in views.values()):
        shown = with_offered(shown)
    if TalkView.HELD in views.values():
        shown = with_progress(shown)
    if TalkView.WHOLE in views.values():
        shown = with_standing(shown)
    shares = scope_of(user, SharingPermission.SEE_DELIVERIES) if outcomes else None
    if shares:
        shown = shown.annotate(
            late=late_about(OuterRef("pk")),
            unheard=Exists(waiting_to_be_heard().filter(person=OuterRef("pk"))),
            stuck=_stuck(),
            answered=_answered(),
            declined=_declined(),
        )
    by_pk: dict[UUID, Person] = {person.pk: person for person in shown}
    keys.preload(by_pk)
    staying = _staying(by_pk) if TalkView.WHOLE in views.values() else frozenset()
    drawn = [by_pk[pk] for pk in pks if pk in by_pk]
    return [
        _row(person, views[person.unit_id], isinstance(shares, frozenset) and person.unit_id in shares, staying)
        for person in drawn
    ]


def _row(person: Person, view: TalkView, sees_deliveries: bool, staying: frozenset[UUID]) -> WorklistRow:
    stay, today = person.current_stay, timezone.localdate()
    assert stay is not None  # noqa: S101 - nobody without a stay is in a list
    offered = view is TalkView.NOTHING or bool(vars(person)["offered"])
    waits = not offered and not stay.is_over and stay.legal_status != LegalStatus.NOT_MAPPED_HERE
    try:
        # Nobody under 18 is offered a talk here, so none is late.
        proved([person])
        name, born, broken = person.name, birthday_of(person), False
        waits = waits and not is_minor_by(born, today)
    except SealBroken:
        name, born, broken, waits = "", None, True, False
    due = timezone.localdate(stay.arrived_at) + FIRST_TALK_WITHIN if waits else None
    placement = None if broken else placement_of(person)
    officer = placement.contact_officer if placement else None
    return WorklistRow(
        person=person,
        name=name,
        broken=broken,
        born=born,
        stay=stay,
        view=view,
        standing=words(person, view),
        offered=offered,
        due=due,
        overdue=due is not None and due < today,
        is_minor=is_minor_by(born, today),
        release=release_words(stay, on=today) if not broken else ReleaseWords("", ""),
        ward=placement.ward if placement else "",
        officer=officer.name if officer else "",
        stays_in_norway=view is TalkView.WHOLE and person.pk in staying,
        follow_up=_follow_up(person) if sees_deliveries else None,
    )


def _follow_up(person: Person) -> FollowUp | None:
    if vars(person)["late"]:
        return FollowUp.LATE
    if vars(person)["unheard"]:
        return FollowUp.UNHEARD
    if vars(person)["stuck"]:
        return FollowUp.STUCK
    if vars(person)["declined"]:
        return FollowUp.DECLINED
    return FollowUp.ANSWERED if vars(person)["answered"] else None


def _stuck() -> Exists:
    """Whether something is parked or refused that nothing newer has replaced."""
    stopped = Delivery.objects.with_overtaken().filter(
        Q(state=DeliveryState.PARKED) | Q(state=DeliveryState.FAILED, overtaken=False), person=OuterRef("pk")
    )
    return Exists(stopped)


def _declined() -> Exists:
    """Whether a recipient's latest answer is that it cannot help."""
    later = PartnerAnswer.objects.filter(disclosure=OuterRef("disclosure"), pk__gt=OuterRef("pk"))
    no = _of_what_stands().filter(~Exists(later), kind=PartnerAnswerKind.CANNOT_HELP)
    return Exists(no)


def _answered() -> Exists:
    return Exists(_of_what_stands())


def _of_what_stands() -> QuerySet[PartnerAnswer]:
    """Answers about the person of the outer row, to shares that are not retracted."""
    standing = Delivery.objects.filter(disclosure=OuterRef("disclosure"), state=DeliveryState.ACCEPTED)
    return PartnerAnswer.objects.filter(Exists(standing), disclosure__person=OuterRef("pk"))


def _staying(people: Iterable[UUID]) -> frozenset[UUID]:
    """Who of these people will live in Norway afterwards, as said in an interview that is signed off. Two queries.

    It is shown to mappers alone. An interview that does not open says nothing here.
    """
    final: Any = Mapping.objects.filter(state=InterviewState.FINAL, person__gate__shut_at=None)
    closed: set[UUID] = set()
    said = dict(final.filter(person__in=list(people)).opened("stays_in_norway", broken=closed))
    yes = [pk for pk, stays in said.items() if stays]
    return frozenset(final.filter(pk__in=yes).values_list("person_id", flat=True))
