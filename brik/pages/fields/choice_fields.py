"""Questions answered by choosing: one, several, or the most important in order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from brik.pages.fields.base import PageField, Text, choices_of

_YES, _NO, _CHOOSE = _("Ja"), _("Nei"), _("Velg")


@dataclass(frozen=True)
class ChoiceOption:
    """A choice with an icon and a line of explanation, for large cards."""

    value: str
    label: Text
    icon: str = ""
    description: Text = ""


def _split(choices: Sequence[Any]) -> tuple[list[tuple[str, Text]], dict[str, ChoiceOption]]:
    pairs, details = [], {}
    for choice in choices:
        if isinstance(choice, ChoiceOption):
            details[choice.value] = choice
            pairs.append((choice.value, choice.label))
        else:
            pairs.append((choice[0], choice[1]))
    return pairs, details


class Choice(PageField, forms.ChoiceField):
    """One of several, as radio buttons; nothing preselected. ``choices``: pairs or :class:`ChoiceOption`."""

    component = "radios"
    widget = forms.RadioSelect
    default_error_messages = {"invalid_choice": _("Velg et av svarene på siden.")}

    def __init__(self, *, choices: Sequence[Any] = (), inline: bool = False, **kwargs: Any) -> None:
        pairs, self.details = _split(choices)
        super().__init__(choices=pairs, **kwargs)
        self.inline = inline

    def empty_answer(self) -> str:
        return ""


class ChoiceCards(Choice):
    """One of few, as large cards of equal size side by side."""

    cards = True


class YesNoField(Choice):
    """Ja or Nei, and what else may be answered (``extra``: "vet ikke", "vil ikke svare"). Gives the code."""

    def __init__(self, *, extra: Sequence[Any] = (), yes: Text = _YES, no: Text = _NO, **kwargs: Any) -> None:
        kwargs.setdefault("choices", [("JA", yes), ("NEI", no), *extra])
        super().__init__(**kwargs)


class Select(PageField, forms.ChoiceField):
    """One of many, in a drop-down list."""

    component = "select"
    details: dict[str, ChoiceOption] = {}
    default_error_messages = {"invalid_choice": _("Velg et av svarene i listen.")}

    def __init__(self, *, choices: Sequence[Any] = (), empty: Text = _CHOOSE, **kwargs: Any) -> None:
        super().__init__(choices=[("", empty), *choices], **kwargs)

    def empty_answer(self) -> str:
        return ""


class MultiChoice(PageField, forms.MultipleChoiceField):
    """Any of several. ``exclusive`` names the codes that stand alone: "vet ikke", "ingen av disse"."""

    component = "checkboxes"
    widget = forms.CheckboxSelectMultiple
    default_error_messages = {
        "invalid_choice": _("Velg blant svarene på siden."),
        "invalid_list": _("Velg blant svarene på siden."),
        "exclusive": _("Du kan ikke velge «%(alone)s» sammen med andre svar."),
    }

    def __init__(
        self, *, choices: Sequence[Any] = (), exclusive: Iterable[str] = (), cards: bool = False, **kwargs: Any
    ) -> None:
        pairs, self.details = _split(choices)
        super().__init__(choices=pairs, **kwargs)
        self.exclusive = frozenset(exclusive)
        self.cards = cards

    def validate(self, value: list[str]) -> None:
        super().validate(value)
        alone = self.exclusive.intersection(value)
        if alone and len(value) > 1:
            label = dict(choices_of(self))[min(alone)]
            raise ValidationError(self.error_messages["exclusive"], code="exclusive", params={"alone": label})

    def empty_answer(self) -> list[str]:
        return []


class Confirm(PageField, forms.BooleanField):
    """One box to tick."""

    component = "confirm"


class RankField(PageField, forms.MultiValueField):
    """The ``places`` most important choices, in order: one drop-down list for each. Gives a list of codes."""

    component = "rank"
    default_error_messages = {"twice": _("Du har valgt det samme to ganger.")}

    def __init__(self, *, choices: Sequence[Any] = (), places: int = 3, **kwargs: Any) -> None:
        lists = [forms.ChoiceField(choices=[("", _CHOOSE), *choices], required=False) for _place in range(places)]
        for choice_field in lists:
            choice_field.error_messages["invalid_choice"] = _("Velg et av svarene i listen.")
        super().__init__(
            fields=lists,
            widget=_RankWidget([choice_field.widget for choice_field in lists]),
            require_all_fields=False,
            **kwargs,
        )

    def compress(self, data_list: list[str]) -> list[str]:
        codes = [code for code in data_list or [] if code]
        if len(codes) != len(set(codes)):
            raise ValidationError(self.error_messages["twice"], code="twice")
        return codes

    def empty_answer(self) -> list[str]:
        return []


class _RankWidget(forms.MultiWidget):
    def decompress(self, value: list[str] | None) -> list[str]:
        return [*(value or []), *[""] * len(self.widgets)][: len(self.widgets)]
