"""The published example of a message: a made-up interview, walked and written like any other."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from brik.mapping.questionnaire import catalogue
from brik.mapping.questionnaire.answers import clean, stored
from brik.mapping.questionnaire.structure import Questionnaire
from brik.mapping.questionnaire.themes import CASE_SYSTEM, Theme
from brik.mapping.questionnaire.walk import themes_told, walk
from followup.demo import register
from followup.sharing.wire import message_schemas, payload

PATH = (
    message_schemas.SCHEMAS
    / message_schemas.newest(message_schemas.MAPPING)
    / "examples"
    / f"{message_schemas.MAPPING}.json"
)
FORM = "domfelt"
_OSLO = ZoneInfo("Europe/Oslo")


def answers() -> dict[str, dict[str, Any]]:
    """The answers of the interview, cleaned as a form sends them: area code → link id → value."""
    form = catalogue.get(FORM)
    return {area: {link_id: _cleaned(form, link_id, raw) for link_id, raw in sent.items()} for area, sent in _areas()}


def free_text() -> frozenset[str]:
    """The free texts that are ticked in the preview."""
    return frozenset(register.read("example_interview.yaml")["free_text"])


def message() -> dict[str, Any]:
    """The example. Ids, days and names in it never change."""
    form = catalogue.get(FORM)
    sections = {
        area: {"answers": {key: stored(_question(form, key), value, language="nb") for key, value in values.items()}}
        for area, values in answers().items()
    }
    areas = walk(form, sections, themes=list(Theme), recipient=CASE_SYSTEM, free_text=free_text())
    told = themes_told(form, [answer for area in areas for answer in payload.actual_answers(area)])
    content = payload.mapping_message(
        message_id=UUID("5f3b2f5e-2f0a-4a39-9f0e-0c6c9a9f1a01"),
        mapping=UUID("7a1c9d64-3f55-4d0f-8f7b-6d1c8f0a2b02"),
        created_at=datetime(2026, 1, 15, 10, tzinfo=_OSLO),
        replaces=None,
        ident=payload.PayloadIdentifier("FOEDSELSNUMMER", "12899497937"),
        place=payload.PayloadUnit("Øst", "Oslo fengsel", "0101"),
        contact="Kari Kartlegger",
        form=payload.PayloadForm(form, date(2026, 1, 14)),
        permitted=payload.PayloadConsent(
            consent=UUID("0d7c4a5e-9a0b-4a6c-8b1d-3e2f1a0b9c03"),
            text_version="2026.2",
            language="nb",
            signed_at=datetime(2026, 1, 13, 12, 30, tzinfo=_OSLO),
            until=date(2027, 1, 12),
            themes=told,
            legal_basis="FOR-2011-09-30-978 § 2",
        ),
        areas=areas,
    )
    return dict(json.loads(content))


def _areas() -> list[tuple[str, dict[str, Any]]]:
    return list(register.read("example_interview.yaml")["areas"].items())


def _cleaned(form: Questionnaire, link_id: str, raw: Any) -> Any:
    return clean(_question(form, link_id), raw)


def _question(form: Questionnaire, link_id: str) -> Any:
    question = form.question(link_id)
    if question is None:
        raise KeyError(link_id)
    return question
