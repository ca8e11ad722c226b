"""The interview, its life areas, and which published form it was held with."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from simple_history.models import HistoricalRecords

from brik.definitions import languages
from brik.definitions.languages import Language
from brik.definitions.retention_spans import SpanStart, retentions
from brik.mapping.permissions import MappingPermission
from brik.mapping.record.states import IN_CLEAR, OPEN, READABLE, SIGNED_OFF, AreaState, InterviewState
from brik.people.legal_status import FORM_CHOICES, STATUS_OF
from brik.people.models import Person
from brik.staff.access import Scope, scope_of
from brik.staff.models import Staff, Unit
from brik.vault.codes.coded_models import CodedModel, CodedQuerySet
from brik.vault.codes.coded_sealed_rows import CodedSealedModel, CodedSealedQuerySet
from brik.vault.fields import SealedField
from brik.vault.models import INTERVIEW


class PublishedForm(CodedModel):
    """A version of a questionnaire that has been used. It never changes."""

    RECORD_NAME = "published_form"

    form = models.CharField(max_length=20, choices=FORM_CHOICES)
    version = models.CharField(max_length=20)
    sha256 = models.CharField(max_length=64)
    # Its title and areas in every language, to read an interview from its stored answers.
    outline = models.JSONField()
    published_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = CodedQuerySet.as_manager()

    class Meta:
        ordering = ["form", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["form", "version"], name="form_version_unique"),
        ]


class MappingQuerySet(CodedSealedQuerySet):  # type: ignore[override]  # as its base
    def visible_to(self, user: Staff) -> MappingQuerySet:
        """Interviews with people who are, or last were, in a unit where the user is an approved mapper.

        The privacy desk sees the restricted ones of all units.
        """
        visible = Q(pk__in=())
        scope = scope_of(user, MappingPermission.INTERVIEW)
        if isinstance(scope, frozenset):
            visible |= Q(person__current_stay__unit__in=scope)
        if scope_of(user, MappingPermission.READ_RESTRICTED) is Scope.ALL:
            visible |= Q(state=InterviewState.RESTRICTED) | (Q(state__in=SIGNED_OFF) & _shut_inside(timezone.now()))
        return self.filter(visible)

    def readable(self) -> MappingQuerySet:
        """Those whose words are not closed at this moment to everybody but the desk that answers for insight."""
        return self.exclude(_shut_inside(timezone.now()))

    def to_restrict(self) -> MappingQuerySet:
        """Those whose own time to be read has come to its end, while their state does not say so yet."""
        ended = Q(state__in=(*OPEN, *SIGNED_OFF), readable_until__lte=timezone.now())
        return self.filter(ended | _left_unfinished(timezone.now()))

    def open(self) -> MappingQuerySet:
        """Not yet signed off, and not closed."""
        return self.filter(state__in=OPEN)


def _shut_inside(at: datetime) -> Q:
    """Closed inside at a moment, whatever the state says: the sweep that changes the state comes later."""
    by_gate = Q(person__gate__shut_at__isnull=False) | Q(person__gate__paused_at__isnull=False)
    return Q(readable_until__lte=at) | _left_unfinished(at) | by_gate


def _left_unfinished(at: datetime) -> Q:
    """Begun so long before a moment that they are closed at it, and not signed off."""
    begun = retentions()[INTERVIEW].restricted_by(SpanStart.UNFINISHED, at)
    return Q(state=InterviewState.DRAFT, started_at__lte=begun)


class Mapping(CodedSealedModel):
    """One interview with one person, with its gate: whether anything may be written. The consent writes the gate."""

    RECORD_NAME = "mapping"
    KEEPING = INTERVIEW
    KEEPING_ID = "uuid"

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="mappings")
    # Where the interview was opened. Who may see it follows from where the person is now.
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=FORM_CHOICES)
    form_version = models.CharField(max_length=20)
    form_sha256 = models.CharField(max_length=64)
    language = models.CharField(max_length=3, choices=languages.CHOICES, default=Language.BOKMAAL.value)
    state = models.CharField(max_length=10, choices=InterviewState.choices, default=InterviewState.READY)
    mapper = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    gate_open = models.BooleanField(default=False)
    gate_until = models.DateTimeField(null=True, blank=True)
    consent_uuid = models.UUIDField(null=True, blank=True)
    # When its words are closed inside too: some time after the consent ends, or at once. Known from the first day on.
    readable_until = models.DateTimeField(null=True, blank=True)
    # Who may be asked about the person, from the consent: name → the themes.
    sources = SealedField(default=dict)
    # When nobody may be asked any longer, where that is before the interview's own end.
    sources_until = models.DateTimeField(null=True, blank=True)
    # Where the person lives and is registered, as said in the talk: municipality numbers by ``ToldPlace``.
    told_places = SealedField(default=dict)

    corrects = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="corrections")
    reason = SealedField(null=True)

    created_at = models.DateTimeField(default=timezone.now, editable=False)
    started_at = models.DateTimeField(null=True, blank=True)
    signed_off_at = models.DateTimeField(null=True, blank=True)
    signed_off_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    restricted_at = models.DateTimeField(null=True, blank=True)
    # From the answers, set when the interview is signed off, shown only in a mapper's list.
    stays_in_norway = SealedField(null=True)

    objects = MappingQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["-created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(state__in=OPEN), name="one_open_mapping_for_each_person"
            ),
            models.UniqueConstraint(
                fields=["corrects"],
                condition=Q(state__in=[*OPEN, InterviewState.FINAL]),
                name="one_living_correction_of_a_mapping",
            ),
            models.CheckConstraint(condition=Q(kind__in=list(STATUS_OF)), name="mapping_kind_is_known"),
            models.CheckConstraint(condition=Q(language__in=languages.CODES), name="mapping_language_is_known"),
            models.CheckConstraint(
                condition=Q(gate_open=False)
                | Q(consent_uuid__isnull=False, gate_until__isnull=False, readable_until__isnull=False),
                name="open_gate_has_a_consent_and_an_end",
            ),
            models.CheckConstraint(
                condition=Q(started_at=None, mapper=None) | Q(started_at__isnull=False, mapper__isnull=False),
                name="started_mapping_has_a_mapper",
            ),
            models.CheckConstraint(
                condition=Q(signed_off_at=None, signed_off_by=None)
                | Q(signed_off_at__isnull=False, signed_off_by__isnull=False, started_at__isnull=False),
                name="signed_off_when_and_by_whom",
            ),
            models.CheckConstraint(
                condition=Q(state=InterviewState.READY, started_at=None, signed_off_at=None)
                | Q(state=InterviewState.DRAFT, started_at__isnull=False, signed_off_at=None)
                | Q(state__in=[InterviewState.FINAL, InterviewState.SUPERSEDED], signed_off_at__isnull=False)
                | Q(state=InterviewState.CLOSED, closed_at__isnull=False, signed_off_at=None)
                | Q(state=InterviewState.RESTRICTED, restricted_at__isnull=False, signed_off_at__isnull=False)
                | Q(state=InterviewState.IN_ERROR),
                name="mapping_dates_fit_its_state",
            ),
            models.CheckConstraint(
                condition=Q(state__in=OPEN) | Q(state=InterviewState.FINAL) | Q(gate_open=False),
                name="gate_of_an_ended_mapping_is_shut",
            ),
            models.CheckConstraint(condition=~Q(corrects=F("uuid")), name="mapping_corrects_another"),
        ]

    @property
    def state_name(self) -> str:
        """The state by its English name, for the style of its tag."""
        return InterviewState(self.state).name

    @property
    def is_readable(self) -> bool:
        """Whether its answers may be shown to a mapper."""
        return self.state in READABLE

    @property
    def sources_now(self) -> dict[str, list[str]]:
        """Who may be asked about the person now, and about which themes; nobody once that is taken back or over."""
        if self.person.gate.asking_shut_at is not None:
            return {}
        if self.sources_until is not None and self.sources_until <= timezone.now():
            return {}
        sources: dict[str, list[str]] = self.sources.open()
        return sources

    def as_shown(self) -> Mapping:
        """This interview with the state that its readers meet; never saved.

        A withdrawal of everything shuts the person's gate in its request, and an end that comes with time needs no
        request. The rows of the interviews follow in a job; to their readers they are closed or restricted at once.
        """
        if self.person.gate.is_shut or self.is_over(timezone.now()):
            if self.state in OPEN:
                self.state = InterviewState.CLOSED
            elif self.state in SIGNED_OFF:
                self.state = InterviewState.RESTRICTED
        return self

    def is_over(self, at: datetime) -> bool:
        """Whether its words are closed inside: its consent ended, or it was begun and not signed off, too long ago."""
        ended = self.readable_until is not None and at >= self.readable_until
        return ended or self.is_left_unfinished(at)

    @property
    def last_day(self) -> date | None:
        """The last whole day to sign it off; None where it is not begun."""
        if self.started_at is None:
            return None
        ends = retentions()[INTERVIEW].restricted_from(SpanStart.UNFINISHED, self.started_at)
        return timezone.localdate(ends) - timedelta(days=1)

    def is_left_unfinished(self, at: datetime) -> bool:
        """Whether it was begun so long ago that nobody goes on with it."""
        if self.state != InterviewState.DRAFT or self.started_at is None:
            return False
        return self.started_at <= retentions()[INTERVIEW].restricted_by(SpanStart.UNFINISHED, at)

    def gate_is_open(self, at: datetime) -> bool:
        """Whether its consent holds at a moment, as far as the consent has written here."""
        return self.gate_open and self.gate_until is not None and at < self.gate_until


class SectionQuerySet(CodedSealedQuerySet):  # type: ignore[override]  # as its base
    def visible_to(self, user: Staff) -> SectionQuerySet:
        """Areas of the interviews the user may see."""
        return self.filter(mapping__in=Mapping.objects.visible_to(user))


class Section(CodedSealedModel):
    """The answers of one life area in one interview: one sealed value, with the words of its questions."""

    RECORD_NAME = "section"
    KEEPING = INTERVIEW
    KEEPING_ID = "mapping_id"

    mapping = models.ForeignKey(Mapping, on_delete=models.PROTECT, related_name="sections")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    area = models.CharField(max_length=8)
    state = models.CharField(max_length=16, choices=AreaState.choices, default=AreaState.NOT_STARTED)
    # {"language", "answers": {link_id: {...}}, "unfinished": {field: [as typed]}, "declined": True}
    answers = SealedField()
    # The opened page that autosaved last: a later save from the same page is no clash.
    saved_from = models.UUIDField(null=True, blank=True, editable=False)
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    updated_at = models.DateTimeField()

    objects = SectionQuerySet.as_manager()
    history = HistoricalRecords()
    # Set before a save that makes no row in the history.
    skip_history_when_saving: bool

    class Meta:
        ordering = ["mapping", "area"]
        constraints = [
            models.UniqueConstraint(fields=["mapping", "area"], name="one_section_for_each_area"),
            models.CheckConstraint(condition=Q(state__in=IN_CLEAR), name="section_state_is_known"),
        ]

    @property
    def shown_state(self) -> AreaState:
        """Where the area stands for those who read it. Opens the seal."""
        is_declined = self.answers is not None and "declined" in self.answers.open()
        return AreaState.DECLINED if is_declined else AreaState(self.state)

    @property
    def as_read(self) -> str:
        """The area and its version; a caller that sends it back has read this version."""
        return f"{self.area}:{self.row_version}"
