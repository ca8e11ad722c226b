"""A leader's ruling: which kinds of recipient may be told something about a person under the present restrictions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext

from brik.definitions.recipients import OrganisationKind
from brik.people.persons import Person
from brik.vault.codes.coded_sealed_rows import CodedSealedModel, CodedSealedQuerySet
from brik.vault.fields import SealedField
from brik.vault.sealing import SealBroken


class Ruling(CodedSealedModel):
    """One answer, written once. The newest about the present restrictions decides, until it ends."""

    RECORD_NAME = "ruling"

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="rulings")
    # The ``restricted_at`` of the person that it answers: a ruling never holds for other restrictions.
    about = models.DateTimeField()
    # Codes of ``OrganisationKind``; empty when nobody may be told anything.
    kinds = models.JSONField()
    until = models.DateTimeField()
    # {"reason": str, "kinds": [str], "until": str}
    content = SealedField()
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = CodedSealedQuerySet.as_manager()

    class Meta:
        ordering = ["-given_at", "pk"]
        indexes = [models.Index(fields=["person", "about", "-given_at"], name="ruling_by_question")]

    def demand_agreement(self) -> None:
        """Raises ``SealBroken`` unless the columns in clear are those that were sealed."""
        sealed = self.content.open()
        if (sealed["kinds"], datetime.fromisoformat(sealed["until"])) != (self.kinds, self.until):
            raise SealBroken("the ruling in clear differs from the sealed one")

    @property
    def kind_names(self) -> list[str]:
        """The labels of the kinds that may be told, in the order of the talk."""
        return kind_names(self.kinds)


def kind_names(codes: Iterable[str]) -> list[str]:
    """The labels for staff of these kinds of recipient, in the order of the talk."""
    wanted = set(codes)
    return [gettext(kind.entry.staff_label) for kind in OrganisationKind if kind.value in wanted]
