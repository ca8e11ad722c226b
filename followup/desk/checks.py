"""Start-up checks that lists agree: a message without words or without a line in the extract stops the start."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from brik.arrivals.xml.messages import MessageType
from brik.audit.verbs import Verb
from brik.definitions import languages
from brik.definitions.retention_spans import retentions
from brik.definitions.strict_yaml import DefinitionError
from brik.mapping.questionnaire import catalogue
from brik.people.legal_status import STATUS_OF
from brik.slips import slip_words
from brik.vault.models import KEEPINGS, SHARED_ROW, TASK
from consent.texts import catalogue as texts
from followup.desk.figures.counts import AROUND_THE_TALK
from followup.desk.retention.due_keys import NOT_BY_AGE, RESTRICTED_FROM, STARTS
from followup.insight.event_words import OTHERS, READS
from followup.insight.extract import message_lines
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


@register()
def every_keeping_has_a_span_or_a_reason(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """An error for each keeping without a span, and for each span from a moment that its keeping does not have."""
    try:
        spans = retentions()
    except DefinitionError as error:
        return [Error(str(error), id="desk.E006")]
    errors: list[CheckMessage] = [
        Error(f"The keeping {keeping} must have one file in fixtures/retention, or a reason not to.", id="desk.E007")
        for keeping in {*KEEPINGS, *spans}
        if (keeping in spans) == (keeping in NOT_BY_AGE) or keeping not in KEEPINGS
    ]
    errors += [
        Error(f"The keeping {keeping} has no moment {span.after.value} to count from.", id="desk.E008")
        for keeping, retention in spans.items()
        for span in retention.destroy
        if span.after not in STARTS.get(keeping, {})
    ]
    return errors + [
        Error(f"The keeping {keeping} must be restricted from: {', '.join(sorted(wanted)) or '–'}.", id="desk.E010")
        for keeping, retention in spans.items()
        if (wanted := RESTRICTED_FROM.get(keeping, frozenset())) != {span.after for span in retention.restrict}
    ]


@register()
def every_span_is_promised(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """An error for each span whose sentence is in no newest consent text, nor on the page of the slip or about BRIK."""
    try:
        newest, spans = texts.newest_of(texts.read(texts.FOLDER)), dict(retentions())
        slip, slip_page = spans.pop(SHARED_ROW, None), slip_words.definition().words
        task, about = spans.pop(TASK, None), settings.BASE_DIR / "templates" / "pages" / "about.html"
    except DefinitionError:
        return []  # desk.E006, or a check of the texts, says so
    errors: list[CheckMessage] = [
        Error(f"The page of the slip does not say in {language} how long it is kept.", id="desk.E011")
        for language, sentence in (slip.sentences.items() if slip else ())
        if not any(sentence in line for line in slip_page[language].lines)
    ]
    errors += [
        Error("The page about BRIK does not say how long a task is kept.", id="desk.E012")
        for sentence in ([task.sentences[languages.CODES[0]]] if task else ())
        if sentence not in about.read_text(encoding="utf-8")
    ]
    return errors + [
        Error(f"The consent text {name} does not say how long {keeping} is kept: raise its version.", id="desk.E009")
        for name, content in newest.items()
        for keeping, retention in spans.items()
        if not texts.says(content, retention.sentences[content["language"]])
    ]
