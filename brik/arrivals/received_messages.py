"""Every message received, and what leaders answered about those that waited."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from brik.arrivals.permissions import ArrivalsPermission
from brik.arrivals.timeline.namesakes import likeness
from brik.arrivals.timeline.standings import BY_HAND_ELSEWHERE, WAITING, Fate, ParkedReason
from brik.arrivals.xml.messages import MADE_HERE, MessageType
from brik.people.identifiers.numbers import Number, NumberKind
from brik.people.persons import Identifier, Person, hashes_of
from brik.staff.access import Scope, scope_of
from brik.staff.organisations import Unit
from brik.staff.permissions import StaffPermission
from brik.vault.codes.coded_models import CodedModel, CodedQuerySet
from brik.vault.codes.coded_sealed_rows import CodedSealedModel, CodedSealedQuerySet
from brik.vault.fields import SealedField
from brik.vault.lookups.hashed_rows import HashedRow
from brik.vault.lookups.hashes import LookupHashes, hashes, shared_with
from brik.vault.sealing import SealBroken

if TYPE_CHECKING:
    from brik.staff.accounts import Staff

TYPES = [(kind.value, kind.value) for kind in MessageType]

# A deletion may come before its message. After a day something is wrong with it, or with what it names.
DELETES_WITHIN = timedelta(days=1)

KNOWN_TYPE = Q(type__in=[kind.value for kind in MessageType])

UNSETTLED = Q(fate__in=sorted(fate.value for fate in WAITING))

KNOWN_FATE = Q(fate__in=[fate.value for fate in Fate])

FATES = [
    (Fate.APPLIED.value, _("Tatt i bruk")),
    (Fate.PROVISIONAL.value, _("Tatt i bruk; noe ved nummeret venter på svar")),
    (Fate.NUMBERLESS.value, _("Tatt i bruk uten nummeret")),
    (Fate.AHEAD.value, _("Tas i bruk når tiden er kommet")),
    (Fate.PARKED.value, _("På vent")),
    (Fate.SET_ASIDE.value, _("Lagt til side")),
    (Fate.REPLACED.value, _("Erstattet av en nyere")),
    (Fate.COPY.value, _("En annen avsender har meldt det samme")),
    (Fate.DELETED.value, _("Slettet av avsenderen")),
    (Fate.UNMATCHED.value, _("Venter på meldingen den sletter")),
]

REASONS = [
    (
        ParkedReason.SAME_ID.value,
        _("En annen melding har samme id, men annet innhold. Den som kom først, er i bruk."),
    ),
    (ParkedReason.TWO_PEOPLE.value, _("Numrene i meldingen tilhører to personer som er registrert hver for seg.")),
    (
        ParkedReason.SECOND_NUMBER.value,
        _("Meldingen gir en kjent person et nytt nummer av et slag personen har fra før."),
    ),
    (
        ParkedReason.NO_CATEGORY.value,
        _("Meldingen sier ikke hvilken kategori den innsatte har, og den er ikke kjent fra før."),
    ),
    (
        ParkedReason.NO_NUMBER.value,
        _("Meldingen har ikke noe nummer for personen. Personen kan registreres for hånd så lenge."),
    ),
    (ParkedReason.OTHER_SENDER.value, _("Bare den som har sendt en melding, kan slette den.")),
    (
        ParkedReason.BY_HAND.value,
        _("Nummeret er skrevet inn for hånd. Det blir ikke tatt i bruk før en leder har svart at det er personens."),
    ),
    (
        ParkedReason.NAMESAKE.value,
        _("Nummeret er nytt, og BRIK kjenner, eller har kjent, en person med samme navn og fødselsdato."),
    ),
]


class MessageQuerySet(CodedSealedQuerySet):  # type: ignore[override]  # as its base
    def visible_to(self, user: Staff) -> MessageQuerySet:
        """Messages that name a unit where the user is leader, or a number of somebody there, or may be about them."""
        scope = scope_of(user, ArrivalsPermission.RESOLVE_ARRIVALS)
        if scope is Scope.ALL:
            return self
        if not isinstance(scope, frozenset):
            return self.none()
        own = MessageNumber.objects.filter(shared_with(Identifier.objects.filter(person__current_stay__unit__in=scope)))
        numbers_of_mine = models.Exists(own.filter(message=models.OuterRef("pk")))
        namesake = Person.objects.filter(pk=models.OuterRef("namesake"), current_stay__unit__in=scope)
        return self.filter(
            Q(unit_number__in=Unit.objects.named_as(scope).values("number")) | numbers_of_mine | models.Exists(namesake)
        )

    def due(self, at: datetime) -> MessageQuerySet:
        """Those told ahead whose moment has come by then, while nothing has followed."""
        return self.filter(fate=Fate.AHEAD, happens_at__lte=at).order_by("happens_at", "pk")

    def deleting_nothing(self) -> MessageQuerySet:
        """Deletions that have deleted nothing for a day: their message has not come, or is another sender's.

        They name nobody and no unit, so no leader can see to them.
        """
        late = self.filter(type=MessageType.DELETION, received_at__lt=timezone.now() - DELETES_WITHIN)
        return late.exclude(fate=Fate.APPLIED).order_by("-received_at", "pk")

    def deleting_nothing_for(self, user: Staff) -> MessageQuerySet:
        """As :meth:`deleting_nothing`, for those who keep the senders' keys; for all others none."""
        sees = scope_of(user, StaffPermission.ADMINISTER) is Scope.ALL
        return self.deleting_nothing() if sees else self.none()

    def parked(self) -> MessageQuerySet:
        """Those that wait, whole or with their number, for a leader or for their sender."""
        return self.filter(fate__in=WAITING).order_by("received_at", "pk")


