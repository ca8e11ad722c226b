"""The actions of a talk. Each locks the person and writes its event in the same transaction."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from brik.audit import log
from brik.audit.reasons import Reason
from brik.audit.verbs import Verb
from brik.mapping.questionnaire.required_questions import ToldPlace
from brik.mapping.record import lifecycle
from brik.pages.refusal import Refused
from brik.people.ages import age_of
from brik.people.models import Person
from brik.slips import actions as slips
from brik.slips.topics import Topic
from brik.staff.access import require
from brik.staff.models import Staff
from brik.vault.canonical import canonical, sha256
from consent.models import (
    Consent,
    ConsentState,
    Decision,
    LegalBasis,
    Step,
    Talk,
    TalkState,
    Text,
)
from consent.permissions import ConsentPermission
from consent.record import choices as chosen
from consent.record import document_writing, steps
from consent.record.document import ConsentDocument
from consent.record.document_writing import rows_of
from consent.record.endings import abandon
from consent.record.recipients import Offered, offered
from consent.record.refusals import ConsentRefusal
from consent.record.renewal.standing_yes import StandingYes, standing_yes
from consent.record.withdrawal.standing_choices import StandingChoices, standing_choices
from consent.talk import gate
from consent.talk.signature import Signature
from consent.talk.signing import sheet
from consent.texts import catalogue as texts

_VERBS = {
    ConsentState.GIVEN: Verb.CONSENT_GIVEN,
    ConsentState.PARTLY_GIVEN: Verb.CONSENT_GIVEN,
    ConsentState.REFUSED: Verb.CONSENT_REFUSED,
    ConsentState.DEFERRED: Verb.CONSENT_DEFERRED,
}


@transaction.atomic
def start(person: Person, *, mends: bool = False, renews: bool = False, by: Staff) -> Talk:
    """Begin a talk, or return the one that is open.

    ``mends``: the person has been heard, and takes nothing back: what stood is said again on one page, where all is as
    it was.

    ``renews``: it begins with what stands, each yes with its end. Where nothing stands, it is a whole talk.

    Raises:
        PermissionDenied: with ``mends`` or ``renews``, ``by`` is not an approved mapper where the person is.
        Refused: ``by`` may not hold talks here or this one, none can be held with the person now, or the open one is a
            colleague's.
    """
    if mends or renews:
        require(by, ConsentPermission.READ_RECEIPTS, person)
    person = gate.lock(person, by=by)
    why = gate.why_not_by(person, by) or gate.why_shut(person)
    if why is not None:
        raise Refused(why)
    kind = person.known_stay.legal_status
    open_talk = Talk.objects.filter(person=person, state=TalkState.OPEN).first()
    if open_talk is not None and open_talk.kind == kind:
        open_talk.demand_code()
        gate.demand_own(open_talk, by=by)
        return open_talk
    if open_talk is not None:
        abandon(open_talk, reason=Reason.ABANDONED, by=by)
    unit = person.known_stay.unit
    renews = renews and standing_yes(person) is not None
    talk = Talk(person=person, unit=unit, kind=kind, answers={}, started_by=by, mends=mends, renews=renews)
    talk.save(force_insert=True)
    log.record(Verb.CONSENT_TALK_STARTED, by=by, subject=person.pk, obj=talk)
    return talk


@transaction.atomic
def discard(talk: Talk, *, by: Staff) -> Talk:
    """Close a talk in which the person has answered nothing: it was opened by mistake, and was no offer of a talk.

    Raises:
        Refused: something is answered, the talk has ended or can no longer be held, or ``by`` may not go on with it.
    """
    talk = gate.lock_talk(talk, by=by)
    if talk.state != TalkState.OPEN:
        raise Refused(ConsentRefusal.TALK_ENDED)
    if talk.answered_at is not None:
        raise Refused(ConsentRefusal.ANSWERED)
    abandon(talk, reason=Reason.DISCARDED, by=by)
    return talk


@transaction.atomic
def save_step(
    talk: Talk, *, step: str, answer: dict[str, Any], version: int, by: Staff, scan: bytes | None = None
) -> Talk:
    """Store the answer of one step, if the talk was not saved since ``version``. The same answer twice is stored once.

    Raises:
        Refused: another answer was saved since (``STALE``), it has ended or can no longer be held, or the step is not
            open.
    """
    talk = gate.lock_talk(talk, by=by)
    if talk.state != TalkState.OPEN:
        raise Refused(ConsentRefusal.TALK_ENDED)
    stale = talk.row_version != version
    versions = texts.versions(talk.kind)
    answers = answers_of(talk, versions)
    way = way_of(talk, answers, offers_of(talk, answers), standing=standing_of(talk, answers, versions))
    if step not in steps.open_steps(answers, way):
        raise Refused(ConsentRefusal.STALE if stale else ConsentRefusal.CLOSED_STEP)
    if step in steps.TELLS:
        answer = {**answer, "version": versions.get(answers[steps.LANGUAGE]["language"], "")}
    if stale:
        # A slip is no answer: a second one would be stored.
        if scan is None and step != steps.SLIP and answers.get(step) == answer:
            return talk
        raise Refused(ConsentRefusal.STALE)
    talk.answers = steps.after_saving(answers, step, answer)
    if step not in steps.BEFORE_ANSWERS and talk.answered_at is None:
        talk.answered_at = timezone.now()
    if scan is not None:
        talk.scan = scan
    elif talk.scan is not None:
        talk.scan = None
    talk.save()
    log.record(Verb.CONSENT_TALK_SAVED, by=by, subject=talk.person_id, obj=talk)
    return talk


@transaction.atomic
def put_off(talk: Talk, *, step: str, version: int, by: Staff) -> Talk:
    """Store that the person wants to talk to somebody first, said on the page of ``step``. Then nothing is decided.

    Raises:
        Refused: as :func:`save_step`.
    """
    answers = answers_of(talk, versions := texts.versions(talk.kind))
    way = way_of(talk, answers, offers_of(talk, answers), standing=standing_of(talk, answers, versions))
    answered, answer = steps.put_off(step, way=way)
    return save_step(talk, step=answered, answer=answer, version=version, by=by)


@transaction.atomic
def keep_scan(talk: Talk, *, scan: bytes, version: int, by: Staff) -> Talk:
    """Store a scan that is shown to the person. It signs nothing until the page that shows it is sent.

    Raises:
        Refused: the talk was saved since ``version`` (``STALE``), has ended, or can no longer be held.
    """
    talk = gate.lock_talk(talk, by=by)
    if talk.state != TalkState.OPEN:
        raise Refused(ConsentRefusal.TALK_ENDED)
    if talk.row_version != version:
        raise Refused(ConsentRefusal.STALE)
    talk.scan = scan
    talk.save()
    log.record(Verb.CONSENT_TALK_SAVED, by=by, subject=talk.person_id, obj=talk, reason=Reason.TYPED)
    return talk


def answers_of(talk: Talk, versions: dict[str, str]) -> dict[str, Any]:
    """The answers that still count. ``versions`` are those of the current texts, by language."""
    answers: dict[str, Any] = (talk.answers.open() if talk.answers else None) or {}
    version = versions.get(answers.get(steps.LANGUAGE, {}).get("language", ""))
    return steps.standing(answers, version) if version else answers


def offers_of(talk: Talk, answers: dict[str, Any]) -> list[Offered]:
    """The recipients this talk asks about, by the municipalities of its first step, or the one the person names."""
    first, said = answers.get(steps.LANGUAGE, {}), answers.get(steps.MUNICIPALITY, {})
    actual = first.get("actual") or said.get("actual", "")
    return offered(talk.person, registered=first.get("registered", ""), actual=actual)


def standing_of(talk: Talk, answers: dict[str, Any], versions: dict[str, str]) -> StandingChoices | StandingYes | None:
    """What is said again in this talk, or what it starts from; None in a whole one, also where that is gone."""
    if talk.renews:
        return standing_yes(talk.person)
    if not talk.mends:
        return None
    return standing_choices(
        talk.person, versions=versions, language=answers.get(steps.LANGUAGE, {}).get("language", "")
    )


def way_of(
    talk: Talk,
    answers: dict[str, Any],
    offers: Sequence[Offered],
    *,
    standing: StandingChoices | StandingYes | None = None,
) -> list[str]:
    """The steps of a talk with these answers and recipients, in order; one page where what stood is said again."""
    if isinstance(standing, StandingChoices):
        return steps.short_way(answers)
    slip = slips.is_read(talk.person)
    if isinstance(standing, StandingYes):
        return standing.way(answers, offers, slip=slip)
    return steps.steps(answers, [offer.kind for offer in offers], slip=slip)


def choices_of(
    answers: dict[str, Any],
    offers: Sequence[Offered],
    *,
    standing: StandingChoices | StandingYes | None,
    signed: bool = True,
) -> chosen.Choices:
    """What the person chose, in any kind of talk. Raises ``choices.NotReady`` as ``choices.read``."""
    if isinstance(standing, StandingChoices):
        return standing.said_again(answers)
    if isinstance(standing, StandingYes):
        return standing.choices(answers, offers, signed=signed)
    return chosen.read(answers, offers=offers, signed=signed)


@transaction.atomic
def turn_slip(talk: Talk, *, topics: Collection[Topic], version: int, by: Staff) -> Talk:
    """Store that the page of the slip was turned, and the slip. Nothing of what was chosen is stored with the talk.

    Raises:
        Refused: as :func:`save_step`, or no slip can be written now.
    """
    saved = save_step(talk, step=steps.SLIP, answer={}, version=version, by=by)
    slips.turn(saved.person, topics=topics, by=by)
    return saved


@transaction.atomic
def finish(talk: Talk, *, by: Staff) -> Consent:
    """Make the consent of a talk and what follows from it. Doing it twice returns the same consent.

    A consent that is given or partly given opens the gate of the interview; a refusal closes it. Earlier consents are
    superseded, unless the person wants to talk to somebody first: then nothing is decided.

    Raises:
        choices.NotReady: the answer of a step is missing or invalid.
        Refused: the talk can no longer be held.
    """
    talk = gate.lock_talk(talk, by=by)
    if talk.consent is not None:
        return talk.consent
    if talk.state != TalkState.OPEN:
        raise Refused(ConsentRefusal.TALK_ENDED)
    if (why := gate.why_not_by(talk.person, by)) is not None:
        raise Refused(why)
    published, now = texts.current(talk.kind), timezone.now()
    versions = {language: text.version for language, text in published.items()}
    answers = answers_of(talk, versions)
    if age_of(talk.person) is None and answers.get(steps.LANGUAGE, {}).get("adult") != steps.YES:
        raise Refused(ConsentRefusal.AGE_UNKNOWN)
    standing = standing_of(talk, answers, versions)
    choices = choices_of(answers, offers_of(talk, answers), standing=standing)
    if choices.language not in published:
        raise chosen.NotReady(steps.LANGUAGE)
    consent = _write(talk, choices, published, at=now, by=by)
    _follow(consent, choices, places=None if isinstance(standing, StandingChoices) else _places(answers), at=now, by=by)
    talk.state, talk.consent, talk.answers, talk.scan = TalkState.FINISHED, consent, None, None
    talk.answered_at = talk.answered_at or consent.effective_at
    talk.save()
    log.record(Verb.CONSENT_TALK_SAVED, by=by, subject=talk.person_id, obj=talk)
    return consent


def _write(talk: Talk, choices: chosen.Choices, published: dict[str, Text], *, at: datetime, by: Staff) -> Consent:
    """Write the document, its row and a row for each decision."""
    text, basis = published[choices.language], LegalBasis.objects.active(at).filter(kind=talk.kind).last()
    if basis is None:
        raise Refused(ConsentRefusal.NO_LEGAL_BASIS)
    basis.demand_code()
    signature = Signature.of(choices.signature, scan=None if talk.scan is None else bytes(talk.scan.open()))
    pk = uuid4()
    circumstances = document_writing.Circumstances(
        consent=str(pk),
        person=str(talk.person_id),
        person_name=talk.person.name,
        leader=by.name,
        unit=talk.person.known_stay.unit.name,
        at=at,
        basis=basis,
        signature_sha256=signature.sha256 if signature else "",
    )
    content = document_writing.document(text, choices, circumstances=circumstances, bokmaal=published.get("nb"))
    data = canonical(content)
    consent = Consent(
        uuid=pk,
        person=talk.person,
        unit=talk.person.known_stay.unit,
        kind=talk.kind,
        language=text.language,
        text=text,
        legal_basis=basis,
        outcome=choices.outcome,
        held_by=by,
        effective_at=at,
        document=data,
        document_sha256=sha256(data),
        signature=signature.data if signature else None,
    )
    consent.save(force_insert=True)
    if signature is not None:
        sheet.archive(consent, ConsentDocument(data), signature, by=by)
    Decision.objects.bulk_create(
        Decision(person=talk.person, consent=consent, effective_at=at, recorded_at=at, **rows_of(row))
        for row in content["decisions"]
    )
    log.record(_VERBS[choices.outcome], by=by, subject=talk.person_id, obj=consent)
    return consent


def _places(answers: dict[str, Any]) -> dict[str, str]:
    """The municipalities of the talk that the interview asks for too, so that nobody types them twice."""
    first, said = answers.get(steps.LANGUAGE, {}), answers.get(steps.MUNICIPALITY, {})
    places = {
        ToldPlace.REGISTERED: first.get("registered"),
        ToldPlace.LIVED: first.get("actual") or said.get("actual"),
    }
    return {kind.value: number for kind, number in places.items() if number}


def _follow(
    consent: Consent, choices: chosen.Choices, *, places: dict[str, str] | None, at: datetime, by: Staff
) -> None:
    """Supersede earlier consents, and open or close the gate of the interview."""
    person, common = consent.person, {"person": consent.person, "effective_at": at, "actor": by.actor_id}
    new = [Step(consent=consent, state=state, **common) for state in (ConsentState.PRESENTED, choices.outcome)]
    decided = choices.outcome != ConsentState.DEFERRED
    before = Consent.objects.with_end(at).filter(person=person, effective_at__lte=at).exclude(pk=consent.pk)
    superseded = list(before.filter(ended_as=None)) if decided else []
    new += [Step(consent=older, state=ConsentState.SUPERSEDED, **common) for older in superseded]
    Step.objects.bulk_create(new)
    if choices.mapping == steps.YES:
        lifecycle.open_gate(
            person,
            consent_uuid=consent.pk,
            until=chosen.end_of(choices.last_day(at)),
            sources=[(source.name, source.themes) for source in choices.sources],
            sources_until=chosen.end_of(choices.last_day_of_asking(at)),
            language=consent.language,
            basis_until=consent.legal_basis.ends_at,
            places=places,
            by=by,
        )
    elif decided:
        lifecycle.close_gate(person, reason=Reason.CONSENT_REFUSED, by=by, at=at)
        lifecycle.restrict(person, reason=Reason.CONSENT_REFUSED, by=by)


@transaction.atomic
def keep_typed(talk: Talk, *, step: str, typed: dict[str, list[str]], by: Staff) -> Talk:
    """Store what is typed on a page. It changes no answer, so it needs no version; saving a step removes it.

    Raises:
        Refused: the talk has ended, or can no longer be held.
    """
    talk = gate.lock_talk(talk, by=by)
    if talk.state != TalkState.OPEN:
        raise Refused(ConsentRefusal.TALK_ENDED)
    answers: dict[str, Any] = talk.answers.open() if talk.answers is not None else {}
    talk.answers = {**answers, steps.TYPED: {"step": step, "fields": typed}}
    talk.save()
    log.record(Verb.CONSENT_TALK_SAVED, by=by, subject=talk.person_id, obj=talk, reason=Reason.TYPED)
    return talk
