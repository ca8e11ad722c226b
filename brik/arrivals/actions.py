"""Every change of an arrival: each is stored as a message, and persons and stays are rebuilt from the messages."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from brik.arrivals import answers
from brik.arrivals.models import ArrivalAnswer, Message
from brik.arrivals.permissions import ArrivalsPermission
from brik.arrivals.refusals import ArrivalRefusal
from brik.arrivals.stored_content import from_row, stored_digest
from brik.arrivals.timeline import rebuild
from brik.arrivals.timeline.numbers_by_hand import FEWEST_IN_USE
from brik.arrivals.timeline.outcomes import MessageOutcome, MessageStatus
from brik.arrivals.timeline.standings import BY_HAND, BY_HAND_ELSEWHERE, VERSIONS, Fate
from brik.arrivals.timeline.stay_effects import StayEffect
from brik.arrivals.timeline.timeline import version_question
from brik.arrivals.xml.messages import (
    MADE_HERE,
    SERVICE,
    CustodyPlace,
    MessageContent,
    MessageType,
    SentenceDates,
    parse,
)
from brik.arrivals.xml.xml_reader import MessageRefused
from brik.audit import log
from brik.audit.actors import Actor
from brik.audit.reasons import Reason
from brik.audit.verbs import Verb
from brik.pages.refusal import Refused
from brik.people.identifiers.numbers import Number, NumberKind
from brik.people.models import Person, Stay
from brik.people.permissions import PeoplePermission
from brik.staff.access import require
from brik.staff.models import Unit, UnitStanding
from brik.staff.permissions import StaffPermission
from brik.staff.sign_in import throttle
from brik.vault.lookups.hashes import present_column, shared_with

if TYPE_CHECKING:
    from brik.staff.accounts import Staff


@transaction.atomic
def receive_message(raw: bytes, *, message_id: str | None = None, sender: str = SERVICE, by: Actor) -> MessageOutcome:
    """Take in one message of the service. A message that is wrong is not an exception: its outcome is ``REJECTED``.

    ``message_id`` is the id the transport gave; it is used for messages without an id of their own (deletions).
    ``sender`` is who signed it, or whose files these are: it alone may delete the message later.
    """
    try:
        content = replace(parse(raw, message_id=message_id), sender=sender)
    except MessageRefused as refusal:
        why = Reason.MALFORMED if refusal.malformed else Reason.NOT_ACCEPTED
        log.record(Verb.MESSAGE_REJECTED, by=by, reason=why, about=refusal.reason)
        return MessageOutcome(MessageStatus.REJECTED, "", refusal.reason, malformed=refusal.malformed)
    rebuild.lock_intake()
    same_id = list(Message.objects.filter(message_id=content.message_id).select_related("person").order_by("pk"))
    digest = stored_digest(content, same_id)
    row = next((row for row in same_id if (row.digest, row.sender) == (digest, sender)), None)
    if row is not None:
        row.demand_code()
        log.record(Verb.MESSAGE_DUPLICATE, by=by, subject=row.person_id, obj=row)
        return MessageOutcome.of_duplicate(row, left_out=content.left_out)
    content = replace(content, digest=digest, received_at=timezone.now())
    return MessageOutcome.of(rebuild.rebuild(rebuild.new_row(content), by=by, content=content))


@transaction.atomic
def take_effect(message: UUID, *, by: Actor) -> MessageOutcome | None:
    """Rebuild what a message told ahead, now that its moment has come; None where it is no longer ahead."""
    rebuild.lock_intake()
    row = Message.objects.due(timezone.now()).select_related("person").filter(pk=message).first()
    return None if row is None else MessageOutcome.of(rebuild.rebuild(row, by=by))


@transaction.atomic
def resolve(parked: Message, *, same: bool, by: Staff) -> MessageOutcome:
    """Store a leader's answer about a waiting message: whether all its numbers belong to the same person.

    Of several messages with the same id the answer is instead whether to use this one: with no the one in use stays in
    use. It is in force unless another leader's answer stands against it (``answers.py``); the same one twice is stored
    once. ``parked`` carries question and fate as ``by`` saw them.

    Raises:
        Refused: the question has changed or is gone, or somebody has answered since.
        PermissionDenied: ``by`` may not answer about arrivals, or may not see all messages with the same id.
    """
    require(by, ArrivalsPermission.RESOLVE_ARRIVALS)
    rebuild.lock_intake()
    row = Message.objects.get(pk=parked.pk)
    if not row.question or row.question != parked.question:
        raise Refused(ArrivalRefusal.QUESTION_CLOSED)
    judged = [answers.judged(*about, by=by) for about in _answered_with(row, same=same, by=by)]
    given = [judgement.answer for judgement in judged]
    if any(judgement.is_new for judgement in judged):
        if row.fate != parked.fate:
            raise Refused(ArrivalRefusal.QUESTION_CLOSED)
        chooses = row.question.startswith(VERSIONS)
        # Of a choice between messages no part counts alone.
        together = not chooses or all(answer.counts for answer in given)
        for answer in given:
            answer.counts = answer.counts and together
            answer.save()
        log.record(Verb.MESSAGE_RESOLVED, by=by, obj=row, reason=_REASON_OF[chooses, same])
        if any(judgement.is_against_another for judgement in judged):
            log.record(Verb.MESSAGE_RESOLVED, by=by, obj=row, reason=Reason.AGAINST_ANOTHER)
    return MessageOutcome.of(rebuild.rebuild(row, by=by, narrow=_tells_of_nobody_else(row, given)))


_REASON_OF = {
    (True, True): Reason.USED,
    (True, False): Reason.DISCARDED,
    (False, True): Reason.SAME_PERSON,
    (False, False): Reason.ANOTHER_PERSON,
}


def _answered_with(row: Message, *, same: bool, by: Staff) -> list[tuple[Message, str, bool]]:
    """Which questions are answered, at which messages, and how."""
    if row.question == BY_HAND:
        return [(row, side, same) for side in answers.sides_of(row, by=by)]
    if row.question.startswith(VERSIONS):
        return _choice(row, use=same, by=by)
    return [(row, row.question, same)]


def _choice(row: Message, *, use: bool, by: Staff) -> list[tuple[Message, str, bool]]:
    """Use this message of all with its id, or leave in use what is. A yes is a no for the others: one counts."""
    several = Message.objects.filter(message_id=row.message_id).exclude(type=MessageType.DELETION)
    versions = list(several.order_by("pk"))
    if several.visible_to(by).count() < len(versions):
        raise PermissionDenied(_("Du kan ikke velge mellom disse meldingene. Be avsenderen slette eller rette dem."))
    digests = {version.digest for version in versions}
    return [
        (version, version_question(version.digest, digests), use and version.digest == row.digest)
        for version in (versions if use else [row])
    ]


def _tells_of_nobody_else(row: Message, given: list[ArrivalAnswer]) -> bool:
    """Whether an answer about a number written by hand changes nothing for anybody the leader may not know of.

    It does where the number is answered about by leaders of two units, or the service has placed it in the unit where
    it was written (``timeline/numbers_by_hand.py``).
    """
    if row.type not in MADE_HERE or any(answer.question == BY_HAND_ELSEWHERE for answer in given):
        return False
    same = shared_with(row.numbers.all(), path="numbers__")
    placed = Message.objects.filter(same, unit_number=row.unit_number)
    places = placed.exclude(type__in=sorted(MADE_HERE)).values(f"numbers__{present_column()}").distinct().count()
    agreed = ArrivalAnswer.objects.in_force().filter(message=row, question=BY_HAND_ELSEWHERE).exists()
    return places < FEWEST_IN_USE[MessageType(row.type)] and not agreed


@transaction.atomic
def settle_unit(unit: Unit, *, same: bool, by: Staff) -> list[StayEffect]:
    """Store the keeper's answer whether a unit is the one that it resembles, and move its people by it.

    A later answer replaces an earlier one; the same one twice is stored once.

    Raises:
        PermissionDenied: ``by`` does not keep the register of units.
        Refused: nothing is asked about this unit, or somebody has a post there and would see nobody any longer.
    """
    require(by, StaffPermission.ADMINISTER)
    rebuild.lock_intake()
    current = Unit.objects.select_for_update().get(pk=unit.pk)
    if current.resembles_id is None:
        raise Refused(ArrivalRefusal.QUESTION_CLOSED)
    answer = UnitStanding.SAME if same else UnitStanding.APART
    if current.standing == answer:
        return []
    if same and current.posts.current().exists():
        raise Refused(ArrivalRefusal.UNIT_HAS_STAFF)
    current.standing = answer
    current.save()
    log.record(Verb.ADMINISTERED, by=by, obj=current, reason=Reason.SAME_UNIT if same else Reason.ANOTHER_UNIT)
    numbers = Unit.objects.named_as(frozenset([current.pk])).values("number")
    # Their people's locks are taken in the order of their ids, as everywhere.
    rows = Message.objects.filter(unit_number__in=numbers).select_related("person")
    rows = rows.order_by("person_id", "received_at", "pk")
    return [effect for row in rows for effect in rebuild.rebuild(row, by=by).effects]


@transaction.atomic
def register(
    *,
    name: tuple[str, str, str],
    numbers: Iterable[Number] = (),
    unit: Unit,
    category: str,
    arrived_at: datetime,
    dates: SentenceDates | None = None,
    by: Staff,
) -> Person:
    """Register somebody by hand, with the checked numbers that are known.

    It is stored as a message of our own. The person is registered at once; the numbers wait for a leader's answer and
    for the messages of the service (``timeline/numbers_by_hand.py``). Whether somebody has such a number already
    changes nothing of what is done here.

    Raises:
        PermissionDenied: ``by`` may not register people of that unit.
        Refused: ``by`` has written too many numbers in a short time.
    """
    require(by, PeoplePermission.REGISTER_PERSON, Stay(unit=unit))
    _demand_pace(by)
    rebuild.lock_intake()
    message_id = f"brik-{uuid.uuid4()}"
    content = MessageContent(
        type=MessageType.BY_HAND,
        message_id=message_id,
        # An event of its own: a later message about it replaces this one.
        event_id=message_id,
        created_at=timezone.now(),
        numbers=frozenset(numbers),
        name=name,
        category=category,
        place=CustodyPlace(unit.number, unit.name, unit.district),
        happened_at=arrived_at,
        dates=dates,
        digest="brik",
        received_at=timezone.now(),
    )
    rebuilt = rebuild.rebuild(rebuild.new_row(content), by=by, content=content)
    if rebuilt.person is None:
        raise TypeError("a registration is about somebody")
    return rebuilt.person


def _demand_pace(by: Staff) -> None:
    try:
        throttle.begin("arrivals.by_hand", str(by.pk), limit=settings.BY_HAND_TRIES_ACCOUNT)
    except throttle.TooManyAttempts:
        raise Refused(ArrivalRefusal.TOO_MANY) from None


@transaction.atomic
def add_number(person: Person, number: Number, *, by: Staff) -> MessageOutcome:
    """Give ``person`` one more number. It is stored as a message of our own, and waits as one at :func:`register`.

    Whether somebody else has the number changes nothing of what is done here.

    Raises:
        PermissionDenied: ``by`` may not register people of that unit.
        Refused: the person has this number already, the one that the person was registered with still waits, or ``by``
            has written too many in a short time.
    """
    require(by, PeoplePermission.REGISTER_PERSON, person)
    _demand_pace(by)
    rebuild.lock_intake()
    own_numbers = [Number(NumberKind(row.kind), row.number.open()) for row in person.identifiers.all()]
    if number in own_numbers:
        raise Refused(ArrivalRefusal.NUMBER_KNOWN)
    now, message_id = timezone.now(), f"brik-{uuid.uuid4()}"
    if own_numbers:
        unit = person.known_stay.unit
        content = MessageContent(
            type=MessageType.NUMBER_BY_HAND,
            message_id=message_id,
            created_at=now,
            numbers=frozenset({min(own_numbers), number}),
            place=CustodyPlace(unit.number, unit.name, unit.district),
            digest="brik",
            received_at=now,
        )
    else:
        # The person has no number in use: the registration is stored again, with this one and those called theirs.
        row = person.messages.get(type=MessageType.BY_HAND)
        if row.fate == Fate.PROVISIONAL:
            raise Refused(ArrivalRefusal.NUMBER_WAITS)
        registered = from_row(row)
        answer = row.answers.filter(question=BY_HAND, counts=True).last()
        kept = registered.numbers if answer is not None and answer.same else frozenset[Number]()
        if number in kept:
            raise Refused(ArrivalRefusal.NUMBER_KNOWN)
        content = replace(registered, message_id=message_id, created_at=now, numbers=kept | {number}, received_at=now)
    return MessageOutcome.of(rebuild.rebuild(rebuild.new_row(content), by=by, content=content))