class Message(CodedSealedModel):
    """A message as received, reduced to what BRIK may hold. Persons, numbers and stays are derived from these rows.

    The content is sealed under the person's key, and under a key of the message's own while the person is not known.
    A deleted message keeps only its ids and times.
    """

    RECORD_NAME = "message"
    SEALED_FOR = "subject"
    AGREES_WITH = ("numbers",)

    subject = models.UUIDField(default=uuid.uuid4)
    message_id = models.CharField(max_length=100)
    event_id = models.CharField(max_length=100, blank=True)
    type = models.CharField(max_length=40, choices=TYPES)
    # A keyed hash in hexadecimal: the content cannot be guessed from it.
    digest = models.CharField(max_length=64)
    created_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField(null=True)
    # When what it tells takes effect; None for what has no moment of its own.
    happens_at = models.DateTimeField(null=True)
    unit_number = models.CharField(max_length=20, blank=True)
    deletes = models.CharField(max_length=100, blank=True)
    # As in the signed envelope; empty for what the staff have written.
    sender = models.CharField(max_length=40, blank=True)
    content = SealedField(null=True)
    person = models.ForeignKey("people.Person", null=True, on_delete=models.SET_NULL, related_name="messages")
    # The record first made for this message: its person gets it back when two people are separated again.
    first_person = models.ForeignKey("people.Person", null=True, on_delete=models.SET_NULL, related_name="+")
    # The known person with the same name and day of birth, about whom the question is.
    namesake = models.ForeignKey("people.Person", null=True, on_delete=models.SET_NULL, related_name="+")
    fate = models.CharField(max_length=16, choices=FATES)
    why = models.CharField(max_length=16, choices=REASONS, blank=True)
    question = models.CharField(max_length=100, blank=True)
    received_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = MessageQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["message_id", "digest", "sender"], name="message_unique"),
            models.CheckConstraint(condition=KNOWN_TYPE, name="message_type_is_known"),
            models.CheckConstraint(condition=KNOWN_FATE, name="message_fate_is_known"),
        ]
        indexes = [
            models.Index(fields=["event_id"], name="message_by_event", condition=~Q(event_id="")),
            models.Index(fields=["deletes"], name="message_by_deleted", condition=~Q(deletes="")),
            models.Index(fields=["fate", "unit_number"], name="message_by_fate", condition=UNSETTLED),
            # What a leader was or is asked: few of all messages, and the page of waiting arrivals reads no others.
            models.Index(fields=["unit_number", "-received_at"], name="message_asked", condition=~Q(question="")),
            models.Index(fields=["happens_at"], name="message_told_ahead", condition=Q(fate=Fate.AHEAD.value)),
            models.Index(fields=["received_at"], name="message_deleting", condition=Q(type=MessageType.DELETION.value)),
        ]

    @property
    def told_at(self) -> datetime | None:
        """When the event was entered at the sender's, as far as the message tells."""
        return self.created_at or self.changed_at

    def first_to_say(self) -> Message:
        """The message of another sender that says the same and has the standing of both; else this one."""
        if self.fate != Fate.COPY:
            return self
        equals = Message.objects.filter(message_id=self.message_id, digest=self.digest)
        return equals.exclude(fate__in=[Fate.COPY, Fate.DELETED, Fate.REPLACED]).get()

    def demand_agreement(self) -> None:
        """Raise ``SealBroken`` unless the keyed hashes beside the message are those of its sealed numbers and name."""
        sealed, rows = self.sealed_lookups(), list(self.numbers.all())
        found = [row for kind, hashed in sealed for row in rows if row.kind == kind and row.is_found_by(hashed)]
        if not len(found) == len(sealed) == len(rows):
            raise SealBroken("the numbers are not those it is found by")

    def sealed_lookups(self) -> set[tuple[str, LookupHashes]]:
        """The keyed hashes of the sealed numbers and name. Raises ``SealBroken`` where they do not open."""
        content = self.content.open() if self.content is not None else {}
        numbers = [Number(NumberKind(kind), value) for kind, value in content.get("numbers", [])]
        return lookups_of(MessageType(self.type), numbers, content.get("name"))


