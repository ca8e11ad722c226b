"""The fields about where each answer of an area page comes from, of which a page has one group a question."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe

from brik.mapping.pages.area.source_fields import PARTS
from brik.pages.fields.base import choices_of

register = template.Library()
_TEMPLATE = "mapping/_source.html"


@register.simple_tag(takes_context=True)
def untouched_sources(context: template.Context, block: dict[str, Any]) -> SafeString:
    """The fields of a question whose answer is the person's own words.

    Nearly all questions of a page are such, and their fields differ only in their names: they are rendered once, and
    the name is put in. One that offers other choices, has something in it or an error is rendered for itself.
    """
    names, condition = _names_of(block), _condition_of(block)
    kind = _kind_of(block, names)
    if kind is None:
        return _rendered(context, block)
    # For the length of one rendering of the page, whose language does not change on the way.
    once: Any = context.render_context.setdefault(_TEMPLATE, {})  # type: ignore[arg-type]  # django-stubs: only its own
    if kind not in once:
        once[kind] = names, condition, _rendered(context, block)
    other_names, other_condition, markup = once[kind]
    markup = str(markup).replace(other_names, names).replace(other_condition, condition)
    return mark_safe(markup)  # noqa: S308  # rendered by a template; names and conditions are of our own making


def _names_of(block: dict[str, Any]) -> str:
    """What the names and ids of the fields of a question begin with."""
    return str(block["source"].html_name.removesuffix(PARTS[0]))


def _condition_of(block: dict[str, Any]) -> str:
    """The value of the attributes by which the choice "confirmed" opens the fields of by whom and when."""
    return f'"{block[PARTS[1]].hidden_when}"'


def _kind_of(block: dict[str, Any], names: str) -> Any:
    """What the markup of a question depends on but its name; None where something else stands in it."""
    source, *others = (block[part] for part in PARTS)
    choices = tuple((str(code), str(label)) for code, label in choices_of(source.field))
    if any(part.errors for part in (source, *others)) or any(part.value() for part in others):
        return None
    if source.field.required or any(names in text for choice in choices for text in choice):
        return None
    return choices, source.value(), bool(block["clear"])


def _rendered(context: template.Context, block: dict[str, Any]) -> SafeString:
    with context.push(block=block):
        markup: SafeString = context.template.engine.get_template(_TEMPLATE).render(context)  # type: ignore[union-attr]
    return markup
