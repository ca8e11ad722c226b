"""Questions answered by typing words or a number, or with a file."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.functional import lazy
from django.utils.html import format_html_join
from django.utils.module_loading import import_string
from django.utils.safestring import SafeString
from django.utils.text import get_text_list
from django.utils.translation import gettext_lazy as _

from brik.definitions.code_lists import municipalities_named
from brik.definitions.name_cleaning import clean_name, is_visible
from brik.definitions.written_numbers import holds_eleven_digits
from brik.pages.fields.base import PageField, Text

_TOO_LONG = _("Teksten er for lang. Den kan ha %(limit_value)d tegn og har %(show_value)d.")
_ELEVEN_DIGITS = _("Ta bort tallet med 11 sifre. Her skal det ikke stå fødselsnummer eller kontonummer.")
_NO_MUNICIPALITY = _("Skriv navnet på en norsk kommune, for eksempel Oslo.")
_NOT_ON_PAPER = _("Vi kan ikke trykke disse tegnene: %(letters)s. Skriv dem på en annen måte.")
# Joined when the page is drawn, which may be in another language than the one the form was checked in.
_either = lazy(get_text_list, str)
# A text in a script that no paper shows would fill the page.
_MOST_LETTERS = 10


def _as_shown(letter: str) -> str:
    """A letter as an error names it: a mark on a circle, and what has no shape by its number."""
    kind = unicodedata.category(letter)
    return f"◌{letter}" if kind[0] == "M" else f"U+{ord(letter):04X}" if kind[0] == "C" else letter


class TextField(PageField, forms.CharField):
    """One line of text, cleaned as names are.

    ``printed``: the text can come on a paper, and letters that papers do not show are refused. Only what never comes on
    one (passwords, searches, keys) says False; that is taken as it is typed.
    ``number``: a number of eleven digits is asked for. Any other printed text is refused with one in it.
    ``too_long``: the error where the number of characters says nothing, as for a date.
    """

    def __init__(
        self,
        *,
        max_length: int | None = 200,
        autocomplete: str = "off",
        printed: bool = True,
        number: bool = False,
        too_long: Text = _TOO_LONG,
        **kwargs: Any,
    ) -> None:
        super().__init__(max_length=max_length, **kwargs)
        self.printed = printed
        self.guarded = printed and not number
        self.widget.attrs.pop("maxlength", None)  # a browser would cut a pasted text silently
        self.widget.attrs.update({"autocomplete": autocomplete, "spellcheck": "false", "dir": "auto"})
        self.error_messages["max_length"] = too_long
        self.error_messages["eleven_digits"] = _ELEVEN_DIGITS
        self.error_messages["letters"] = _NOT_ON_PAPER

    def to_python(self, value: Any) -> Any:
        """As Django's own, but a text of invisible characters alone is empty (except in passwords)."""
        text = super().to_python(value)
        if not self.strip or not text:
            return text
        return self.cleaned(text) if any(map(is_visible, text)) else self.empty_value

    def cleaned(self, text: str) -> str:
        """A text with something to see in it, as it is stored."""
        return clean_name(text) if self.printed else text

    def validate(self, value: Any) -> None:
        """As Django's own; raises for a number of eleven digits, and for letters that the papers cannot show."""
        super().validate(value)
        if self.guarded and value and holds_eleven_digits(value):
            raise ValidationError(self.error_messages["eleven_digits"], code="eleven_digits")
        letters = import_string(settings.BRIK_WITHOUT_GLYPH)(value) if self.printed and value else []
        if letters:
            shown = " ".join(map(_as_shown, letters[:_MOST_LETTERS])) + (" …" if len(letters) > _MOST_LETTERS else "")
            raise ValidationError(self.error_messages["letters"], code="letters", params={"letters": shown})


