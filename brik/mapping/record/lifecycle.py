"""What other rooms do to interviews: open and close the gate, restrict, mark as an error. Nothing is deleted."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from brik.audit import log
from brik.audit.actors import Actor
from brik.audit.reasons import Reason
from brik.audit.verbs import Verb
from brik.definitions.retention_spans import SpanStart, retentions
from brik.mapping.questionnaire import catalogue
from brik.mapping.record import closed_work, gate, person_gate
from brik.mapping.record.closed_work import NoticeKind
from brik.mapping.record.interviews import Mapping
from brik.mapping.record.published_forms import publish
from brik.mapping.record.states import MOVES, OPEN, RETURNS, SIGNED_OFF, InterviewState, check_move
from brik.people.models import Person
from brik.vault.codes.coded_models import changed_past_us
from brik.vault.models import INTERVIEW


def move(mapping: Mapping, to: InterviewState) -> None:
    """Change the state as the table allows; the caller saves and writes the event."""
    check_move(mapping.state, to)
    mapping.state = to
    if to not in OPEN and to != InterviewState.FINAL:
        mapping.gate_open = False


@transaction.atomic
def open_gate(
    person: Person,
    *,
    consent_uuid: UUID,
    until: datetime,
    sources: Iterable[tuple[str, Iterable[str]]],
    sources_until: datetime | None = None,
    language: str | None = None,
    basis_until: datetime | None = None,
    places: dict[str, str] | None = None,
    by: Actor,
) -> Mapping:
    """Let the person be mapped until ``until``; ``sources`` (name, themes) may be asked about them,
    until then or until ``sources_until``.

    ``places`` are municipalities said in the talk, by ``ToldPlace``; None where the talk asked for none.

    ``basis_until`` is the end of the legal basis, where it is known: nothing is read after it.

    An interview that is open, or was signed off during this stay, gets the new gate; else a new one is made ready.
    ``language`` is that of the talk: an interview that is not begun yet gets it.

    Raises:
        Refused: the person is released or not mapped here.
    """
    kind = gate.kind_for(person)
    # The lock on the person: two talks that end at the same time must not make two interviews.
    Person.objects.select_for_update(of=("self",), no_key=True).get(pk=person.pk)
    person_gate.reopen(person.pk)
    mappings = _all_of(person)
    for other in mappings:
        if other.state in OPEN and other.kind != kind:
            _close(other, by=by, reason=Reason.OTHER_STATUS, at=timezone.now())
    stay_began = person.known_stay.arrived_at
    living = [
        row
        for row in mappings
        if row.kind == kind
        and (
            row.state in OPEN
            or (row.state == InterviewState.FINAL and row.signed_off_at and row.signed_off_at >= stay_began)
        )
    ]
    permitted: dict[str, list[str]] = {}
    for name, themes in sorted((name, sorted(themes)) for name, themes in sources):
        permitted[name] = sorted({*permitted.get(name, []), *themes})
    if not living:
        questionnaire = catalogue.get(kind)
        publish(questionnaire)
        living = [
            Mapping(
                person=person,
                unit=person.known_stay.unit,
                kind=kind,
                form_version=questionnaire.version,
                form_sha256=questionnaire.sha256,
            )
        ]
    for row in living:
        row.gate_open, row.gate_until, row.consent_uuid = True, until, consent_uuid
        row.readable_until = _readable_until(until, basis_until)
        row.sources, row.sources_until = permitted, sources_until
        if places is not None:
            row.told_places = places
        if language is not None and row.state == InterviewState.READY:
            row.language = language
        row.save()
        log.record(Verb.GATE_OPENED, by=by, subject=person.pk, obj=row)
    # What these replace is read as long as they are.
    replaced = [row.pk for row in mappings if row.kind == kind and row.state == InterviewState.SUPERSEDED]
    Mapping.objects.filter(pk__in=replaced, signed_off_at__gte=stay_began).change(
        readable_until=_readable_until(until, basis_until)
    )
    return min(living, key=lambda row: (row.state not in OPEN, -(row.signed_off_at or row.created_at).timestamp()))


@transaction.atomic
def close_gate(
    person: Person, *, reason: str, by: Actor, at: datetime | None = None, readable_until: datetime | None = None
) -> list[Mapping]:
    """Close every gate of the person, and every interview that is open. Nothing is deleted.

    ``reason`` is a code, never personal data. ``at`` is when it took effect. ``readable_until`` is when the words are
    closed inside too, if that is earlier than they say themselves; where it has come, they are restricted now.
    """
    rows = _whole(_all_of(person), by=by)
    touched = [row for row in rows if row.gate_open or row.state in OPEN]
    for row in touched:
        _close(row, by=by, reason=reason, at=at or timezone.now())
    if readable_until is not None:
        Mapping.objects.filter(pk__in=[row.pk for row in rows]).change(
            readable_until=lambda row: _earlier(row.readable_until, readable_until)
        )
        if readable_until <= timezone.now():
            restrict(person, reason=reason, by=by)
    return touched


def reading_ends(ended_at: datetime) -> datetime:
    """When the words of an interview are closed inside, if its consent ended at a moment for no graver cause."""
    return retentions()[INTERVIEW].restricted_from(SpanStart.CONSENT_END, ended_at)


def end_reading(consent_uuids: Iterable[UUID], *, basis_until: datetime | None) -> None:
    """Write to the interviews under these consents when their legal basis ends. It may be moved while it is to come."""

    def ends(row: Mapping) -> datetime | None:
        own = reading_ends(row.gate_until) if row.gate_open and row.gate_until else row.readable_until
        return _earlier(own, basis_until)

    rows = Mapping.objects.filter(consent_uuid__in=consent_uuids)
    person_gate.lock_several(rows.values("person"))
    rows.change(readable_until=ends)


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    """The first of two ends; the other one where one is not known."""
    return min(filter(None, [one, other]), default=None)


def to_restrict() -> list[UUID]:
    """The people with an interview whose time to be read has ended, while its state does not say so."""
    return list(Mapping.objects.to_restrict().order_by("person_id").values_list("person_id", flat=True).distinct())


@transaction.atomic
def restrict_ended(person: Person, *, by: Actor) -> list[Mapping]:
    """Close and restrict the interviews whose time to be read has ended. Doing it twice changes nothing.

    Where one was only not finished in time, another is made ready, and its mapper is told.
    """
    due = [row for row in _whole(_all_of(person), by=by) if row.is_over(timezone.now())]
    for row in due:
        if row.is_left_unfinished(timezone.now()):
            _leave(row, by=by)
        elif row.state in OPEN:
            _close(row, by=by, reason=Reason.READING_ENDED, at=timezone.now())
    return [row for mapping in due for row in restrict(mapping, reason=Reason.READING_ENDED, by=by)]


@transaction.atomic
def restrict(whom: Person | Mapping, *, reason: str, by: Actor) -> list[Mapping]:
    """Restrict signed-off interviews: only the desk that answers for insight can read them, with a reason."""
    rows = _whole(_all_of(whom), by=by) if isinstance(whom, Person) else [gate.lock(whom)]
    touched = [row for row in rows if InterviewState.RESTRICTED in MOVES[InterviewState(row.state)]]
    for row in touched:
        move(row, InterviewState.RESTRICTED)
        row.restricted_at = timezone.now()
        row.save()
        log.record(Verb.MAPPING_RESTRICTED, by=by, subject=row.person_id, obj=row, reason=reason)
    return touched


@transaction.atomic
def mark_in_error(person: Person, *, by: Actor, since: datetime | None = None) -> list[Mapping]:
    """Mark interviews as errors, when their stay was deleted. ``since`` limits it to those made from then on."""
    rows = _whole(_all_of(person), by=by)
    touched = [row for row in rows if InterviewState.IN_ERROR in MOVES[InterviewState(row.state)]]
    touched = [row for row in touched if since is None or row.created_at >= since]
    for row in touched:
        move(row, InterviewState.IN_ERROR)
        row.save()
        log.record(Verb.MAPPING_IN_ERROR, by=by, subject=person.pk, obj=row)
    return touched


@transaction.atomic
def put_back(person: Person, *, before: datetime, but_for: Collection[UUID], by: Actor) -> list[Mapping]:
    """Put interviews that the end of a stay has closed back to how they were before it, since that end is undone.

    How they were is read from their history. Their gates stay shut: the consent opens them. Those under the consents
    ``but_for`` stay as they are, and so does one beside which another has been begun meanwhile.
    """
    rows = _all_of(person)
    returned = []
    for row in (row for row in rows if row.consent_uuid not in but_for):
        was = row.history.filter(history_date__lt=before).order_by("-history_id").first()
        if was is None:
            continue
        state = InterviewState(was.state)
        if row.state != state and _may_return(row, state, rows):
            row.state, row.closed_at, row.restricted_at = state, was.closed_at, was.restricted_at
        elif row.state != state or state not in SIGNED_OFF or row.readable_until == was.readable_until:
            continue
        row.readable_until = was.readable_until
        row.save()
        log.record(Verb.MAPPING_RESTORED, by=by, subject=person.pk, obj=row)
        returned.append(row)
    return returned


def _may_return(row: Mapping, state: InterviewState, rows: list[Mapping]) -> bool:
    if state not in RETURNS.get(InterviewState(row.state), ()):
        return False
    others = [other for other in rows if other.pk != row.pk]
    if state in OPEN and any(other.state in OPEN for other in others):
        return False
    living = (*OPEN, InterviewState.FINAL)
    return not (
        state in living
        and row.corrects_id is not None
        and any(other.corrects_id == row.corrects_id and other.state in living for other in others)
    )


def latest_final(person: Person) -> Mapping | None:
    """The interview that counts now: signed off last, neither replaced nor restricted, and not shut."""
    final = Mapping.objects.readable().filter(person=person, state=InterviewState.FINAL)
    return final.order_by("-signed_off_at").first()


def present(person: Person) -> Mapping | None:
    """The newest interview that somebody works on, or that can be shared."""
    living = Mapping.objects.filter(person=person, state__in=[*OPEN, InterviewState.FINAL])
    return living.order_by("-created_at", "-pk").first()


def successor(old: Mapping) -> Mapping:
    """Another interview under the same consent, not saved yet and without a form."""
    return Mapping(
        person=old.person,
        unit=old.person.known_stay.unit,
        kind=old.kind,
        language=old.language,
        gate_open=True,
        gate_until=old.gate_until,
        readable_until=old.readable_until,
        consent_uuid=old.consent_uuid,
        sources=old.sources_now,
        sources_until=old.sources_until,
        told_places=old.told_places.open(),
    )


def _leave(row: Mapping, *, by: Actor) -> None:
    """Close an interview that was not signed off in time; the yes stands, so another one may be held."""
    goes_on = row.gate_is_open(timezone.now()) and not row.person.gate.is_shut and row.corrects_id is None
    _close(row, by=by, reason=Reason.LEFT_UNFINISHED, at=timezone.now())
    closed_work.notify([row], kind=NoticeKind.LEFT_UNFINISHED)
    if goes_on:
        new = successor(row)
        questionnaire = catalogue.get(row.kind)
        publish(questionnaire)
        new.form_version, new.form_sha256 = questionnaire.version, questionnaire.sha256
        new.save()
        log.record(Verb.GATE_OPENED, by=by, subject=new.person_id, obj=new)


def _readable_until(until: datetime, basis_until: datetime | None) -> datetime:
    return min(reading_ends(until), basis_until or reading_ends(until))


def _all_of(person: Person) -> list[Mapping]:
    person_gate.lock(person.pk)
    return list(Mapping.objects.select_for_update(of=("self",), no_key=True).filter(person=person).order_by("pk"))


def _whole(rows: list[Mapping], *, by: Actor) -> list[Mapping]:
    """Those of the rows that are as they were saved here. Each other one is an event, and stays as it is.

    It can be neither read nor written any more; and what has been told of it is taken back whatever has become of it.
    """
    latest = log.latest_row_versions(Mapping.RECORD_NAME, [str(row.pk) for row in rows])
    broken = {row.pk for row in rows if row.row_version < latest.get(str(row.pk), 0)}
    broken |= {row.pk for row in changed_past_us(rows)}
    for row in rows:
        if row.pk in broken:
            log.record(Verb.INTEGRITY_BROKEN, by=by, subject=row.person_id, obj=row, reason=Reason.FOUND_BY_CHECK)
    return [row for row in rows if row.pk not in broken]


def _close(row: Mapping, *, by: Actor, reason: str, at: datetime) -> None:
    was_open = row.state in OPEN
    if was_open:
        move(row, InterviewState.CLOSED)
        row.closed_at = at
    row.gate_open = False
    row.save()
    log.record(
        Verb.MAPPING_CLOSED if was_open else Verb.GATE_CLOSED, by=by, subject=row.person_id, obj=row, reason=reason
    )
