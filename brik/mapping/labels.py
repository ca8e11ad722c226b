"""Names in the language of a page; apart from the definitions, which need no Django."""

from django.utils.translation import get_language

from brik.mapping.models import Language
from brik.mapping.questionnaire.themes import THEME_LABELS, Theme

WHY_TITLE = {
    Language.BOKMAAL: "Hvorfor spør vi om dette?",
    Language.NYNORSK: "Kvifor spør vi om dette?",
    Language.ENGLISH: "Why do we ask about this?",
    Language.ARABIC: "لماذا نسأل عن هذا؟",
}
RIGHT_TO_LEFT = {Language.ARABIC}


def theme_name(theme: Theme) -> str:
    """The theme in the language of the page; in bokmål where there is no page."""
    names = THEME_LABELS[theme]
    return names.get(get_language() or "nb", names["nb"])
