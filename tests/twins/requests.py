"""Every request that a role may send about somebody: derived from the table of who reaches which address."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from brik.staff.models import Role
from tests.access.table import TABLE
from tests.twins.house import Twin

# A column of the table for each role that must not tell the twins apart.
COLUMNS = {Role.DECIDER: "beslutter", Role.LEADER: "leder", Role.CONTACT_OFFICER: "kontaktbetjent"}

# Addresses of a talk or a consent: open to whoever holds or held the talk, who was told the answers.
OWN_TALK = {
    "consent:read",
    "consent:done",
    "consent:give_back",
    "consent:paper",
    "consent:receipt",
    "consent:sheet",
    "consent:language",
    "consent:slip",
    "desk:talk",
}
# Addresses about the staff themselves, with arguments that are nobody's in custody.
ABOUT_STAFF = {"staff:end_approval", "staff:decide"}
# The name of a sound that does not lie there: sounds are of words, not of people.
NO_SOUND = "0" * 32

# What a form takes, beside nothing at all; each is a request of its own.
FORMS: dict[str, list[dict[str, Any]]] = {
    "desk:withdraw": [
        {"what": what, "said": said, "when": "NAA"}
        for what in ("alt", "omrade-FRITID", "andre", "mottaker-SKOLE-FRITID")
        for said in ("HER", "SIGNERT", "SAGT")
    ],
    "desk:worklist": [{"q": "Testesen"}],
    "desk:known_as": [{"add": "name", "alias": "Eksempelnavn"}],
    "desk:placement": [{"ward": "B 214", "contact_officer": ""}],
    "desk:protection": [
        {
            "address_grade": "STRENGT_FORTROLIG",
            "restrictions": "BREV_OG_BESOEKSFORBUD",
            "note": "",
            "version": "{version}",
        }
    ],
    "desk:answer_arrival": [
        {"same": "nei", "question": "{question}"},
        {"same": "ja", "question": "{question}"},
        {"same": "ja", "question": "{question}", "checked": "ja"},
        {"same": "nei", "question": "{question}", "checked": "ja"},
    ],
}


@dataclass(frozen=True)
class TwinRequest:
    """One request about one twin by one role."""

    name: str
    method: str
    given: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        return " ".join([self.method, self.name, *(f"{key}={value}" for key, value in self.given)])

    def address(self, twin: Twin, role: Role) -> str:
        """The address about the twin."""
        known = {
            "person": twin.person.pk,
            "withdrawal": twin.withdrawals[role].pk,
            "language": "nb",
            "message": twin.waiting.pk if twin.waiting else None,
            "paragraph": NO_SOUND,
            "task": twin.task,
        }
        return reverse(self.name, kwargs={name: known[name] for name in _arguments()[self.name]})

    def data(self, twin: Twin) -> dict[str, str]:
        """What is posted: the same for each, but for the version that was read and the question that was asked."""
        values = {"version": twin.person.row_version, "question": twin.waiting.question if twin.waiting else ""}
        return {key: value.format(**values) for key, value in self.given}


def all_of(role: Role) -> Iterator[TwinRequest]:
    """Every request that the role gets another answer to than a closed door; a new address is among them by itself."""
    for name, row in TABLE.items():
        if row[COLUMNS[role]].startswith("403") or name in OWN_TALK | ABOUT_STAFF:
            continue
        yield TwinRequest(name, "GET")
        yield TwinRequest(name, "POST")
        for given in FORMS.get(name, []):
            yield TwinRequest(name, "POST", tuple((key, str(value)) for key, value in given.items()))


def _arguments() -> dict[str, list[str]]:
    """The names of the arguments of each address."""
    found: dict[str, list[str]] = {}

    def walk(patterns: list[Any], room: str) -> None:
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                walk(pattern.url_patterns, pattern.app_name or room)
            elif isinstance(pattern, URLPattern):
                found[f"{room}:{pattern.name}"] = list(pattern.pattern.converters)

    walk(get_resolver().url_patterns, "")
    return found
