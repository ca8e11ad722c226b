"""The tables of legal bases and of published texts."""

from __future__ import annotations

from datetime import date, datetime, time

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from brik.definitions import languages
from brik.definitions.languages import BY_CODE
from brik.people.legal_status import MAPPED, TALK_CHOICES
from brik.vault.codes.coded_models import CodedModel, CodedQuerySet


class LegalBasisQuerySet(CodedQuerySet):
    def active(self, at: datetime | date | None = None) -> LegalBasisQuerySet:
        """Bases in force on a day; invented ones only in a demonstration."""
        day = timezone.localdate() if at is None else timezone.localdate(at) if isinstance(at, datetime) else at
        bases = self.filter(Q(until=None) | Q(until__gt=day), since__lte=day)
        return bases if settings.UNAPPROVED_TEXTS_ALLOWED else bases.filter(demonstration=False)


class LegalBasis(CodedModel):
    """The regulation under which a kind of talk is held. Without an active one no such talk can be held."""

    RECORD_NAME = "legal_basis"

    regulation = models.CharField(max_length=200)
    kind = models.CharField(max_length=10, choices=TALK_CHOICES)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    decided_by = models.CharField(max_length=200)
    demonstration = models.BooleanField(default=False)

    objects = LegalBasisQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "since", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "regulation", "since"], name="legal_basis_unique"),
            models.CheckConstraint(condition=Q(kind__in=MAPPED), name="legal_basis_kind_is_known"),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gt=F("since")), name="legal_basis_has_a_length"),
        ]

    def __str__(self) -> str:
        return self.regulation

    @property
    def ends_at(self) -> datetime | None:
        """The first moment at which it no longer holds."""
        return None if self.until is None else timezone.make_aware(datetime.combine(self.until, time.min))


class TextApproval(CodedModel):
    """Who approved a text, by its hash: one for what it says in law, one who reads its language. Written once."""

    RECORD_NAME = "text_approval"

    kind = models.CharField(max_length=10, choices=TALK_CHOICES)
    language = models.CharField(max_length=3, choices=languages.CHOICES)
    version = models.CharField(max_length=20)
    sha256 = models.CharField(max_length=64, unique=True)
    approved_by = models.CharField(max_length=200)
    language_read_by = models.CharField(max_length=200)
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = CodedQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "language", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(approved_by=F("language_read_by")), name="text_approval_by_two")
        ]


class TextQuerySet(CodedQuerySet):
    def usable(self) -> TextQuerySet:
        """Texts that may be shown: approved ones, by a record of who approved them; in a demonstration, all."""
        if settings.UNAPPROVED_TEXTS_ALLOWED:
            return self
        return self.filter(Exists(TextApproval.objects.filter(sha256=OuterRef("sha256"))), approved=True)


class Text(CodedModel):
    """One published version of the text of a talk, in one language. A trigger refuses any change."""

    RECORD_NAME = "text"

    kind = models.CharField(max_length=10, choices=TALK_CHOICES)
    language = models.CharField(max_length=3, choices=languages.CHOICES)
    version = models.CharField(max_length=20)
    approved = models.BooleanField(default=False)
    body = models.JSONField()
    sha256 = models.CharField(max_length=64)
    published_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = TextQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "language", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "language", "version"], name="text_version_unique"),
            models.CheckConstraint(condition=Q(kind__in=MAPPED), name="text_kind_is_known"),
            models.CheckConstraint(condition=Q(language__in=languages.CODES), name="text_language_is_known"),
        ]

    @property
    def is_approved(self) -> bool:
        """Whether the text says that it is approved, and it is recorded by whom. Raises ``CodeBroken``."""
        return self.approved and bool(TextApproval.objects.filter(sha256=self.sha256).proved())

    @property
    def direction(self) -> str:
        return BY_CODE[self.language].direction
