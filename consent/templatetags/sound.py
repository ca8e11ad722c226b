"""The buttons that play the talk; without a file there is no button."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import template
from django.forms import BaseForm

from brik.definitions.languages import Language
from consent.sound.page_sounds import PageSound, sound_of
from consent.sound.paragraphs import plain
from consent.sound.sound_files import any_in

register = template.Library()
# A sentence, a point with a title, or several sentences.
Said = str | Mapping[str, str] | Sequence[str]
# So much of the words tells the buttons of a page apart.
LABEL_LENGTH = 40


@register.inclusion_tag("consent/_listen.html", takes_context=True)
def listen(context: template.Context, *words: Said) -> dict[str, Any]:
    """``{% listen screen.promise %}``: a button that plays these words; nothing unless all have a sound."""
    return _button(_flat(words), context.get("page_language") or Language.BOKMAAL)


@register.inclusion_tag("consent/_listen.html", takes_context=True)
def listen_form(context: template.Context, form: BaseForm) -> dict[str, Any]:
    """``{% listen_form form %}``: a button that plays what is asked and what can be answered."""
    bounds = [form[name] for name in form.fields if not form[name].is_hidden]
    words = list[str]()
    for bound in bounds:
        asked = [] if getattr(bound, "asked_by_title", False) else [str(bound.label), str(bound.help_text or "")]
        choices = getattr(bound.field, "choices", None) or ()
        words += [*asked, *(str(label) for _, label in choices)]
    return _button(words, context.get("page_language") or Language.BOKMAAL)


@register.inclusion_tag("consent/_listen_page.html", takes_context=True)
def listen_page(context: template.Context, *words: Said) -> dict[str, Any]:
    """``{% listen_page screen.title %}``: plays the whole page, or its title; and the mark of the machine's voice.

    What stands in the parts of a lower room, which know no sounds, is given after the title.
    """
    language = context.get("page_language") or Language.BOKMAAL
    return {**_button(_flat(words), language), "any": any_in(language), "by_bokmaal": language == Language.NYNORSK}


def _flat(words: Iterable[Said]) -> list[str]:
    """The sentences one by one; a point has a text, and some have a title before it."""
    flat = list[str]()
    for said in words:
        if isinstance(said, Mapping):
            flat += [said[part] for part in ("title", "text") if part in said]
        else:
            flat += [said] if isinstance(said, str) else said
    return flat


def _button(words: list[str], language: str) -> dict[str, Any]:
    said = [plain(str(text)) for text in words if text]
    sounds = [sound_of(text, language) for text in said]
    found = [sound for sound in sounds if isinstance(sound, PageSound)]
    whole = bool(found) and len(found) == len(said)
    label = " ".join(said)
    return {
        "sounds": found if whole else [],
        "by_machine": any(sound.by_machine for sound in found),
        "label": label if len(label) <= LABEL_LENGTH else f"{label[:LABEL_LENGTH].rpartition(' ')[0]} …",
    }
