"""How a field of a form becomes markup: its ids, descriptions, errors and branches."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.forms.boundfield import BoundField
from django.utils.functional import cached_property
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from brik.pages.fields.base import choices_of

# A label that ends so needs no colon after it.
_ENDS = ("?", "!", ".", ":", "؟")


class PageBoundField(BoundField):
    """A field of a form with its answer, and what our templates need to show it."""

    form: Any  # a PageForm; its file names this class

    def as_field_group(self, **shown: Any) -> SafeString:
        """The whole field: label, hint, control, error. ``shown`` adds to the template's context."""
        group: SafeString = self.form.render(self.component, {"bound": self, **shown})
        return group

    def value(self) -> Any:
        value = super().value()
        is_skip = isinstance(value, str) and value in dict(getattr(self.field, "skip", ()))
        return "" if is_skip else value

    @property
    def skipped(self) -> list[str]:
        """The codes chosen in place of a typed answer: the posted ones, else the stored one."""
        if self.form.is_bound:
            data = self.form.data
            key = f"{self.html_name}-instead"
            return list(data.getlist(key)) if hasattr(data, "getlist") else list(filter(None, [data.get(key)]))
        return [self.initial] if isinstance(self.initial, str) else []

    @property
    def skips(self) -> list[dict[str, Any]]:
        """The boxes below a typed answer."""
        return [
            {
                "id": f"{self.auto_id}_instead_{number}",
                "value": code,
                "label": label,
                "checked": code in self.skipped,
                "opens": self.opens(code),
            }
            for number, (code, label) in enumerate(getattr(self.field, "skip", ()))
        ]

    @property
    def untouched(self) -> dict[str, list[str]]:
        """The names and values that a browser sends for the field if nobody changes it; not for files."""
        skips = dict(getattr(self.field, "skip", ()))
        if codes := [code for code in self.skipped if code in skips]:
            return {f"{self.html_name}-instead": codes}
        value, widget = self.value(), self.field.widget
        if isinstance(widget, forms.MultiWidget):
            parts = widget.decompress(value) or []
            return {f"{self.html_name}_{number}": [part] for number, part in enumerate(parts) if part}
        values = value if isinstance(value, (list, tuple, set)) else [value]
        sent = [str(item) for item in values if item is not None and item is not False and item != ""]
        return {self.html_name: sent} if sent else {}

    @property
    def words(self) -> str:
        """The field's value in the words of the page."""
        value, field = self.value(), self.field
        if isinstance(field.widget, forms.CheckboxInput):
            return str(_("Ja")) if value else ""
        labels = dict(getattr(field, "choices", ())) | dict(getattr(field, "skip", ()))
        codes = [*(value if isinstance(value, list) else [value]), *self.skipped]
        return ", ".join(str(labels.get(code, code)) for code in codes if code)

    @property
    def places(self) -> list[dict[str, Any]]:
        """The drop-down lists of a ranking, one for each place."""
        chosen = self.field.widget.decompress(self.value()) if not self.form.is_bound else list(self.data or [])
        return [
            {
                "id": f"{self.auto_id}_{number}",
                "name": f"{self.html_name}_{number}",
                "options": [
                    {"value": code, "label": label, "checked": str(code) == (chosen[number] or "")}
                    for code, label in choices_of(part)
                ],
            }
            for number, part in enumerate(cast(forms.MultiValueField, self.field).fields)
        ]

    @property
    def cards(self) -> bool:
        return getattr(self.field, "cards", False)

    @property
    def asked_by_title(self) -> bool:
        return getattr(self.field, "asked_by_title", False)

    @property
    def inline(self) -> bool:
        return getattr(self.field, "inline", False)

    @property
    def avoid(self) -> Any:
        return getattr(self.field, "avoid", "")

    @property
    def lang(self) -> str:
        return getattr(self.field, "lang", "")

    @property
    def component(self) -> str:
        named = getattr(self.field, "component", None)
        if named:
            return f"components/{named}.html"
        widget = self.field.widget
        for kind, name in (
            (forms.HiddenInput, "hidden"),
            (forms.CheckboxSelectMultiple, "checkboxes"),
            (forms.RadioSelect, "radios"),
            (forms.CheckboxInput, "confirm"),
            (forms.Textarea, "textarea"),
            (forms.Select, "select"),
        ):
            if isinstance(widget, kind):
                return f"components/{name}.html"
        return "components/input.html"

    @cached_property
    def focus_id(self) -> str:
        """Where a link from the error summary leads: the control, or the first choice of a group."""
        if self.component.endswith(("radios.html", "checkboxes.html")):
            return self.options[0]["id"] if self.options else self.auto_id
        return f"{self.auto_id}_0" if self.component.endswith("rank.html") else self.auto_id

    @property
    def hint_id(self) -> str:
        return f"{self.auto_id}_hint" if self.help_text else ""

    @property
    def error_id(self) -> str:
        return f"{self.auto_id}_error" if self.errors else ""

    @property
    def count_id(self) -> str:
        return f"{self.auto_id}_count" if self.component.endswith("textarea.html") and self.max_length else ""

    @property
    def aria_describedby(self) -> str:
        return " ".join(filter(None, [self.hint_id, self.count_id, self.error_id]))

    @property
    def max_length(self) -> int | None:
        return getattr(self.field, "max_length", None)

    @property
    def error_text(self) -> str:
        """One sentence, as it stands at the field."""
        return " ".join(str(error) for error in self.errors)

    @property
    def named_error(self) -> str:
        """:attr:`error_text` with the field it is about, for the list of errors: the list stands far from the field."""
        sentence, label = self.error_text, str(self.label)
        # What is missing, and what a form says of its own field, name it themselves.
        own = all(error.code in (None, "", "required") for error in self.errors.as_data())
        names = [self.row, "" if own or label in self.row or label in sentence else label]
        for name in filter(None, reversed(names)):
            sentence = f"{name} {sentence}" if name.endswith(_ENDS) else f"{name}: {sentence}"
        return sentence

    @property
    def row(self) -> str:
        """The name of the row that the field stands in; empty where it is not one of several."""
        return str(getattr(self.field, "row", ""))

    @property
    def mark(self) -> str:
        """ "required", "optional" or "": the mark beside the label."""
        marks = getattr(self.form, "marks", "both")
        if not getattr(self.field, "mark", True):
            return ""
        kind = "required" if self.field.required else "optional"
        return kind if marks in {"both", kind} else ""

    @property
    def hidden_when(self) -> str:
        """The tokens of the branches that must be open to show this field; nested branches give several."""
        tokens, branches, name = [], self.form.branches, self.name
        while name in branches:
            tokens.append(branches[name])
            name = self.form.condition_of(name)[0]
        return " ".join(tokens)

    def opens(self, code: str) -> str:
        """The tokens that choosing ``code`` here opens."""
        tokens: str = self.form.openings.get((self.name, code), "")
        return tokens

    @cached_property
    def options(self) -> list[dict[str, Any]]:
        """The choices as the template draws them."""
        value = self.value()
        chosen = (
            {str(code) for code in value}
            if isinstance(value, (list, tuple, set))
            else {"" if value is None else str(value)}
        )
        details = getattr(self.field, "details", {})
        return [
            {
                "id": f"{self.auto_id}_{number}",
                "value": code,
                "label": label,
                "checked": str(code) in chosen,
                "opens": self.opens(str(code)),
                "icon": details[code].icon if code in details else "",
                "description": details[code].description if code in details else "",
            }
            for number, (code, label) in enumerate(choices_of(self.field))
            if str(code) or not isinstance(self.field.widget, (forms.RadioSelect, forms.CheckboxSelectMultiple))
        ]

    @property
    def answers(self) -> list[dict[str, Any]]:
        """The choices that answer the question."""
        return [option for option in self.options if option["value"] not in self._quiet]

    @property
    def ways_out(self) -> list[dict[str, Any]]:
        """The choices of a field's ``quiet``, which do not answer: "vet ikke", "vil ikke svare"."""
        return [option for option in self.options if option["value"] in self._quiet]

    @property
    def _quiet(self) -> frozenset[str]:
        return frozenset(getattr(self.field, "quiet", ()))

    def control(self) -> SafeString:
        """The input, textarea or select alone, with the attributes that connect it to label, hint and error."""
        attrs: dict[str, str | bool] = {"class": "ds-input"}
        # A file has nothing to fill in, and HTML does not know the attribute there.
        if "autocomplete" not in self.field.widget.attrs and not isinstance(self.field.widget, forms.FileInput):
            attrs["autocomplete"] = "off"
        return self.as_widget(attrs=attrs)
