"""Writes the document of a consent: every sentence that was shown and every choice, in the person's language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, assert_never

from django.utils import timezone

from brik.mapping.questionnaire.themes import THEME_LABELS, Theme
from consent.models import (
    ConsentState,
    DecisionAnswer,
    Direction,
    LegalBasis,
    Text,
)
from consent.record import steps
from consent.record.choice_facts import closing, fact, heading, paragraph, questions_shown, recipient
from consent.record.choices import MAPPING_MONTHS, Choices, Sharing, end_of, last_day
from consent.record.document import SCHEMA
from consent.texts.sentences import isolated, listed, norwegian, plain, say_date


@dataclass(frozen=True)
class Circumstances:
    """Facts of the talk that were not chosen in it."""

    consent: str
    person: str
    person_name: str
    leader: str
    unit: str
    at: datetime
    basis: LegalBasis
    signature_sha256: str = ""


def chosen_rows(body: dict[str, Any], choices: Choices, *, language: str, at: datetime) -> list[dict[str, Any]]:
    """Each choice for the read-back: question, answer, and what the answer covers."""
    receipt, mapping = body["receipt"], body["mapping"]
    if choices.mapping != steps.YES:
        answer = mapping["no"] if choices.mapping == steps.NO else mapping["later"]
        return [_choice(steps.MAPPING, mapping["question"], answer)]
    until = receipt["until_mapping"].format(date=say_date(last_day(at, MAPPING_MONTHS), language))
    rows = [_choice(steps.MAPPING, mapping["question"], mapping["yes"], until)]
    labels = {theme: THEME_LABELS[theme][language] for theme in Theme}
    about = [
        f"{isolated(source.name, language)}: "
        + receipt["asks"].format(themes=listed((labels[Theme(theme)] for theme in source.themes), language))
        for source in choices.sources
    ]
    source_texts, later = body["sources"], body["recipients"]["later"]
    answer = _answer(choices.asking, source_texts, later)
    rows.append(_choice(steps.SOURCES, source_texts["question"], answer, *([*about, until] if about else [])))
    for sharing in choices.sharing:
        rows.append(_shared(body, sharing, labels, language=language, at=at))
    return rows


def _shared(
    body: dict[str, Any], sharing: Sharing, labels: dict[Theme, str], *, language: str, at: datetime
) -> dict[str, Any]:
    offer, texts, receipt = sharing.offer, body["recipients"], body["receipt"]
    question = plain(texts["kinds"][offer.kind]["title"], recipient=norwegian(offer.organisation.name, language))
    name = recipient(body, offer, language)
    lines = [name] if name not in question else []
    if sharing.answer == DecisionAnswer.PERMIT:
        lines.append(receipt["shares"].format(themes=listed((labels[theme] for theme in sharing.themes), language)))
        lines.append(receipt["until_sharing"].format(date=say_date(last_day(at, sharing.months), language)))
    elif sharing.answer == DecisionAnswer.NOT_ASKED:
        lines.append(receipt["waits"])
    answer = _answer(sharing.answer, texts, texts["later"])
    return _choice(steps.SHARING[offer.kind], question, answer, *lines)


def _answer(answer: DecisionAnswer, texts: dict[str, Any], later: str) -> str:
    match answer:
        case DecisionAnswer.PERMIT:
            return str(texts["yes"])
        case DecisionAnswer.DENY:
            return str(texts["no"])
        case DecisionAnswer.NOT_ASKED:
            return later
        case _:
            assert_never(answer)


def _choice(step: str, question: str, answer: str, *lines: str) -> dict[str, Any]:
    return {"type": "choice", "step": step, "question": question, "answer": answer, "lines": list(lines)}


def decisions(choices: Choices, *, at: datetime) -> list[dict[str, Any]]:
    """The decisions as rows; a deferred talk has none."""
    if choices.outcome == ConsentState.DEFERRED:
        return []
    permitted = choices.mapping == steps.YES
    year = end_of(at, MAPPING_MONTHS).isoformat()
    rows: list[dict[str, Any]] = [
        {
            "direction": Direction.MAP,
            "answer": DecisionAnswer.PERMIT if permitted else DecisionAnswer.DENY,
            "until": year,
        }
    ]
    for source in choices.sources:
        for theme in source.themes:
            rows.append(
                {
                    "direction": Direction.COLLECT,
                    "source": source.number,
                    "theme": theme,
                    "answer": DecisionAnswer.PERMIT,
                    "until": year,
                }
            )
    if permitted and not choices.sources:
        rows.append({"direction": Direction.COLLECT, "answer": choices.asking})
    for sharing in choices.sharing:
        for theme in sharing.offer.themes:
            ticked = sharing.answer == DecisionAnswer.PERMIT and theme in sharing.themes
            rows.append(
                {
                    "direction": Direction.DISCLOSE,
                    "organisation": sharing.offer.organisation.pk,
                    "recipient_kind": sharing.offer.kind,
                    "theme": theme,
                    "answer": DecisionAnswer.PERMIT
                    if ticked
                    else DecisionAnswer.DENY
                    if sharing.answer == DecisionAnswer.PERMIT
                    else sharing.answer,
                    "until": end_of(at, sharing.months).isoformat() if ticked else None,
                }
            )
    empty = {"organisation": None, "recipient_kind": "", "source": None, "theme": "", "until": None}
    rows = [{**empty, **{key: value if value is None else _bare(value) for key, value in row.items()}} for row in rows]
    return [row if row["answer"] == DecisionAnswer.PERMIT else {**row, "until": None} for row in rows]


def _bare(value: Any) -> Any:
    """The value as JSON gives it back: plain text for an enumeration member."""
    return str(value) if isinstance(value, str) else value


def document(
    text: Text, choices: Choices, *, circumstances: Circumstances, bokmaal: Text | None = None
) -> dict[str, Any]:
    """The content of the document. The choices are added in bokmål for the staff when the language is another."""
    body, language = text.body, text.language
    content: dict[str, Any] = {
        "schema": SCHEMA,
        "consent": circumstances.consent,
        "person": circumstances.person,
        "kind": text.kind,
        "language": language,
        "title": body["receipt"]["titles"][choices.outcome.name],
        # For the title of a window or file: it must not say what was chosen.
        "file_title": body["receipt"]["title"],
        "closing": closing(body, choices, language),
        "text": {"version": text.version, "sha256": text.sha256, "approved": text.approved},
        "basis": {"regulation": circumstances.basis.regulation, "demonstration": circumstances.basis.demonstration},
        "outcome": choices.outcome.value,
        "effective_at": circumstances.at.isoformat(),
        "talk": choices.talk,
        "informed": list(choices.informed),
        "sources": [
            {"number": source.number, "name": source.name, "themes": [str(theme) for theme in source.themes]}
            for source in choices.sources
        ],
        "decisions": decisions(choices, at=circumstances.at),
        "signature": {"method": choices.signature.get("method", ""), "sha256": circumstances.signature_sha256},
        "blocks": _blocks(body, choices, language=language, circumstances=circumstances),
    }
    if bokmaal is not None and language != "nb":
        content["for_staff"] = chosen_rows(bokmaal.body, choices, language="nb", at=circumstances.at)
    return content


def _blocks(
    body: dict[str, Any], choices: Choices, *, language: str, circumstances: Circumstances
) -> list[dict[str, Any]]:
    receipt, information, day = (
        body["receipt"],
        body["information"],
        say_date(timezone.localdate(circumstances.at), language),
    )
    leader = isolated(circumstances.leader, language)
    blocks = [fact(receipt["for_whom"], circumstances.person_name), paragraph(body["done"][choices.outcome.name])]
    blocks += [heading(receipt["chosen"]), *chosen_rows(body, choices, language=language, at=circumstances.at)]
    if choices.mapping == steps.YES:
        blocks += [heading(receipt["end"]), paragraph(receipt["end_text"])]
    else:
        blocks += [paragraph(line) for line in body["closing"][choices.outcome.name]["lines"]]
    # After a no there is nothing to withdraw; the person can only say yes later.
    refused = choices.outcome == ConsentState.REFUSED
    blocks += [heading(receipt["withdraw"]), paragraph(body["done"]["change"] if refused else receipt["withdraw_text"])]
    for part in ("complain", "nav"):
        blocks += [heading(receipt[part]), paragraph(receipt[f"{part}_text"])]
    blocks += [
        heading(receipt["talk"]),
        fact(
            receipt["talk"],
            receipt["talk_text"].format(date=day, unit=isolated(circumstances.unit, language), leader=leader),
        ),
        fact(receipt["interpreter"], _interpreter(body, choices.talk, language)),
        fact(receipt["present"], listed(_present(body, choices.talk), language) or receipt["nobody"]),
        fact(receipt["informed"], listed((information["ways"][way] for way in choices.informed), language)),
        fact(receipt["basis"], circumstances.basis.regulation),
    ]
    method = choices.signature.get("method")
    typed = isolated(str(choices.signature.get("name", "")), language)
    signed = receipt["signed_how"][method].format(date=day, name=typed) if method else receipt["unsigned"]
    statement = [paragraph(body["signature"]["statement"])] if method else []
    blocks += [heading(receipt["signed"]), *statement, paragraph(signed)]
    blocks += [heading(receipt["told"]), paragraph(information["promise"])]
    for point in information["points"]:
        blocks.append(fact(point["title"], plain(point["text"], leader=leader)))
    if choices.mapping == steps.YES:
        blocks += questions_shown(body, choices, language)
    return blocks


def _interpreter(body: dict[str, Any], talk: dict[str, Any], language: str) -> str:
    if talk.get("interpreter") != steps.YES:
        return str(body["receipt"]["no_interpreter"])
    labels, receipt = body["interpreter"], body["receipt"]
    sentence = receipt["interpreter_text"].format(
        agency=isolated(talk["agency"], language),
        qualification=labels["qualifications"][talk["qualification"]],
        presence=labels["presence"][talk["presence"]],
    )
    if not talk.get("spoken"):
        return str(sentence)
    spoken = receipt["interpreter_language"].format(language=isolated(talk["spoken"], language))
    return f"{sentence} {spoken}"


def _present(body: dict[str, Any], talk: dict[str, Any]) -> list[str]:
    return [body["people"][code] for code in talk.get("present", [])]


def rows_of(decision: dict[str, Any]) -> dict[str, Any]:
    """The columns of one decision in the document."""
    columns = {key: decision[key] for key in ("direction", "recipient_kind", "source", "theme", "answer")}
    until = datetime.fromisoformat(decision["until"]) if decision["until"] else None
    return {**columns, "organisation_id": decision["organisation"], "until": until}
