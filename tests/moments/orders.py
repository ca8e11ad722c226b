"""Orders that are tried at every run: each protection meets what it is there for, and those in which something fell once.

A step is an act, or two of which the first is held at a place while the second comes in between, or so many hours that
pass; nothing at all is a look at everything.
"""

from __future__ import annotations

from typing import Any

from brik.people.protection import AddressGrade, Restriction
from consent.models import WithdrawalSaid
from followup.demo.counterpart import behaviour as does
from followup.demo.counterpart.behaviour import Mode
from followup.sharing.disclosure.states import ReceiptStatus
from tests.moments.story import ALL, KODA, OFFICE
from tests.moments.two_connections import AFTER, ARRIVING, BEFORE, LOCK, STATEMENT, Place

Planned = tuple[str, tuple[Any, ...], dict[str, Any]]
PlannedStep = tuple[Planned | int | None, Place | None, Planned | None]

# What is cleared for a recipient has been asked, and is about to be acted on.
CLEARED = Place(AFTER, "people_ruling")
EVERYTHING, FROM_OFFICE, FROM_KODA = ("alt",), (f"mottaker-{OFFICE}",), (f"mottaker-{KODA}",)


def act(name: str, *arguments: Any, **named: Any) -> Planned:
    return name, arguments, named


def alone(name: str, *arguments: Any, **named: Any) -> PlannedStep:
    return act(name, *arguments, **named), None, None


def passing(hours: int) -> PlannedStep:
    return hours, None, None


LOOK_AT_EVERYTHING: PlannedStep = (None, None, None)
# The worker comes last: what it may not send it looks after for every recipient.
ASKED = [alone("look"), alone("read", "open", 0), LOOK_AT_EVERYTHING, alone("send", Mode())]
SHARED = [alone("share", KODA), alone("share", OFFICE)]
SHARED_AGAIN = [alone("talk", ALL, 12), *SHARED]


def ended_meanwhile(checked: Planned) -> list[PlannedStep]:
    """Whatever ends it comes between the question and what is done upon its answer."""
    return [
        (checked, CLEARED, act("grade", AddressGrade.STRICTLY)),
        alone("grade", AddressGrade.OPEN),
        (checked, CLEARED, act("restrict", Restriction.LETTERS_BANNED)),
        alone("rule", frozenset({KODA, OFFICE}), 400),
        (checked, CLEARED, act("rule", frozenset(), 400)),
        alone("restrict"),
        (checked, CLEARED, act("withdraw", FROM_KODA if checked[0] == "crash" else FROM_OFFICE)),
        *SHARED_AGAIN,
        (checked, CLEARED, act("withdraw", EVERYTHING)),
        *SHARED_AGAIN,
        (checked, CLEARED, act("end_basis", 0)),
    ]


ORDERS: dict[str, list[PlannedStep]] = {
    "ended while it is shared": ended_meanwhile(act("share", OFFICE)),
    "ended while it is sent": ended_meanwhile(act("crash")),
    "ended while it is read": ended_meanwhile(act("read", "open", 0)),
    "asked again when a grade is entered, before any job": [alone("grade", AddressGrade.STRICTLY), *ASKED],
    "asked again when a restriction is entered, before any job": [alone("restrict", Restriction.MEDIA_BANNED), *ASKED],
    "asked again when a ruling has ended, before any job": [
        alone("restrict", Restriction.LETTERS_BANNED),
        alone("rule", frozenset({OFFICE, KODA}), 2),
        *SHARED,
        alone("read", "visit", 0),
        passing(3),
        *ASKED,
    ],
    "asked again when a part is taken back, before any job": [
        alone("withdraw", FROM_OFFICE),
        alone("withdraw", FROM_KODA),
        *ASKED,
    ],
    "asked again when time has passed": [alone("talk", ALL, 3), alone("share", OFFICE), passing(95 * 24), *ASKED],
    "asked again when the legal basis ended on a day": [alone("end_basis", 10), passing(11 * 24), *ASKED],
    "asked again after the time that recipients have after a release": [alone("release"), passing(91 * 24), *ASKED],
    "left to its recipient after the interview is closed inside": [
        alone("release"),
        passing(15 * 24),
        alone("sweep"),
        alone("sweep"),
        LOOK_AT_EVERYTHING,
    ],
    "shared from the unit that the person has left": [
        (act("share", OFFICE), Place(BEFORE, LOCK), act("transfer")),
    ],
    "shared just before everything is taken back": [
        (act("withdraw", EVERYTHING), Place(BEFORE, LOCK), act("share", KODA)),
    ],
    "waiting behind what is rejected when everything has just been taken back": [
        alone("share", KODA),
        (
            act("send", Mode(does.STATUS, status=ReceiptStatus.RECEIVER_FAILED, times=1)),
            Place(ARRIVING),
            act("withdraw", EVERYTHING, WithdrawalSaid.TOLD),
        ),
    ],
    # Once these two waited for each other: a correction and the end of a stay lock both the old interview and the new.
    "released while the interview is corrected": [
        (act("correct"), Place(STATEMENT, number=3), act("release")),
    ],
    "listed while it is retracted and a new consent is given": [
        alone("withdraw", EVERYTHING),
        (act("look"), Place(AFTER, "sharing_partneranswer"), act("talk", ALL, 12)),
    ],
}