class TextArea(TextField):
    """Several lines of text. ``avoid`` says what not to write; it is shown with the hint."""

    component = "textarea"

    def __init__(self, *, max_length: int = 2000, avoid: Text = "", rows: int = 4, **kwargs: Any) -> None:
        kwargs["widget"] = forms.Textarea(attrs={"rows": rows})
        super().__init__(max_length=max_length, **kwargs)
        self.avoid = avoid

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n")

    def cleaned(self, text: str) -> str:
        """As it is typed: its lines are kept."""
        return text


@cache
def _suggestions(names: tuple[str, ...]) -> SafeString:
    return format_html_join("\n", '<option value="{}"></option>', ((name,) for name in names))


class MunicipalityField(TextField):
    """A municipality by name, in any spelling, with suggestions. The value is the name as listed.

    A name that several have is asked about at the field, with their counties.
    """

    component = "municipality"

    def __init__(self, *, municipalities: Sequence[str], **kwargs: Any) -> None:
        super().__init__(max_length=60, too_long=_NO_MUNICIPALITY, **kwargs)
        self.municipalities = municipalities
        self.error_messages["municipality"] = _NO_MUNICIPALITY
        self.error_messages["which"] = _("Flere kommuner heter dette. Skriv hvilken: %(names)s.")

    @property
    def suggestions(self) -> SafeString:
        """The names as the page offers them: made once for a list, which has hundreds."""
        return _suggestions(tuple(self.municipalities))

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        if not text:
            return ""
        match municipalities_named(text, self.municipalities):
            case [name]:
                return name
            case []:
                raise ValidationError(self.error_messages["municipality"], code="municipality")
            case names:
                params = {"names": _either(list[Any](names), _("eller"))}
                raise ValidationError(self.error_messages["which"], code="which", params=params)


class NumberField(PageField, forms.IntegerField):
    """A whole number, typed."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.TextInput, **kwargs)
        self.widget.attrs.update({"inputmode": "numeric", "autocomplete": "off", "data-width": "number"})
        self.error_messages["invalid"] = _("Skriv et helt tall med sifre, for eksempel 3.")
        self.error_messages["min_value"] = _("Tallet kan ikke være lavere enn %(limit_value)s.")
        self.error_messages["max_value"] = _("Tallet kan ikke være høyere enn %(limit_value)s.")

    def to_python(self, value: Any) -> int | None:
        # Python accepts longer numbers than PostgreSQL's integer.
        if len(str(value or "")) > 9:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(value)


class UploadField(PageField, forms.FileField):
    """A file of at most ``max_bytes`` whose first bytes show that it is one of ``kinds`` (pdf, jpeg, png)."""

    SIGNATURES = {"pdf": b"%PDF-", "jpeg": b"\xff\xd8\xff", "png": b"\x89PNG\r\n\x1a\n"}
    # Readers of PDF look so far (ISO 32000-1, Annex H, note 13): scanners write lines of their own before it.
    WITHIN = {"pdf": 1024}

    def __init__(
        self, *, max_bytes: int = 10 * 1024 * 1024, kinds: Sequence[str] = ("pdf", "jpeg", "png"), **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.max_bytes, self.kinds = max_bytes, kinds
        self.widget = forms.FileInput(attrs={"accept": "application/pdf,image/jpeg,image/png"})
        self.error_messages["empty"] = _("Filen er tom.")

    def clean(self, data: Any, initial: Any = None) -> Any:
        upload = super().clean(data, initial)
        if not upload or upload is initial:
            return upload
        if upload.size > self.max_bytes:
            raise ValidationError(_("Filen er for stor. Den kan være på 10 MB."), code="size")
        start = upload.read(1024)
        upload.seek(0)
        if not any(self._begins_as(kind, start) for kind in self.kinds):
            raise ValidationError(_("Filen må være en PDF eller et bilde (JPEG eller PNG)."), code="kind")
        return upload

    def _begins_as(self, kind: str, start: bytes) -> bool:
        signature = self.SIGNATURES[kind]
        return signature in start[: self.WITHIN.get(kind, len(signature))]
