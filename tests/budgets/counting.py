"""What is counted in texts and on pages, in one place: words, sentences, how hard they are to read, minutes.

LIX is the number of words in a sentence plus the percentage of words of more than six letters (Björnsson 1968); below 30
is very easy.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lxml import html

# What nobody sees on a page, or only a screen reader says; and what is drawn around a talk rather than read in it.
UNSEEN = (
    "//script|//style|//datalist|//dialog|//*[@hidden]|//*[contains(@class, 'ds-sr-only')]"
    "|//*[contains(@class, 'brik-print-only')]|//*[contains(@class, 'brik-languages')]|//*[contains(@class, 'brik-steps')]"
    # One day of the three is seen: that of the chosen months.
    "|//*[@data-months and @data-months != '12']"
)
DATE = re.compile(r"\d{1,2}\. [a-z]+ \d{4}")
# What begins and ends a line of its own, so that no sentence runs from one into the next.
BLOCKS = (
    *(
        "address",
        "article",
        "aside",
        "button",
        "caption",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figure",
        "footer",
    ),
    *("form", "h1", "h2", "h3", "h4", "header", "label", "legend", "li", "main", "nav", "ol", "option", "p", "section"),
    *("summary", "table", "tbody", "td", "th", "thead", "tr", "ul", "br"),
)
# How a talk is timed: read aloud, thought about, typed, pressed.
WORDS_A_MINUTE, SECONDS_A_QUESTION, SECONDS_A_TEXT, SECONDS_A_CLICK = 130, 10, 45, 2


def words(text: str) -> list[str]:
    return [word for word in (re.sub(r"\W", "", piece) for piece in text.split()) if word]


def sentences(text: str) -> list[str]:
    return [sentence for sentence in re.split(r"(?<=[.?!:;])[*]*\s+", text) if words(sentence)]


def lix(texts: Iterable[str]) -> float:
    """How hard the texts are to read together; a text that ends without a full stop is a sentence too."""
    lines = [text for text in texts if words(text)]
    read = [word for text in lines for word in words(text)]
    if not read:
        return 0
    long = sum(len(word) > 6 for word in read)
    return len(read) / sum(len(sentences(text)) for text in lines) + 100 * long / len(read)


def longest_sentence(texts: Iterable[str]) -> str:
    return max((sentence for text in texts for sentence in sentences(text)), key=lambda it: len(words(it)), default="")


def minutes(*, read: int, questions: int, texts: int, clicks: int) -> float:
    """Human time, estimated."""
    seconds = questions * SECONDS_A_QUESTION + texts * SECONDS_A_TEXT + clicks * SECONDS_A_CLICK
    return read / WORDS_A_MINUTE + seconds / 60


def _seen(page: bytes | str) -> html.HtmlElement:
    [main] = html.fromstring(page).xpath("//main")
    for unseen in main.xpath(UNSEEN):
        unseen.drop_tree()
    return main


def words_of(page: bytes | str, names: Iterable[str] = ()) -> list[str]:
    """Every word in ``<main>``, folded or not, the buttons too. A day is one word, and so is each of the names."""
    text = DATE.sub("dato", " ".join(" ".join(_seen(page).itertext()).replace("\u00ad", "").split()))
    for name in names:
        text = text.replace(name, "navn")
    return words(text)


def lines_of(page: bytes | str) -> list[str]:
    """The same words as they stand: a text for each paragraph, label, cell and button."""
    return [line for line in map(str.strip, "".join(_with_breaks(_seen(page))).split("\n")) if words(line)]


def _with_breaks(element: html.HtmlElement) -> Iterator[str]:
    edge = "\n" if element.tag in BLOCKS else ""
    yield edge + _flat(element.text)
    for child in element:
        yield from _with_breaks(child) if isinstance(child.tag, str) else ()
        yield _flat(child.tail)
    yield edge


def _flat(text: str | None) -> str:
    return re.sub(r"\s+", " ", text or "").replace("\u00ad", "")
