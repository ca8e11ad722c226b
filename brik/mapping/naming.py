"""Themes by name, in the language of the page; apart from the definitions, which need no Django."""

from django.utils.translation import get_language

from brik.mapping.themes import THEME_LABELS, Theme


def theme_name(theme: Theme) -> str:
    """The theme in the language of the page; in bokmål where there is no page."""
    names = THEME_LABELS[theme]
    return names.get(get_language() or "nb", names["nb"])
