"""Messages drawn at random from the published shapes of the service: valid by them, or with one thing that is not.

The shapes are written down here once, element by element, as the published schemas (version 1.0) have them: what must
stand, what may be left out, be nil or be repeated, and what it holds. A valid message holds whatever the schemas allow,
which is more than anybody should send: they say no more of most dates, numbers and ids than that they are text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random
from xml.sax.saxutils import escape, quoteattr

from brik.arrivals.xml.categories import CATEGORIES, RELEASE_CAUSES
from brik.people.identifiers.numbers import Number, NumberKind, with_check_digits, with_check_digits_2032
from tests.arrivals.samples import BASE

XSI = "http://www.w3.org/2001/XMLSchema-instance"
# In every text of a message that nobody should meet again: in a reason, a receipt or a log.
SECRET = "hemmelig"

Writer = Callable[["World", Random], str]


@dataclass(frozen=True)
class World:
    """The few people, events and ids that messages of one world are about, so that everything meets everything."""

    people: tuple[tuple[Number, ...], ...]
    ids: tuple[str, ...]
    # Whom the message at hand is about.
    about: int = 0

    @classmethod
    def new(cls) -> World:
        national, of_2032, temporary, ssp, duf = _numbers()
        people = (
            (national[0], ssp[0]),
            (national[1], duf[0]),
            (national[2], ssp[1], duf[1]),
            (of_2032[0],),
            (*temporary, *duf[2:]),
        )
        uuids = [f"7b0c5f4e-1111-4222-8333-abcdef0123{serial:02d}" for serial in range(40)]
        return cls(people, (*uuids, *(f"m{serial}" for serial in range(40))))

    def one(self, chance: Random, *kinds: NumberKind) -> str:
        """A number of these kinds: that of the person, seldom another's; nothing where there is none."""
        people = self.people if chance.random() < 0.03 else [self.people[self.about]]
        fitting = [number.value for numbers in people for number in numbers if number.kind in kinds]
        return chance.choice(fitting) if fitting else ""


def _numbers() -> Iterator[list[Number]]:
    """The same few numbers of each kind every time, so that the same seed gives the same messages; nobody has them."""
    for kind, stem in (
        (NumberKind.NATIONAL_ID, "148985"),
        (NumberKind.NATIONAL_ID_2032, "158985"),
        (NumberKind.D_NUMBER, "568985"),
        (NumberKind.SSP, "142985"),
        (NumberKind.DUF, "1900000"),
    ):
        is_new = kind is NumberKind.NATIONAL_ID_2032
        stems = (f"{stem}{serial:03d}" for serial in range(20))
        made = (with_check_digits_2032(stem, remainder=1) if is_new else with_check_digits(stem) for stem in stems)
        yield [Number(kind, value) for value in made if value][: 1 if kind is NumberKind.D_NUMBER else 3]


@dataclass(frozen=True)
class Shape:
    """One element of a schema. ``holds`` is what writes its text, or the elements in it."""

    name: str
    holds: Writer | tuple[Shape, ...]
    # Whether its name is in the common namespace, and not in the message's own.
    common: bool = False
    least: int = 1
    most: int = 1
    nillable: bool = False
    # Whether the elements in it keep their order (a sequence).
    ordered: bool = False
    # What may stand in it besides text: names the ways to spoil it.
    kind: str = "text"


@dataclass
class Node:
    """One element of a message."""

    shape: Shape
    text: str = ""
    children: list[Node] = field(default_factory=list)
    nil: bool = False
    name: str = ""
    namespace: str = ""
    attributes: dict[str, str] = field(default_factory=dict)

    def walk(self) -> Iterator[Node]:
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True)
class GeneratedMessage:
    """One message as it is sent. ``change`` names what was changed in it; a valid one has none."""

    kind: str
    message_id: str
    raw: bytes
    change: str = ""


# --- What elements hold -----------------------------------------------------------------------------------------------


