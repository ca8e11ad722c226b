"""A partner's answers to the summaries in its inbox: choices only, never free text."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from brik.staff.models import Staff
from brik.vault.codes.coded_models import CodedModel, CodedQuerySet
from followup.sharing.disclosure.disclosures import Disclosure


class PartnerAnswerKind(models.TextChoices):
    RECEIVED = "MOTTATT", _("Mottatt")
    WILL_CONTACT = "TAR_KONTAKT", _("Vi tar kontakt")
    CANNOT_HELP = "KAN_IKKE", _("Vi kan ikke hjelpe")


class Contact(models.TextChoices):
    """How a partner will make contact. A choice, never free text."""

    VISIT = "BESOEK", _("Vi kommer på besøk")
    PHONE = "TELEFON", _("Vi ringer")
    VIDEO = "VIDEO", _("Vi møtes på video")
    THROUGH_OFFICER = "BETJENT", _("Vi avtaler gjennom kontaktbetjenten")


class CannotHelp(models.TextChoices):
    """Why a partner cannot help. A choice, never free text."""

    NOT_OURS = "IKKE_VAART", _("Det er ikke vårt ansvar")
    ANOTHER_OFFICE = "ANNET_KONTOR", _("Et annet kontor har ansvaret")
    NO_ROOM = "IKKE_PLASS", _("Vi har ikke plass eller kapasitet nå")
    TOO_EARLY = "FOR_TIDLIG", _("Det er for tidlig. Del på nytt nærmere løslatelse")


class PartnerAnswerQuerySet(CodedQuerySet):
    def visible_to(self, user: Staff) -> PartnerAnswerQuerySet:
        """Answers to what the user may see disclosed."""
        return self.filter(disclosure__in=Disclosure.objects.visible_to(user))


class PartnerAnswer(CodedModel):
    """A partner's answer. A new answer is a new row."""

    RECORD_NAME = "partner_answer"
    UNCODED = {"id": "append-only, and the newest by its moment counts: a copy says the same"}

    disclosure = models.ForeignKey(Disclosure, on_delete=models.PROTECT, related_name="answers")
    kind = models.CharField(max_length=12, choices=PartnerAnswerKind.choices)
    on_day = models.DateField(null=True, blank=True)
    how = models.CharField(max_length=10, choices=Contact.choices, blank=True)
    why = models.CharField(max_length=12, choices=CannotHelp.choices, blank=True)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = PartnerAnswerQuerySet.as_manager()

    class Meta:
        ordering = ["-given_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=PartnerAnswerKind.values), name="answer_kind_is_known"),
            models.CheckConstraint(condition=Q(how__in=["", *Contact.values]), name="answer_contact_is_known"),
            models.CheckConstraint(
                condition=Q(kind=PartnerAnswerKind.WILL_CONTACT) | Q(on_day=None, how=""), name="only_contact_has_a_day"
            ),
            models.CheckConstraint(condition=Q(why__in=["", *CannotHelp.values]), name="answer_reason_is_known"),
            models.CheckConstraint(
                condition=Q(kind=PartnerAnswerKind.CANNOT_HELP) | Q(why=""), name="only_a_no_has_a_reason"
            ),
        ]

    def says_the_same_as(self, other: PartnerAnswer) -> bool:
        mine, others = ((answer.kind, answer.on_day, answer.how, answer.why) for answer in (self, other))
        return mine == others

    @property
    def words(self) -> str:
        """The whole answer on one line."""
        more = self.get_how_display() or self.get_why_display()
        day = f", {date_format(self.on_day, 'j. F Y')}" if self.on_day else ""
        return f"{self.get_kind_display()}{f': {more}' if more else ''}{day}"
