"""The tables of deliveries: the queue, every attempt, and the receipts of the recipients' systems."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from brik.people.models import Person
from brik.staff.access import Scope, scope_of
from brik.staff.models import Channel, Organisation, Staff
from brik.vault.canonical import salted_sha256
from brik.vault.codes.coded_models import CodedModel, CodedQuerySet
from brik.vault.codes.coded_sealed_rows import CodedSealedModel, CodedSealedQuerySet
from brik.vault.fields import SealedField
from brik.vault.models import DISCLOSURE
from brik.vault.sealing import Shredded
from followup.sharing.disclosure.disclosures import Disclosure
from followup.sharing.disclosure.states import LIVE, WAITING, DeliveryKind, DeliveryState, ReceiptStatus
from followup.sharing.permissions import SharingPermission


class DeliveryQuerySet(CodedQuerySet):
    def visible_to(self, user: Staff) -> DeliveryQuerySet:
        """Deliveries about people of the units where the user may see deliveries. A partner sees none."""
        units = scope_of(user, SharingPermission.SEE_DELIVERIES)
        return self.filter(person__current_stay__unit__in=units) if isinstance(units, frozenset) else self.none()

    def in_inbox_of(self, user: Staff) -> DeliveryQuerySet:
        """What lies in the inbox of the user's organisation, archived or not: delivered, and replaced by nothing newer.

        Whether it may still be read is another question (``clearance``).
        """
        if scope_of(user, SharingPermission.INBOX) is not Scope.OWN_ORGANISATION:
            return self.none()
        newer = Disclosure.objects.filter(replaces=OuterRef("disclosure"))
        newer = newer.exclude(deliveries__state=DeliveryState.CANCELLED)
        own = {"organisation": user.organisation_id, "disclosure__organisation": user.organisation_id}
        return self.filter(
            ~Exists(newer),
            **own,
            organisation__channel=Channel.INBOX,
            kind=DeliveryKind.SHARE,
            state=DeliveryState.ACCEPTED,
        )

    def queue(self, person_id: uuid.UUID, organisation_id: int) -> DeliveryQuerySet:
        """What still has to be sent to one recipient about one person, in order, parked deliveries included."""
        return self.filter(
            person=person_id, organisation=organisation_id, state__in=[*WAITING, DeliveryState.PARKED]
        ).order_by("pk")

    def live_shares(self) -> DeliveryQuerySet:
        """Shares that a recipient has, may have, or is about to get."""
        return self.filter(kind=DeliveryKind.SHARE, state__in=LIVE)

    def with_overtaken(self) -> DeliveryQuerySet:
        """Annotate ``overtaken``: the same recipient has been sent a newer share, so this one is not sent again."""
        newer = Delivery.objects.filter(
            person=OuterRef("person"),
            organisation=OuterRef("organisation"),
            pk__gt=OuterRef("pk"),
            kind=DeliveryKind.SHARE,
        ).exclude(state__in=[DeliveryState.CANCELLED, DeliveryState.FAILED])
        return self.annotate(overtaken=Exists(newer))

    def with_behind_parked(self) -> DeliveryQuerySet:
        """Annotate ``behind_parked``: an older share to the same recipient is parked, and holds this one back."""
        parked = Delivery.objects.filter(
            person=OuterRef("person"),
            organisation=OuterRef("organisation"),
            state=DeliveryState.PARKED,
            pk__lt=OuterRef("pk"),
        )
        return self.annotate(behind_parked=Exists(parked))


class Delivery(CodedModel):
    """One message to one recipient, without its content. The primary key gives the order of sending."""

    RECORD_NAME = "delivery"

    message_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=16, choices=DeliveryKind.choices)
    disclosure = models.ForeignKey(Disclosure, on_delete=models.PROTECT, related_name="deliveries")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=16, choices=DeliveryState.choices, default=DeliveryState.QUEUED)
    # The share that a retraction takes back.
    retracts = models.OneToOneField("self", null=True, blank=True, on_delete=models.PROTECT, related_name="retraction")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    # Parked because the stored bytes are not those decided on; else a person has parked it.
    broken = models.BooleanField(default=False)
    attempts_made = models.PositiveIntegerField(default=0)
    # Not before this moment; None means at once.
    due_at = models.DateTimeField(null=True, blank=True)
    state_at = models.DateTimeField(default=timezone.now, editable=False)
    # When a partner first read it in the inbox, and whether something there is unread: the summary, or a reply.
    first_read_at = models.DateTimeField(null=True, blank=True)
    unread = models.BooleanField(default=True)
    # Who works with it there, and when it was put away.
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    archived_at = models.DateTimeField(null=True, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(
                fields=["person", "organisation", "id"],
                condition=Q(state__in=[*WAITING, DeliveryState.PARKED]),
                name="delivery_waiting",
            ),
            models.Index(fields=["person", "id"], name="delivery_by_person"),
            models.Index(
                fields=["organisation", "-id"],
                condition=Q(state=DeliveryState.ACCEPTED, archived_at=None, unread=True),
                name="delivery_unread",
            ),
            models.Index(
                fields=["organisation", "-id"],
                condition=Q(state=DeliveryState.ACCEPTED, archived_at=None, unread=False),
                name="delivery_read",
            ),
            models.Index(
                fields=["organisation", "-id"],
                condition=Q(state=DeliveryState.ACCEPTED, archived_at__isnull=False),
                name="delivery_archived",
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=DeliveryKind.values), name="delivery_kind_is_known"),
            models.CheckConstraint(condition=Q(state__in=DeliveryState.values), name="delivery_state_is_known"),
            models.CheckConstraint(
                condition=Q(kind=DeliveryKind.SHARE, retracts=None)
                | Q(kind=DeliveryKind.RETRACTION, retracts__isnull=False),
                name="only_a_retraction_retracts",
            ),
            models.CheckConstraint(
                condition=Q(kind=DeliveryKind.SHARE)
                | ~Q(state__in=[DeliveryState.CANCELLED, DeliveryState.RETRACTING, DeliveryState.RETRACTED]),
                name="retraction_is_never_cancelled",
            ),
            models.CheckConstraint(
                condition=~Q(state=DeliveryState.CANCELLED) | Q(attempts_made=0),
                name="attempted_is_never_cancelled",
            ),
            models.CheckConstraint(
                condition=~Q(state=DeliveryState.ATTEMPTED) | Q(attempts_made__gt=0), name="attempted_means_an_attempt"
            ),
            models.UniqueConstraint(
                fields=["disclosure"], condition=Q(kind=DeliveryKind.SHARE), name="one_share_for_each_disclosure"
            ),
        ]

    @property
    def unit_id(self) -> int | None:
        """The unit whose staff may act on it."""
        return self.person.unit_id

    @property
    def is_out(self) -> bool:
        """Whether the recipient has it or may have it."""
        return bool(self.attempts_made) or self.state == DeliveryState.ACCEPTED


class AttemptOutcome(models.TextChoices):
    """How one attempt ended. Without an outcome the message may have arrived."""

    ANSWERED = "SVAR", _("Mottakeren svarte")
    NO_ANSWER = "INTET_SVAR", _("Mottakeren svarte ikke")


class Attempt(CodedModel):
    """One attempt to send. Committed before the bytes are sent; its outcome is written once, afterwards."""

    RECORD_NAME = "attempt"
    UNCODED = {"id": "a delivery has one attempt of a number, and finds it by that"}

    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="attempts")
    number = models.PositiveIntegerField()
    started_at = models.DateTimeField(default=timezone.now, editable=False)
    ended_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=12, choices=AttemptOutcome.choices, blank=True)
    # A technical reason for operators, never content.
    detail = models.CharField(max_length=120, blank=True)

    objects = CodedQuerySet.as_manager()

    class Meta:
        ordering = ["delivery", "number"]
        constraints = [
            models.UniqueConstraint(fields=["delivery", "number"], name="attempt_number_unique"),
            models.CheckConstraint(
                condition=Q(outcome="", ended_at=None) | Q(outcome__in=AttemptOutcome.values, ended_at__isnull=False),
                name="attempt_ends_with_an_outcome",
            ),
        ]


class Receipt(CodedSealedModel):
    """What a recipient's system answered. Written once; an id is used once by each sender."""

    RECORD_NAME = "receipt"
    KEEPING = DISCLOSURE
    KEEPING_ID = "disclosure_id"

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="receipts")
    # The delivery's own. With its key the receipt is sealed: both end together.
    disclosure = models.ForeignKey(Disclosure, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    message_id = models.CharField(max_length=100)
    status = models.CharField(max_length=24, choices=ReceiptStatus.choices)
    # {"description", "case", "signed"}: the recipient's own words may say something about the person. The whole of it
    # is kept as it was signed: so it still verifies when the recipient has another key. And the salt of the hash.
    content = SealedField()
    sha256 = models.CharField(max_length=64)
    received_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = CodedSealedQuerySet.as_manager()

    class Meta:
        ordering = ["received_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "message_id"], name="receipt_message_id_unique"),
            models.CheckConstraint(condition=Q(status__in=ReceiptStatus.values), name="receipt_status_is_known"),
        ]

    def is_of(self, payload: bytes) -> bool:
        """Whether these bytes were received. Of a receipt that is erased only its id is known, and is enough."""
        try:
            salt = self.content.open()["salt"]
        except Shredded:
            return True
        return salted_sha256(payload, salt) == self.sha256
