"""The fields about where one answer of an area page comes from."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import suppress
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from brik.definitions.name_order import in_order
from brik.mapping.pages.area.answer_fields import SENTENCES
from brik.mapping.questionnaire import answer_sources as sources
from brik.mapping.questionnaire.question_types.cleaning import Unacceptable
from brik.mapping.questionnaire.structure import Question
from brik.mapping.questionnaire.walk import may_be_told_by
from brik.pages.fields.base import choices_of
from brik.pages.forms import DateField, PageForm, Select, TextField

SOURCE, WHO, DAY = "source", sources.CONFIRMED_BY, sources.CONFIRMED_ON
# The suffixes of the fields, and their order on the page.
PARTS = (SOURCE, WHO, DAY)

_LABELS = {
    sources.SELF: _("Personen selv"),
    sources.NOTE: _("Notat fra den som kartla"),
    sources.CONFIRMED: _("Bekreftet (skriv av hvem, og når)"),
}


class WhoField(TextField):
    """Who or what has confirmed an answer."""

    def clean(self, value: Any) -> str:
        try:
            return str(super().clean(sources.clean_who(value)))
        except Unacceptable as refusal:
            raise forms.ValidationError(SENTENCES[refusal.key], code=refusal.key) from None


def names_of(link_id: str) -> dict[str, str]:
    """Part → the name of its field, for one question."""
    return {part: f"{link_id}_{part}" for part in PARTS}


def source_fields(
    question: Question,
    *,
    language: str,
    asked: Mapping[str, Collection[str]],
    kept: Mapping[str, Any],
    left_open: bool,
) -> dict[str, forms.Field]:
    """Name → field. ``asked`` is whom the consent lets us ask, about which themes; ``kept`` the stored answer.

    An answer of somebody who may no longer be asked needs another source: else its next saving makes it the person's
    own words. ``left_open``: the page was sent without that choice.
    """
    names, text, today = names_of(question.link_id), question.text[language], timezone.localdate()
    source = Select(
        required=False,
        label=_("Hvor kommer svaret fra?"),
        missing=format_lazy(_("Velg hvor svaret kommer fra: {question}"), question=text),
        mark=False,
    )
    others = in_order(name for name, themes in asked.items() if may_be_told_by(question, themes))
    offered = [*_LABELS.items(), *((sources.THIRD_PARTY + name, name) for name in others)]
    source.initial = kept.get(SOURCE, sources.SELF)
    if left_open or source.initial not in dict(offered):
        source.required, source.initial = True, ""
        offered = [("", _("Velg på nytt, samtykket gjelder ikke kilden som sto her")), *offered]
    source.choices = offered
    opened_by: dict[str, Any] = {"conditional_on": (names[SOURCE], {sources.CONFIRMED})}
    who = WhoField(
        max_length=sources.WHO_MAX_LENGTH,
        label=_("Hvem eller hva har bekreftet det?"),
        hint=_("For eksempel leiekontrakten, Folkeregisteret eller NAV. Det følger med svaret til dem som får det."),
        missing=format_lazy(_("Skriv hvem eller hva som har bekreftet svaret: {question}"), question=text),
        initial=kept.get(WHO, ""),
        **opened_by,
    )
    day = DateField(
        label=_("Når ble det bekreftet?"),
        earliest=sources.first_day(today),
        latest=today,
        missing=format_lazy(_("Skriv hvilken dag svaret ble bekreftet: {question}"), question=text),
        initial=_norwegian_day(kept.get(DAY, "")),
        **opened_by,
    )
    return dict(zip(names.values(), (source, who, day), strict=True))


def confirmation_of(form: PageForm, link_id: str) -> dict[str, str]:
    """By whom and when, of a cleaned form, as it is stored; empty for an answer that is not confirmed."""
    source, who, day = (form.cleaned_data.get(name) for name in names_of(link_id).values())
    return {WHO: who, DAY: day.isoformat()} if source == sources.CONFIRMED and who and day else {}


def source_label(form: PageForm, link_id: str) -> str:
    """What stands chosen on the page: who has confirmed it and when, else the label of the choice."""
    source, who, day = (form[name] for name in names_of(link_id).values())
    chosen = sources.SELF if source.value() is None else source.value()
    if chosen == sources.CONFIRMED:
        # While by whom or when is missing or wrong, the page has the label of the choice alone.
        with suppress(forms.ValidationError):
            read = sources.AnswerSource(
                sources.SourceKind.CONFIRMED, who.field.clean(who.value()), day.field.clean(day.value())
            )
            return sources.source_in_words(read, get_language() or "nb")
    labels = dict(choices_of(source.field))
    return str(labels.get(chosen, ""))


def _norwegian_day(stored: str) -> str:
    try:
        return f"{date.fromisoformat(stored):%d.%m.%Y}"
    except ValueError:
        return ""
