"""Writes the document of a consent: every sentence that was shown and every choice, in the person's language."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, assert_never

from django.utils import timezone

from brik.mapping.questionnaire.themes import Theme
from brik.staff.models import OrganisationKind
from brik.vault.canonical import new_salt
from consent.models import (
    ConsentState,
    DecisionAnswer,
    Direction,
    LegalBasis,
    Text,
)
from consent.record import steps
from consent.record.choice_facts import asked_about, closing, fact, heading, paragraph, questions_shown, recipient
from consent.record.choices import NOT_REGISTERED, Choices, Sharing, end_of
from consent.record.document import SCHEMA
from consent.texts.sentences import isolated, listed, norwegian, plain, say_date

if TYPE_CHECKING:
    from consent.record.withdrawal.standing_choices import StandingChoices


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
    # The hash of the document is in clear, and what somebody may have chosen can be guessed.
    salt: str = field(default_factory=new_salt)

    @property
    def reference(self) -> str:
        """What the paper and its slip are called by: says nothing of the person."""
        return f"{self.consent[:4]}-{self.consent[4:8]}".upper()


def chosen_rows(body: dict[str, Any], choices: Choices, *, language: str, at: datetime) -> list[dict[str, Any]]:
    """Each choice for the read-back and the receipt: what it is about, the answer, and what the answer covers."""
    rows, answers = body["receipt"]["rows"], body["receipt"]["answers"]
    if choices.mapping != steps.YES:
        return [_choice(steps.MAPPING, rows["mapping"], answers["no" if choices.mapping == steps.NO else "later"])]
    year = say_date(choices.last_day(at), language)
    chosen = [_choice(steps.MAPPING, rows["mapping"], answers["yes"].format(date=year))]
    about = asked_about(body, choices.sources, language)
    asked_until = say_date(choices.last_day_of_asking(at), language)
    answer = _answer(choices.asking, answers, answers["yes"].format(date=asked_until))
    chosen.append(_choice(steps.SOURCES, rows["sources"], answer, *about))
    shared = [(sharing.offer.kind, _shared(body, sharing, language=language, at=at)) for sharing in choices.sharing]
    if choices.no_office:
        kind = OrganisationKind.NAV_MUNICIPAL
        question = rows["recipients"].format(recipient=body["kinds"][kind])
        step = steps.MUNICIPALITY if choices.no_office == "municipality" else steps.LANGUAGE
        shared.append((kind, _choice(step, question, answers[choices.no_office])))
    order = list(OrganisationKind)
    return chosen + [row for _, row in sorted(shared, key=lambda row: order.index(row[0]))]


def standing_rows(body: dict[str, Any], standing: StandingChoices, *, language: str) -> list[dict[str, Any]]:
    """What was answered with a no or left for later, as it is said in the read-back."""
    rows, answers = body["receipt"]["rows"], body["receipt"]["answers"]
    about = [] if standing.sources else [(steps.SOURCES, rows["sources"], standing.asking)]
    about += [
        (
            steps.SHARING[sharing.offer.kind],
            rows["recipients"].format(recipient=recipient(body, sharing.offer, language)),
            sharing.answer,
        )
        for sharing in standing.sharing
        if sharing.answer != DecisionAnswer.PERMIT
    ]
    return [_choice(step, question, _answer(answer, answers, "")) for step, question, answer in about]


def _shared(body: dict[str, Any], sharing: Sharing, *, language: str, at: datetime) -> dict[str, Any]:
    offer, rows, answers = sharing.offer, body["receipt"]["rows"], body["receipt"]["answers"]
    permitted = ""
    if sharing.answer == DecisionAnswer.PERMIT:
        date = say_date(sharing.last_day(at), language)
        permitted = answers["yes_themes"].format(date=date, themes=_labels(body, sharing.themes, language))
    question = rows["recipients"].format(recipient=recipient(body, offer, language))
    return _choice(steps.SHARING[offer.kind], question, _answer(sharing.answer, answers, permitted))


def _labels(body: dict[str, Any], themes: Iterable[str], language: str) -> str:
    return listed((body["themes"][theme] for theme in themes), language)


def _answer(answer: DecisionAnswer, answers: dict[str, str], permitted: str) -> str:
    """An answer in words; ``permitted`` is what a yes says."""
    match answer:
        case DecisionAnswer.PERMIT:
            return permitted
        case DecisionAnswer.DENY:
            return answers["no"]
        case DecisionAnswer.NOT_ASKED:
            return answers["later"]
        case _:
            assert_never(answer)


def _choice(step: str, question: str, answer: str, *lines: str) -> dict[str, Any]:
    return {"type": "choice", "step": step, "question": question, "answer": answer, "lines": list(lines)}


def decisions(choices: Choices, *, at: datetime) -> list[dict[str, Any]]:
    """The decisions as rows; a deferred talk has none."""
    if choices.outcome == ConsentState.DEFERRED:
        return []
    permitted = choices.mapping == steps.YES
    year = end_of(choices.last_day(at)).isoformat()
    asked_until = end_of(choices.last_day_of_asking(at)).isoformat()
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
                    "until": asked_until,
                }
            )
    if permitted and not choices.sources:
        rows.append({"direction": Direction.COLLECT, "answer": choices.asking})
    if permitted and choices.plan is not None:
        rows.append({"direction": Direction.PLAN, "answer": choices.plan, "until": year})
    for sharing in choices.sharing:
        for theme in sharing.offer.themes:
            ticked = sharing.answer == DecisionAnswer.PERMIT and theme in sharing.themes
            rows.append(
                {
                    "direction": Direction.DISCLOSE,
                    "organisation": sharing.offer.organisation.pk,
                    "recipient_kind": sharing.offer.kind,
                    "theme": theme,
                    "answer": _answer_about(sharing, theme),
                    "until": end_of(sharing.last_day(at)).isoformat() if ticked else None,
                }
            )
    empty = {"organisation": None, "recipient_kind": "", "source": None, "theme": "", "until": None}
    rows = [{**empty, **{key: value if value is None else _bare(value) for key, value in row.items()}} for row in rows]
    return [row if row["answer"] == DecisionAnswer.PERMIT else {**row, "until": None} for row in rows]


def _answer_about(sharing: Sharing, theme: Theme) -> DecisionAnswer:
    """What was answered about one theme of a recipient: a yes covers what is ticked, and is a no to what was not."""
    if sharing.answer != DecisionAnswer.PERMIT or theme in sharing.themes:
        return sharing.answer
    return DecisionAnswer.NOT_ASKED if theme in sharing.unasked else DecisionAnswer.DENY


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
        "salt": circumstances.salt,
        "consent": circumstances.consent,
        "person": circumstances.person,
        "kind": text.kind,
        "language": language,
        "title": body["receipt"]["titles"][choices.outcome.name],
        # For the title of a window or file: it must not say what was chosen.
        "file_title": body["receipt"]["title"],
        # The sheets of a receipt can be told from those of another: the reference stands on each.
        "page_words": body["receipt"]["page"].replace("{ref}", circumstances.reference),
        "closing": closing(body, choices, language, leader=circumstances.leader),
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
        "signature": {
            "method": choices.signature.get("method", ""),
            "sha256": circumstances.signature_sha256,
            # What stands in place of the signature for whoever cannot see it.
            "words": body["signature"]["title"],
        },
        "blocks": _blocks(body, choices, language=language, circumstances=circumstances),
    }
    if bokmaal is not None and language != "nb":
        content["for_staff_title"] = bokmaal.body["receipt"]["in_norwegian"]
        content["for_staff"] = chosen_rows(bokmaal.body, choices, language="nb", at=circumstances.at)
    return content


def _blocks(
    body: dict[str, Any], choices: Choices, *, language: str, circumstances: Circumstances
) -> list[dict[str, Any]]:
    """The first page says what was chosen and how to take it back; the second, what the person was told."""
    receipt, day = body["receipt"], say_date(timezone.localdate(circumstances.at), language)
    mapped = choices.mapping == steps.YES
    talk = receipt["talk_text"].format(
        name=isolated(circumstances.person_name, language),
        ref=isolated(circumstances.reference, language),
        date=day,
        unit=norwegian(circumstances.unit, language),
        leader=isolated(circumstances.leader, language),
    )
    blocks = [paragraph(talk), heading(receipt["chosen"])]
    blocks += chosen_rows(body, choices, language=language, at=circumstances.at)
    if mapped:
        blocks.append(fact(receipt["end"], receipt["end_text"]))
    else:
        blocks += [paragraph(line) for line in body["closing"][choices.outcome.name]["lines"]]
    # After a no there is nothing to withdraw; the person can only say yes later.
    refused = choices.outcome == ConsentState.REFUSED
    blocks.append(fact(receipt["withdraw"], body["done"]["change"] if refused else receipt["withdraw_text"]))
    blocks += [fact(receipt[part], receipt[f"{part}_text"]) for part in ("access", "complain")]
    blocks += _signed(body, choices, language=language, day=day)
    if mapped:
        blocks.append(_slip(receipt["slip"], isolated(circumstances.reference, language)))
    # The first page is full in the longest language: what to think of before taking it along opens the annex.
    blocks += [{"type": "page"}, paragraph(receipt["keep"])]
    return blocks + _told(body, choices, language=language, circumstances=circumstances)


def _signed(body: dict[str, Any], choices: Choices, *, language: str, day: str) -> list[dict[str, Any]]:
    receipt, method = body["receipt"], choices.signature.get("method")
    if not method:
        return [paragraph(receipt["unsigned"])]
    typed = isolated(str(choices.signature.get("name", "")), language)
    signed = receipt["signed_how"][method].format(date=day, name=typed)
    # What was drawn stands below the heading; what was scanned, on the last pages.
    drawn = [{"type": "signature"}] if method == "DRAWN" else []
    return [fact(receipt["signed"], f"{body['signature']['statement']} {signed}"), *drawn]


def _slip(texts: dict[str, Any], reference: str) -> dict[str, Any]:
    """The slip at the foot of the first page, to tear off and take something back with."""
    choices, lines = texts["choices"], texts["lines"]
    return {
        "type": "slip",
        "title": texts["title"],
        # What stays open is written by hand.
        "choices": [
            {"text": choices[choice], "open": choice in ("recipient", "theme")}
            for choice in ("all", "mapping", "sources", "recipient", "theme")
        ],
        "lines": [lines["date"], lines["name"]],
        "reference": reference,
        "how": texts["how"],
    }


def _told(
    body: dict[str, Any], choices: Choices, *, language: str, circumstances: Circumstances
) -> list[dict[str, Any]]:
    receipt, information = body["receipt"], body["information"]
    leader = isolated(circumstances.leader, language)
    blocks = [
        heading(receipt["told"]),
        fact(receipt["interpreter"], _interpreter(body, choices.talk, language)),
        fact(receipt["present"], listed(_present(body, choices.talk), language) or receipt["nobody"]),
        *_informed(body, choices, language),
        fact(receipt["basis"], circumstances.basis.regulation, language="" if language == "nb" else "nb"),
        heading(information["title"], 3),
        paragraph(information["promise"]),
    ]
    blocks += [fact(point["title"], plain(point["text"], leader=leader)) for point in information["points"]]
    return blocks + questions_shown(body, choices, language) if choices.mapping == steps.YES else blocks


def _informed(body: dict[str, Any], choices: Choices, language: str) -> list[dict[str, Any]]:
    """How the person was told; nothing where they left before they had said it."""
    ways = [body["information"]["ways"][way] for way in choices.informed]
    return [fact(body["receipt"]["informed"], listed(ways, language))] if ways else []


def _interpreter(body: dict[str, Any], talk: dict[str, Any], language: str) -> str:
    if talk.get("interpreter") != steps.YES:
        return str(body["receipt"]["no_interpreter"])
    labels, receipt = body["interpreter"], body["receipt"]
    sentence = receipt["interpreter_text"].format(
        agency=isolated(talk["agency"], language),
        qualification=_qualification(labels, talk),
        presence=labels["presence"][talk["presence"]],
    )
    if not talk.get("spoken"):
        return str(sentence)
    spoken = receipt["interpreter_language"].format(language=isolated(talk["spoken"], language))
    return f"{sentence} {spoken}"


def _qualification(labels: dict[str, Any], talk: dict[str, Any]) -> str:
    """The interpreter's qualification; for one who is not in the national register, also why."""
    label = str(labels["qualifications"][talk["qualification"]])
    return f"{label} – {labels['reasons'][talk['why']]}" if talk["qualification"] == NOT_REGISTERED else label


def _present(body: dict[str, Any], talk: dict[str, Any]) -> list[str]:
    return [body["people"][code] for code in talk.get("present", [])]


def rows_of(decision: dict[str, Any]) -> dict[str, Any]:
    """The columns of one decision in the document."""
    columns = {key: decision[key] for key in ("direction", "recipient_kind", "source", "theme", "answer")}
    until = datetime.fromisoformat(decision["until"]) if decision["until"] else None
    return {**columns, "organisation_id": decision["organisation"], "until": until}
