"""What a person has decided: a stored document, a row for each decision, and steps.

A trigger refuses any change of these rows. What holds now is computed from them; there is no flag for it.
"""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from brik.definitions import languages
from brik.mapping.questionnaire.themes import Theme
from brik.people.legal_status import MAPPED, TALK_CHOICES
from brik.people.models import Person
from brik.staff.access import Scope, scope_of
from brik.staff.models import KIND_CHOICES, Organisation, Staff, Unit
from brik.vault.codes.coded_models import CodedModel, CodedQuerySet
from brik.vault.codes.coded_sealed_rows import CodedSealedModel, CodedSealedQuerySet
from brik.vault.fields import SealedBytesField
from brik.vault.models import CONSENT
from consent.permissions import ConsentPermission
from consent.record.withdrawal.rows import Withdrawal
from consent.texts.published_texts import LegalBasis, Text


class ConsentState(models.TextChoices):
    """The states of a consent. The first five come from a talk; the others end it, or take an end back."""

    PRESENTED = "FORELAGT", _("Forelagt")
    GIVEN = "GITT", _("Gitt")
    PARTLY_GIVEN = "DELVIS_GITT", _("Delvis gitt")
    REFUSED = "NEI", _("Sa nei")
    DEFERRED = "UTSATT", _("Vil snakke med noen først")
    WITHDRAWN = "TRUKKET", _("Trukket")
    EXPIRED = "UTLOEPT", _("Utløpt")
    SUPERSEDED = "ERSTATTET", _("Erstattet av et nyere")
    ENDED = "AVSLUTTET", _("Avsluttet")
    IN_ERROR = "FEIL", _("Feilregistrert")
    # It stands again: what had ended it is undone.
    RESTORED = "GJELDER", _("Gjelder igjen")


OUTCOMES = (ConsentState.GIVEN, ConsentState.PARTLY_GIVEN, ConsentState.REFUSED, ConsentState.DEFERRED)
YES = (ConsentState.GIVEN, ConsentState.PARTLY_GIVEN)
ENDS = (
    ConsentState.WITHDRAWN,
    ConsentState.EXPIRED,
    ConsentState.SUPERSEDED,
    ConsentState.ENDED,
    ConsentState.IN_ERROR,
)


class Direction(models.TextChoices):
    """What is decided about: being mapped here, asking others, telling others, or a plan that is made here."""

    MAP = "KARTLEGGE", _("Kartlegges")
    COLLECT = "HENTE", _("Spørre andre")
    DISCLOSE = "DELE", _("Dele med")
    PLAN = "PLAN", _("Lage en plan")


class DecisionAnswer(models.TextChoices):
    PERMIT = "JA", _("Ja")
    DENY = "NEI", _("Nei")
    NOT_ASKED = "IKKE_SPURT", _("Ikke spurt")


class ConsentQuerySet(CodedSealedQuerySet):  # type: ignore[override]  # as its base
    def with_end(self, at: datetime | None) -> ConsentQuerySet:
        """Annotate ``ended_as``: the state that first ended the consent by ``at`` (None: ever); None if none did."""
        ends = Step.objects.ending("pk", at=at).order_by("effective_at", "pk")
        return self.annotate(ended_as=Subquery(ends.values("state")[:1]))

    def visible_to(self, user: Staff, *, signed: str | None = None) -> ConsentQuerySet:
        """Consents of people in units where the user may read them.

        ``signed`` is the consent of a talk that the user held and that has just ended: it is seen by whoever may close
        a talk there.
        """
        reading, closing = scope_of(user, ConsentPermission.READ), scope_of(user, ConsentPermission.CLOSE_TALK)
        visible = Q(pk__in=())
        if reading is Scope.ALL:
            return self
        if isinstance(reading, frozenset):
            visible |= Q(person__current_stay__unit__in=reading)
        if signed is not None and isinstance(closing, frozenset):
            visible |= Q(pk=signed, held_by=user, person__current_stay__unit__in=closing)
        return self.filter(visible)


class Consent(CodedSealedModel):
    """The result of one talk. The document counts; the columns and the rows of decisions repeat it for queries."""

    RECORD_NAME = "consent"
    KEEPING = CONSENT
    KEEPING_ID = "uuid"

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="consents")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=TALK_CHOICES)
    language = models.CharField(max_length=3, choices=languages.CHOICES)
    text = models.ForeignKey(Text, on_delete=models.PROTECT, related_name="+")
    legal_basis = models.ForeignKey(LegalBasis, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=12, choices=ConsentState.choices)
    held_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    effective_at = models.DateTimeField()
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)
    # The canonical bytes: read-back, receipt and hash all come from these.
    document = SealedBytesField()
    document_sha256 = models.CharField(max_length=64)
    # What was drawn, typed or scanned; its hash is in the document.
    signature = SealedBytesField(null=True)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        ordering = ["-effective_at", "-recorded_at", "pk"]
        indexes = [models.Index(fields=["person", "-effective_at"], name="consent_by_person")]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=MAPPED), name="consent_kind_is_known"),
            models.CheckConstraint(condition=Q(language__in=languages.CODES), name="consent_language_is_known"),
            models.CheckConstraint(condition=Q(outcome__in=OUTCOMES), name="consent_outcome_is_known"),
        ]


