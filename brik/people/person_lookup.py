"""Finding the person a page is about. Whoever may not see a person gets the same answer as if there were none."""

from __future__ import annotations

from uuid import UUID

from django.shortcuts import get_object_or_404

from brik.people.models import Person
from brik.staff.models import Staff


def visible_person(user: Staff, pk: UUID) -> Person:
    """The person, if the user may see people of that unit. Raises ``Http404``, which is remembered as a refusal."""
    return get_object_or_404(Person.objects.visible_to(user).select_related("current_stay__unit"), pk=pk)
