"""Whether the person has said where they will live afterwards: what orders a mapper's list, once signed off."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from brik.mapping.questionnaire.required_questions import STAYING
from brik.mapping.questionnaire.structure import DONT_KNOW, PREFER_NOT

ABROAD = "ANNET_LAND"


def stays_in_norway(kind: str, sections: Mapping[str, Mapping[str, Any]]) -> bool | None:
    """True or False as said in the interview (opened sections by area code); None when it was not said."""
    wanted = STAYING[kind]
    for content in sections.values():
        answer = content["answers"].get(wanted)
        if answer is not None and answer["value"] not in {DONT_KNOW, PREFER_NOT}:
            return bool(answer["value"] != ABROAD)
    return None
