"""Reading the service's messages, reduced to what BRIK may hold.

Source: the published contracts of the correctional service (``straffegjennomfoering/1.0``). Never kept: the judgment
(``Domsinformasjon``), special conditions, private addresses, citizenship, sex, case numbers and why somebody was
released. An unknown element is ignored; an unknown message is refused. An element that cannot be read, and that the
timeline can do without, is left out and named: it never costs the person.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from django.conf import settings
from django.core.exceptions import ValidationError

from brik.arrivals.xml import xml_times
from brik.arrivals.xml.categories import CATEGORIES, RELEASE_CAUSES
from brik.arrivals.xml.xml_elements import NAMESPACE, VERSION, XmlElement
from brik.arrivals.xml.xml_reader import MessageRefused, read
from brik.definitions.name_cleaning import clean_name
from brik.people.identifiers.numbers import Number, NumberKind, check, recognise


class MessageType(StrEnum):
    """The seven messages BRIK takes in, by their root element, and two made here: a person or a number by hand."""

    ARRIVAL = "Inntak"
    DATES = "EndringOppdaterteDatoer"
    TRANSFER = "EndringEffektuertOverfoering"
    PERSON = "EndringOppdatertPersonInformasjon"
    EXECUTION = "EndringGjennomfoering"
    RELEASE = "LoeslatelseFraFengsel"
    DELETION = "SlettetHendelse"
    BY_HAND = "Registrert"
    NUMBER_BY_HAND = "NummerRegistrert"


# The sender of files that no envelope names one for: the service itself, as its keys are registered.
SERVICE = "KRIMINALOMSORGEN"

# As the published schema spells it, and as the word is written.
_RESUMED = frozenset({"Gjennopptatt", "Gjenopptatt"})
_UUID = re.compile(r"\{?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\}?", re.IGNORECASE | re.ASCII)
# A date of birth with zeros where the personal number is not known.
_NO_PERSONAL_NUMBER = re.compile(r"\d{6}[\s-]?0{5}", re.ASCII)
# Made here by staff, never accepted from a sender.
MADE_HERE = frozenset({MessageType.BY_HAND, MessageType.NUMBER_BY_HAND})


@dataclass(frozen=True)
class CustodyPlace:
    """A unit as a message names it."""

    number: str = ""
    name: str = ""
    district: str = ""


@dataclass(frozen=True)
class SentenceDates:
    start: date | None = None
    one_third: date | None = None
    half: date | None = None
    two_thirds: date | None = None
    end: date | None = None
    # Of preventive detention: before that day nobody is released.
    minimum: date | None = None


@dataclass(frozen=True)
class MessageContent:
    """One message, read. Frozen: persons and stays are computed from a set of these."""

    type: MessageType
    message_id: str
    event_id: str = ""
    created_at: datetime | None = None
    changed_at: datetime | None = None
    numbers: frozenset[Number] = frozenset()
    name: tuple[str, str, str] | None = None
    category: str = ""
    in_institution: bool = True
    place: CustodyPlace | None = None
    # When the person arrived, moved, was released or changed; None when only the time of the message is known.
    happened_at: datetime | None = None
    stopped: bool = False
    resumed: bool = False
    dates: SentenceDates | None = None
    deletes: str = ""
    # Names of elements that could not be read.
    left_out: tuple[str, ...] = ()
    # A keyed hash of what the message says: it distinguishes two messages with the same id.
    digest: str = ""
    # Who sent it: the organisation in its signed envelope, or that which the operator named for a folder of files.
    sender: str = ""
    # Of several with the same id, the first received is in use until a leader chooses another.
    received_at: datetime | None = None

    @property
    def told_at(self) -> datetime | None:
        """When the event was entered, which stands for a moment that cannot be read."""
        return self.created_at or self.changed_at

    @property
    def order(self) -> tuple[datetime, str]:
        """The sort key of messages: when last changed, else created, then the id."""
        moment = self.changed_at or self.created_at
        if moment is None:
            raise TypeError("a deletion has no place in the order")
        return (moment, self.message_id)

    @property
    def saying(self) -> tuple[str, str]:
        """What is the same for all senders who say the same with the same id."""
        return (self.message_id, self.digest)

    @property
    def key(self) -> tuple[str, str, str]:
        """What tells the message from every other."""
        return (*self.saying, self.sender)

    def __repr__(self) -> str:
        return f"<MessageContent {self.type} {self.message_id}>"


def parse(raw: bytes, *, message_id: str | None = None) -> MessageContent:
    """Read one message. ``message_id`` is the id the transport gave, for a deletion, which has no id of its own.

    Raises :class:`MessageRefused`.
    """
    left_out: list[str] = []
    root = XmlElement(read(raw), "", left_out)
    kind, namespace = root.local, root.namespace
    if kind not in _READERS:
        raise MessageRefused("Ukjent melding: rotelementet er ikke en av meldingene BRIK tar imot.")
    if namespace != f"{NAMESPACE}{VERSION}/{kind}":
        if namespace.startswith(NAMESPACE):
            raise MessageRefused(f"{kind}: denne versjonen av meldingen støttes ikke. BRIK tar imot versjon {VERSION}.")
        raise MessageRefused(f"{kind}: meldingen har et ukjent navnerom.")
    if kind == MessageType.DELETION:
        deletes = _identity(root.need("DeletedMessageId"), "DeletedMessageId")
        if not message_id:
            raise MessageRefused("SlettetHendelse: meldingen mangler messageId.")
        return MessageContent(MessageType.DELETION, _identity(message_id, "messageId"), deletes=deletes)
    content = _metadata(root.child("Metadata", required=True), MessageType(kind))
    return replace(_READERS[kind](root, content), left_out=tuple(left_out))


def _metadata(data: XmlElement, kind: MessageType) -> MessageContent:
    name = tuple(_cut(data, part, clean_name(data.text(part)), 120) for part in ("Fornavn", "Mellomnavn", "Etternavn"))
    changed_at = data.when("HendelseEndretTid", xml_times.parse_happening)
    category = data.text("InnsattKategori")
    if category and category not in CATEGORIES:
        raise MessageRefused("InnsattKategori: ukjent verdi.")
    return MessageContent(
        type=kind,
        message_id=_identity(data.need("MeldingsId"), "MeldingsId"),
        event_id=_event(data),
        # One of both gives the message its place in the order.
        created_at=data.when(
            "HendelseOpprettetTid", xml_times.parse_happening, required=changed_at is None, expected=True
        ),
        changed_at=changed_at,
        numbers=_numbers(data, kind),
        name=(name[0], name[1], name[2]) if any(name) else None,
        category=category,
        in_institution=data.boolean("ErIAnstalt"),
    )


def _event(data: XmlElement) -> str:
    """The id of the event; without one the message stands alone, and neither replaces another nor is replaced."""
    text = data.text("HendelseId")
    try:
        return _identity(text, "HendelseId") if text else ""
    except MessageRefused:
        data.leave_out("HendelseId")
        return ""


def _numbers(data: XmlElement, kind: MessageType) -> frozenset[Number]:
    """The numbers that can be read. Raises ``MessageRefused`` where none can.

    Somebody who arrives may have no number yet; any other message without one is about nobody.
    """
    written: list[tuple[str, NumberKind, str]] = []
    text = data.text("Fnr")
    if _NO_PERSONAL_NUMBER.fullmatch(text):
        data.leave_out("Fnr")
    elif text:
        # The element may also hold a D-number or an SSP number.
        number = recognise(text)
        is_known = number is not None and number.kind is not NumberKind.DUF
        written.append(("Fnr", number.kind if number and is_known else NumberKind.NATIONAL_ID, text))
    if text := data.text("SSP"):
        written.append(("SSP", NumberKind.SSP, text))
    if (listed := data.child("DUF")) is not None:
        written += [("DUFNummer", NumberKind.DUF, text) for text in listed.texts("DUFNummer")]
    numbers: set[Number] = set()
    refusals: list[MessageRefused] = []
    for field, number_kind, text in written:
        try:
            numbers.add(_number(number_kind, text, field))
        except MessageRefused as refusal:
            refusals.append(refusal)
            data.leave_out(field)
    if refusals and not numbers:
        raise refusals[0]
    if not numbers and kind is not MessageType.ARRIVAL:
        raise MessageRefused("Metadata: Fnr, SSP eller DUF må være med.")
    return frozenset(numbers)


def _arrival(root: XmlElement, content: MessageContent) -> MessageContent:
    dates, first_day = _dates(root.child("Datoer", required=True))
    admitted = root.child("InnsettelsesData")
    happened = (
        admitted.when("InnsettelsesDato", xml_times.parse_happening, expected=True) if admitted is not None else None
    )
    place = _place(root.child("Lokasjon", required=True).child("LokasjonEnhet", required=True))
    return replace(content, dates=dates, place=place, happened_at=happened or first_day or content.told_at)


def _new_dates(root: XmlElement, content: MessageContent) -> MessageContent:
    return replace(content, dates=_dates(root.child("Datoer", required=True))[0])


def _transfer(root: XmlElement, content: MessageContent) -> MessageContent:
    place = _place(root.child("TilLokasjon", required=True).child("LokasjonEnhet", required=True))
    arrived = root.when("AnkommetTid", xml_times.parse_happening, expected=True)
    return replace(content, place=place, happened_at=arrived or content.told_at)


def _execution(root: XmlElement, content: MessageContent) -> MessageContent:
    status = root.need("GjennomfoeringsStatus")
    if status not in {"Stanset", "Uendret", *_RESUMED}:
        raise MessageRefused("GjennomfoeringsStatus: ukjent verdi.")
    changed = root.when("GjennomfoeringEndretTid", xml_times.parse_happening, expected=True)
    return replace(
        content,
        place=_place(root.child("Lokasjon", required=True).child("LokasjonEnhet", required=True)),
        happened_at=changed or content.told_at,
        stopped=status == "Stanset",
        resumed=status in _RESUMED,
    )


def _release(root: XmlElement, content: MessageContent) -> MessageContent:
    if root.need("LoeslatelseFraFengselAarsak") not in RELEASE_CAUSES:
        raise MessageRefused("LoeslatelseFraFengselAarsak: ukjent verdi.")
    unit = root.child("LokasjonEnhet")
    return replace(
        content,
        place=_place(unit) if unit is not None else None,
        # It ends consents and interviews, and is often told ahead: no other moment can stand for it.
        happened_at=root.when("Loeslatelsestidspunkt", xml_times.parse_happening, required=True),
    )


def _dates(element: XmlElement) -> tuple[SentenceDates, datetime | None]:
    """The dates of the kind that is present, and the moment of the first of them."""
    for name, first, last, expected in (
        ("UbetingetDatoer", "StartDato", "EndtTid", True),
        ("ForvaringDatoer", "StartDato", "MaksDato", True),
        ("VaretektDatoer", "FraDato", "TilDato", False),
        ("SamfunnDatoer", "Iverksattdato", "ForventetSluttdato", True),
    ):
        if (dates := element.child(name)) is not None:
            thirds = name == "UbetingetDatoer"
            return SentenceDates(
                start=dates.when(first, xml_times.parse_day, expected=expected),
                one_third=dates.when("EnTredjedelsTid", xml_times.parse_day) if thirds else None,
                half=dates.when("HalvTid", xml_times.parse_day) if thirds else None,
                two_thirds=dates.when("ToTredjedelsTid", xml_times.parse_day) if thirds else None,
                end=dates.when(last, xml_times.parse_day),
                minimum=dates.when("MinsteDato", xml_times.parse_day) if name == "ForvaringDatoer" else None,
            ), dates.when(first, xml_times.parse_happening)
    return SentenceDates(), None


def _place(unit: XmlElement) -> CustodyPlace:
    return CustodyPlace(
        number=_short(clean_name(unit.need("EnhetNr")), 20, "EnhetNr"),
        name=_cut(unit, "Enhet", clean_name(unit.need("Enhet")), 120),
        district=_cut(unit, "Distrikt", clean_name(unit.text("Distrikt")), 60),
    )


def _number(kind: NumberKind, text: str, field: str) -> Number:
    try:
        return check(kind, text, synthetic_allowed=settings.SYNTHETIC_PEOPLE_ALLOWED)
    except ValidationError as error:
        raise MessageRefused(f"{field}: {error.message}") from None


def _identity(text: str, field: str) -> str:
    if len(text) > 100 or not text.isprintable() or any(sign.isspace() for sign in text):
        raise MessageRefused(f"{field}: skal være en id på høyst 100 tegn uten mellomrom.")
    return fold_id(text)


def fold_id(text: str) -> str:
    """An id in one spelling: a UUID in small letters without braces, anything else as it stands."""
    match = _UUID.fullmatch(text)
    return match[1].lower() if match else text


def _cut(element: XmlElement, field: str, text: str, most: int) -> str:
    """The first ``most`` characters; that something is missing is named."""
    if len(text) > most:
        element.leave_out(field)
    return text[:most].rstrip()


def _short(text: str, most: int, field: str) -> str:
    if len(text) > most:
        raise MessageRefused(f"{field}: teksten er for lang (høyst {most} tegn).")
    return text


_READERS: dict[str, Callable[[XmlElement, MessageContent], MessageContent]] = {
    MessageType.ARRIVAL: _arrival,
    MessageType.DATES: _new_dates,
    MessageType.TRANSFER: _transfer,
    MessageType.PERSON: lambda _, content: content,
    MessageType.EXECUTION: _execution,
    MessageType.RELEASE: _release,
    MessageType.DELETION: lambda _, content: content,
}