def words(_: World, chance: Random) -> str:
    return chance.choice(
        [SECRET, f"{SECRET} Ærlig Ødegård", f"  {SECRET}\n\tord ", "", f"{SECRET} <&> \"'", SECRET * 60]
    )


def moment(_: World, chance: Random) -> str:
    """A day or a moment, in a spelling of ``xs:date`` or ``xs:dateTime``, or in one that is common all the same."""
    day = date(2026, 1, 1) + timedelta(days=chance.randrange(400))
    clock = f"{chance.randrange(24):02d}:{chance.randrange(60):02d}"
    zone = chance.choice(["", "", "Z", "+01:00", "+02:00", "-11:30", "+14:00"])
    if chance.random() < 0.04:
        return chance.choice(UNUSUAL_DATES)
    return chance.choice(
        [
            f"{day}",
            f"{day}{zone}",
            f"{day}T{clock}",
            f"{day}T{clock}:00{zone}",
            f"{day}T{clock}:59.9999999{zone}",
            f"{day}T{clock}:07.{'123456789' * 3}{zone}",
            f"{day}T24:00:00{zone}",
            f"{day}T{clock}:00+0100",
            f" {day}\n",
        ]
    )


UNUSUAL_DATES = (
    "9999-12-31T23:59:59Z",
    "9999-12-31T23:59:59.9999999-14:00",
    "0001-01-01",
    "0001-01-01T00:00:00+14:00",
    "-0044-03-15",
    "12026-03-01",
    "1899-12-31",
    "2201-01-01T00:00:00Z",
    "2024-02-29",
    "2000-02-29+14:00",
    "2026-02-30",
    "0000-00-00",
    "31.12.2026",
    "i går",
    "",
)


def name(_: World, chance: Random) -> str:
    return chance.choice(
        [
            "Prøve",
            "Testesen",
            "O’Prøve",
            "Testa\u0301n",
            "Prøve-Lise",
            "تجربة",
            "Prøve\tTest",
            "\u202ePrøve\u202c",
            "Prø\u200dve",
            "P" * 130,
            "Prøve \U0001f600",
            "\u200b\u3164",
            "\ufeff",
            "",
        ]
        if chance.random() < 0.3
        else ["Prøve", "Test", "Eksempel"]
    )


def spelled_number(value: str, chance: Random) -> str:
    if chance.random() < 0.05:
        return chance.choice(["123", "ukjent", "00000000000", "010180 00000", "", "9" * 40, value[::-1], f"x{value}"])
    if chance.random() < 0.2:
        return chance.choice(
            [f"{value[:6]} {value[6:]}", f"{value[:6]}-{value[6:]}", f" {value}\n", f"{value[:6]}\u00a0{value[6:]}"]
        )
    return value


def national_id(world: World, chance: Random) -> str:
    """What the element may hold: mostly a national id or a D-number, and an SSP number as well."""
    kinds = [NumberKind.NATIONAL_ID, NumberKind.NATIONAL_ID_2032, NumberKind.D_NUMBER]
    return spelled_number(world.one(chance, *kinds, *([NumberKind.SSP] if chance.random() < 0.1 else [])), chance)


def ssp(world: World, chance: Random) -> str:
    return spelled_number(world.one(chance, NumberKind.SSP), chance)


def duf(world: World, chance: Random) -> str:
    return spelled_number(world.one(chance, NumberKind.DUF), chance)


def message_id(world: World, chance: Random) -> str:
    text = chance.choice(world.ids)
    if chance.random() < 0.04:
        return chance.choice(["", " ", "m 1", "m\u00a01", "x" * 101, "m\u200b1", "ÆØÅ-1"])
    return chance.choice(
        [text, text, text.upper() if "-" in text else text, f"{{{text}}}" if "-" in text else text, f" {text} "]
    )


def event_id(_: World, chance: Random) -> str:
    return "h 1" if chance.random() < 0.03 else f"h{chance.randrange(12)}"


