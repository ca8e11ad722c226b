"""Everything that is kept about one person, in words, for that person (GDPR article 15).

One walk gives the sections; the page, the paper and the data are made from them and add nothing.
"""

from __future__ import annotations

from collections.abc import Iterable

from brik.people.models import Person
from followup.insight.extract import (
    consent_lines,
    event_lines,
    interview_lines,
    message_lines,
    need_lines,
    person_lines,
    sharing_lines,
    slip_lines,
    task_lines,
)
from followup.insight.extract.extract_line import ExtractSection
from followup.insight.extract.staff_words import StaffWords


def extract_about(person: Person, *, whole: bool, more: Iterable[ExtractSection] = ()) -> list[ExtractSection]:
    """All that is kept about a person. The number of queries does not follow how much that is.

    ``whole``: with the words of answers, summaries and signed documents, which are opened with a reason. ``more``: what
    rooms above this one keep; it stands before the events.
    """
    events = event_lines.events_about(person.pk)
    staff = StaffWords(event_lines.actors(events))
    return [
        person_lines.section(person, staff),
        message_lines.section(person),
        consent_lines.section(person, staff, whole=whole),
        slip_lines.section(person),
        task_lines.section(person),
        interview_lines.section(person, staff, whole=whole),
        need_lines.section(person, staff, whole=whole),
        sharing_lines.section(person, staff, whole=whole),
        *more,
        *event_lines.sections(events),
    ]
