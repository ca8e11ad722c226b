"""An arrival message as the extract shows it: a line for each field, or the reason why a field has none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from operator import attrgetter
from types import UnionType
from typing import Any, Final, get_args, get_type_hints

from django.db.models import Exists, OuterRef, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from brik.arrivals.models import Message, MessageNumber
from brik.arrivals.stored_content import from_row
from brik.arrivals.xml.messages import MessageContent
from brik.people.models import Person
from brik.vault.codes.coded_models import proved
from brik.vault.lookups.hashes import found_by
from followup.insight.extract.extract_line import ExtractEntry, ExtractLine, ExtractSection, day_words
from followup.insight.message_words import WHAT

# What the extract calls each field that it shows.
SHOWN: Final[Mapping[str, str | Promise]] = {
    "name": _("Navn"),
    "category": _("Kategori"),
    "place.name": _("Enhet"),
    "happened_at": _("Skjedde"),
    "in_institution": _("I anstalt"),
    "stopped": _("Gjennomføringen er stanset"),
    "resumed": _("Gjennomføringen er gjenopptatt"),
    "dates.start": _("Start"),
    "dates.one_third": _("1/3 tid"),
    "dates.half": _("1/2 tid"),
    "dates.two_thirds": _("2/3 tid"),
    "dates.end": _("Endt tid"),
    "dates.minimum": _("Minstetid"),
}
# The fields without a line, and why.
NOT_SHOWN: Final[Mapping[str, str]] = {
    "type": "the heading of the message says it",
    "numbers": "the extract shows the person's numbers once, above the messages",
    "place.number": "the name of the unit says it",
    "place.district": "the name of the unit says it",
    "message_id": "identifies the message",
    "event_id": "identifies the message",
    "deletes": "identifies another message",
    "created_at": "orders the messages; the extract shows when the message was received",
    "changed_at": "orders the messages; the extract shows when the message was received",
    "digest": "identifies what the message says",
    "received_at": "the heading of the message says it",
    "sender": "a system of the service, not the person",
    "left_out": "names what the sender wrote wrong; nothing of it is stored",
}


def section(person: Person) -> ExtractSection:
    """Messages about the person. One that waits may be about somebody else, so its content is not shown."""
    numbers = found_by(identifier.stored for identifier in person.identifiers.all())
    naming = MessageNumber.objects.filter(numbers, message=OuterRef("pk"))
    messages = Message.objects.filter(Q(person=person) | Q(first_person=person) | Exists(naming))
    rows = proved(messages.order_by("received_at", "pk").prefetch_related("answers").with_keys())
    return ExtractSection("meldinger", str(_("Meldinger som er mottatt")), tuple(_shown(row, person) for row in rows))


def _shown(row: Message, person: Person) -> ExtractEntry:
    content = from_row(row)
    why = f". {row.get_why_display()}" if row.why else ""
    lines = [ExtractLine(str(_("Hva som er gjort")), f"{row.get_fate_display()}{why}")]
    if row.person_id == person.pk:
        lines += [*_answers(row), *_lines(content)]
    return ExtractEntry(f"{day_words(row.received_at)}: {WHAT[content.type]}", tuple(lines))


def _answers(row: Message) -> list[ExtractLine]:
    """What leaders have answered about it while it waited."""
    said = {True: _("det er personen"), False: _("det er ikke personen")}
    return [
        ExtractLine(str(_("En leder har svart")), f"{said[answer.same]}, {day_words(answer.at)}")
        for answer in row.answers.all()
    ]


def flaws(content: type = MessageContent) -> Iterator[str]:
    """A sentence for each field of a message that the extract neither shows nor leaves out on purpose."""
    for path in _paths(content):
        if path not in SHOWN and path not in NOT_SHOWN:
            yield f"The extract neither shows the field {path} of a message nor says why not."


def _paths(content: type) -> Iterator[str]:
    """The fields of a dataclass; of a field that holds a dataclass itself, its fields, as ``place.name``."""
    hints = get_type_hints(content)
    for field in fields(content):
        hint = hints[field.name]
        parts = [
            part
            for part in (get_args(hint) if isinstance(hint, UnionType) else [hint])
            if isinstance(part, type) and is_dataclass(part)
        ]
        if not parts:
            yield field.name
        for part in parts:
            yield from (f"{field.name}.{path}" for path in _paths(part))


def _lines(content: MessageContent) -> list[ExtractLine]:
    # What a message does not tell has its field's default: no line.
    defaults = {field.name: field.default for field in fields(content)}
    values = {path: _value(content, path) for path in SHOWN}
    words = {path: _words(value) for path, value in values.items() if value is not defaults.get(path)}
    return [ExtractLine(str(SHOWN[path]), quote=text) for path, text in words.items() if text]


def _value(content: MessageContent, path: str) -> Any:
    first, _dot, rest = path.partition(".")
    value = getattr(content, first)
    return value if value is None or not rest else attrgetter(rest)(value)


def _words(value: str | tuple[str, ...] | date | bool | None) -> str:
    """A field's value as it is read; nothing where it is empty."""
    if isinstance(value, bool):
        return str(_("Ja") if value else _("Nei"))
    if isinstance(value, date):
        return day_words(value)
    return " ".join(filter(None, value)) if isinstance(value, tuple) else value or ""
