"""Template filters for the texts of the talk."""

import re

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

register = template.Library()
_LONG = re.compile(r"\w{16,}")
# "saksbehandlings|systemet", "kriminalomsorgs|direktoratet": after the linking s, never near an end.
_JOINT = re.compile(r"(?<=\w{4}(?:ings|orgs))(?=\w{5})")


@register.filter
def strong(text: str) -> SafeString:
    """``**so**`` becomes emphasis, and Norwegian names are marked; everything else is escaped."""
    return mark_safe(re.sub(r"\*\*(.+?)\*\*", r"<strong><bdi>\1</bdi></strong>", names(text)))  # noqa: S308


@register.filter
def names(text: str) -> SafeString:
    """Marks names that a sentence isolates as Norwegian with their language; everything else is escaped."""
    marked = re.sub("\u2066(.+?)\u2069", r'<bdi lang="nb" dir="ltr">\1</bdi>', str(conditional_escape(text)))
    return mark_safe(marked)  # noqa: S308


@register.filter
def soft(text: str) -> str:
    """Long Norwegian compounds with a soft hyphen at the joint: not every browser can hyphenate them."""
    return _LONG.sub(lambda word: _JOINT.sub("\u00ad", word[0]), text)
