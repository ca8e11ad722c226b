"""Names of themes in the language of a page. Kept apart from the definitions, which do not use Django."""

from typing import Final

from django.utils.translation import get_language

from brik.mapping.questionnaire.themes import THEME_LABELS, Theme

WHY_TITLE: Final = {
    "nb": "Hvorfor spør vi om dette?",
    "nn": "Kvifor spør vi om dette?",
    "en": "Why do we ask about this?",
    "ar": "لماذا نسأل عن هذا؟",
}


def theme_name(theme: Theme) -> str:
    """The theme in the language of the page; in bokmål where there is no page."""
    names = THEME_LABELS[theme]
    return names.get(get_language() or "nb", names["nb"])
