"""The texts of the talk: versioned files, published once as rows that never change.

A file holds everything that is shown to the person, in one language. All files of one version have the same keys and
placeholders: no language says less than another.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from string import Formatter
from typing import Any

from django.conf import settings
from django.db import transaction

from brik.definitions import fixtures, languages, strict_yaml
from brik.definitions.strict_yaml import DefinitionError
from brik.pdf.fonts import without_glyph
from brik.people.legal_status import MAPPED, LegalStatus
from brik.vault.canonical import canonical, sha256
from brik.vault.codes.coded_models import proved
from consent.texts.published_texts import Text

FOLDER = fixtures.FOLDER / "consent"
# The oldest version the pages can show. Older ones stay for the consents that were signed with them.
OLDEST_SHOWN = "2026.4"
# Words that are never used to somebody who has not been convicted (Rundskriv KSF 1/02).
NEVER_ON_REMAND = re.compile(
    r"domfelt|soning|straffegjennomføring|straffen|på prøve|convict|sentence|serving|محكوم|عقوبة", re.IGNORECASE
)


def load(folder: Path = FOLDER) -> tuple[list[Text], list[str]]:
    """Publish every new file of a folder. Returns the new texts, and the names of refused files.

    Outside a demonstration a text is refused until it says that it is approved and ``approve_text`` has recorded who
    approved it. Older texts than the pages show are not asked for.

    Raises:
        DefinitionError: a file is wrong, a published version has been changed, or a text that stays in use lacks
            something that the newest files say. Then nothing is published.
    """
    new, refused = [], []
    contents = read(folder)
    with transaction.atomic():
        for name, content in contents.items():
            text = Text(**content, sha256=hash_of(content))
            if not (settings.UNAPPROVED_TEXTS_ALLOWED or text.is_approved):
                refused += [name] if can_be_shown(text.version) else []
                continue
            published = Text.objects.filter(kind=text.kind, language=text.language, version=text.version).first()
            if published is None:
                text.save(force_insert=True)
                new.append(text)
            elif published.sha256 != text.sha256:
                raise DefinitionError(
                    name, 1, f"version {text.version} has been published and cannot change; raise the version"
                )
        _check_in_use(contents)
    return new, refused


def read(folder: Path) -> dict[str, dict[str, Any]]:
    """Every file of a folder by name. Raises ``DefinitionError`` where one is wrong, or says less than another."""
    contents = {path.name: _read(path) for path in sorted(folder.glob("*-*-*.yaml"))}
    _check_alike(contents)
    return contents


def hash_of(content: Text | dict[str, Any]) -> str:
    """The hash of a text: of everything it says, and of whether it was approved."""
    names = ("kind", "language", "version", "approved", "body")
    if isinstance(content, Text):
        content = {name: getattr(content, name) for name in names}
    return sha256(canonical({name: content[name] for name in names}))


def current(kind: str) -> dict[str, Text]:
    """The texts for a talk of this kind now: the newest usable one in each language.

    Raises ``CodeBroken`` where one of them is not as it was published here.
    """
    texts = _newest(Text.objects.usable().filter(kind=kind))
    proved(texts.values())
    return texts


def versions(kind: str) -> dict[str, str]:
    """The versions of the :func:`current` texts, without reading their bodies."""
    texts = _newest(Text.objects.usable().filter(kind=kind).only("language", "version"))
    return {language: text.version for language, text in texts.items()}


def newest_of(contents: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The newest file of each kind and language, by name."""
    last: dict[tuple[str, str], str] = {}
    for name in sorted(contents, key=lambda name: _order(contents[name]["version"])):
        last[contents[name]["kind"], contents[name]["language"]] = name
    return {name: contents[name] for name in sorted(last.values())}


def can_be_shown(version: str) -> bool:
    """Whether the pages have a place for all that a text of this version says."""
    return _order(version) >= _order(OLDEST_SHOWN)


def says(content: dict[str, Any], sentence: str) -> bool:
    """Whether a text says this somewhere, word for word; how its lines are broken makes no difference."""
    wanted = " ".join(sentence.split())
    return any(wanted in " ".join(str(text).split()) for _, text in _sentences(content["body"]))


def _newest(texts: Iterable[Text]) -> dict[str, Text]:
    shown = [text for text in texts if can_be_shown(text.version)]
    newest = {text.language: text for text in sorted(shown, key=lambda text: _order(text.version))}
    return {language: newest[language] for language in languages.CODES if language in newest}


def _order(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def _read(path: Path) -> dict[str, Any]:
    content = strict_yaml.load(path)
    expected = {"kind": str, "language": str, "version": str, "approved": bool, "body": dict}
    if not isinstance(content, dict) or {key: type(value) for key, value in content.items()} != expected:
        raise DefinitionError(path.name, 1, "must hold kind, language, version, approved and body, and nothing else")
    if content["kind"] not in MAPPED or content["language"] not in languages.CODES:
        raise DefinitionError(path.name, 1, "unknown kind or language")
    if not re.fullmatch(r"\d+(\.\d+)*", content["version"]):
        raise DefinitionError(path.name, 1, "a version is numbers and points, as '2026.1'")
    if path.stem != f"{content['kind'].lower()}-{content['language']}-{content['version']}":
        raise DefinitionError(path.name, 1, "the name must be kind-language-version.yaml")
    for key, sentence in _sentences(content["body"]):
        if not isinstance(sentence, str) or not sentence.strip():
            raise DefinitionError(path.name, 1, f"{key} is empty or not a text")
        if signs := without_glyph(sentence):
            raise DefinitionError(path.name, 1, f"{key} has signs that no paper can show: {' '.join(signs)}")
        if content["kind"] == LegalStatus.REMAND and NEVER_ON_REMAND.search(sentence):
            raise DefinitionError(path.name, 1, f"{key} uses a word that is never used to somebody on remand")
    return content


def _sentences(value: Any, key: str = "") -> Iterator[tuple[str, Any]]:
    """Every text of a body with its path; an item of a list has its number."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _sentences(inner, f"{key}.{name}".lstrip("."))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _sentences(inner, f"{key}.{number}")
    else:
        yield key, value


def _shape(body: dict[str, Any]) -> dict[str, set[str]]:
    """The paths of the sentences of a text, and the placeholders in each."""
    return {key: {field for _, field, _, _ in Formatter().parse(text) if field} for key, text in _sentences(body)}


def _check_in_use(contents: dict[str, dict[str, Any]]) -> None:
    """Demand that the texts in use have all sentences of the newest files: a page must not lack its words."""
    for name, content in newest_of(contents).items():
        shape = _shape(content["body"])
        for text in current(content["kind"]).values():
            if _order(text.version) < _order(content["version"]) and _shape(text.body) != shape:
                reason = f"version {text.version} is still in use and does not say all that this does"
                raise DefinitionError(name, 1, reason)


def _check_alike(contents: dict[str, dict[str, Any]]) -> None:
    """Demand that all languages of a kind and version have the same sentences and placeholders."""
    first: dict[tuple[str, str], tuple[str, dict[str, set[str]]]] = {}
    for name, content in contents.items():
        shape = _shape(content["body"])
        other, expected = first.setdefault((content["kind"], content["version"]), (name, shape))
        if shape != expected:
            different = sorted(key for key in shape.keys() | expected.keys() if shape.get(key) != expected.get(key))
            raise DefinitionError(name, 1, f"does not say the same as {other}: look at {different[0]}")
