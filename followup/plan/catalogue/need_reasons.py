"""Why a need falls away, and why one is opened again: ``fixtures/plan/reasons.yaml``, checked at every start."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.utils.translation import get_language

from brik.definitions import fixtures, strict_yaml
from brik.definitions.strict_yaml import Entry
from followup.plan.needs import Need

PATH = fixtures.FOLDER / "plan" / "reasons.yaml"


@dataclass(frozen=True)
class NeedReasons:
    """Code → label by language, for each kind."""

    lapsed: Mapping[str, Mapping[str, str]]
    reopened: Mapping[str, Mapping[str, str]]

    def label(self, code: str) -> str:
        """A reason in the language of the page; empty for a code that is none of them."""
        words = {**self.lapsed, **self.reopened}.get(code, {})
        return words.get(get_language() or "") or words.get(settings.LANGUAGE_CODE, "")


@cache
def reasons() -> NeedReasons:
    """The file, read once. Raises ``DefinitionError`` with file, line and reason."""
    whole = strict_yaml.read(PATH)
    parts = whole.mapping(required=("lapsed", "reopened"))
    lapsed, reopened = (_labels(parts[kind]) for kind in ("lapsed", "reopened"))
    if both := lapsed.keys() & reopened.keys():
        raise whole.error(f"{min(both)} stands in both lists")
    return NeedReasons(lapsed, reopened)


def _labels(entry: Entry) -> Mapping[str, Mapping[str, str]]:
    languages = [code for code, _name in settings.STAFF_LANGUAGES]
    longest: int = Need._meta.get_field("reason").max_length  # type: ignore[assignment]
    found = {}
    for code, label in entry.mapping(optional=None).items():
        if len(code) > longest:
            raise label.error(f"a code has at most {longest} letters")
        words = label.mapping(required=languages)
        found[code] = {language: words[language].text() for language in languages}
    if not found:
        raise entry.error("at least one reason is expected here")
    return found
