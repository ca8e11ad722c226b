"""How much there is to read in a talk, and how hard it is: the newest texts keep to the budgets of plain language.

Every visible word counts: titles, answers and themes, but not the buttons that turn the pages, nor the count of the
steps. A placeholder is one word.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from brik.definitions import languages
from brik.people.legal_status import MAPPED
from brik.slips import slip_words
from brik.staff.models import OrganisationKind
from consent.record.recipients import all_themes, themes_for
from consent.texts import catalogue
from tests.budgets.counting import lix, sentences, words
from tests.budgets.register import MOST_WORDS_NO

YES_TO_ALL, NO = 1100, MOST_WORDS_NO
# What stood is said again on one page: what is told before a talk, the choices, and the signature.
SAID_AGAIN = 340
LIX, LONGEST_SENTENCE = 24, 14
MORE_IN_OTHER_LANGUAGES = 1.25

SHARING = ("recipients.yes", "recipients.no", "later", "recipients.themes", "recipients.until", "buttons.change")
# The page of the slip to the health service follows the talk; its words are its own.
SLIP = "slip"
# What each page shows when it is opened and answered with yes, by the paths of its texts.
PAGES: dict[str, tuple[str, ...]] = {
    "information": ("information",),
    "mapping": ("mapping", "later"),
    "sources": (
        *(f"sources.{key}" for key in ("title", "points", "yes", "no", "who", "who_hint", "about", "more", "fine")),
        "later",
    ),
    "common": ("common", "later"),
    **{
        kind: (*(f"recipients.kinds.{kind}.{key}" for key in ("title", "who", "gets", "absence")), *SHARING)
        for kind in OrganisationKind
    },
    SLIP: (),
    "explained": (
        *("explained.title", "explained.intro"),
        *(f"explained.questions.{number}.{key}" for number in range(3) for key in ("question", "options")),
    ),
    "readback": ("readback.title", "readback.intro", "readback.rows", "buttons.right", "buttons.change", "later"),
    "signature": (
        *(f"signature.{key}" for key in ("title", "statement", "method", "methods", "drawn", "clear", "confirm")),
        *("buttons.sign", "later"),
    ),
    "done": tuple(f"done.{key}" for key in ("title", "GIVEN", "shares", "change", "paper", "button")),
    "refused": ("closing.REFUSED",),
}
# What is read in place of something above, after another answer, by the staff, or on paper.
ELSEWHERE: dict[str, tuple[str, ...]] = {
    "deferred": ("closing.DEFERRED",),
    "waits": ("sources.waits", "recipients.waits", "done.shares_nothing", "done.waits", "done.waits_asking"),
    "partly": ("done.title", "done.PARTLY_GIVEN"),
    "more sources": ("sources.who", "sources.number", "sources.about"),
    "municipality": ("recipients.kinds.NAV_KOMMUNE.municipality",),
    "explained again": (
        "explained.again_title",
        *(f"explained.questions.{number}.again" for number in range(3)),
    ),
    "standing": ("readback.standing",),
    "typed": ("signature.typed", "signature.unlike"),
    "on paper": ("signature.paper", "signature.paper_hint", "signature.shown", "signature.sheet"),
    "minor": ("minor",),
    "turn": ("turn",),
    "give back": ("give_back",),
    "errors": ("errors",),
    "receipt": tuple(
        f"receipt.{key}"
        for key in (
            *("titles", "talk_text", "chosen", "rows", "answers", "end", "end_text", "withdraw", "withdraw_text"),
            *("access", "access_text", "complain", "complain_text", "keep", "signed", "page"),
        )
    ),
    "receipt, slip": ("receipt.slip",),
    "withdrawal": ("withdrawal", "kinds"),
    "notice": ("notice",),
}
# Not a text to read through: what stands around every page, the words of the law on interpreters, the staff's lists,
# and the labels of facts on the receipt's second page.
NOT_COUNTED = (
    *("title", "step", "step_so_far", "buttons.next", "buttons.back", "themes", "interpreter", "people"),
    *(
        f"receipt.{key}"
        for key in (
            *("title", "for_whom", "talk", "interpreter", "no_interpreter", "interpreter_text", "interpreter_language"),
            *("present", "nobody", "informed", "basis", "asks", "told", "signed_how", "unsigned", "in_norwegian"),
        )
    ),
)
BARE = {"icon", "id", "code"}

ALL = list(catalogue.newest_of(catalogue.read(catalogue.FOLDER)).values())
BOKMAAL = [content for content in ALL if content["language"] == "nb"]
# LIX is made for Scandinavian languages; other words are longer or shorter by nature.
NORWEGIAN = [content for content in ALL if content["language"] in {"nb", "nn"}]


def kind_of(content: dict[str, Any]) -> str:
    return f"{content['kind']}-{content['language']}"


def texts(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every text with the path to it, without icons and codes."""
    if isinstance(value, str):
        yield path, value
    else:
        for name, inner in value.items() if isinstance(value, dict) else enumerate(value):
            if name not in BARE:
                yield from texts(inner, f"{path}.{name}".lstrip("."))