# The kind of a hash of name and day of birth; the others are kinds of numbers.
NAME_AND_DAY = "NAVN_OG_DAG"


def lookups_of(
    kind: MessageType, numbers: Iterable[Number], name: Sequence[str] | None
) -> set[tuple[str, LookupHashes]]:
    """The keyed hashes by which a message is found: of each number, and of name and day of birth.

    What staff write is not found by its name (``timeline/namesakes.py``).
    """
    listed = list(numbers)
    lookups = {(number.kind.value, hashes_of(number)) for number in listed}
    text = likeness(listed, name) if kind not in MADE_HERE else None
    return lookups | ({(NAME_AND_DAY, hashes("arrivals.namesake", text))} if text else set())


class MessageNumber(HashedRow):
    """Keyed hashes of one number in a message, or of its name and day of birth: finds what is about one person."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="numbers")
    kind = models.CharField(max_length=16)

    class Meta:
        indexes = [
            models.Index(fields=["lookup"], name="message_by_number"),
            models.Index(fields=["lookup_second"], name="message_by_number_second"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["message", "kind", "lookup"], name="message_number_unique"),
            models.UniqueConstraint(fields=["message", "kind", "lookup_second"], name="message_number_unique_second"),
        ]

    @property
    def sealed_row(self) -> Message:
        return self.message

    def sealed_hashes(self) -> list[LookupHashes]:
        return [hashed for kind, hashed in self.message.sealed_lookups() if kind == self.kind]


class ArrivalAnswerQuerySet(CodedQuerySet):
    def in_force(self) -> ArrivalAnswerQuerySet:
        """Those that count. Of what is said elsewhere of a number written by hand only a yes that is not taken back.

        A no there changes nothing, and is not read: it must not show in the work that somebody there has the number.
        """
        there = self.filter(question=BY_HAND_ELSEWHERE, counts=True)
        no_later = there.filter(message=models.OuterRef("message"), pk__gt=models.OuterRef("pk"), same=False)
        taken_back = Q(same=False) | Q(models.Exists(no_later))
        return self.filter(counts=True).exclude(Q(question=BY_HAND_ELSEWHERE) & taken_back)


class ArrivalAnswer(CodedModel):
    """What a leader answered about a message that waited. Never changed: the latest that counts is in force."""

    RECORD_NAME = "arrival_answer"

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="answers")
    question = models.CharField(max_length=100)
    same = models.BooleanField()
    # No other leader's answer stood against it when it was given.
    counts = models.BooleanField()
    by = models.ForeignKey("staff.Staff", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)

    objects = ArrivalAnswerQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
