"""Notices to a mapper about what happened to a person whose interview is theirs, without their doing."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from brik.mapping.permissions import MappingPermission
from brik.mapping.record.interviews import Mapping
from brik.people.models import Person
from brik.staff.access import Scope, scope_of
from brik.staff.models import Staff, Unit
from brik.vault import keys
from brik.vault.codes.coded_models import CodedModel, CodedQuerySet, changed_past_us


class NoticeKind(models.TextChoices):
    """What has happened."""

    STAY_DELETED = (
        "STAY_DELETED",
        _(
            "Oppholdet er slettet av avsenderen, eller tatt bort da en leder svarte."
            " Kartleggingen er lukket som feilregistrert."
        ),
    )
    STANDS_AGAIN = (
        "STANDS_AGAIN",
        _("Det som avsluttet oppholdet, er gjort om. Samtykket og kartleggingen gjelder igjen slik de var."),
    )
    SHARE_AGAIN = (
        "SHARE_AGAIN",
        _(
            "Det som avsluttet oppholdet, er gjort om. Samtykket og kartleggingen gjelder igjen slik de var."
            " Deling som ble stanset eller trukket tilbake, er ikke sendt igjen. Se hva som må deles på nytt."
        ),
    )
    STAYS_ENDED = (
        "STAYS_ENDED",
        _(
            "Det som avsluttet oppholdet, er gjort om. Samtykket gjelder likevel ikke:"
            " det er trukket, utløpt eller erstattet. Kartleggingen er lukket."
        ),
    )
    PROTECTION = (
        "PROTECTION",
        _("Restriksjoner, adressegradering eller lederens svar er endret. Se på personens side hva som kan deles."),
    )
    LEFT_UNFINISHED = (
        "LEFT_UNFINISHED",
        _("Kartleggingen ble ikke ferdig i tide. Svarene er låst. Gjelder samtykket ennå, kan dere begynne på nytt."),
    )
    WRITTEN = "WRITTEN", _("En mottaker har skrevet til deg. Se under «Er delt» på personens side.")
    PAPER = "PAPER", _("Papir å gi: En mottaker har svart om makulering. Gi personen kvitteringen på nytt.")


class NoticeQuerySet(CodedQuerySet):
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


class Notice(CodedModel):
    """Tells a mapper what has happened. Holds no name. The same again is told anew."""

    RECORD_NAME = "notice"

    kind = models.CharField(max_length=16, choices=NoticeKind.choices)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    mapping = models.ForeignKey(Mapping, on_delete=models.CASCADE, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    mapper = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)
    seen_at = models.DateTimeField(null=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "mapping"], name="notice_unique"),
            models.CheckConstraint(condition=Q(kind__in=NoticeKind.values), name="notice_kind_is_known"),
        ]

    @property
    def name(self) -> str | None:
        """The name of the person, or None where it cannot be unsealed."""
        return self.person.name_if_whole


MOST_SHOWN = 10


def unseen(user: Staff) -> list[Notice]:
    """The notices for the top of the worklist; the keys of their people are loaded. One changed past us is left out."""
    waiting = Notice.objects.visible_to(user).unseen().select_related("person", "unit")
    notices = intact(waiting[:MOST_SHOWN])
    keys.preload(notice.person_id for notice in notices)
    return notices


def intact(notices: Iterable[Notice]) -> list[Notice]:
    """Those of these notices that were written here: another may name anybody to anybody, and one breaks no list."""
    found = list(notices)
    broken = changed_past_us(found)
    return [notice for notice in found if notice not in broken]


def replace(old: NoticeKind, mappings: Iterable[Mapping], *, by: NoticeKind) -> None:
    """Tell of what is so now about these interviews, instead of a notice that is not true any longer."""
    mappings = list(mappings)
    told = intact(Notice.objects.filter(kind=old, mapping__in=mappings, seen_at=None))
    Notice.objects.filter(pk__in=[notice.pk for notice in told]).change(seen_at=timezone.now())
    notify(mappings, kind=by)


def notify(mappings: Iterable[Mapping], *, kind: NoticeKind) -> None:
    """One notice for each of these interviews, unread; the same notice from before is told anew."""
    for mapping in mappings:
        notice = Notice.objects.filter(kind=kind, mapping=mapping).first() or Notice(kind=kind, mapping=mapping)
        # All that it says is written anew: one that was changed past us holds up nobody's ending.
        notice.take_as_found()
        notice.person_id, notice.unit_id, notice.mapper_id = mapping.person_id, mapping.unit_id, mapping.mapper_id
        notice.at, notice.seen_at = timezone.now(), None
        notice.save()
