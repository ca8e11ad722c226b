"""Whether something may be shared with a recipient now, computed from the rows each time.

The rule: the latest row in effect for a direction, an organisation and a theme decides; of rows at the same moment a
deny wins; no row is a deny; a permit ends at its own end, with its consent, with its legal basis and with the
recipient's.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.utils import timezone

from brik.mapping.questionnaire.themes import Theme
from brik.people.models import Person
from brik.vault.codes.coded_models import changed_past_us
from consent.models import Consent, Decision, DecisionAnswer, Direction, Step, Withdrawal
from consent.record.covering_rows import latest_of_each
from consent.record.document import Source, opened

# The latest first; at the same moment deny before permit.
_LATEST: tuple[str, ...] = ("-effective_at", "permits_last", "-pk")


@dataclass(frozen=True)
class CoveredBy:
    """The decision that permits, its consent, its end, and the kind of the recipient; empty for the mapping itself."""

    decision_pk: int
    consent_uuid: UUID
    until: datetime
    recipient_kind: str = ""


def wins_over(row: Decision, other: Decision | None) -> bool:
    """Whether ``row`` decides rather than ``other``: the later one; at the same moment, the deny."""
    if other is None or row.effective_at != other.effective_at:
        return other is None or row.effective_at > other.effective_at
    return row.answer != DecisionAnswer.PERMIT


def permits(row: Any, at: datetime) -> bool:
    """Whether the deciding row permits at a moment. ``row`` is annotated by :func:`_rows` or :func:`latest_of_each`.

    One that was changed or inserted past us permits nothing.
    """
    return (
        row.answer == DecisionAnswer.PERMIT
        and row.until is not None
        and at < row.until
        and row.stands
        and not row.ended
        and not changed_past_us([row])
    )


def covered_themes(person_id: UUID, organisation_id: int, *, at: datetime | None = None) -> dict[Theme, CoveredBy]:
    """The themes that may be shared with an organisation about a person at a moment. One query."""
    return covered_many([(person_id, organisation_id)], at=at)[person_id, organisation_id]


def covers(person_id: UUID, organisation_id: int, theme: Theme, *, at: datetime | None = None) -> bool:
    """Whether one theme may be shared with an organisation. One query."""
    return theme in covered_themes(person_id, organisation_id, at=at)


def covered_many(
    pairs: Iterable[tuple[UUID, int]], *, at: datetime | None = None, but_for: QuerySet[Withdrawal] | None = None
) -> dict[tuple[UUID, int], dict[Theme, CoveredBy]]:
    """As :func:`covered_themes` for many pairs of person and organisation, still with one query.

    ``but_for``: as it would be without these withdrawals. Nothing is sent or shown by that: it says what ended it.
    """
    pairs, now = list(pairs), at or timezone.now()
    covered: dict[tuple[UUID, int], dict[Theme, CoveredBy]] = {pair: {} for pair in pairs}
    people, organisations = {person for person, _ in pairs}, {organisation for _, organisation in pairs}
    # Withdrawals from a kind of recipient are read for all kinds: an organisation may have changed its kind.
    if but_for is None:
        rows = latest_of_each(people, organisations, at=now)
    else:
        rows = (
            _rows(Direction.DISCLOSE, now, but_for)
            .filter(Q(organisation__in=organisations) | Q(organisation=None), person__in=people)
            .annotate(kind_now=F("organisation__kind"), basis_until=F("organisation__legal_basis_until"))
            .order_by("person_id", "recipient_kind", "organisation_id", "theme", *_LATEST)
            .distinct("person_id", "recipient_kind", "organisation_id", "theme")
        )
    to_all_of_a_kind: dict[tuple[UUID, str, str], Decision] = {}
    to_one: list[Any] = []
    for row in rows:
        if row.organisation_id is None:
            to_all_of_a_kind[row.person_id, row.recipient_kind, row.theme] = row
        else:
            to_one.append(row)
    for row in to_one:
        general = to_all_of_a_kind.get((row.person_id, row.recipient_kind, row.theme))
        themes = covered.get((row.person_id, row.organisation_id or 0))
        if row.recipient_kind != row.kind_now:
            # The organisation had another kind when the person said yes.
            continue
        if row.basis_until is not None and row.basis_until <= timezone.localdate(now):
            # Nothing lets the organisation have it any longer, whatever the person has said.
            continue
        if themes is not None and permits(row, now) and not (general and not wins_over(row, general)):
            themes[Theme(row.theme)] = CoveredBy(row.pk, row.consent_id, row.until, row.recipient_kind)
    return covered


def may_be_mapped(person: Person, at: datetime | None = None) -> bool:
    """Whether the person is in custody and has said yes to the mapping of their present legal status."""
    return bool(mapping_permit(person, at))


def mapping_permit(
    person: Person, at: datetime | None = None, *, but_for: QuerySet[Withdrawal] | None = None
) -> CoveredBy | None:
    """The decision that lets the person be mapped at a moment, if one does. ``but_for`` as :func:`covered_many`."""
    return _permit(person, Direction.MAP, at or timezone.now(), but_for)


def plan_is_agreed(person: Person, at: datetime | None = None) -> bool:
    """Whether a plan of the person may be made and read: in custody, and a yes to it that stands.

    Of what the rows say; what opens the plan's words asks ``proof.plan_agreed_and_proved``.
    """
    return bool(plan_permit(person, at))


def plan_permit(
    person: Person, at: datetime | None = None, *, but_for: QuerySet[Withdrawal] | None = None
) -> CoveredBy | None:
    """The decision that lets a plan be made and read, if one does. ``but_for`` as :func:`covered_many`.

    A yes of its own: being mapped and sharing with somebody are no yes to it. It ends with its own day, when it is
    taken back, with a later talk that decides anew, and at the release.
    """
    return _permit(person, Direction.PLAN, at or timezone.now(), but_for)


def _permit(
    person: Person, direction: Direction, now: datetime, but_for: QuerySet[Withdrawal] | None
) -> CoveredBy | None:
    """The decision that permits a direction which has no recipient and no theme, for somebody who is here."""
    stay = person.current_stay
    if stay is None or (stay.released_at is not None and stay.released_at <= now):
        return None
    latest = _rows(direction, now, but_for).filter(person=person).order_by(*_LATEST).select_related("consent").first()
    if latest is None or not permits(latest, now) or latest.until is None:
        return None
    if latest.consent is None or latest.consent.kind != stay.legal_status:
        return None
    return CoveredBy(latest.pk, latest.consent.pk, latest.until)


@dataclass(frozen=True)
class Asking:
    """Who may be asked about a person, about which themes, and until when; nobody: no end."""

    sources: tuple[Source, ...] = ()
    until: datetime | None = None


def sources_permitted(
    person: Person, at: datetime | None = None, *, but_for: QuerySet[Withdrawal] | None = None
) -> list[Source]:
    """Who may be asked about the person, as :func:`asking_permitted`."""
    return list(asking_permitted(person, at, but_for=but_for).sources)


def asking_permitted(
    person: Person, at: datetime | None = None, *, but_for: QuerySet[Withdrawal] | None = None
) -> Asking:
    """Who may be asked about the person, and about which themes; the names come from the sealed document.

    ``but_for`` as :func:`covered_many`.
    """
    now = at or timezone.now()
    taken_back = Decision.objects.filter(
        person=OuterRef("person"),
        direction=Direction.COLLECT,
        consent=None,
        effective_at__lte=now,
        effective_at__gte=OuterRef("effective_at"),
    )
    if but_for is not None:
        taken_back = taken_back.exclude(withdrawal__in=but_for.order_by().values("pk"))
    rows = (
        _rows(Direction.COLLECT, now, but_for)
        .filter(~Exists(taken_back), person=person, answer=DecisionAnswer.PERMIT)
        .select_related("consent")
        .order_by("-effective_at", "source", "pk")
    )
    permitted: dict[tuple[UUID, int], set[str]] = {}
    consents: dict[UUID, Consent] = {}
    ends: list[datetime] = []
    for row in rows:
        if permits(row, now) and row.consent is not None and row.source is not None:
            permitted.setdefault((row.consent.pk, row.source), set()).add(row.theme)
            consents[row.consent.pk] = row.consent
            ends += [row.until] if row.until else []
    sources = tuple(
        Source(source.number, source.name, tuple(theme for theme in source.themes if theme in themes))
        for (consent, number), themes in permitted.items()
        for source in opened(consents[consent]).sources
        if source.number == number
    )
    return Asking(sources, min(ends, default=None))


def _rows(direction: Direction, at: datetime, but_for: QuerySet[Withdrawal] | None = None) -> QuerySet[Decision]:
    """The decisions in effect at a moment, with whether their consent has ended and their legal basis is in force."""
    day = timezone.localdate(at)
    basis = Q(consent__legal_basis__since__lte=day) & (
        Q(consent__legal_basis__until=None) | Q(consent__legal_basis__until__gt=day)
    )
    if not settings.UNAPPROVED_TEXTS_ALLOWED:
        basis &= Q(consent__legal_basis__demonstration=False)
    basis &= Q(person__gate__paused_at=None)
    decisions = Decision.objects.filter(direction=direction, effective_at__lte=at)
    ends = Step.objects.ending("consent", at=at, direction="direction")
    if but_for is not None:
        left_out = but_for.order_by().values("pk")
        decisions, ends = decisions.exclude(withdrawal__in=left_out), ends.exclude(withdrawal__in=left_out)
    return decisions.annotate(
        ended=Exists(ends),
        stands=Case(When(basis, then=Value(True)), default=Value(False)),
        permits_last=Case(When(answer=DecisionAnswer.PERMIT, then=1), default=0, output_field=IntegerField()),
    )