def within(path: str, paths: Iterable[str]) -> bool:
    return any(path == known or path.startswith(f"{known}.") for known in paths)


def shown(content: dict[str, Any], name: str) -> list[str]:
    """The texts of one page or paper, with the labels of the themes that are offered there."""
    if name == SLIP:
        slip = slip_words.definition().words[content["language"]]
        return [slip.title, slip.urgent, slip.read_when, *slip.lines, slip.choose, *slip.topics.values(), slip.no_slip]
    body, kind = content["body"], content["kind"]
    found = [text for path, text in texts(body) if within(path, {**PAGES, **ELSEWHERE}[name])]
    themes = themes_for(kind, OrganisationKind(name)) if name in set(OrganisationKind) else ()
    return found + [body["themes"][theme] for theme in (all_themes(kind) if name == "sources" else themes)]


def count(content: dict[str, Any], pages: Iterable[str]) -> int:
    return sum(len(words(text)) for page in pages for text in shown(content, page))


def paths(content: dict[str, Any]) -> dict[str, int]:
    """The words to read for who says yes to everything, and for who says no at once."""
    return {
        "yes": count(content, [page for page in PAGES if page != "refused"]),
        "no": count(content, ["information", "mapping", "refused"]),
        "again": count(content, ["information", "standing", "signature", "done"]),
    }


@pytest.mark.parametrize("content", ALL, ids=kind_of)
def test_every_text_belongs_to_a_page_or_a_paper_whose_words_are_counted(content):
    known = {path for paths in (*PAGES.values(), *ELSEWHERE.values(), NOT_COUNTED) for path in paths}
    assert [path for path, _ in texts(content["body"]) if not within(path, known)] == []


@pytest.mark.parametrize("content", BOKMAAL, ids=kind_of)
def test_a_yes_to_everything_and_a_no_are_short_enough_to_be_read_aloud(content):
    read = paths(content)
    assert read["yes"] <= YES_TO_ALL
    assert read["no"] <= NO
    assert read["again"] <= SAID_AGAIN


@pytest.mark.parametrize("content", NORWEGIAN, ids=kind_of)
@pytest.mark.parametrize("name", [*PAGES, *ELSEWHERE])
def test_every_page_and_paper_is_easy_to_read(content, name):
    found = shown(content, name)
    assert lix(found) <= LIX
    long = [sentence for text in found for sentence in sentences(text) if len(words(sentence)) > LONGEST_SENTENCE]
    assert long == []


@pytest.mark.parametrize("content", [content for content in ALL if content["language"] != "nb"], ids=kind_of)
def test_no_language_has_much_more_to_read_than_bokmaal(content):
    bokmaal = paths(next(source for source in BOKMAAL if source["kind"] == content["kind"]))
    for path, number in paths(content).items():
        assert number <= MORE_IN_OTHER_LANGUAGES * bokmaal[path]


def test_every_kind_of_talk_has_its_texts_in_every_language():
    assert {(content["kind"], content["language"]) for content in ALL} == {
        (kind, language) for kind in MAPPED for language in languages.CODES
    }
