"""Which answers of an interview make which need: ``fixtures/plan/needs.yaml``, checked at every start."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Final

from brik.definitions import fixtures, strict_yaml
from brik.definitions.strict_yaml import Entry
from brik.mapping.questionnaire import catalogue
from brik.mapping.questionnaire.structure import NO, TALK_MORE, YES, Questionnaire
from brik.mapping.questionnaire.themes import Theme
from followup.plan.need_states import NeedLevel, NeedWish
from followup.plan.needs import NeedContent

PATH = fixtures.FOLDER / "plan" / "needs.yaml"
_SCALE: Final = frozenset(str(level.value) for level in NeedLevel)


@dataclass(frozen=True)
class NeedRule:
    """One rule; of ``scale``, ``line`` and ``answer`` one is set."""

    theme: Theme
    scale: str = ""
    wish: str = ""
    line: str = ""
    answer: str = ""
    any_of: frozenset[str] = frozenset()
    level: NeedLevel = NeedLevel.NONE

    def content(self, values: Mapping[str, Any]) -> tuple[NeedContent, bool] | None:
        """What these answers say of a need, and whether help was declined; None where they say nothing."""
        if self.scale:
            return self._by_scale(values)
        if self.line:
            return self._by_line(values.get(self.line))
        given = values.get(self.answer)
        chosen = set(given) if isinstance(given, list) else {given}
        return (NeedContent(self.theme, self.level), False) if chosen & self.any_of else None

    def _by_scale(self, values: Mapping[str, Any]) -> tuple[NeedContent, bool] | None:
        given, wished = str(values.get(self.scale)), values.get(self.wish)
        level = NeedLevel(int(given)) if given in _SCALE else NeedLevel.NONE
        wish = NeedWish(wished) if wished in (NeedWish.YES, NeedWish.LATER) else NeedWish.NOT_SAID
        if level is NeedLevel.NONE and wish is NeedWish.NOT_SAID and wished != NO:
            return None
        return NeedContent(self.theme, level, wish), wished == NO

    def _by_line(self, given: Any) -> tuple[NeedContent, bool] | None:
        wish = {YES: NeedWish.YES, TALK_MORE: NeedWish.LATER}.get(given)
        return (NeedContent(self.theme, wish=wish), False) if wish is not None else None


def proposed(form: str, version: str, values: Mapping[str, Any]) -> dict[Theme, NeedContent]:
    """The needs that these answers of an interview propose, by theme, in the order of the themes."""
    found: dict[Theme, NeedContent] = {}
    declined: set[Theme] = set()
    for rule in rules()[form, version]:
        said = rule.content(values)
        if said is None:
            continue
        if said[1]:
            declined.add(rule.theme)
        found[rule.theme] = _joined(found.get(rule.theme), said[0])
    return {theme: found[theme] for theme in Theme if theme in found and theme not in declined}


def _joined(one: NeedContent | None, other: NeedContent) -> NeedContent:
    """The larger level; the wish that was said first and says most."""
    if one is None:
        return other
    return replace(one, level=max(one.level, other.level), wish=one.wish or other.wish)


@cache
def rules() -> Mapping[tuple[str, str], Sequence[NeedRule]]:
    """The rules of every version of every form. Raises ``DefinitionError`` with file, line and reason."""
    whole = strict_yaml.read(PATH)
    sets: dict[str, list[tuple[tuple[int, ...], Entry]]] = {}
    for entry in whole.items():
        parts = entry.mapping(required=("form", "since", "rules"))
        sets.setdefault(parts["form"].text(), []).append((_number(parts["since"]), parts["rules"]))
    forms = catalogue.load_all(catalogue.FOLDER)
    if unknown := sets.keys() - {form for form, _ in forms}:
        raise whole.error(f"there is no form {min(unknown)!r}")
    found: dict[tuple[str, str], Sequence[NeedRule]] = {}
    for (form, version), questionnaire in forms.items():
        number = tuple(int(part) for part in version.split("."))
        known = [(since, entry) for since, entry in sets.get(form, []) if since <= number]
        if not known:
            raise whole.error(f"no rules for {form} {version}")
        entry = max(known, key=lambda pair: pair[0])[1]
        found[form, version] = tuple(_rule(item, questionnaire) for item in entry.items())
    return found


def _number(entry: Entry) -> tuple[int, ...]:
    text = entry.text()
    if not all(part.isdigit() for part in text.split(".")):
        raise entry.error("a version is numbers and points, as 2026.1")
    return tuple(int(part) for part in text.split("."))


def _rule(entry: Entry, questionnaire: Questionnaire) -> NeedRule:
    parts = entry.mapping(required=("theme",), optional=("scale", "wish", "line", "answer", "any_of", "level"))
    try:
        theme = Theme(parts["theme"].text())
    except ValueError:
        raise parts["theme"].error(f"one of {', '.join(Theme)} is expected here") from None
    match sorted(parts.keys() - {"theme"}):
        case ["scale", "wish"]:
            scale = _question(parts["scale"], questionnaire, theme, _SCALE)
            wish = _question(parts["wish"], questionnaire, theme, {NeedWish.YES, NeedWish.LATER, NO})
            return NeedRule(theme, scale=scale, wish=wish)
        case ["line"]:
            return NeedRule(theme, line=_question(parts["line"], questionnaire, theme, {YES, NO}))
        case ["answer", "any_of", "level"]:
            any_of = frozenset(parts["any_of"].texts())
            answer = _question(parts["answer"], questionnaire, theme, any_of)
            return NeedRule(theme, answer=answer, any_of=any_of, level=_level(parts["level"]))
    raise entry.error("scale and wish, line, or answer with any_of and level are expected here")


def _question(entry: Entry, questionnaire: Questionnaire, theme: Theme, codes: frozenset[str] | set[str]) -> str:
    """The link id, where the question is about the theme and offers these answers."""
    name = f"{questionnaire.id} {questionnaire.version}"
    question = questionnaire.question(entry.text())
    if question is None:
        raise entry.error(f"{name} has no question {entry.text()!r}")
    if question.theme is not theme:
        raise entry.error(f"{question.link_id} of {name} is not about {theme}")
    if missing := codes - {option.code for option in question.choices}:
        raise entry.error(f"{question.link_id} of {name} has no answer {min(missing)!r}")
    return question.link_id


def _level(entry: Entry) -> NeedLevel:
    number = entry.integer()
    if number not in NeedLevel.values or not number:
        raise entry.error("a level is 1, 2 or 3")
    return NeedLevel(number)
