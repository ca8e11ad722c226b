"""Slips to the health service. One row of one size for each time the page was turned, whatever was chosen on it."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.db import models
from django.utils import timezone

from brik.people.models import Person
from brik.slips.permissions import SlipsPermission
from brik.slips.topics import Topic, unpacked
from brik.staff.access import Scope, scope_of
from brik.staff.models import Organisation, Staff, Unit
from brik.vault.codes.coded_models import CodedModel, CodedQuerySet
from brik.vault.codes.coded_sealed_rows import CodedSealedModel, CodedSealedQuerySet
from brik.vault.fields import SealedField


class SlipQuerySet(CodedSealedQuerySet):  # type: ignore[override]  # as its base
    def visible_to(self, user: Staff) -> SlipQuerySet:
        """Those to the user's own organisation. Nobody else sees a row, and whoever turned the screen least of all."""
        if scope_of(user, SlipsPermission.READ) is Scope.OWN_ORGANISATION:
            return self.filter(organisation=user.organisation_id)
        return self.none()

    def waiting(self) -> SlipQuerySet:
        """Not opened yet; those with nothing on them too."""
        return self.filter(opening=None)


class Slip(CodedSealedModel):
    """One turn of the page: what the person chose, or that it was nothing. Written once."""

    RECORD_NAME = "slip"
    SEALED_WITH = "organisation_key"

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    turned_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    turned_at = models.DateTimeField(default=timezone.now, editable=False)
    # As ``topics.packed`` writes it: as long for nothing as for everything.
    content = SealedField()

    objects = SlipQuerySet.as_manager()

    class Meta:
        ordering = ["turned_at", "pk"]
        indexes = [models.Index(fields=["organisation", "turned_at"], name="slip_by_organisation")]

    @property
    def organisation_key(self) -> UUID:
        """The organisation whose key it takes as well."""
        return Organisation.key_subject(self.organisation_id)

    @property
    def topics(self) -> list[Topic]:
        """What the person chose; nothing on most. Raises ``SealBroken`` where a key it takes is gone."""
        return unpacked(self.content.open())


class SlipOpening(CodedModel):
    """The health service has looked at a turn of the page. Made for all that wait at once, those with nothing too."""

    RECORD_NAME = "slip_opening"
    UNCODED = {"id": "a slip has one opening, and finds it by itself"}

    slip = models.OneToOneField(Slip, on_delete=models.PROTECT, related_name="opening")
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = CodedQuerySet.as_manager()
