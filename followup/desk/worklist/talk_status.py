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
from brik.staff.access import scope_of
from brik.staff.models import Staff
from consent.models import YES, Consent, ConsentState, Talk, TalkState
from consent.permissions import ConsentPermission


class TalkStatus(Enum):
    """How far the work with a person has come. The first text is for mappers, the second for contact officers.

    A contact officer sees that a talk was held, not what was decided in it.
    """

    NOT_OFFERED = ("IKKE_TILBUDT", _("Ikke tilbudt samtale"), _("Ikke tilbudt samtale"))
    TALKING = ("SAMTALE", _("Samtykkesamtale påbegynt"), _("Samtykkesamtale påbegynt"))
    DEFERRED = ("UTSATT", _("Vil snakke med noen først"), _("Samtale holdt"))
    REFUSED = ("NEI", _("Vil ikke kartlegges"), _("Samtale holdt"))
    WITHDRAWN = ("TRUKKET", _("Samtykke trukket"), _("Samtale holdt"))
    ENDED = ("AVSLUTTET", _("Samtykket gjelder ikke lenger"), _("Samtale holdt"))
    READY = ("KLAR", _("Klar for kartlegging"), _("Samtale holdt"))
    MAPPING = ("KARTLEGGES", _("Kartlegging påbegynt"), _("Kartlegging påbegynt"))
    MAPPED = ("KARTLAGT", _("Kartlegging ferdig"), _("Kartlegging ferdig"))

    def __init__(self, code: str, for_mappers: str, for_contact_officers: str) -> None:
        self.code, self.for_mappers, self.for_contact_officers = code, for_mappers, for_contact_officers


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


def words(code: str, offered: bool, view: TalkView) -> str:
    """The words on the screen; empty when the user may see nothing."""
    standing = next((standing for standing in TalkStatus if standing.code == code), TalkStatus.NOT_OFFERED)
    match view:
        case TalkView.WHOLE:
            return str(standing.for_mappers)
        case TalkView.HELD:
            return str(standing.for_contact_officers)
        case TalkView.OFFERED:
            return str(OFFERED if offered else NOT_OFFERED)
        case TalkView.NOTHING:
            return ""
        case _:
            assert_never(view)


def choices(view: TalkView) -> list[tuple[str, str]]:
    """The filters by status. Codes with the same words are one filter, joined by a plus."""
    if view is TalkView.NOTHING:
        return []
    if view is TalkView.OFFERED:
        return [("tilbudt", str(OFFERED)), ("ikke-tilbudt", str(NOT_OFFERED))]
    by_words: dict[str, list[str]] = {}
    for standing in TalkStatus:
        by_words.setdefault(words(standing.code, True, view), []).append(standing.code)
    return [("+".join(codes).lower(), text) for text, codes in by_words.items()]


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
