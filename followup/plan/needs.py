"""What somebody needs help with: theme, level and wish are sealed as the interview is; state and dates are in clear."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from simple_history.models import HistoricalRecords

from brik.mapping.models import Mapping
from brik.mapping.questionnaire.themes import Theme
from brik.mapping.record.states import SIGNED_OFF
from brik.people.models import Person
from brik.staff.access import scope_of
from brik.staff.models import Staff
from brik.vault.codes.coded_sealed_rows import CodedSealedModel, CodedSealedQuerySet
from brik.vault.fields import SealedField
from brik.vault.models import INTERVIEW
from followup.plan.need_states import NeedLevel, NeedSource, NeedState, NeedWish
from followup.plan.permissions import PlanPermission

# What only a release or a change of the stay writes: nobody is named, and the occasion is.
_BY_NOBODY = Q(moved_by=None, occasion__isnull=False)


@dataclass(frozen=True)
class NeedContent:
    """What is sealed of a need."""

    theme: Theme
    level: NeedLevel = NeedLevel.NONE
    wish: NeedWish = NeedWish.NOT_SAID

    def as_stored(self) -> dict[str, Any]:
        """As the row keeps it."""
        return {"theme": self.theme.value, "level": self.level.value, "wish": self.wish.value}


class NeedQuerySet(CodedSealedQuerySet):  # type: ignore[override]  # as its base
    def visible_to(self, user: Staff) -> NeedQuerySet:
        """Those told in interviews that are signed off and open inside, in units where the user is approved."""
        units = scope_of(user, PlanPermission.NEEDS)
        if not isinstance(units, frozenset):
            return self.none()
        read = Mapping.objects.readable().filter(state__in=SIGNED_OFF, person__current_stay__unit__in=units)
        return self.filter(mapping__in=read.order_by().values("pk"))

    def open(self) -> NeedQuerySet:
        """Not ended."""
        return self.filter(state=NeedState.OPEN)


class Need(CodedSealedModel):
    """One thing somebody needs help with. Sealed with the interview it came up after, and gone with its key."""

    RECORD_NAME = "need"
    KEEPING = INTERVIEW
    KEEPING_ID = "mapping_id"

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    mapping = models.ForeignKey(Mapping, on_delete=models.PROTECT, related_name="+")
    source = models.CharField(max_length=12, choices=NeedSource.choices)
    state = models.CharField(max_length=12, choices=NeedState.choices, default=NeedState.OPEN)
    # Theme, level and wish, as ``NeedContent`` writes them.
    content = SealedField()
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(default=timezone.now, editable=False)
    # When it came into its state, by whom, and why: a code of ``fixtures/plan``, or of what ended the stay.
    moved_at = models.DateTimeField(default=timezone.now)
    moved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField(max_length=24, blank=True)
    # The change of the stay that ended it, so that it stands again where that is undone.
    occasion = models.UUIDField(null=True, blank=True, editable=False)

    objects = NeedQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["entered_at", "pk"]
        indexes = [models.Index(fields=["person", "state"], name="need_by_person")]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=NeedState.values), name="need_state_is_known"),
            models.CheckConstraint(condition=Q(source__in=NeedSource.values), name="need_source_is_known"),
            models.CheckConstraint(
                condition=~Q(state=NeedState.NOT_MET) | _BY_NOBODY, name="only_a_release_leaves_a_need_unmet"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[NeedState.MET, NeedState.DECLINED]) | Q(moved_by__isnull=False),
                name="somebody_says_that_a_need_has_ended",
            ),
            models.CheckConstraint(
                condition=~Q(state=NeedState.LAPSED) | ~Q(reason=""), name="a_need_lapses_for_a_reason"
            ),
        ]

    @property
    def opened(self) -> NeedContent:
        """What is sealed. Raises ``SealBroken``, and ``Shredded`` where the interview's key is destroyed."""
        return self.content_of(self)

    @staticmethod
    def content_of(row: Any) -> NeedContent:
        """As :attr:`opened`, of the row or a row of its history."""
        said = row.content.open()
        return NeedContent(Theme(said["theme"]), NeedLevel(said["level"]), NeedWish(said["wish"]))