def whole(_: World, chance: Random) -> str:
    return chance.choice(["0", "7", "+5", "-3", "007", " 12 ", "2147483647", "-2147483648"])


def truth(_: World, chance: Random) -> str:
    return chance.choice(["true", "true", "true", "1", "false", "0", " true ", "\n1"])


def country(_: World, chance: Random) -> str:
    return chance.choice(["NOR", "swe", "ÆØÅ"])


def unit_number(_: World, chance: Random) -> str:
    return (
        chance.choice(["", "0" * 21, "0 1", "ÅØ"])
        if chance.random() < 0.03
        else chance.choice(["0501", "0931", "501", " 0502 "])
    )


def unit_name(_: World, chance: Random) -> str:
    odd = ["", "\u200b", "O" * 130, "Oslo\u202e fengsel"]
    return (
        chance.choice(odd) if chance.random() < 0.03 else chance.choice(["Oslo fengsel", "Agder fengsel", "Bredtveit"])
    )


def district(_: World, chance: Random) -> str:
    return chance.choice(["Øst", "Sør", "", "D" * 61])


def code(*codes: str) -> Writer:
    return lambda _, chance: chance.choice(codes)


# --- The shapes -------------------------------------------------------------------------------------------------------


def own(label: str, holds: Writer | tuple[Shape, ...], **more) -> Shape:
    return Shape(label, holds, **more)


def shared(label: str, holds: Writer | tuple[Shape, ...], **more) -> Shape:
    return Shape(label, holds, common=True, **more)


def nil(shape: Shape) -> Shape:
    return replace(shape, nillable=True)


def maybe(shape: Shape) -> Shape:
    return replace(shape, least=0)


def many(shape: Shape, *, least: int = 1, most: int = 3) -> Shape:
    return replace(shape, least=least, most=most)


def number_of(label: str, of: Callable[..., Shape] = shared) -> Shape:
    return of(label, whole, kind="int")


METADATA = own(
    "Metadata",
    (
        shared("MeldingsId", message_id, kind="id"),
        nil(shared("HendelseId", event_id)),
        shared("HendelseOpprettetTid", moment),
        nil(shared("HendelseEndretTid", moment)),
        nil(shared("SSP", ssp)),
        nil(shared("DUF", (many(shared("DUFNummer", duf)),), ordered=True)),
        nil(shared("StraffesaksNummer", words)),
        nil(shared("ReaksjonsId", words)),
        nil(shared("Fornavn", name)),
        nil(shared("Mellomnavn", name)),
        nil(shared("Etternavn", name)),
        nil(shared("Fnr", national_id)),
        shared("Kjoenn", code("M", "K", "U"), kind="code"),
        nil(shared("Statsborgerskap", words)),
        nil(shared("InnsattKategori", code(*CATEGORIES, *["Ubetinget", "Varetekt"] * 8), kind="code")),
        shared("ErIAnstalt", truth, kind="boolean"),
    ),
)
UNIT = (shared("Distrikt", district), shared("Enhet", unit_name), shared("EnhetNr", unit_number))
HOME = tuple(nil(shared(label, words)) for label in ("Oppholdssted", "Adresse", "Postnr", "Poststed"))
PLACE = (own("LokasjonEnhet", UNIT), maybe(own("LokasjonPrivat", HOME)))
JUDGMENT = (
    shared("Domstol", words),
    nil(shared("AvsagtDato", moment)),
    *(nil(number_of(label)) for label in ("LengdeAar", "LengdeMaaneder", "LengdeDager")),
)
REMAND_DAYS = (nil(number_of("DagerVaretektEtterDom", own)), nil(number_of("DagerVaretektFoerDom", own)))


def judgments(*, least: int) -> Shape:
    return nil(own("Domsinformasjon", (many(own("Dom", JUDGMENT), least=least, most=2),), ordered=True))


