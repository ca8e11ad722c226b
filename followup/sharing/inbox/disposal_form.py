"""The form of the answer to a line: shredded, or kept under which law."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from brik.pages.forms import Choice, PageForm, TextField, field_of
from followup.sharing.models import DisposalAnswerKind

# Longer than any number of a paragraph: it would be somebody's number.
_SOMEBODYS_NUMBER = re.compile(r"(?:\d[\s.]?){6}")
# What a law or a regulation is called, in one of the languages of the land, or the sign of a paragraph.
_LAW = re.compile(r"§|lov|láhka|forskrift|føresegn|forordning|GDPR|act", re.IGNORECASE)


class DisposalForm(PageForm):
    """What the recipient has done. Its question and answers are words of the texts."""

    marks = "none"

    kind = Choice(label="", choices=DisposalAnswerKind.choices, missing=_("Velg hva dere har gjort."))
    law = TextField(
        label="",
        hint=_("Skriv lov og paragraf. Ikke skriv noe om personen."),
        max_length=100,
        conditional_on=("kind", {DisposalAnswerKind.KEPT}),
        missing=_("Skriv hvilken lov og paragraf som krever det."),
    )

    def __init__(self, *args: Any, words: dict[str, Any], question: str, **kwargs: Any) -> None:
        """``question`` with its day; ``words`` as :func:`disposal_words.words`."""
        super().__init__(*args, **kwargs)
        kind = field_of(self, "kind", Choice)
        kind.label = question
        kind.choices = [(member.value, words["options"][member.name]) for member in DisposalAnswerKind]
        self.fields["law"].label = words["law"]

    def clean_law(self) -> str:
        law = str(self.cleaned_data["law"] or "")
        if _SOMEBODYS_NUMBER.search(law):
            raise forms.ValidationError(_("Skriv bare lov og paragraf, ikke noe nummer på en person eller en sak."))
        if law and not _LAW.search(law):
            raise forms.ValidationError(_("Skriv lov og paragraf, for eksempel arkivlova § 9."))
        return law

    def values(self) -> dict[str, Any]:
        """What ``disposal_answers.answer`` takes."""
        return {"kind": DisposalAnswerKind(self.cleaned_data["kind"]), "law": self.cleaned_data["law"] or ""}
