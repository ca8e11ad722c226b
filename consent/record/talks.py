"""A talk that is not finished: one sealed row with a version, which keeps two tabs from overwriting each other."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from brik.people.legal_status import MAPPED, TALK_CHOICES
from brik.people.models import Person
from brik.staff.access import scope_of
from brik.staff.models import Staff, Unit
from brik.vault.codes.coded_sealed_rows import CodedSealedModel, CodedSealedQuerySet
from brik.vault.fields import SealedBytesField, SealedField
from brik.vault.models import TALK
from consent.permissions import ConsentPermission
from consent.record.decisions import Consent


class TalkState(models.TextChoices):
    """Where a talk stands."""

    OPEN = "AAPEN", _("Påbegynt")
    FINISHED = "FERDIG", _("Ferdig")
    ABANDONED = "AVBRUTT", _("Avbrutt")


class TalkQuerySet(CodedSealedQuerySet):  # type: ignore[override]  # as its base
    def visible_to(self, user: Staff) -> TalkQuerySet:
        """Talks with people of units where the user may hold one: the user's own, and only where the user may see
        refusals a colleague's and one that mends a withdrawal or renews, since answers are shown in it."""
        scope, all_of = scope_of(user, ConsentPermission.HOLD_TALK), scope_of(user, ConsentPermission.SEE_REFUSALS)
        if not isinstance(scope, frozenset):
            return self.none()
        others = all_of if isinstance(all_of, frozenset) else ()
        within = self.filter(person__current_stay__unit__in=scope)
        return within.filter(Q(started_by=user, mends=False, renews=False) | Q(person__current_stay__unit__in=others))


class Talk(CodedSealedModel):
    """The answers so far. They are removed when the talk is finished: the document of the consent has them."""

    RECORD_NAME = "talk"
    KEEPING = TALK
    KEEPING_ID = "uuid"

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="consent_talks")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=TALK_CHOICES)
    state = models.CharField(max_length=8, choices=TalkState.choices, default=TalkState.OPEN)
    # Whether a mistaken withdrawal is mended by it: what stood is said again on one page, where nothing has changed.
    mends = models.BooleanField(default=False)
    # Whether it begins with what stands, each with its end: said on, taken back, or left to end on its day.
    renews = models.BooleanField(default=False)
    # {step: {field: value}}, cleaned.
    answers = SealedField(null=True)
    scan = SealedBytesField(null=True)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField(default=timezone.now, editable=False)
    # When the person first answered something; None while the staff have only opened the pages.
    answered_at = models.DateTimeField(null=True, editable=False)
    consent = models.OneToOneField(Consent, null=True, on_delete=models.PROTECT, related_name="talk")

    objects = TalkQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at", "pk"]
        indexes = [models.Index(fields=["person", "-started_at"], name="talk_by_person")]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=MAPPED), name="talk_kind_is_known"),
            models.CheckConstraint(
                condition=Q(state=TalkState.FINISHED, consent__isnull=False)
                | Q(state__in=[TalkState.OPEN, TalkState.ABANDONED], consent=None),
                name="finished_talk_has_its_consent",
            ),
            models.CheckConstraint(
                condition=~Q(state=TalkState.FINISHED) | Q(answered_at__isnull=False),
                name="finished_talk_was_answered",
            ),
            models.CheckConstraint(condition=~Q(mends=True, renews=True), name="talk_mends_or_renews"),
            models.UniqueConstraint(
                fields=["person"], condition=Q(state=TalkState.OPEN), name="one_open_talk_for_each_person"
            ),
        ]


def with_offered(people: QuerySet, *, before: datetime | None = None) -> QuerySet:
    """Annotate ``offered``: the person answered in a talk of the present stay, under the present legal status.

    After a change from remand to convicted it is offered again: that is another mapping. What the person answered makes
    no difference. ``before`` asks how it was at that moment.
    """
    answered = Talk.objects.filter(
        person=OuterRef("pk"),
        kind=OuterRef("current_stay__legal_status"),
        answered_at__gte=OuterRef("current_stay__arrived_at"),
        **({"answered_at__lt": before} if before else {}),
    )
    annotated: QuerySet = people.annotate(offered=Exists(answered))
    return annotated
