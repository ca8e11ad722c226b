"""The template tags of all rooms."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from django import template
from django.forms import BaseForm
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from brik.definitions.languages import BY_CODE
from brik.pages import relative_days
from brik.pages.fields.bound_field import PageBoundField
from brik.pages.links import link_to

register = template.Library()
register.filter("day", relative_days.day)
register.filter("short_day", relative_days.short_day)
register.filter("moment", relative_days.moment)
register.simple_tag(link_to)
_ICONS = Path(__file__).resolve().parent.parent / "static" / "vendor" / "aksel-icons"

# The colour of each state; the label says what the state means.
_COLOURS = {
    "success": {"DONE", "FINAL", "ACCEPTED", "GIVEN", "ANSWERED", "RECEIVED", "ACTIVE"},
    "info": {"STARTED", "DRAFT", "READY", "QUEUED", "SENT", "SHARED", "PARTLY"},
    "warning": {"DUE", "PARKED", "FAILED", "DEFERRED", "UNANSWERED", "RETRACTING", "EXPIRES", "DECLINED"},
    "danger": {"OVERDUE", "ERROR", "RESTRICTED"},
}


@cache
def _svg(name: str) -> str:
    file = "".join(part.capitalize() for part in name.split("-"))
    if not re.fullmatch(r"[A-Za-z0-9]+", file):
        raise template.TemplateSyntaxError(f"No such icon: {name}")
    svg = (_ICONS / f"{file}.svg").read_text()
    return svg.replace("<svg ", '<svg class="brik-icon" aria-hidden="true" focusable="false" ', 1).strip()


@register.filter
def direction(language: str) -> str:
    """``{{ language|direction }}``: the value of HTML's ``dir`` for a language."""
    return BY_CODE[language].direction


@register.simple_tag
def icon(name: str) -> SafeString:
    """``{% icon "head-heart" %}``: a vendored icon, inline. It stands beside a text, never alone."""
    return mark_safe(_svg(name))  # noqa: S308 - our own vendored files


@register.simple_tag
def field(bound: PageBoundField, **shown: Any) -> SafeString:
    """``{% field form.name %}``: the whole field."""
    return bound.as_field_group(**shown)


@register.inclusion_tag("components/error_summary.html", takes_context=True)
def error_summary(context: template.Context, form: BaseForm) -> dict[str, Any]:
    """What must be corrected, at the top of the page. A page that shows it answers 422."""
    request = context.get("request")
    if form.errors and request is not None:
        request.refused_form = form
    # In the order of the page.
    bounds = [form[name] for name in form.fields if name in form.errors]
    return {"bounds": bounds, "general": form.non_field_errors(), "count": len(bounds) + len(form.non_field_errors())}


@register.inclusion_tag("components/steps.html")
def steps(
    current: int,
    total: int | None = None,
    title: str = "",
    *,
    text: str = "",
    states: Sequence[str] = (),
    areas: Sequence[Any] = (),
) -> dict[str, Any]:
    """ "Steg 3 av 13" and a thin bar; only "Steg 3" while the total is unknown.

    ``text`` replaces the words. ``states`` is for steps in any order: "done", "current" or "todo" for each. ``areas``
    are steps with names: each has ``name``, ``state`` and the state in ``words``.
    """
    states = states or [area.state for area in areas]
    if total and not states:
        numbers = range(1, int(total) + 1)
        states = ["done" if number < current else "current" if number == current else "todo" for number in numbers]
    return {"current": current, "total": total, "title": title, "text": text, "states": states, "areas": areas}


@register.simple_tag
def state(code: str, label: str) -> SafeString:
    """A small tag with a state."""
    colour = next((name for name, codes in _COLOURS.items() if str(code).upper() in codes), "neutral")
    return format_html('<span class="ds-tag" data-color="{}">{}</span>', colour, label)


@register.simple_tag
def person_name(name: str) -> SafeString:
    """A name, isolated from the direction of the text around it."""
    return format_html("<bdi>{}</bdi>", name)
