"""What the staff do to needs. Each action locks the person, and writes one event for each need in its transaction."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from brik.audit import log
from brik.audit.verbs import Verb
from brik.mapping.models import Mapping
from brik.mapping.questionnaire.themes import Theme
from brik.mapping.record import lifecycle as interviews
from brik.mapping.record import reading
from brik.pages.refusal import Refused
from brik.people.models import Person
from brik.staff.access import require
from brik.staff.models import Staff
from brik.vault.codes.coded_models import proved
from followup.plan.catalogue.need_reasons import reasons
from followup.plan.catalogue.need_rules import proposed
from followup.plan.need_states import NeedMover, NeedSource, NeedState, may_move
from followup.plan.needs import Need, NeedContent
from followup.plan.permissions import PlanPermission
from followup.plan.refusals import NeedRefusal


def proposals(interview: Mapping, needs: Iterable[Need]) -> dict[Theme, NeedContent]:
    """What the interview proposes beyond these needs of the person: a theme that came up once is not proposed again.

    One query. Raises ``SealBroken``.
    """
    said = (section.get("answers", {}).items() for section in reading.opened(interview).values())
    values = {link_id: answer["value"] for answers in said for link_id, answer in answers}
    known = {need.opened.theme for need in needs if need.state != NeedState.IN_ERROR}
    found = proposed(interview.kind, interview.form_version, values)
    return {theme: content for theme, content in found.items() if theme not in known}


@transaction.atomic
def confirm(interview: Mapping, *, themes: Iterable[Theme], by: Staff) -> list[Need]:
    """Make needs of what the interview proposes, for the themes that the person has confirmed.

    Raises:
        Refused: as :func:`enter`; a theme is not proposed.
    """
    interview = _writable(interview, by=by)
    known = list(Need.objects.visible_to(by).filter(person=interview.person_id).proved())
    offered = proposals(interview, known)
    wanted = list(dict.fromkeys(themes))
    if any(theme not in offered for theme in wanted):
        raise Refused(NeedRefusal.UNKNOWN)
    return [_made(interview, offered[theme], NeedSource.INTERVIEW, by=by) for theme in wanted]


@transaction.atomic
def enter(interview: Mapping, *, content: NeedContent, by: Staff) -> Need:
    """Write down a need that the person tells of after the interview.

    Raises:
        PermissionDenied: not an approved mapper where the person is.
        Refused: the interview or its consent has ended, or the theme stands as an open need.
    """
    interview = _writable(interview, by=by)
    _demand_no_other(interview.person_id, content.theme, by=by)
    return _made(interview, content, NeedSource.TALK, by=by)


@transaction.atomic
def change(need: Need, *, content: NeedContent, version: int, by: Staff) -> Need:
    """Write another level or wish of an open need; its theme stays. ``version`` is that of the page.

    Raises:
        PermissionDenied: not an approved mapper where the person is.
        Refused: the need has ended, or was changed since the page was opened.
    """
    need = _locked(need, version=version, by=by)
    if need.state != NeedState.OPEN or content.theme is not need.opened.theme:
        raise Refused(NeedRefusal.NOT_SO)
    need.content = content.as_stored()
    need.save()
    log.record(Verb.NEED_CHANGED, by=by, subject=need.person_id, obj=need)
    return need


@transaction.atomic
def meet(need: Need, *, version: int, by: Staff) -> Need:
    """The need is met. Raises as :func:`change`."""
    return _move(_locked(need, version=version, by=by), NeedState.MET, by=by)


@transaction.atomic
def decline(need: Need, *, present: bool, version: int, by: Staff) -> Need:
    """The person says no thanks, and is there to say it. Why is not asked.

    Raises:
        Refused: as :func:`change`; the person is not there.
    """
    need = _locked(need, version=version, by=by)
    if not present:
        raise Refused(NeedRefusal.ABSENT)
    return _move(need, NeedState.DECLINED, mover=NeedMover.PERSON_PRESENT, by=by)


@transaction.atomic
def lapse(need: Need, *, reason: str, version: int, by: Staff) -> Need:
    """The need falls away, for a reason of the list. Raises ``Refused`` as :func:`change`, and without a reason."""
    need = _locked(need, version=version, by=by)
    if reason not in reasons().lapsed:
        raise Refused(NeedRefusal.NO_REASON)
    return _move(need, NeedState.LAPSED, reason=reason, by=by)


@transaction.atomic
def mark_in_error(need: Need, *, version: int, by: Staff) -> Need:
    """The need was written down by mistake. Raises as :func:`change`."""
    return _move(_locked(need, version=version, by=by), NeedState.IN_ERROR, by=by)


@transaction.atomic
def reopen(need: Need, *, reason: str, version: int, by: Staff) -> Need:
    """A need that has ended stands again, for a reason of the list.

    Raises:
        Refused: as :func:`change` and :func:`enter`; without a reason, or it ended by what nobody here undoes.
    """
    need = _locked(need, version=version, by=by)
    if reason not in reasons().reopened:
        raise Refused(NeedRefusal.NO_REASON)
    _demand_open_gate(need.mapping)
    _demand_no_other(need.person_id, need.opened.theme, by=by)
    return _move(need, NeedState.OPEN, reason=reason, by=by)


def _made(interview: Mapping, content: NeedContent, source: NeedSource, *, by: Staff) -> Need:
    need = Need(person_id=interview.person_id, mapping=interview, source=source, entered_by=by, moved_by=by)
    need.content = content.as_stored()
    need.save(force_insert=True)
    log.record(Verb.NEED_ENTERED, by=by, subject=need.person_id, obj=need, reason=source.event_code)
    return need


def _move(need: Need, to: NeedState, *, mover: NeedMover = NeedMover.STAFF, reason: str = "", by: Staff) -> Need:
    if not may_move(need.state, to, mover):
        raise Refused(NeedRefusal.NOT_SO)
    need.state, need.reason, need.moved_at, need.moved_by, need.occasion = to, reason, timezone.now(), by, None
    # Sealed anew, so that each move raises the version: an older row that was put back is found, and a page too old.
    need.content = need.opened.as_stored()
    need.save()
    log.record(Verb.NEED_MOVED, by=by, subject=need.person_id, obj=need, reason=to.event_code)
    return need


def _writable(interview: Mapping, *, by: Staff) -> Mapping:
    """The interview as it is now, under the person's lock, where needs may be written down after it."""
    person = Person.objects.lock(interview.person_id)
    require(by, PlanPermission.NEEDS, person)
    latest = interviews.latest_final(person)
    if latest is None or latest.pk != interview.pk:
        raise Refused(NeedRefusal.CLOSED)
    _demand_open_gate(proved([latest])[0])
    return latest


def _demand_open_gate(interview: Mapping) -> None:
    gate = proved([interview.person.gate])[0]
    if gate.is_shut or not interview.gate_is_open(timezone.now()):
        raise Refused(NeedRefusal.CLOSED)


def _demand_no_other(person_id: object, theme: Theme, *, by: Staff) -> None:
    others = Need.objects.visible_to(by).filter(person=person_id).open().proved()
    if any(other.opened.theme is theme for other in others):
        raise Refused(NeedRefusal.EXISTS)


def _locked(need: Need, *, version: int, by: Staff) -> Need:
    """The need as it is now, locked; refused where it is not what the page showed."""
    person = Person.objects.lock(need.person_id)
    require(by, PlanPermission.NEEDS, person)
    seen = (
        Need.objects.visible_to(by).select_for_update(of=("self",), no_key=True).select_related("mapping__person__gate")
    )
    held: Need | None = seen.filter(pk=need.pk).first()
    if held is None:
        raise Refused(NeedRefusal.CLOSED)
    proved([held])
    if held.row_version != version:
        raise Refused(NeedRefusal.CHANGED)
    return held