DATES = own(
    "Datoer",
    (
        maybe(
            own(
                "UbetingetDatoer",
                (
                    shared("StartDato", moment),
                    *(
                        nil(shared(label, moment))
                        for label in (
                            "EndtTid",
                            "EnTredjedelsTid",
                            "HalvTid",
                            "ToTredjedelsTid",
                            "PermisjonsDato",
                            "EKbakdoerdato",
                        )
                    ),
                ),
            )
        ),
        maybe(own("SamfunnDatoer", (shared("Iverksattdato", moment), nil(shared("ForventetSluttdato", moment))))),
        maybe(
            own(
                "ForvaringDatoer",
                (
                    shared("StartDato", moment),
                    *(nil(shared(label, moment)) for label in ("MaksDato", "MinsteDato", "PermisjonsDato")),
                ),
            )
        ),
        maybe(own("VaretektDatoer", (nil(shared("FraDato", moment)), nil(shared("TilDato", moment))))),
    ),
)
DURATION = (number_of("Aar"), number_of("Maaneder"), number_of("Dager"))
REMARK = nil(shared("Merknad", words))
WHO = (shared("Navn", words), REMARK)
ADDRESS = (
    many(shared("Adresselinje", words), most=4),
    nil(shared("Postnummer", words)),
    nil(shared("Poststed", words)),
    nil(shared("Landkode", country, kind="code")),
)
MEETING = (
    shared("Varighet", DURATION),
    shared("FoersteOppmoete", moment),
    REMARK,
    nil(shared("KriminalOmsorg", UNIT)),
    nil(shared("EksternKontakt", WHO)),
)
ORGANISATION = (
    shared("Navn", words),
    shared("OrganisasjonsNummer", words),
    shared("Adresse", ADDRESS, ordered=True),
    REMARK,
)
STAYING = tuple(nil(shared(label, ORGANISATION)) for label in ("Oppholdssted", "Arbeid", "Opplaering"))
AVOIDED = (
    shared("Merknad", words),
    shared(
        "Personer",
        (
            many(
                shared(
                    "Person",
                    tuple(
                        nil(shared(label, words))
                        for label in ("Fornavn", "Mellomnavn", "Etternavn", "Fnr", "Relasjon", "Merknad")
                    ),
                    ordered=True,
                ),
                least=0,
                most=2,
            ),
        ),
        ordered=True,
    ),
)
HOUSED = nil(own("Bosted", ADDRESS, ordered=True))
OCCUPIED = nil(own("OppholdsstedArbeidOpplaering", STAYING))
APART = nil(own("UnnlateSamkvemMedPersoner", AVOIDED))

