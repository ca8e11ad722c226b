"""What the desk keeps of its own: notices to mappers, and the figures of each week."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from brik.mapping.models import Mapping
from brik.mapping.permissions import MappingPermission
from brik.people.models import Person
from brik.staff.access import Scope, scope_of
from brik.staff.models import Staff, Unit


class NoticeKind(models.TextChoices):
    STAY_DELETED = "STAY_DELETED", _("Oppholdet er slettet av avsenderen. Kartleggingen er lukket som feilregistrert.")


class NoticeQuerySet(models.QuerySet):
    def visible_to(self, user: Staff) -> NoticeQuerySet:
        """Notices to this mapper, and those of the mapper's units whose mapper is not known."""
        scope = scope_of(user, MappingPermission.INTERVIEW)
        if scope is Scope.ALL:
            return self
        if not isinstance(scope, frozenset):
            return self.none()
        return self.filter(Q(mapper=user) | Q(mapper=None, unit__in=scope))

    def unseen(self) -> NoticeQuerySet:
        return self.filter(seen_at=None)


class Notice(models.Model):
    """Something a mapper must be told, because work was closed behind the mapper's back. Names nobody."""

    kind = models.CharField(max_length=16, choices=NoticeKind.choices)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    mapping = models.ForeignKey(Mapping, on_delete=models.CASCADE, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    mapper = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    seen_at = models.DateTimeField(null=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "mapping"], name="notice_is_given_once"),
            models.CheckConstraint(condition=Q(kind__in=NoticeKind.values), name="notice_kind_is_known"),
        ]

    @property
    def name(self) -> str | None:
        """Whom it is about, or None where that does not open."""
        return self.person.name_if_whole


class WeeklyCount(models.Model):
    """What leaders of a unit are told for a week, in steps and with the few left out. Written once, about nobody."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    monday = models.DateField()
    figures = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "monday"], name="weekly_count_is_written_once"),
            models.CheckConstraint(condition=Q(monday__iso_week_day=1), name="weekly_count_is_of_a_monday"),
        ]
