"""The next step with a person: what the mapper most likely opened the page for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from brik.mapping.models import Mapping
from brik.mapping.record.states import InterviewState
from brik.people.models import Person


@dataclass(frozen=True)
class NextStep:
    """The primary button of the box about the talk."""

    label: str
    url: str


def of(person: Person, interviews: Iterable[Mapping]) -> NextStep | None:
    """The step after the talk, from the newest interview that is open or signed off; None when a talk comes first."""
    interview_in = {interview.state: interview for interview in reversed(list(interviews))}
    now = timezone.now()
    for state, label in (
        (InterviewState.DRAFT, _("Fortsett kartleggingen")),
        (InterviewState.READY, _("Begynn kartleggingen")),
    ):
        if state in interview_in and interview_in[state].gate_is_open(now):
            return NextStep(label, reverse("mapping:hub", args=[interview_in[state].pk]))
    if InterviewState.FINAL in interview_in:
        return NextStep(_("Se hva som kan deles"), reverse("sharing:deliveries", args=[person.pk]))
    return None
