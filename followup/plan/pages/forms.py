"""The forms about needs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from brik.mapping.questionnaire.labels import theme_name
from brik.mapping.questionnaire.themes import Theme
from brik.pages.forms import Choice, Confirm, MultiChoice, PageForm, Select
from followup.plan.catalogue.need_reasons import reasons
from followup.plan.need_states import NeedLevel, NeedState, NeedWish
from followup.plan.needs import Need, NeedContent

CHANGE = "ENDRE"
_LEVELS = [(str(level.value), level.label) for level in NeedLevel if level]
# What can be done with an open need, in the order of the page.
_ENDS = [
    (NeedState.MET.value, _("Det er dekket")),
    (NeedState.DECLINED.value, _("Personen takker nei")),
    (NeedState.LAPSED.value, _("Det er bortfalt")),
    (NeedState.IN_ERROR.value, _("Det ble skrevet inn ved en feil")),
]


class ProposedForm(PageForm):
    """What the interview proposes, to be confirmed together with the person."""

    marks = "none"

    def __init__(self, *args: Any, offered: Mapping[Theme, NeedContent], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["themes"] = MultiChoice(
            label=_("Hva av dette stemmer?"),
            choices=[(theme.value, in_one_line(content)) for theme, content in offered.items()],
            error_messages={"required": _("Kryss av for minst ett behov.")},
        )

    @property
    def themes(self) -> list[Theme]:
        """What was ticked."""
        return [Theme(code) for code in self.cleaned_data["themes"]]


def in_one_line(content: NeedContent) -> str:
    """A need as one line: "Bolig: Stort behov. Ønsker hjelp"."""
    parts: list[str | Promise] = [content.level.label] if content.level else []
    parts += [content.wish.label] if content.wish else []
    said = ". ".join(map(str, parts))
    return f"{theme_name(content.theme)}: {said}"


class _NeedFields(PageForm):
    marks = "optional"

    level = Choice(label=_("Hvor stort er behovet?"), choices=_LEVELS)
    wish = Choice(
        label=_("Ønsker personen hjelp?"),
        choices=[(NeedWish.YES.value, _("Ja")), (NeedWish.LATER.value, _("Ja, senere"))],
    )


class NewNeedForm(_NeedFields):
    """A need that the person tells of after the interview."""

    def __init__(self, *args: Any, themes: Iterable[Theme], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(theme.value, theme_name(theme)) for theme in themes]
        self.fields["theme"] = Select(label=_("Hva gjelder det?"), choices=choices)
        self.order_fields(["theme", "level", "wish"])

    @property
    def content(self) -> NeedContent:
        """The need as it was entered."""
        return NeedContent(Theme(self.cleaned_data["theme"]), *_said(self))


class NeedForm(_NeedFields):
    """What is to be done with an open need: change it, or end it."""

    what = Choice(label=_("Hva har skjedd?"), choices=[(CHANGE, _("Behovet er endret")), *_ENDS])
    reason = Select(label=_("Hvorfor faller det bort?"))
    present = Confirm(label=_("Personen er til stede og sier det selv"))

    def __init__(self, *args: Any, need: Need, **kwargs: Any) -> None:
        said = need.opened
        initial = {"level": str(said.level.value), "wish": said.wish.value}
        super().__init__(*args, initial=initial, **kwargs)
        self.need = need
        self.order_fields(["what", "level", "wish", "reason", "present"])
        opens = {
            "level": CHANGE, "wish": CHANGE, "reason": NeedState.LAPSED.value, "present": NeedState.DECLINED.value,
        }  # fmt: skip
        for name, code in opens.items():
            vars(self.fields[name])["conditional_on"] = ("what", {code})
        self.fields["reason"].choices = [("", _("Velg")), *_listed(reasons().lapsed)]  # type: ignore[attr-defined]

    @property
    def content(self) -> NeedContent:
        """The need as it was changed."""
        return NeedContent(self.need.opened.theme, *_said(self))


class ReopenForm(PageForm):
    """Why a need that has ended is opened again."""

    marks = "none"

    reason = Select(label=_("Hvorfor åpnes det igjen?"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = [("", _("Velg")), *_listed(reasons().reopened)]  # type: ignore[attr-defined]


def _said(form: PageForm) -> tuple[NeedLevel, NeedWish]:
    return NeedLevel(int(form.cleaned_data["level"])), NeedWish(form.cleaned_data["wish"])


def _listed(labels: Mapping[str, Mapping[str, str]]) -> list[tuple[str, str]]:
    return [(code, reasons().label(code)) for code in labels]