MESSAGES: dict[str, tuple[Shape, ...]] = {
    "Inntak": (
        METADATA,
        *REMAND_DAYS,
        nil(own("InnsettelsesData", (own("InnsettelsesDato", moment), own("Politidistrikt", words)))),
        judgments(least=1),
        DATES,
        own("Lokasjon", PLACE),
    ),
    "EndringOppdaterteDatoer": (
        METADATA,
        judgments(least=0),
        DATES,
        own(
            "Aarsak",
            code("Straffavbrudd", "Ny straffetidsberegning foretatt", "Gjenopptatt soning etter straffavbrudd*"),
            kind="code",
        ),
    ),
    "EndringEffektuertOverfoering": (
        METADATA,
        own("AnkommetTid", moment),
        maybe(own("FraLokasjon", UNIT)),
        own("TilLokasjon", PLACE),
        own(
            "Overfoeringstype",
            code("Permanent fra annet fengsel", "Elektronisk kontroll", "Soning etter § 16 1. ledd"),
            kind="code",
        ),
        nil(number_of("TilleggITid", own)),
    ),
    "EndringOppdatertPersonInformasjon": (METADATA,),
    "EndringGjennomfoering": (
        METADATA,
        judgments(least=1),
        number_of("RestDager", own),
        *REMAND_DAYS,
        own("GjennomfoeringsStatus", code("Stanset", "Gjennopptatt", "Uendret"), kind="code"),
        own(
            "EndringAarsak",
            code("Overført til dom", "Avbrytelse av straff*", "Rømt/unnveket - Fra åpent område"),
            kind="code",
        ),
        own("GjennomfoeringEndretTid", moment),
        nil(own("Straffavbrud", (nil(own("StraffavbrudFra", moment)), nil(own("StraffavbrudTil", moment))))),
        own("Lokasjon", PLACE),
        nil(
            own(
                "Saervilkaar",
                (
                    own("Varighet", DURATION),
                    own("StartDato", moment),
                    nil(own("Merknad", words)),
                    nil(own("Meldeplikt", MEETING)),
                    HOUSED,
                    OCCUPIED,
                    APART,
                    nil(own("UnnlateBrukAvRusmidler", truth, kind="boolean")),
                ),
            )
        ),
    ),
    "LoeslatelseFraFengsel": (
        METADATA,
        own("Loeslatelsestidspunkt", moment),
        own("LoeslatelseFraFengselAarsak", code(*sorted(RELEASE_CAUSES)), kind="code"),
        own("LokasjonEnhet", UNIT),
        nil(
            own(
                "ResterendeTid",
                tuple(
                    nil(number_of(label, own)) for label in ("ResterendeTidAar", "ResterendeTidMnd", "ResterendeTidDag")
                ),
            )
        ),
        nil(
            own(
                "Saervilkaar",
                (
                    nil(own("Moeteplikt", MEETING)),
                    HOUSED,
                    nil(
                        own(
                            "MoeteAnvistEkstern",
                            tuple(nil(shared(label, WHO)) for label in ("Person", "Myndighet", "Organisasjon")),
                        )
                    ),
                    nil(own("Behandling", (shared("Varighet", DURATION), REMARK))),
                    OCCUPIED,
                    APART,
                ),
            )
        ),
    ),
    "SlettetHendelse": (own("DeletedMessageId", message_id, kind="id"),),
}


# --- Drawing and writing ----------------------------------------------------------------------------------------------


def valid_message(world: World, chance: Random) -> GeneratedMessage:
    """A message that the published schemas accept."""
    root = _drawn_root(world, chance)
    return GeneratedMessage(root.name, _id_of(root, chance), _Writing(root.name, chance).written(root))


def changed_message(world: World, chance: Random) -> GeneratedMessage:
    """A message that the published schemas refuse, or that is no XML of theirs: with one change."""
    while True:
        root = _drawn_root(world, chance)
        kind, identity = root.name, _id_of(root, chance)
        label, change = chance.choice([*CHANGES.items()])
        if change(root, chance):
            raw = _Writing(kind, chance).written(root)
            return GeneratedMessage(kind, identity, BROKEN.get(label, lambda raw, _: raw)(raw, chance), label)


def _drawn_root(world: World, chance: Random) -> Node:
    kind = chance.choice(["Inntak", "Inntak", *MESSAGES])
    return _drawn(Shape(kind, MESSAGES[kind]), replace(world, about=chance.randrange(len(world.people))), chance)


def _drawn(shape: Shape, world: World, chance: Random) -> Node:
    node = Node(shape, name=shape.name)
    # Whatever may be nil is nil now and then; the numbers a little less often, or most messages would be about nobody.
    if shape.nillable and chance.random() < (0.15 if shape.name == "Fnr" else 0.3):
        node.nil = True
    elif callable(shape.holds):
        node.text = shape.holds(world, chance)
    else:
        for inner in shape.holds:
            for _ in range(chance.randint(inner.least, inner.most)):
                node.children.append(_drawn(inner, world, chance))
        if not shape.ordered:
            chance.shuffle(node.children)
    return node


