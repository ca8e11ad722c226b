"""The steps of the talk and their order: a pure function of the answers so far."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from brik.staff.models import OrganisationKind

LANGUAGE = "sprak"
TURN = "snu-skjermen"
INFORMATION = "informasjon"
MAPPING = "kartlegging"
SOURCES = "andre"
COMMON = "felles"
MUNICIPALITY = "kommune"
SLIP = "lapp"
EXPLAINED = "forklart"
READ_BACK = "gjennomgang"
SIGNATURE = "underskrift"
CLOSING = "avslutning"
# The one page of a talk that mends a mistaken withdrawal: what stood is said again, or taken back.
SAID_AGAIN = "fortsatt"
# The page of a second talk that begins with what stands: each yes goes on, is taken back, or runs out on its day.
STANDING = "det-som-gjelder"

# The pages where something is decided that has no answer "later" of its own: there the whole talk waits.
PUT_OFF = (COMMON, READ_BACK, SIGNATURE, SAID_AGAIN, STANDING)
# The pages with a button "later" beside their own answers.
LATER_BUTTON = (*PUT_OFF, MUNICIPALITY)

# The pages that say what the law demands before anything is asked; which version was read is stored with them.
TELLS = (INFORMATION, STANDING)

# The pages that are signed.
SIGNED = (SIGNATURE, SAID_AGAIN)

# What the staff fill in, do and read aloud, before the person answers anything.
BEFORE_ANSWERS = (LANGUAGE, TURN, INFORMATION)

# What was typed on a page when the screen was hidden. It is not an answer.
TYPED = "_typed"

# These answers decide which steps follow.
YES, NO, LATER = "JA", "NEI", "SNAKKE"

SHARING = {kind: "del-" + kind.lower().replace("_", "-") for kind in OrganisationKind}
KIND_OF = {slug: kind for kind, slug in SHARING.items()}
# Asked in the place of the municipal NAV office, whose municipality the staff did not know.
_ASKS_MUNICIPALITY = OrganisationKind.NAV_MUNICIPAL
_RECIPIENTS = tuple(
    step
    for kind, sharing in SHARING.items()
    for step in ((MUNICIPALITY, sharing) if kind == _ASKS_MUNICIPALITY else (sharing,))
)
# Every step of a whole talk.
ALL = (
    *(LANGUAGE, TURN, INFORMATION, MAPPING, SOURCES, COMMON, *_RECIPIENTS),
    *(SLIP, EXPLAINED, READ_BACK, SIGNATURE, CLOSING),
)


def steps(answers: dict[str, Any], offered: Sequence[OrganisationKind], *, slip: bool = False) -> list[str]:
    """The steps of this talk, in order. After a no or a "not yet" to being mapped, only a short closing follows.

    ``slip``: there is a health service that reads slips. Whether one is written is no choice of the consent.
    """
    way = [LANGUAGE, TURN, INFORMATION, MAPPING]
    if answers.get(MAPPING, {}).get("answer") in (NO, LATER):
        return [*way, CLOSING]
    asked = {SHARING[kind] for kind in offered}
    if asks_municipality(answers, offered):
        asked.add(MUNICIPALITY)
    recipients = [step for step in _RECIPIENTS if step in asked]
    return [*way, SOURCES, COMMON, *recipients, *([SLIP] if slip else []), EXPLAINED, READ_BACK, SIGNATURE]


def short_way(answers: dict[str, Any]) -> list[str]:
    """The steps of a talk that mends a mistaken withdrawal: one page for the person, and the closing after a no."""
    way = [LANGUAGE, TURN, SAID_AGAIN]
    return [*way, CLOSING] if answers.get(SAID_AGAIN, {}).get("mapping") in (NO, LATER) else way


def renewal_way(answers: dict[str, Any], asked: Collection[str], *, slip: bool = False) -> list[str]:
    """The steps of a talk that begins with what stands. ``asked`` are the pages of what is asked anew or first."""
    way = [LANGUAGE, TURN, STANDING]
    if answers.get(STANDING, {}).get("mapping") in (NO, LATER):
        return [*way, CLOSING]
    recipients = [step for step in _RECIPIENTS if step in asked]
    sources = [SOURCES] if SOURCES in asked else []
    return [*way, *sources, COMMON, *recipients, *([SLIP] if slip else []), EXPLAINED, READ_BACK, SIGNATURE]


def put_off(step: str, *, way: Sequence[str] = ()) -> tuple[str, dict[str, Any]]:
    """The step and the answer that are stored when the person wants to talk to somebody first, asked on ``step``.

    Nothing is decided then, whatever was answered on the pages before. ``way`` are the steps of the talk.
    """
    if step == MUNICIPALITY:
        return step, {"actual": ""}
    for page in (SAID_AGAIN, STANDING):
        if page in way:
            return page, {"mapping": LATER, "how": []}
    return MAPPING, {"answer": LATER}


def answer_to_mapping(answers: dict[str, Any], way: Sequence[str]) -> str:
    """What was answered to being mapped, on its own page or again."""
    again = next((step for step in (SAID_AGAIN, STANDING) if step in way), None)
    return str(answers[again]["mapping"] if again else answers[MAPPING]["answer"])


def asks_municipality(answers: dict[str, Any], offered: Sequence[OrganisationKind]) -> bool:
    """Whether the person is asked where they will live: nobody knew it, and no office that serves all is there.

    Once it is answered it stays in the way, also where the answer leads to an office.
    """
    if LANGUAGE not in answers or answers[LANGUAGE].get("actual"):
        return False
    return MUNICIPALITY in answers or _ASKS_MUNICIPALITY not in offered


def first_unanswered(answers: dict[str, Any], way: Sequence[str]) -> str:
    """The step where the talk goes on: the first without an answer."""
    return next((step for step in way if step not in answers), way[-1])


def open_steps(answers: dict[str, Any], way: Sequence[str]) -> list[str]:
    """The steps that may be opened: those with an answer, and the next one."""
    return list(way[: way.index(first_unanswered(answers, way)) + 1])


def standing(answers: dict[str, Any], version: str) -> dict[str, Any]:
    """The answers that still count when the talk goes on with ``version`` of its text.

    After another version was read, everything but the language is asked again: the person must hear what they sign.
    The person has the screen already.
    """
    read = next((answers[step] for step in TELLS if step in answers), None)
    if read is None or read.get("version") == version:
        return answers
    return {step: answers[step] for step in (LANGUAGE, TURN) if step in answers}


def after_saving(answers: dict[str, Any], step: str, answer: dict[str, Any]) -> dict[str, Any]:
    """All answers when a step has been saved.

    Read-back and signature are asked again. The information is read again after a change of language, or of whether
    there is an interpreter.
    """
    dropped = {step, CLOSING, TYPED}
    if step != SIGNATURE:
        dropped |= {SIGNATURE, READ_BACK}
    before = answers.get(LANGUAGE, {})
    if step == LANGUAGE and any(answer.get(name) != before.get(name) for name in ("language", "interpreter")):
        dropped |= {INFORMATION, SAID_AGAIN, STANDING}
    return {**{name: value for name, value in answers.items() if name not in dropped}, step: answer}
