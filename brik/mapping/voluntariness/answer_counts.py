"""Whether people felt they could say no: a counter for each unit and quarter, and nothing about anybody.

There is no row of an answer and no event of one: its time would tell whose it is. That an interview's page was sent is
stored, whatever was on it, so that each is counted once. What the counter cannot hide stands in
``docs/decisions/2026-11-30-could-you-say-no.md``.
"""

from __future__ import annotations

from datetime import date

from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from brik.mapping.permissions import MappingPermission
from brik.mapping.record.interviews import Mapping
from brik.mapping.record.states import SIGNED_OFF
from brik.mapping.voluntariness import question_words
from brik.staff.access import require
from brik.staff.models import Staff, Unit


class VoluntarinessAnswer(models.TextChoices):
    """What can be answered. Who will not answer, or skips it, is not counted."""

    YES = "JA", _("Ja")
    NO = "NEI", _("Nei")
    SILENT = "VIL_IKKE_SVARE", _("Vil ikke svare")


class VoluntarinessCount(models.Model):
    """How many in a unit answered yes, and no, in a quarter."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    # The first day of the quarter.
    quarter = models.DateField()
    could = models.PositiveIntegerField(default=0)
    could_not = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "quarter"], name="voluntariness_count_unique"),
            models.CheckConstraint(
                condition=Q(quarter__day=1, quarter__month__in=[1, 4, 7, 10]),
                name="voluntariness_count_is_of_a_quarter",
            ),
        ]


class VoluntarinessTurn(models.Model):
    """The page of an interview was sent: with an answer, or with none. It has no time."""

    mapping = models.OneToOneField(Mapping, on_delete=models.PROTECT, primary_key=True, related_name="+")


def quarter_of(day: date) -> date:
    """The first day of the quarter of a day."""
    return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)


def is_asked(mapping: Mapping) -> bool:
    """Whether the question is asked after this interview: on the day it was signed off, and not after a correction."""
    return (
        mapping.state in SIGNED_OFF
        and mapping.corrects_id is None
        and mapping.signed_off_at is not None
        and timezone.localdate(mapping.signed_off_at) == timezone.localdate()
        and question_words.definition().usable
    )


@transaction.atomic
def count(mapping: Mapping, *, answer: VoluntarinessAnswer | None, by: Staff) -> None:
    """Add an answer to the counter of the interview's unit: the first that is sent for it, and no later one.

    The same statements whatever is answered, or not. No event is written.

    Raises:
        PermissionDenied: ``by`` is not an approved mapper where the person is.
    """
    require(by, MappingPermission.INTERVIEW, mapping.person)
    _, first = VoluntarinessTurn.objects.get_or_create(mapping=mapping)
    quarter = quarter_of(timezone.localdate())
    row = VoluntarinessCount(unit_id=mapping.unit_id, quarter=quarter)
    VoluntarinessCount.objects.bulk_create([row], ignore_conflicts=True)
    VoluntarinessCount.objects.filter(unit=mapping.unit_id, quarter=quarter).update(
        could=F("could") + int(first and answer is VoluntarinessAnswer.YES),
        could_not=F("could_not") + int(first and answer is VoluntarinessAnswer.NO),
    )