def _id_of(root: Node, chance: Random) -> str:
    """The id in the envelope: that of the message, where it has one that an envelope can hold."""
    written = next((node.text.strip() for node in root.walk() if node.name == "MeldingsId"), "")
    return written if 0 < len(written) <= 100 else f"k{chance.randrange(10**9)}"


class _Writing:
    """One way to write XML: prefixes, blanks, comments and the encoding are chosen once for a message."""

    def __init__(self, kind: str, chance: Random) -> None:
        self.chance = chance
        self.own, self.common = f"{BASE}{kind}", f"{BASE}Felles"
        self.xsi = chance.choice(["xsi", "i"])
        self.prefixes = {self.own: chance.choice(["t", "tns", ""]), self.common: chance.choice(["f", "fns", "felles"])}
        self.blanks = chance.choice(["", "", "\n  ", "\r\n\t"])
        self.encoding = chance.choice(["utf-8"] * 5 + ["utf-16", "iso-8859-1", "us-ascii"])

    def written(self, root: Node) -> bytes:
        declarations = {f"xmlns:{self.xsi}": XSI} | {
            f"xmlns:{prefix}" if prefix else "xmlns": uri for uri, prefix in self.prefixes.items()
        }
        text = self._element(root, declarations)
        if self.encoding != "utf-8" or self.chance.random() < 0.7:
            text = f'<?xml version="1.0" encoding="{self.encoding}"?>{self.blanks}{text}'
        if self.chance.random() < 0.2:
            text += "<!-- slutt -->\n"
        bom = b"\xef\xbb\xbf" if self.encoding == "utf-8" and self.chance.random() < 0.1 else b""
        return bom + text.encode(self.encoding, "xmlcharrefreplace")

    def _element(self, node: Node, attributes: dict[str, str]) -> str:
        namespace = node.namespace or (self.common if node.shape.common else self.own)
        prefix = self.prefixes.get(namespace, "ukjent")
        if namespace not in self.prefixes:
            attributes = attributes | {"xmlns:ukjent": namespace}
        tag = f"{prefix}:{node.name}" if prefix else node.name
        given = attributes | node.attributes
        if node.nil:
            given |= {f"{self.xsi}:nil": self.chance.choice(["true", "true", "1", " true "])}
        elif self.chance.random() < 0.02 and node.shape.nillable:
            given |= {f"{self.xsi}:nil": self.chance.choice(["false", "0"])}
        opening = " ".join([tag, *(f"{key}={quoteattr(value)}" for key, value in given.items())])
        inner = self._text(node.text) + "".join(self.blanks + self._element(child, {}) for child in node.children)
        if not inner and (self.chance.random() < 0.5):
            return f"<{opening}/>"
        return f"<{opening}>{inner}{self.blanks if node.children else ''}</{tag}>"

    def _text(self, text: str) -> str:
        if not text:
            return ""
        match self.chance.randrange(12):
            case 0 if text == text.encode(self.encoding, "ignore").decode(self.encoding):
                return f"<![CDATA[{text}]]>"
            case 1:
                half = len(text) // 2
                return f"{escape(text[:half])}<!-- {SECRET} -->{escape(text[half:])}"
            case 2:
                return "".join(f"&#x{ord(sign):x};" for sign in text)
            case _:
                return escape(text)


# --- One thing that is not valid --------------------------------------------------------------------------------------

Change = Callable[[Node, Random], bool]


def _on(choose: Callable[[Node], bool], act: Callable[[Node, Random], None]) -> Change:
    """A change of one element of those that ``choose`` takes; false where there is none."""

    def change(root: Node, chance: Random) -> bool:
        fitting = [node for node in root.walk() if choose(node)]
        if fitting:
            act(chance.choice(fitting), chance)
        return bool(fitting)

    return change


def _of_kind(kind: str) -> Callable[[Node], bool]:
    return lambda node: node.shape.kind == kind and not node.nil


def _has_required(node: Node) -> bool:
    return any(child.shape.least for child in node.children)


