"""Whether the person will live in Norway afterwards, by the answers: a mapper's list is sorted by it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from brik.mapping.questionnaire.required_questions import STAYING
from brik.mapping.questionnaire.structure import DONT_KNOW, PREFER_NOT

ABROAD = "ANNET_LAND"


def stays_in_norway(kind: str, sections: Mapping[str, Mapping[str, Any]]) -> bool | None:
    """Whether the person stays in Norway, by opened sections (by area code); None when that was not answered."""
    wanted = STAYING[kind]
    for content in sections.values():
        answer = content["answers"].get(wanted)
        if answer is not None and answer["value"] not in {DONT_KNOW, PREFER_NOT}:
            return bool(answer["value"] != ABROAD)
    return None
