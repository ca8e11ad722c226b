"""Every sentence that promises something stands in ``promises.csv`` beside the test that keeps it.

The sentences are those of the newest texts of the talk (bokmål, which the other languages follow key by key), the newest
questionnaires, the slip, the last question, the page about BRIK, and where the README says that BRIK ends. A sentence
that promises several things has several tests. Where nothing of BRIK's can keep a sentence, ``why`` says what it is
instead. A sentence that is added or changed fails until somebody has said what keeps it.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings

from brik.mapping.questionnaire import catalogue as questionnaires
from brik.mapping.voluntariness import question_words
from brik.people.legal_status import QUESTIONNAIRE
from brik.slips import slip_words
from brik.tasks import promises as tasks
from consent.texts import catalogue

HERE = Path(__file__).parent
# The parts of a text that tell what happens; the others are titles, labels, buttons and messages of errors.
PROMISING = re.compile(
    r"^(information\.(promise|points\.\d+\.text)|(mapping|sources)\.(points\.\d+\.text|fine|waits)"
    r"|common\.(points\.\d+\.text|nav|fine|months_hint)|readback\.(intro|standing\.intro)|signature\.statement|done\.shares_nothing|recipients\.(waits|kinds\.\w+\.(who|gets|absence|municipality\.waits))"
    r"|explained\.(intro|questions\.\d+\.again)|closing\.\w+\.lines\.\d+|done\.(change|paper|waits)|minor\.\w*ma\w*"
    r"|receipt\.(end_text|withdraw_text|access_text|keep|slip\.how)|give_back\.inmate"
    r"|withdrawal\.(stopped|out_text|out_shut|out_asked|replies\.\w+|again|rest|unsure|no_consequence)"
    r"|notice\.(line|why|question|late))$"
)
TAG = re.compile(
    r"{%\s*(?:translate\s+\"([^\"]+)\"\s*%}|blocktranslate trimmed\s*%}(.*?){%\s*endblocktranslate)", re.DOTALL
)


def paths(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
        return
    for name, inner in value.items() if isinstance(value, dict) else enumerate(value):
        yield from paths(inner, f"{path}.{name}".lstrip("."))


def of_texts() -> set[str]:
    newest = catalogue.newest_of(catalogue.read(catalogue.FOLDER)).values()
    bodies = [content["body"] for content in newest if content["language"] == settings.LANGUAGE_CODE]
    return {text for body in bodies for path, text in paths(body) if PROMISING.match(path)}


def of_the_questionnaires() -> set[str]:
    """What stands beside the questions, and the sentences in a question that ask nothing."""
    language = settings.LANGUAGE_CODE
    said = set()
    for form in map(questionnaires.get, QUESTIONNAIRE.values()):
        said |= {texts[language] for area in form.areas for texts in (area.intro, area.why)}
        for question in (inner for outer in form.questions() for inner in (outer, *outer.fields)):
            said |= {question.help[language]} if question.help else set()
            sentences = (text.strip(" «»") for text in re.split(r"(?<=[.?])", question.text[language]))
            said |= {text for text in sentences if text.endswith(".")}
    return said


def of_the_slip() -> set[str]:
    slip = slip_words.definition().words[settings.LANGUAGE_CODE]
    return {slip.urgent, slip.read_when, *slip.lines}


def of_the_last_question() -> set[str]:
    return set(question_words.definition().words[settings.LANGUAGE_CODE].lines)


def of_the_tasks() -> set[str]:
    """What the page of the interview says when an answer has made somebody a task."""
    return {promise.told[settings.LANGUAGE_CODE] for promise in tasks.every_promise().values()}


def of_the_page_about_brik() -> set[str]:
    page = (settings.BASE_DIR / "templates" / "pages" / "about.html").read_text()
    words = (" ".join((short or long).split()) for short, long in TAG.findall(page))
    return {text for text in words if text.endswith(".")}


def of_the_readme() -> set[str]:
    readme = (settings.BASE_DIR / "README.md").read_text()
    (ends,) = re.findall(r"\*\*Where BRIK ends\.\*\* (.*?)\n\n", readme, re.DOTALL)
    return set(re.split(r"(?<=\.) (?=[A-Z])", " ".join(ends.split())))


def rows() -> list[dict[str, str]]:
    with (HERE / "promises.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def test_every_sentence_that_promises_something_is_listed_once_and_no_other():
    of_pages = of_the_slip() | of_the_last_question() | of_the_page_about_brik() | of_the_readme()
    said = of_texts() | of_the_questionnaires() | of_the_tasks() | of_pages
    listed = [row["words"] for row in rows()]
    assert set(listed) == said
    assert len(listed) == len(said)


def test_every_promise_has_tests_that_exist_or_says_what_it_is_instead():
    wrong = []
    for row in rows():
        if bool(row["test"]) == bool(row["why"]):
            wrong.append(f"{row['words']}: a test or a reason, one of the two")
        for test in row["test"].split():
            file, _, name = test.partition("::")
            path = settings.BASE_DIR / "tests" / file
            if not path.is_file() or f"def {name}(" not in path.read_text():
                wrong.append(f"{row['words']}: no test {test}")
    assert not wrong, "\n".join(wrong)