def _remove_required(node: Node, chance: Random) -> None:
    label = chance.choice([child.name for child in node.children if child.shape.least])
    node.children = [child for child in node.children if child.name != label]


def _repeat(node: Node, chance: Random) -> None:
    node.children.append(chance.choice([child for child in node.children if child.shape.most == 1]))


def _set(attribute: str, *values) -> Callable[[Node, Random], None]:
    return lambda node, chance: setattr(node, attribute, chance.choice(values))


def _add_child(node: Node, chance: Random) -> None:
    shape = chance.choice([own("Ukjent", words), shared("Nytt", words), shared("Fnr", words)])
    node.children.insert(chance.randint(0, len(node.children)), Node(shape, text=SECRET, name=f"{shape.name}Mer"))


def _empty_out(node: Node, _: Random) -> None:
    node.text, node.children, node.nil = "", [], True


def _is_sequence(node: Node) -> bool:
    return node.shape.ordered and len({child.name for child in node.children}) > 1


CHANGES: dict[str, Change] = {
    "a required element is missing": _on(_has_required, _remove_required),
    "an element stands twice": _on(lambda node: any(child.shape.most == 1 for child in node.children), _repeat),
    "an unknown element": _on(lambda node: bool(node.children), _add_child),
    "an element is misspelled": _on(lambda node: node.shape.least == 1, _set("name", "Feilstavet")),
    "an element of another namespace": _on(lambda node: node.shape.least == 1, _set("namespace", "urn:annet")),
    "an unknown code": _on(_of_kind("code"), _set("text", SECRET, "", "varetekt ", "12")),
    "no boolean": _on(_of_kind("boolean"), _set("text", "ja", "", "TRUE", "2")),
    "no number": _on(_of_kind("int"), _set("text", "ti", "", "1.5", "2147483648")),
    "nil that may not be": _on(lambda node: not node.shape.nillable and node.shape.least == 1, _empty_out),
    "nil with something in it": _on(lambda node: node.shape.nillable and bool(node.text.strip()), _set("nil", True)),
    "text between elements": _on(lambda node: bool(node.children), _set("text", SECRET)),
    "an unknown attribute": _on(lambda node: True, _set("attributes", {"id": SECRET})),
    "another order": _on(_is_sequence, lambda node, _: node.children.reverse()),
    "cut off": _on(lambda node: True, lambda *_: None),
    "bytes of another encoding": _on(lambda node: True, lambda *_: None),
    "a document type": _on(lambda node: True, lambda *_: None),
    "another version": _on(lambda node: True, lambda *_: None),
    "an encoding nobody knows": _on(lambda node: True, lambda *_: None),
}


def _cut(raw: bytes, chance: Random) -> bytes:
    return raw[: chance.randrange(len(raw) // 2)]


def _with_doctype(raw: bytes, _: Random) -> bytes:
    start = raw.index(b"?>") + 2 if raw.lstrip(b"\xef\xbb\xbf").startswith(b"<?xml") else 0
    return raw[:start] + b'<!DOCTYPE t [<!ENTITY a "aaaa">]>' + raw[start:].lstrip(b"\xef\xbb\xbf")


# What is changed in the bytes.
BROKEN: dict[str, Callable[[bytes, Random], bytes]] = {
    "cut off": _cut,
    "bytes of another encoding": lambda raw, chance: (
        b'<?xml version="1.0" encoding="utf-8"?><t>\xe5\xff' + raw[-chance.randrange(9) - 9 :]
    ),
    "a document type": _with_doctype,
    "another version": lambda raw, _: raw.replace(b"/1.0/", b"/2.0/").replace(
        "/1.0/".encode("utf-16-le"), "/2.0/".encode("utf-16-le")
    ),
    "an encoding nobody knows": lambda raw, _: b'<?xml version="1.0" encoding="x-ukjent"?>' + raw[-40:],
}
