"""The bytes of an outgoing message, made from the walk of the questionnaire. No database, no HTTP.

Shaped like the messages the correctional service already sends to the courts; the schemas are in ``schemas/``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, assert_never
from uuid import UUID
from zoneinfo import ZoneInfo

from brik.definitions.languages import BY_CODE
from brik.mapping.questionnaire.answer_sources import WORDS, AnswerSource, SourceKind, confirmed
from brik.mapping.questionnaire.stored_answers import ASKED_SHORT, WalkedAnswer, WalkedArea
from brik.mapping.questionnaire.structure import PREFER_NOT, Questionnaire
from brik.mapping.questionnaire.themes import Theme
from brik.people.legal_status import STATUS_OF, LegalStatus
from brik.vault.canonical import canonical
from followup.sharing.wire import message_schemas
from followup.sharing.wire.typed_values import typed_values

PURPOSE = "Oppfølging av behov under fengselsoppholdet og ved løslatelse."
# A mapping is voluntary and must not be used in such decisions: FOR-2011-09-30-978 § 2. The consent texts promise that
# the answers are marked so; to somebody on remand they name what is decided about them.
USE_LIMITATION = {
    LegalStatus.CONVICTED: "ikke for permisjon, overføring eller løslatelse",
    LegalStatus.REMAND: "ikke for avgjørelser om hvordan personen har det i varetekt",
}

# The language of every message, whatever language the talk was held in.
LANGUAGE = "nb"
_OSLO = ZoneInfo("Europe/Oslo")


@dataclass(frozen=True)
class PayloadIdentifier:
    """The number by which a recipient knows the person."""

    kind: str
    number: str | None


NO_NUMBER = PayloadIdentifier("INGEN", None)


@dataclass(frozen=True)
class PayloadConsent:
    """The consent behind a message: the text that was signed, the themes told of, and the last day all of them may be.

    Permitted themes without an answer are not among them: from all that are permitted, deciders would read the refused.
    """

    consent: UUID
    text_version: str
    language: str
    signed_at: datetime
    until: date
    themes: frozenset[Theme]
    legal_basis: str


@dataclass(frozen=True)
class PayloadForm:
    """The questionnaire of the interview, and the day it was signed off."""

    questionnaire: Questionnaire
    mapped_on: date

    @property
    def status(self) -> LegalStatus:
        """Whose interview it is: of somebody convicted or on remand."""
        return STATUS_OF[self.questionnaire.id]


@dataclass(frozen=True)
class PayloadUnit:
    """The prison unit."""

    district: str
    name: str
    number: str


def mapping_message(
    *,
    message_id: UUID,
    mapping: UUID,
    created_at: datetime,
    replaces: UUID | None,
    ident: PayloadIdentifier,
    place: PayloadUnit,
    contact: str,
    form: PayloadForm,
    permitted: PayloadConsent,
    areas: Iterable[WalkedArea],
) -> bytes:
    """The canonical bytes of ``BRIK_KARTLEGGING``. What is not permitted is left out without a trace.

    Raises ``message_schemas.InvalidMessage`` when it would be empty or not follow its schema.
    """
    message = {
        **_head(message_schemas.MAPPING, message_id, created_at),
        "hendelseId": str(mapping),
        "erstatter": str(replaces) if replaces else None,
        "person": {"identType": ident.kind, "ident": ident.number},
        "lokasjonEnhet": {"distrikt": place.district, "enhet": place.name, "enhetNr": place.number},
        "kontakt": {"navn": contact},
        "skjema": {
            "type": form.status.value,
            "versjon": form.questionnaire.version,
            "kartlagtDato": form.mapped_on.isoformat(),
        },
        "samtykke": {
            "samtykkeId": str(permitted.consent),
            "tekstversjon": permitted.text_version,
            "spraak": BY_CODE[permitted.language].iso639_3,
            "signertTid": _time(permitted.signed_at),
            "gjelderTil": permitted.until.isoformat(),
            "omfang": [theme.value for theme in Theme if theme in permitted.themes],
            "hjemmel": permitted.legal_basis,
        },
        "formaal": PURPOSE,
        "bruksbegrensning": USE_LIMITATION[form.status],
        "omraader": [content for area in _urgent_first(areas) if (content := _area(area, form.questionnaire))["svar"]],
    }
    message_schemas.check(message, message_schemas.MAPPING)
    return canonical(message)


def replacing(content: bytes, replaces: UUID | None) -> bytes:
    """The bytes of ``BRIK_KARTLEGGING`` again, as a message that replaces another one."""
    message = json.loads(content) | {"erstatter": str(replaces) if replaces else None}
    message_schemas.check(message, message_schemas.MAPPING)
    return canonical(message)


def retraction_message(*, message_id: UUID, retracted: UUID, created_at: datetime) -> bytes:
    """The canonical bytes of ``BRIK_TILBAKETREKKING``. It tells neither the reason nor the person."""
    message = {**_head(message_schemas.RETRACTION, message_id, created_at), "meldingsIdRef": str(retracted)}
    message_schemas.check(message, message_schemas.RETRACTION)
    return canonical(message)


def actual_answers(area: WalkedArea) -> list[WalkedAnswer]:
    """The answers of an area, without empty ones and "prefers not to answer".

    Those who decide on leave, parole or transfer must not learn that somebody refused to answer.
    """
    return [answer for answer in area.answers if answer.value not in (None, "", [], PREFER_NOT, [PREFER_NOT])]


def answer_lines(answer: WalkedAnswer) -> list[str]:
    """The lines of an answer as it was read; each row of a group becomes one line."""
    return [
        part if isinstance(part, str) else "; ".join(f"{label}: {text}" for label, text in part)
        for part in answer.shown
    ]


def link_ids(message: dict[str, Any]) -> list[str]:
    """The link ids of the questions a message answers."""
    return [answer["linkId"] for area in message["omraader"] for answer in area["svar"]]


def tells_urgent(message: dict[str, Any]) -> bool:
    """Whether an answer of the message says that help is needed at once."""
    return any(_is_urgent(answer) for area in message["omraader"] for answer in area["svar"])


def _is_urgent(answer: dict[str, Any]) -> bool:
    # The highest step of the question that ends an area.
    return bool(answer.get("haster")) or (answer["linkId"].endswith("_behov") and {"kode": "3"} in answer["verdi"])


def source_read(kilde: str) -> AnswerSource:
    """The source that ``kilde`` names. Older messages say confirmed without by whom and when."""
    kind, _colon, who = kilde.partition(": ")
    if kind == "BEKREFTET":
        who, _comma, day = who.rpartition(", ")
        return confirmed(who, day)
    if kind == "TREDJEPART":
        return AnswerSource(SourceKind.THIRD_PARTY, who)
    return AnswerSource(SourceKind.SELF if kind == "EGENOPPLYSNING" else SourceKind.UNKNOWN)


def _head(schema: str, message_id: UUID, created_at: datetime) -> dict[str, Any]:
    return {
        "meldingsId": str(message_id),
        "schemaName": schema,
        "schemaVersion": message_schemas.newest(schema),
        "senderOrganization": "KRIMINALOMSORGEN",
        "opprettetTid": _time(created_at),
    }


def _urgent_first(areas: Iterable[WalkedArea]) -> list[WalkedArea]:
    """The areas, and the answers in each, with what is urgent first; the rest keeps its order."""
    inside = [replace(area, answers=tuple(sorted(area.answers, key=_not_urgent))) for area in areas]
    return sorted(inside, key=lambda area: not any(answer.urgent for answer in area.answers))


def _not_urgent(answer: WalkedAnswer) -> bool:
    return not answer.urgent


def _area(area: WalkedArea, form: Questionnaire) -> dict[str, Any]:
    answers = [_answer(answer, form) for answer in actual_answers(area)]
    # Where the person was asked one question about it and said no, the title says how little was asked.
    title = f"{area.title} (spurt kort)" if area.state == ASKED_SHORT else area.title
    return {"kode": area.code, "tittel": title, "svar": answers}


def _answer(answer: WalkedAnswer, form: Questionnaire) -> dict[str, Any]:
    question = form.question(answer.link_id)
    if question is None:
        raise ValueError("an answer to a question that the form does not have")
    return {
        "linkId": answer.link_id,
        "tekst": answer.text,
        "verdi": typed_values(question, answer.value),
        "vist": answer_lines(answer),
        "kilde": _source(answer.source),
        **({"haster": True} if answer.urgent else {}),
    }


def _source(source: AnswerSource) -> str:
    """``kilde`` of an answer. Raises ``ValueError`` for the officer's own note, which never leaves the house."""
    who = WORDS[LANGUAGE]["unnamed"] if source.unnamed else source.who
    match source.kind:
        case SourceKind.SELF:
            return "EGENOPPLYSNING"
        case SourceKind.CONFIRMED:
            return f"BEKREFTET: {who}, {source.day}"
        case SourceKind.THIRD_PARTY:
            return f"TREDJEPART: {who}"
        case SourceKind.UNKNOWN:
            return "IKKE_BEKREFTET"
        case SourceKind.NOTE:
            raise ValueError("the officer's own note does not leave the house")
        case _:
            assert_never(source.kind)


def _time(moment: datetime) -> str:
    return moment.astimezone(_OSLO).isoformat(timespec="seconds")
