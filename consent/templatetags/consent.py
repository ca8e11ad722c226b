"""Small marks in the texts of the talk."""

import re

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.filter
def strong(text: str) -> SafeString:
    """``**so**`` becomes emphasis; everything else is escaped."""
    return mark_safe(re.sub(r"\*\*(.+?)\*\*", r"<strong><bdi>\1</bdi></strong>", str(conditional_escape(text))))  # noqa: S308
