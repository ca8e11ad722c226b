"""The status of the talk with a person, computed in SQL, and how much of it each role may see."""

from __future__ import annotations

from enum import Enum
from typing import assert_never

from django.db.models import Case, CharField, Exists, OuterRef, QuerySet, Subquery, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from brik.mapping.models import Mapping
from brik.mapping.permissions import MappingPermission
from brik.mapping.record.states import InterviewState as MappingState
from brik.people.models import Person
from brik.staff.access import scope_of
from brik.staff.models import Staff
from consent.models import YES, Consent, ConsentState, Talk, TalkState
from consent.permissions import ConsentPermission


class TalkStatus(Enum):
    """How far the work with a person has come; for mappers."""

    NOT_OFFERED = ("IKKE_TILBUDT", _("Ikke tilbudt samtale"))
    TALKING = ("SAMTALE", _("Samtykkesamtale påbegynt"))
    DEFERRED = ("UTSATT", _("Vil snakke med noen først"))
    REFUSED = ("NEI", _("Vil ikke kartlegges"))
    WITHDRAWN = ("TRUKKET", _("Samtykke trukket"))
    ENDED = ("AVSLUTTET", _("Samtykket gjelder ikke lenger"))
    READY = ("KLAR", _("Klar for kartlegging"))
    MAPPING = ("KARTLEGGES", _("Kartlegging påbegynt"))
    MAPPED = ("KARTLAGT", _("Kartlegging ferdig"))

    def __init__(self, code: str, label: str) -> None:
        self.code, self.label = code, label


class TalkProgress(Enum):
    """How far the talk itself has come; for contact officers. It ends at *held*: what follows tells the answer.

    A second talk does not show either: only somebody whose answer changed needs one.
    """

    NOT_HELD = ("IKKE_TILBUDT", _("Ikke tilbudt samtale"))
    TALKING = ("SAMTALE", _("Samtykkesamtale påbegynt"))
    HELD = ("HOLDT", _("Samtale holdt"))

    def __init__(self, code: str, label: str) -> None:
        self.code, self.label = code, label


class TalkView(Enum):
    """How much of the status a user sees."""

    WHOLE = "mapper"
    HELD = "contact officer"
    OFFERED = "leader"
    NOTHING = "decider"


OFFERED, NOT_OFFERED = _("Tilbudt samtale"), _("Ikke tilbudt samtale")


def view_of(user: Staff, unit_id: int | None) -> TalkView:
    """How much the user sees in one unit; the same user may be a leader in one and a mapper in another."""
    for permission, view in (
        (ConsentPermission.SEE_REFUSALS, TalkView.WHOLE),
        (MappingPermission.SEE_PROGRESS, TalkView.HELD),
        (ConsentPermission.SEE_OFFERED, TalkView.OFFERED),
    ):
        scope = scope_of(user, permission)
        if isinstance(scope, frozenset) and unit_id in scope:
            return view
    return TalkView.NOTHING


def words(person: Person, view: TalkView) -> str:
    """The words on the screen about a person who is annotated for this view; empty when the user may see nothing."""
    match view:
        case TalkView.WHOLE:
            return _label(TalkStatus, vars(person)["standing"])
        case TalkView.HELD:
            return _label(TalkProgress, vars(person)["progress"])
        case TalkView.OFFERED:
            return str(OFFERED if vars(person)["offered"] else NOT_OFFERED)
        case TalkView.NOTHING:
            return ""
        case _:
            assert_never(view)


def _label(ladder: type[TalkStatus | TalkProgress], code: str) -> str:
    return next(str(step.label) for step in ladder if step.code == code)


def choices(view: TalkView) -> list[tuple[str, str]]:
    """The filters by status."""
    match view:
        case TalkView.WHOLE:
            return [(step.code.lower(), str(step.label)) for step in TalkStatus]
        case TalkView.HELD:
            return [(step.code.lower(), str(step.label)) for step in TalkProgress]
        case TalkView.OFFERED:
            return [("tilbudt", str(OFFERED)), ("ikke-tilbudt", str(NOT_OFFERED))]
        case TalkView.NOTHING:
            return []
        case _:
            assert_never(view)


def with_progress(people: QuerySet) -> QuerySet:
    """Annotate ``progress``, a code of :class:`TalkProgress`. It asks for talks, never for what came of them."""
    talks = Talk.objects.filter(person=OuterRef("pk"))
    annotated: QuerySet = people.annotate(
        progress=Case(
            When(Exists(talks.filter(state=TalkState.FINISHED)), then=Value(TalkProgress.HELD.code)),
            When(Exists(talks.filter(state=TalkState.OPEN)), then=Value(TalkProgress.TALKING.code)),
            default=Value(TalkProgress.NOT_HELD.code),
            output_field=CharField(),
        )
    )
    return annotated


def with_standing(people: QuerySet) -> QuerySet:
    """Annotate ``standing``, a code of :class:`TalkStatus`; subqueries only, so that paging stays in the database."""
    of_person = {"person": OuterRef("pk")}
    latest = Consent.objects.with_end(timezone.now()).filter(**of_person).order_by("-effective_at", "-recorded_at")
    people = people.annotate(
        talking=Exists(Talk.objects.filter(**of_person, state=TalkState.OPEN)),
        outcome=Subquery(latest.values("outcome")[:1]),
        ended_as=Subquery(latest.values("ended_as")[:1]),
        mapping_state=Subquery(
            Mapping.objects.filter(**of_person)
            .exclude(state=MappingState.IN_ERROR)
            .order_by("-created_at")
            .values("state")[:1]
        ),
    )
    mapped = {MappingState.DRAFT: TalkStatus.MAPPING, MappingState.FINAL: TalkStatus.MAPPED}
    annotated: QuerySet = people.annotate(
        standing=Case(
            When(talking=True, then=Value(TalkStatus.TALKING.code)),
            When(outcome__in=YES, ended_as=ConsentState.WITHDRAWN, then=Value(TalkStatus.WITHDRAWN.code)),
            When(
                ended_as__in=[ConsentState.EXPIRED, ConsentState.ENDED, ConsentState.IN_ERROR],
                then=Value(TalkStatus.ENDED.code),
            ),
            *[When(mapping_state=state, then=Value(standing.code)) for state, standing in mapped.items()],
            When(outcome=ConsentState.REFUSED, then=Value(TalkStatus.REFUSED.code)),
            When(outcome=ConsentState.DEFERRED, then=Value(TalkStatus.DEFERRED.code)),
            When(outcome__isnull=False, then=Value(TalkStatus.READY.code)),
            default=Value(TalkStatus.NOT_OFFERED.code),
            output_field=CharField(),
        )
    )
    return annotated
