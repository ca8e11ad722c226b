"""Start-up checks that lists agree: a message without words or without a line in the extract stops the start."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Error, register

from brik.arrivals.xml.messages import MessageType
from brik.audit.verbs import Verb
from brik.mapping.questionnaire import catalogue
from brik.people.legal_status import STATUS_OF
from followup.desk.figures.counts import AROUND_THE_TALK
from followup.insight import message_lines
from followup.insight.event_words import OTHERS, READS
from followup.insight.message_words import WHAT


@register()
def every_kind_of_message_has_words(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """An error for each kind of arrival message that no page has a name for."""
    return [
        Error(f"{kind} is missing in the words for messages.", id="desk.E002")
        for kind in MessageType
        if kind not in WHAT
    ]


@register()
def areas_around_the_talk_are_areas(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """An error for each area that the counts leave out and no form has: it has another letter now, and is counted."""
    areas = {area.code for form in STATUS_OF for area in catalogue.get(form).areas}
    return [
        Error(f"The counts leave out area {code}, which no form has.", id="desk.E003")
        for code in sorted(AROUND_THE_TALK - areas)
    ]


@register()
def extract_covers_every_field_of_a_message(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """An error for each field of an arrival message that the extract neither shows nor leaves out with a reason."""
    return [Error(sentence, id="desk.E004") for sentence in message_lines.flaws()]


@register()
def every_verb_reads_or_does_not(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """An error for each audit verb that is not in exactly one list: the extract shows the person who read."""
    return [
        Error(f"The verb {verb.name} must be in one of READS and OTHERS (event_words.py).", id="desk.E005")
        for verb in Verb
        if [*READS, *OTHERS].count(verb) != 1
    ]
