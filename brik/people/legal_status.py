"""Which talk a person can be offered, if any."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class LegalStatus(models.TextChoices):
    """Which talk a person can be offered, if any."""

    CONVICTED = "DOMFELT", _("Domfelt")
    REMAND = "VARETEKT", _("Varetekt")
    NOT_MAPPED_HERE = "ANNET", _("Kartlegges ikke her")
