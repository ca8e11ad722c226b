"""Checks: a consent text for each talk in every language, with words for each kind of recipient, and approved."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Error, Info, register
from django.db import DatabaseError

from brik.definitions import languages
from brik.definitions.strict_yaml import DefinitionError
from brik.people.legal_status import MAPPED
from brik.staff.models import OrganisationKind
from consent.sound import speech
from consent.sound.paragraphs import neutral_words
from consent.texts import approval
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
        for kinds in (content["body"]["recipients"]["kinds"], content["body"]["kinds"])
        for kind in OrganisationKind
        if kind not in kinds
    ]


@register()
def every_talk_has_a_text_in_every_language(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """An error for each kind of talk that lacks a language, in texts that the pages can show."""
    try:
        contents = [text for text in texts.read(texts.FOLDER).values() if texts.can_be_shown(text["version"])]
    except DefinitionError:
        return []  # consent.E001 says so
    languages_of = {kind: {content["language"] for content in contents if content["kind"] == kind} for kind in MAPPED}
    return [
        Error(f"The language {language} is missing in the consent texts {kind} (fixtures/consent).", id="consent.E003")
        for kind, codes in languages_of.items()
        for language in languages.lacking([codes])
    ]


@register()
def every_language_can_be_read_aloud(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """An error for each language without a voice of the machine, or without words in place of placeholders."""
    without_voice = [
        Error(f"The language {language} is missing in the voices (consent/sound/speech.py).", id="consent.E006")
        for language in languages.lacking([speech.VOICES])
    ]
    try:
        neutral_words()
    except DefinitionError as error:
        return [*without_voice, Error(f"fixtures/sound: {error}.", id="consent.E007")]
    return [*without_voice]


@register(deploy=True)
def every_text_is_approved(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A line for each newest text that lacks an approval: until it has one, no such talk is held in production."""
    try:
        missing = approval.missing()
    except DefinitionError:
        return []  # consent.E001 says so
    except DatabaseError:
        return [Info("The approvals of the consent texts cannot be read: is the database there?", id="consent.I005")]
    hint = "manage.py approve_text, then load_texts"
    return [
        Info(f"The consent text {name} is not used: {reason}.", hint=hint, id="consent.I004")
        for name, reason in missing.items()
    ]
