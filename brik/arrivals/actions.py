"""What changes arrivals: every change of a person ends in the messages and follows from them."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from brik.arrivals.models import ArrivalAnswer, Message
from brik.arrivals.permissions import ArrivalsPermission
from brik.arrivals.refusals import ArrivalRefusal, NumberKnown
from brik.arrivals.stored_content import from_row
from brik.arrivals.timeline import rebuild
from brik.arrivals.timeline.outcomes import FATE_SENTENCES, MessageOutcome, MessageStatus
from brik.arrivals.timeline.timeline import VERSIONS, Fate, version_question
from brik.arrivals.xml.messages import CustodyPlace, MessageContent, MessageType, SentenceDates, parse
from brik.arrivals.xml.xml_reader import MessageRefused
from brik.audit import log
from brik.audit.actors import Actor
from brik.audit.reasons import Reason
from brik.audit.verbs import Verb
from brik.pages.refusal import Refused
from brik.people.identifiers.numbers import Number, NumberKind
from brik.people.models import Identifier, Person
from brik.people.permissions import PeoplePermission
from brik.staff.access import require
from brik.staff.models import Unit
from brik.vault import keys

if TYPE_CHECKING:
    from brik.staff.accounts import Staff


@transaction.atomic
def receive_message(raw: bytes, *, message_id: str | None = None, by: Actor) -> MessageOutcome:
    """Take in one message of the service. Never raises for what a sender can do wrong: that is ``REJECTED``.

    ``message_id`` is the transport's, and counts for messages that have none of their own (deletions).
    """
    try:
        content = parse(raw, message_id=message_id)
    except MessageRefused as refusal:
        why = Reason.MALFORMED if refusal.malformed else Reason.NOT_ACCEPTED
        log.record(Verb.MESSAGE_REJECTED, by=by, reason=why, about=refusal.reason)
        return MessageOutcome(MessageStatus.REJECTED, "", refusal.reason, malformed=refusal.malformed)
    return _receive(content, digest=digest_of(raw), by=by)


def digest_of(raw: bytes) -> str:
    """What tells whether the same bytes have come before; keyed, for a bare hash of a message could be guessed."""
    return keys.lookup_hash("people.message", hashlib.sha256(raw).hexdigest()).hex()


def _receive(content: MessageContent, *, digest: str, by: Actor) -> MessageOutcome:
    rebuild.stand_in_line()
    row = Message.objects.filter(message_id=content.message_id, digest=digest).select_related("person").first()
    if row is not None:
        log.record(Verb.MESSAGE_DUPLICATE, by=by, subject=row.person_id, obj=row)
        waits = row.fate == Fate.PARKED
        reason = "Mottatt før. " + (row.get_why_display() if waits else FATE_SENTENCES[row.fate])
        return MessageOutcome(MessageStatus.DUPLICATE, row.message_id, reason.strip(), row.person, waits=waits)
    content = replace(content, digest=digest)
    return _outcome(rebuild.rebuild(rebuild.new_row(content), by=by, content=content))


def _outcome(rebuilt: rebuild.Rebuilt) -> MessageOutcome:
    row = rebuilt.row
    waits = row.fate == Fate.PARKED
    return MessageOutcome(
        status=MessageStatus.PARKED if waits else MessageStatus.ACCEPTED,
        message_id=row.message_id,
        reason=row.get_why_display() if waits else FATE_SENTENCES[row.fate],
        person=rebuilt.person,
        effects=rebuilt.effects,
        waits=waits,
    )


@transaction.atomic
def resolve(parked: Message, *, same: bool, by: Staff) -> MessageOutcome:
    """A leader says that the numbers of a waiting message are one person's, or that they are not; or changes that.

    Of several messages with the same id: that this is the one to use, or that none of them is.

    Raises:
        Refused: there is no such question any longer.
        PermissionDenied: not somebody who answers for arrivals; a number written by hand would draw in somebody of
            another unit; or one of several messages with the same id is none of the leader's.
    """
    require(by, ArrivalsPermission.RESOLVE_ARRIVALS)
    rebuild.stand_in_line()
    row = Message.objects.get(pk=parked.pk)
    if not row.question or row.question != parked.question:
        raise Refused(ArrivalRefusal.QUESTION_CLOSED)
    if row.question.startswith(VERSIONS):
        _choose(row, use=same, by=by)
    else:
        if same:
            _demand_own(row, by=by)
        ArrivalAnswer.objects.create(message=row, question=row.question, same=same, by=by)
        log.record(Verb.MESSAGE_RESOLVED, by=by, obj=row, reason=Reason.SAME_PERSON if same else Reason.ANOTHER_PERSON)
    return _outcome(rebuild.rebuild(row, by=by))


def _demand_own(row: Message, *, by: Staff) -> None:
    """What the service tells may join people across units; what is written by hand draws in only whom ``by`` may see.

    Or somebody who has been in custody nowhere: they are no unit's.
    """
    if row.type not in (MessageType.BY_HAND, MessageType.NUMBER_BY_HAND):
        return
    identifiers = Identifier.objects.filter(lookup__in=row.numbers.values("lookup")).exclude(person__current_stay=None)
    if identifiers.exclude(person__in=Person.objects.visible_to(by)).exists():
        raise PermissionDenied(
            _("Nummeret tilhører en som er, eller sist var, innsatt i en annen enhet. Ta kontakt med lederen der.")
        )


def _choose(row: Message, *, use: bool, by: Staff) -> None:
    """Use this one of the messages with its id, or none of them: an answer about each, so that one counts at most."""
    several = Message.objects.filter(message_id=row.message_id)
    versions = list(several.order_by("pk"))
    if several.visible_to(by).count() < len(versions):
        raise PermissionDenied(
            _("En av meldingene med denne id-en gjelder en annen enhet. Be avsenderen slette eller rette dem.")
        )
    digests = [version.digest for version in versions]
    for version in versions:
        chosen = use and version.pk == row.pk
        question = version_question(version.digest, digests)
        ArrivalAnswer.objects.create(message=version, question=question, same=chosen, by=by)
    log.record(Verb.MESSAGE_RESOLVED, by=by, obj=row, reason=Reason.USED if use else Reason.DISCARDED)


@transaction.atomic
def register(
    *,
    name: tuple[str, str, str],
    numbers: Iterable[Number] = (),
    unit: Unit,
    category: str,
    arrived_at: datetime,
    dates: SentenceDates | None = None,
    by: Actor,
) -> Person:
    """Register somebody by hand, with whatever checked numbers are known. Raises :class:`NumberKnown`.

    It is kept like a message of our own, so that what the service sends later joins it by its numbers.
    """
    rebuild.stand_in_line()
    own_numbers = frozenset(numbers)
    if holders := Identifier.objects.holding(own_numbers):
        raise NumberKnown(*{row.person_id for row in holders.values()})
    message_id = f"brik-{uuid.uuid4()}"
    content = MessageContent(
        type=MessageType.BY_HAND,
        message_id=message_id,
        # An event of its own: what was registered can be told anew, and that takes its place.
        event_id=message_id,
        created_at=timezone.now(),
        numbers=own_numbers,
        name=name,
        category=category,
        place=CustodyPlace(unit.number, unit.name, unit.district),
        happened_at=arrived_at,
        dates=dates,
        digest="brik",
    )
    rebuilt = rebuild.rebuild(rebuild.new_row(content), by=by, content=content)
    if rebuilt.person is None:
        raise NumberKnown()
    return rebuilt.person


@transaction.atomic
def add_number(person: Person, number: Number, *, by: Staff) -> MessageOutcome:
    """Say that ``person`` has this number too. It is kept like a message of our own, and joins by the same rules.

    So it waits for a leader when the number is somebody else's, or the person has another one of the kind.

    Raises:
        PermissionDenied: not somebody who may register people of that unit.
        NumberKnown: the person has this very number, or has none and somebody else has this one.
    """
    require(by, PeoplePermission.REGISTER_PERSON, person)
    rebuild.stand_in_line()
    own_numbers = [Number(NumberKind(row.kind), row.number.open()) for row in person.identifiers.all()]
    if number in own_numbers:
        raise NumberKnown()
    now, message_id = timezone.now(), f"brik-{uuid.uuid4()}"
    if own_numbers:
        numbers = frozenset({min(own_numbers), number})
        content = MessageContent(
            type=MessageType.NUMBER_BY_HAND, message_id=message_id, created_at=now, numbers=numbers, digest="brik"
        )
    elif holders := Identifier.objects.holding([number]):
        # There is no number of the person's own to ask a leader about.
        raise NumberKnown(*{row.person_id for row in holders.values()})
    else:
        # Known by no number at all: what was registered is told anew, with the number.
        registered = from_row(person.messages.get(type=MessageType.BY_HAND))
        content = replace(registered, message_id=message_id, created_at=now, numbers=frozenset({number}))
    return _outcome(rebuild.rebuild(rebuild.new_row(content), by=by, content=content))
