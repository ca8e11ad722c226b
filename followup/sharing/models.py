"""What has been disclosed to whom, how it went out, and what came back."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from brik.mapping.models import Mapping
from brik.people.access import Scope, scope_of
from brik.people.models import Channel, Organisation, Person, Staff
from brik.vault.fields import SealedBytesField, SealedField
from brik.vault.rows import SealedModel, SealedQuerySet
from followup.sharing.permissions import SharingPermission
from followup.sharing.states import LIVE, WAITING, Kind, ReceiptStatus, State

__all__ = [
    "Answer",
    "AnswerKind",
    "Attempt",
    "Contact",
    "Delivery",
    "Disclosure",
    "Kind",
    "Outcome",
    "Receipt",
    "State",
]


class DisclosureQuerySet(SealedQuerySet):
    def visible_to(self, user: Staff) -> DisclosureQuerySet:
        """A partner sees what was disclosed to its own organisation; a mapper what concerns people of the unit."""
        scope = scope_of(user, SharingPermission.INBOX)
        if scope is Scope.OWN_ORGANISATION:
            return self.filter(organisation=user.organisation_id, organisation__channel=Channel.INBOX)
        units = scope_of(user, SharingPermission.SEE_DELIVERIES)
        if isinstance(units, frozenset):
            return self.filter(person__current_stay__unit__in=units)
        return self.none()

    def standing(self) -> DisclosureQuerySet:
        """Delivered, not retracted, and the newest of its line."""
        share = Delivery.objects.filter(disclosure=OuterRef("pk"), kind=Kind.SHARE)
        newer = Disclosure.objects.filter(replaces=OuterRef("pk")).exclude(deliveries__state=State.CANCELLED)
        return self.filter(Exists(share.filter(state=State.ACCEPTED)), ~Exists(newer))


class Disclosure(SealedModel):
    """The decision to tell one recipient certain things about one person, and the very bytes. Written once."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    mapping = models.ForeignKey(Mapping, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    replaces = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaced_by")
    # What it rests on: the themes permitted and the consent decisions that permit them.
    themes = models.JSONField()
    decisions = models.JSONField()
    legal_basis = models.CharField(max_length=200)
    purpose = models.CharField(max_length=500)
    # {"fields": [link ids], "own_ticks": [...], "free_text": [...]}
    content = SealedField()
    # What leaves, byte for byte.
    payload = SealedBytesField()
    payload_sha256 = models.CharField(max_length=64)
    schema = models.CharField(max_length=40)
    schema_version = models.CharField(max_length=10)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = DisclosureQuerySet.as_manager()

    class Meta:
        ordering = ["-decided_at", "pk"]
        indexes = [models.Index(fields=["organisation", "-decided_at"], name="disclosure_by_recipient")]
        constraints = [
            models.CheckConstraint(condition=~Q(replaces=F("uuid")), name="disclosure_replaces_another"),
            models.CheckConstraint(condition=Q(payload_sha256__regex="^[0-9a-f]{64}$"), name="disclosure_has_a_hash"),
        ]

    @property
    def unit_id(self) -> int | None:
        """The unit whose staff may act on it."""
        return self.person.unit_id


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def visible_to(self, user: Staff) -> DeliveryQuerySet:
        """Deliveries about people of the units where the user may see them. Never a partner's business."""
        units = scope_of(user, SharingPermission.SEE_DELIVERIES)
        return self.filter(person__current_stay__unit__in=units) if isinstance(units, frozenset) else self.none()

    def queue(self, person_id: uuid.UUID, organisation_id: int) -> DeliveryQuerySet:
        """What one recipient is still to be sent about one person, in order; what is parked holds the rest back."""
        return self.filter(person=person_id, organisation=organisation_id, state__in=[*WAITING, State.PARKED]).order_by(
            "pk"
        )

    def live_shares(self) -> DeliveryQuerySet:
        """Shares that a recipient has, may have, or is about to get."""
        return self.filter(kind=Kind.SHARE, state__in=LIVE)


