"""What changes people in custody. Every change ends in the messages and follows from them."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from brik.audit import log
from brik.audit.actors import Actor
from brik.audit.verbs import Verb
from brik.people import arrivals, protection
from brik.people.messages import Content, Dates, MessageType, Place, parse
from brik.people.models import Answer, Identifier, Message, Person, Unit
from brik.people.numbers import Number
from brik.people.outcomes import FATE_SENTENCES, Outcome, Status
from brik.people.timeline import Fate
from brik.people.xmlguard import Refused
from brik.vault import keys

if TYPE_CHECKING:
    from brik.people.staff import Staff


class NumberKnown(Exception):
    """Somebody with this number is registered already."""


class NothingToAnswer(Exception):
    """The message does not ask that, or no longer."""


class Stale(Exception):
    """Somebody else has changed this since it was shown."""


@transaction.atomic
def receive_message(raw: bytes, *, message_id: str | None = None, by: Actor) -> Outcome:
    """Take in one message of the service. Never raises for what a sender can do wrong: that is ``REJECTED``.

    ``message_id`` is the transport's, and counts for messages that have none of their own (deletions).
    """
    try:
        content = parse(raw, message_id=message_id)
    except Refused as refusal:
        log.record(Verb.MESSAGE_REJECTED, by=by, reason=refusal.reason)
        return Outcome(Status.REJECTED, "", refusal.reason, malformed=refusal.malformed)
    return _receive(content, digest=digest_of(raw), by=by)


def digest_of(raw: bytes) -> str:
    """What tells whether the same bytes have come before; keyed, for a bare hash of a message could be guessed."""
    return keys.lookup_hash("people.message", hashlib.sha256(raw).hexdigest()).hex()


def _receive(content: Content, *, digest: str, by: Actor) -> Outcome:
    arrivals.stand_in_line()
    known = Message.objects.filter(message_id=content.message_id, digest=digest).select_related("person").first()
    if known is not None:
        log.record(Verb.MESSAGE_DUPLICATE, by=by, subject=known.person_id, obj=known)
        waits = known.fate == Fate.PARKED
        reason = "Mottatt før. " + (known.get_why_display() if waits else FATE_SENTENCES[known.fate])
        return Outcome(Status.DUPLICATE, known.message_id, reason.strip(), known.person, waits=waits)
    content = replace(content, digest=digest)
    return _outcome(arrivals.rebuild(arrivals.new_row(content), by=by, content=content))


def _outcome(rebuilt: arrivals.Rebuilt) -> Outcome:
    row = rebuilt.row
    waits = row.fate == Fate.PARKED
    return Outcome(
        status=Status.PARKED if waits else Status.ACCEPTED,
        message_id=row.message_id,
        reason=row.get_why_display() if waits else FATE_SENTENCES[row.fate],
        person=rebuilt.person,
        effects=rebuilt.effects,
        waits=waits,
    )


@transaction.atomic
def resolve(parked: Message, *, same: bool, by: Staff) -> Outcome:
    """A leader says that the numbers of a waiting message are one person's, or that they are not; or changes that.

    Raises :class:`NothingToAnswer` when there is no such question any longer.
    """
    arrivals.stand_in_line()
    row = Message.objects.get(pk=parked.pk)
    if not row.question or row.question != parked.question:
        raise NothingToAnswer
    Answer.objects.create(message=row, question=row.question, same=same, by=by)
    log.record(Verb.MESSAGE_RESOLVED, by=by, obj=row, reason="samme person" if same else "ikke samme person")
    return _outcome(arrivals.rebuild(row, by=by))


@transaction.atomic
def register(
    *,
    name: tuple[str, str, str],
    numbers: Iterable[Number] = (),
    unit: Unit,
    category: str,
    arrived_at: datetime,
    dates: Dates | None = None,
    by: Actor,
) -> Person:
    """Register somebody by hand, with whatever checked numbers are known. Raises :class:`NumberKnown`.

    It is kept like a message of our own, so that what the service sends later joins it by its numbers.
    """
    arrivals.stand_in_line()
    told = frozenset(numbers)
    if Identifier.objects.holding(told):
        raise NumberKnown
    content = Content(
        type=MessageType.BY_HAND,
        message_id=f"brik-{uuid.uuid4()}",
        created_at=timezone.now(),
        numbers=told,
        name=name,
        category=category,
        place=Place(unit.number, unit.name, unit.district),
        happened_at=arrived_at,
        dates=dates,
        digest="brik",
    )
    rebuilt = arrivals.rebuild(arrivals.new_row(content), by=by, content=content)
    if rebuilt.person is None:
        raise NumberKnown
    return rebuilt.person


@transaction.atomic
def set_protection(
    person: Person,
    *,
    address_grade: str,
    restrictions: Iterable[str],
    note: str = "",
    version: int | None = None,
    by: Actor,
) -> Person:
    """Enter restrictions and address grade. Raises :class:`Stale` when ``version`` is no longer the row's."""
    current = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    if version is not None and version != current.row_version:
        raise Stale
    entered = {
        "address_grade": protection.AddressGrade(address_grade).value,
        "restrictions": sorted(protection.Restriction(code).value for code in restrictions),
        "note": note,
    }
    if entered != protection.of(current):
        current.protection = entered
        current.save()
        log.record(Verb.RESTRICTIONS_CHANGED, by=by, subject=current.pk, obj=current)
    return current
