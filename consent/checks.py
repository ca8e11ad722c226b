"""Start-up checks: a consent text for each talk in every language, with words for each kind of recipient."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Error, register

from brik.definitions import languages
from brik.definitions.strict_yaml import DefinitionError
from brik.people.legal_status import MAPPED
from brik.staff.models import OrganisationKind
from consent.texts import catalogue as texts


@register()
def every_kind_of_recipient_has_words(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """An error for each newest text that lacks a kind of organisation or cannot be read."""
    try:
        newest = texts.newest_of(texts.read(texts.FOLDER))
    except DefinitionError as error:
        return [Error(str(error), id="consent.E001")]
    return [
        Error(f"{kind} is missing in the consent text {name}.", id="consent.E002")
        for name, content in newest.items()
        for part in ("recipients", "withdrawal")
        for kind in OrganisationKind
        if kind not in content["body"][part]["kinds"]
    ]


@register()
def every_talk_has_a_text_in_every_language(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """An error for each kind of talk that lacks a language."""
    try:
        contents = texts.read(texts.FOLDER).values()
    except DefinitionError:
        return []  # consent.E001 says so
    languages_of = {kind: {content["language"] for content in contents if content["kind"] == kind} for kind in MAPPED}
    return [
        Error(f"The language {language} is missing in the consent texts {kind} (fixtures/consent).", id="consent.E003")
        for kind, codes in languages_of.items()
        for language in languages.lacking([codes])
    ]
