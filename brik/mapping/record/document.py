"""The whole interview as a document for the staff.

Screen and PDF are made from the same ``Summary``, read from the stored answers. A partner reads the message that was
sent, not this. No Django here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from brik.mapping.questionnaire.answer_sources import SourceKind, source_in_words
from brik.mapping.questionnaire.outline import Outline
from brik.mapping.questionnaire.question_types.register import TYPES
from brik.mapping.questionnaire.stored_answers import (
    ASKED_SHORT,
    DECLINED,
    NEXT_TIME,
    NOT_ASKED,
    WANTED,
    WalkedAnswer,
    WalkedArea,
)
from brik.pdf.document import PdfDocument

WORDS: Final[dict[str, dict[str, str]]] = {
    "nb": {
        NOT_ASKED: "Ikke spurt",
        ASKED_SHORT: "Spurt kort: trenger ikke hjelp med dette",
        NEXT_TIME: "Vil snakke mer om dette neste gang",
        WANTED: "Vil ha hjelp med dette. Ikke spurt mer ennå",
        DECLINED: "Ville ikke svare",
        "empty": "Ingen svar",
        "own_words": "Svarene er oppgitt av den innsatte og ikke bekreftet, om ikke noe annet står ved svaret.",
    },
    "nn": {
        NOT_ASKED: "Ikkje spurt",
        ASKED_SHORT: "Spurt kort: treng ikkje hjelp med dette",
        NEXT_TIME: "Vil snakke meir om dette neste gong",
        WANTED: "Vil ha hjelp med dette. Ikkje spurt meir enno",
        DECLINED: "Ville ikkje svare",
        "empty": "Ingen svar",
        "own_words": "Svara er oppgitte av den innsette og ikkje stadfesta, om ikkje noko anna står ved svaret.",
    },
    "en": {
        NOT_ASKED: "Not asked",
        ASKED_SHORT: "Asked in short: needs no help with this",
        NEXT_TIME: "Wants to talk more about this next time",
        WANTED: "Wants help with this. Not asked more yet",
        DECLINED: "Would not answer",
        "empty": "No answers",
        "own_words": "The answers are the inmate's own and are not confirmed, unless the answer says otherwise.",
    },
    "ar": {
        NOT_ASKED: "لم يُسأل",
        ASKED_SHORT: "سُئل باختصار: لا حاجة إلى المساعدة في هذا",
        NEXT_TIME: "حديث أطول عن هذا في المرة القادمة",
        WANTED: "الرغبة في المساعدة في هذا. لم يُسأل أكثر بعد",
        DECLINED: "لم يرغب في الإجابة",
        "empty": "لا توجد إجابات",
        "own_words": "الإجابات حسب إفادة النزيل وغير مؤكدة، ما لم يُذكر غير ذلك بجانب الإجابة.",
    },
}


@dataclass(frozen=True)
class SummaryAnswer:
    """One answer in words."""

    link_id: str
    question: str
    # One entry for each chosen option; empty for a group, which has rows of (label, text) instead.
    lines: tuple[str, ...]
    rows: tuple[tuple[tuple[str, str], ...], ...]
    # Where the answer comes from, in words: an unconfirmed answer says so.
    source: str
    # Of the person, and so as most are.
    own_words: bool
    confirmed: bool
    language: str


@dataclass(frozen=True)
class SummaryArea:
    """One area in words."""

    code: str
    title: str
    # What to show instead of answers: "Ikke spurt", "Ville ikke svare", "Ingen svar"; empty when there are some.
    instead: str
    answers: tuple[SummaryAnswer, ...]


@dataclass(frozen=True)
class Summary:
    """An interview in words, for screen and PDF."""

    title: str
    language: str
    areas: tuple[SummaryArea, ...]


def internal(outline: Outline, areas: Sequence[WalkedArea], *, language: str = "nb") -> Summary:
    """All answers, for the page and the PDF of the staff; untouched areas say "ikke spurt"."""
    title = outline.title.get(language, outline.title["nb"])
    return Summary(title, language, _areas(areas, language))


def as_pdf(summary: Summary, *, facts: Sequence[tuple[str, str]] = ()) -> bytes:
    """The summary as a tagged PDF. ``facts`` (unit, date, person) go into the text, never into the title."""
    document = PdfDocument(summary.title, summary.language)
    document.heading(1, summary.title)
    for label, text in facts:
        document.definition(label, text)
    if any(answer.own_words for area in summary.areas for answer in area.answers):
        document.paragraph(WORDS[summary.language]["own_words"], note=True)
    for area in summary.areas:
        document.heading(2, area.title)
        if area.instead:
            document.paragraph(area.instead, note=True)
        for answer in area.answers:
            _write(document, answer)
    return document.render()


def _write(document: PdfDocument, answer: SummaryAnswer) -> None:
    # That somebody's answers are their own words is said once, above them.
    source = "" if answer.own_words else answer.source
    if not answer.rows:
        text = "\n".join(answer.lines)
        document.definition(answer.question, text, note=source, language=answer.language)
        return
    document.heading(3, answer.question)
    labels: list[str] = []
    for row in answer.rows:
        labels.extend(label for label, _ in row if label not in labels)
    document.table(labels, [[dict(row).get(label, "") for label in labels] for row in answer.rows])
    if source:
        document.paragraph(source, note=True)


def _areas(walked: Sequence[WalkedArea], language: str) -> tuple[SummaryArea, ...]:
    words = WORDS[language]
    areas = []
    for area in walked:
        instead = words.get(area.state, "") or ("" if area.answers else words["empty"])
        areas.append(
            SummaryArea(
                area.code, area.title, instead, tuple(_summary_answer(answer, language) for answer in area.answers)
            )
        )
    return tuple(areas)


def _summary_answer(answer: WalkedAnswer, language: str) -> SummaryAnswer:
    answer_type = TYPES[answer.type]
    group = answer_type.has_columns
    numbered = answer_type.numbered and len(answer.shown) > 1
    lines = () if group else answer.shown
    return SummaryAnswer(
        link_id=answer.link_id,
        question=answer.text,
        lines=tuple(f"{place}. {text}" for place, text in enumerate(lines, 1)) if numbered else tuple(lines),
        rows=tuple(tuple((label, text) for label, text in row) for row in answer.shown) if group else (),
        source=source_in_words(answer.source, language),
        own_words=answer.source.kind is SourceKind.SELF,
        confirmed=answer.source.kind is SourceKind.CONFIRMED,
        language=answer.language,
    )