class Delivery(models.Model):
    """One message on its way to one recipient. Its own key gives the order; nothing in it tells what was said."""

    message_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    disclosure = models.ForeignKey(Disclosure, on_delete=models.PROTECT, related_name="deliveries")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=16, choices=State.choices, default=State.QUEUED)
    # The share that a retraction takes back.
    retracts = models.OneToOneField("self", null=True, blank=True, on_delete=models.PROTECT, related_name="retraction")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    # Why it is parked: somebody wanted it so, or what is stored is not what was decided on.
    broken = models.BooleanField(default=False)
    attempts_made = models.PositiveIntegerField(default=0)
    # Not before this moment; None means at once.
    due_at = models.DateTimeField(null=True, blank=True)
    state_at = models.DateTimeField(default=timezone.now, editable=False)
    # A partner's first look at it, when it lies in the inbox.
    first_read_at = models.DateTimeField(null=True, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(
                fields=["person", "organisation", "id"],
                condition=Q(state__in=[*WAITING, State.PARKED]),
                name="delivery_waiting",
            ),
            models.Index(fields=["person", "id"], name="delivery_by_person"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="delivery_kind_is_known"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="delivery_state_is_known"),
            models.CheckConstraint(
                condition=Q(kind=Kind.SHARE, retracts=None) | Q(kind=Kind.RETRACTION, retracts__isnull=False),
                name="only_a_retraction_retracts",
            ),
            models.CheckConstraint(
                condition=Q(kind=Kind.SHARE) | ~Q(state__in=[State.CANCELLED, State.RETRACTING, State.RETRACTED]),
                name="a_retraction_is_never_taken_back",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.CANCELLED) | Q(attempts_made=0), name="what_may_be_out_is_never_just_cancelled"
            ),
            models.CheckConstraint(
                condition=~Q(state=State.ATTEMPTED) | Q(attempts_made__gt=0), name="attempted_means_an_attempt"
            ),
            models.UniqueConstraint(
                fields=["disclosure"], condition=Q(kind=Kind.SHARE), name="one_share_for_each_disclosure"
            ),
        ]

    @property
    def unit_id(self) -> int | None:
        """The unit whose staff may act on it."""
        return self.person.unit_id


class Outcome(models.TextChoices):
    """How one attempt ended. No outcome at all means that nobody knows: it may have arrived."""

    ANSWERED = "SVAR", _("Mottakeren svarte")
    NO_ANSWER = "INTET_SVAR", _("Mottakeren svarte ikke")


class Attempt(models.Model):
    """That bytes may have gone out. Committed before they go; its outcome is filled in once, afterwards."""

    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="attempts")
    number = models.PositiveIntegerField()
    started_at = models.DateTimeField(default=timezone.now, editable=False)
    ended_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=12, choices=Outcome.choices, blank=True)
    # A code for those who look for the fault: never content.
    detail = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["delivery", "number"]
        constraints = [
            models.UniqueConstraint(fields=["delivery", "number"], name="attempts_are_counted"),
            models.CheckConstraint(
                condition=Q(outcome="", ended_at=None) | Q(outcome__in=Outcome.values, ended_at__isnull=False),
                name="attempt_ends_with_an_outcome",
            ),
        ]


class Receipt(SealedModel):
    """What a recipient's system answered. Written once; an id is used once by each sender."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="receipts")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    message_id = models.CharField(max_length=100)
    status = models.CharField(max_length=24, choices=ReceiptStatus.choices)
    # {"description", "case"}: the recipient's own words may touch upon the person.
    content = SealedField()
    sha256 = models.CharField(max_length=64)
    received_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = SealedQuerySet.as_manager()

    class Meta:
        ordering = ["received_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "message_id"], name="receipt_id_is_used_once"),
            models.CheckConstraint(condition=Q(status__in=ReceiptStatus.values), name="receipt_status_is_known"),
        ]


class AnswerKind(models.TextChoices):
    RECEIVED = "MOTTATT", _("Mottatt")
    WILL_CONTACT = "TAR_KONTAKT", _("Vi tar kontakt")


class Contact(models.TextChoices):
    """How a partner will make contact. A choice, never free text."""

    VISIT = "BESOEK", _("Vi kommer på besøk")
    PHONE = "TELEFON", _("Vi ringer")
    VIDEO = "VIDEO", _("Vi møtes på video")
    THROUGH_OFFICER = "BETJENT", _("Vi avtaler gjennom kontaktbetjenten")


class AnswerQuerySet(models.QuerySet["Answer"]):
    def visible_to(self, user: Staff) -> AnswerQuerySet:
        """Answers to what the user may see disclosed."""
        return self.filter(disclosure__in=Disclosure.objects.visible_to(user))


class Answer(models.Model):
    """A partner's answer. A new answer is a new row."""

    disclosure = models.ForeignKey(Disclosure, on_delete=models.PROTECT, related_name="answers")
    kind = models.CharField(max_length=12, choices=AnswerKind.choices)
    on_day = models.DateField(null=True, blank=True)
    how = models.CharField(max_length=10, choices=Contact.choices, blank=True)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = AnswerQuerySet.as_manager()

    class Meta:
        ordering = ["-given_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=AnswerKind.values), name="answer_kind_is_known"),
            models.CheckConstraint(condition=Q(how__in=["", *Contact.values]), name="answer_contact_is_known"),
            models.CheckConstraint(
                condition=Q(kind=AnswerKind.WILL_CONTACT) | Q(on_day=None, how=""), name="only_contact_has_a_day"
            ),
        ]
