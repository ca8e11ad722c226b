"""At every start: lists that must hold the same things do. What one of them lacks would be an error for a user."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from brik.arrivals.xml.messages import MessageType
from brik.mapping.models import FormKind as Form
from brik.mapping.models import Language as QuestionLanguage
from brik.mapping.questionnaire import catalogue
from consent.models import Language as ConsentLanguage
from followup.desk.figures.counts import AROUND_THE_TALK
from followup.insight.message_words import WHAT
from followup.sharing.wire.payload import LANGUAGE_CODES


@register()
def every_kind_of_message_has_words(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """An error for each kind of arrival message that no page has a name for."""
    return [
        Error(f"{kind} is missing in the words for messages.", id="desk.E002")
        for kind in MessageType
        if kind not in WHAT
    ]


@register()
def every_language_is_known_everywhere(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """An error for each language that one list has and another lacks: settings, consent, questions and messages."""
    lists = {
        "LANGUAGES": {code for code, _ in settings.LANGUAGES},
        "the languages of the consent": set(ConsentLanguage.values),
        "the languages of the questions": set(QuestionLanguage.values),
        "the language codes of messages": set(LANGUAGE_CODES),
    }
    return [
        Error(f"The language {code} is missing in {where}.", id="desk.E003")
        for where, codes in lists.items()
        for code in sorted(set().union(*lists.values()) - codes)
    ]


@register()
def areas_around_the_talk_are_areas(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """An error for each area that the counts leave out and no form has: it has another letter now, and is counted."""
    areas = {area.code for form in Form for area in catalogue.get(form).areas}
    return [
        Error(f"The counts leave out area {code}, which no form has.", id="desk.E004")
        for code in sorted(AROUND_THE_TALK - areas)
    ]
