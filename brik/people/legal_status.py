"""The legal statuses, and which talk and questionnaire belong to each."""

from collections.abc import Mapping
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

# The service's category of those whose release a court decides, after a minimum.
PREVENTIVE_DETENTION: Final = "Forvaring"


class LegalStatus(models.TextChoices):
    """Decides which talk a person can be offered, if any. Talks, texts and legal bases use the same value."""

    CONVICTED = "DOMFELT", _("Domfelt")
    REMAND = "VARETEKT", _("Varetekt")
    NOT_MAPPED_HERE = "ANNET", _("Kartlegges ikke her")


# The questionnaire of each status that has a talk.
QUESTIONNAIRE: Final[Mapping[LegalStatus, str]] = {LegalStatus.CONVICTED: "domfelt", LegalStatus.REMAND: "varetekt"}
STATUS_OF: Final = {form: status for status, form in QUESTIONNAIRE.items()}
MAPPED: Final = list(QUESTIONNAIRE)
TALK_CHOICES: Final = [(status.value, status.label) for status in MAPPED]
FORM_CHOICES: Final = [(form, status.label) for form, status in STATUS_OF.items()]