class Decision(CodedModel):
    """One decision about a direction, a recipient and a theme, from a consent or a withdrawal (then a deny).

    A kind without an organisation means all of that kind. A source is a number here; its name is only in the sealed
    document, since it may be a private person.
    """

    RECORD_NAME = "decision"
    UNCODED = {"id": "append-only, and found by what is asked: a copy says the same at the same moment"}

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="decisions")
    consent = models.ForeignKey(Consent, null=True, on_delete=models.PROTECT, related_name="decisions")
    withdrawal = models.ForeignKey(Withdrawal, null=True, on_delete=models.PROTECT, related_name="decisions")
    direction = models.CharField(max_length=10, choices=Direction.choices)
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    recipient_kind = models.CharField(max_length=12, choices=KIND_CHOICES, blank=True)
    source = models.PositiveSmallIntegerField(null=True)
    theme = models.CharField(max_length=10, choices=[(theme, theme) for theme in Theme], blank=True)
    answer = models.CharField(max_length=10, choices=DecisionAnswer.choices)
    effective_at = models.DateTimeField()
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)
    until = models.DateTimeField(null=True)

    objects = CodedQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(
                fields=["person", "direction", "organisation", "theme", "-effective_at"], name="decision_by_question"
            )
        ]
        constraints = [
            models.CheckConstraint(condition=Q(direction__in=Direction.values), name="decision_direction_is_known"),
            models.CheckConstraint(condition=Q(answer__in=DecisionAnswer.values), name="decision_answer_is_known"),
            models.CheckConstraint(condition=Q(theme__in=["", *Theme]), name="decision_theme_is_known"),
            models.CheckConstraint(
                condition=Q(recipient_kind__in=["", *dict(KIND_CHOICES)]), name="decision_recipient_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(answer=DecisionAnswer.PERMIT) | Q(until__isnull=False), name="every_permit_has_an_end"
            ),
            models.CheckConstraint(
                condition=Q(consent__isnull=False, withdrawal=None)
                | Q(consent=None, withdrawal__isnull=False, answer=DecisionAnswer.DENY),
                name="decision_comes_from_a_talk_or_is_taken_back",
            ),
            models.CheckConstraint(
                condition=Q(
                    direction__in=(Direction.MAP, Direction.PLAN),
                    theme="",
                    recipient_kind="",
                    organisation=None,
                    source=None,
                )
                | Q(direction=Direction.COLLECT, recipient_kind="", organisation=None)
                | (Q(direction=Direction.DISCLOSE, source=None) & ~Q(recipient_kind="") & ~Q(theme="")),
                name="decision_fits_its_direction",
            ),
        ]


class StepQuerySet(CodedQuerySet):
    def ending(self, consent: str, *, at: datetime | None, direction: str | None = None) -> StepQuerySet:
        """The steps that end the consent of the outer row by ``at``: its own, or one that ends all earlier consents.

        One that is undone by then ends nothing.

        ``consent`` and ``direction`` name columns of the outer row; without a direction, only steps that end all.
        """
        undone = Step.objects.filter(undoes=OuterRef("pk"), **({} if at is None else {"effective_at__lte": at}))
        ends = self.filter(
            ~Exists(undone),
            Q(consent=OuterRef(consent)) | Q(consent=None, effective_at__gte=OuterRef("effective_at")),
            person=OuterRef("person"),
            direction__in=["", OuterRef(direction)] if direction else [""],
            state__in=ENDS,
        )
        return ends if at is None else ends.filter(effective_at__lte=at)


class Step(CodedModel):
    """A change of state of a consent: when it takes effect, and when it was recorded.

    A step without a consent ends everything the person decided until then: a withdrawal, a release, a new legal status.
    """

    RECORD_NAME = "step"
    UNCODED = {"id": "append-only, and found by person and consent: a copy ends the same at the same moment"}

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="consent_steps")
    consent = models.ForeignKey(Consent, null=True, on_delete=models.PROTECT, related_name="steps")
    withdrawal = models.ForeignKey(Withdrawal, null=True, on_delete=models.PROTECT, related_name="steps")
    state = models.CharField(max_length=12, choices=ConsentState.choices)
    # Empty ends every direction; else only that one.
    direction = models.CharField(max_length=10, choices=Direction.choices, blank=True)
    cause = models.CharField(max_length=20, blank=True)
    # The change of the stay that ended it, as another room calls it: its steps are found by it if it is undone.
    occasion = models.UUIDField(null=True)
    # The step that this one takes back; each is taken back once.
    undoes = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="undone_by")
    effective_at = models.DateTimeField()
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)
    actor = models.CharField(max_length=64)

    objects = StepQuerySet.as_manager()

    class Meta:
        ordering = ["effective_at", "pk"]
        indexes = [models.Index(fields=["person", "state", "effective_at"], name="step_by_person")]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ConsentState.values), name="step_state_is_known"),
            models.CheckConstraint(condition=Q(direction__in=["", *Direction.values]), name="step_direction_is_known"),
            models.CheckConstraint(
                condition=Q(consent__isnull=False) | Q(state__in=ENDS), name="step_without_a_consent_is_an_end"
            ),
            models.CheckConstraint(
                condition=Q(state=ConsentState.RESTORED, undoes__isnull=False)
                | (~Q(state=ConsentState.RESTORED) & Q(undoes=None)),
                name="step_that_restores_undoes_another",
            ),
        ]
