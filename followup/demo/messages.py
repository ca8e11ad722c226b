"""Writes arrival messages about made-up people in the service's published formats."""

from __future__ import annotations

from datetime import date, datetime
from xml.etree.ElementTree import Element, SubElement, tostring

BASE = "http://justishub.justisnett.no/straffegjennomfoering/1.0/"
COMMON = f"{{{BASE}Felles}}"
XSI_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"

# The fields about the person in each message; a missing one is written as nil.
METADATA = [
    "MeldingsId",
    "HendelseId",
    "HendelseOpprettetTid",
    "HendelseEndretTid",
    "SSP",
    "DUF",
    "StraffesaksNummer",
    "ReaksjonsId",
    "Fornavn",
    "Mellomnavn",
    "Etternavn",
    "Fnr",
    "Kjoenn",
    "Statsborgerskap",
    "InnsattKategori",
    "ErIAnstalt",
]
DATES = {
    "Forvaring": ("ForvaringDatoer", ("StartDato", "MaksDato", "MinsteDato")),
    "Varetekt": ("VaretektDatoer", ("FraDato", "TilDato")),
    "Foregrepet Soning": ("VaretektDatoer", ("FraDato", "TilDato")),
}
SENTENCE = ("UbetingetDatoer", ("StartDato", "EndtTid", "EnTredjedelsTid", "HalvTid", "ToTredjedelsTid"))


def arrival(metadata: dict[str, object], *, unit: dict[str, str], arrived: date, dates: dict[str, date]) -> bytes:
    """An ``Inntak``."""
    root, own = _root("Inntak", metadata)
    placed = SubElement(root, own + "InnsettelsesData")
    SubElement(placed, own + "InnsettelsesDato").text = arrived.isoformat()
    SubElement(placed, own + "Politidistrikt").text = "Oppdiktet politidistrikt"
    SubElement(root, own + "Domsinformasjon", {XSI_NIL: "true"})
    _dates(root, own, str(metadata["InnsattKategori"]), dates)
    _location(SubElement(root, own + "Lokasjon"), own, unit)
    return _bytes(root)


def new_dates(metadata: dict[str, object], *, dates: dict[str, date]) -> bytes:
    """An ``EndringOppdaterteDatoer``: the sentence was calculated again."""
    root, own = _root("EndringOppdaterteDatoer", metadata)
    SubElement(root, own + "Domsinformasjon", {XSI_NIL: "true"})
    _dates(root, own, str(metadata["InnsattKategori"]), dates)
    SubElement(root, own + "Aarsak").text = "Ny straffetidsberegning foretatt"
    return _bytes(root)


def transfer(metadata: dict[str, object], *, arrived: datetime, unit: dict[str, str]) -> bytes:
    """An ``EndringEffektuertOverfoering``: moved to another unit for good."""
    root, own = _root("EndringEffektuertOverfoering", metadata)
    SubElement(root, own + "AnkommetTid").text = arrived.isoformat()
    _location(SubElement(root, own + "TilLokasjon"), own, unit)
    SubElement(root, own + "Overfoeringstype").text = "Permanent fra annet fengsel"
    SubElement(root, own + "TilleggITid", {XSI_NIL: "true"})
    return _bytes(root)


def person_information(metadata: dict[str, object]) -> bytes:
    """An ``EndringOppdatertPersonInformasjon``: a known person has another number or name."""
    return _bytes(_root("EndringOppdatertPersonInformasjon", metadata)[0])


def release(metadata: dict[str, object], *, at: datetime, unit: dict[str, str]) -> bytes:
    """A ``LoeslatelseFraFengsel``."""
    root, own = _root("LoeslatelseFraFengsel", metadata)
    SubElement(root, own + "Loeslatelsestidspunkt").text = at.isoformat()
    SubElement(root, own + "LoeslatelseFraFengselAarsak").text = "Løslatt på prøve etter 2/3 tid"
    _unit(SubElement(root, own + "LokasjonEnhet"), unit)
    return _bytes(root)


def _root(name: str, metadata: dict[str, object]) -> tuple[Element, str]:
    own = f"{{{BASE}{name}}}"
    root = Element(own + name)
    about = SubElement(root, own + "Metadata")
    for field in METADATA:
        value = metadata.get(field)
        if value is None:
            SubElement(about, COMMON + field, {XSI_NIL: "true"})
        elif field == "DUF":
            SubElement(SubElement(about, COMMON + field), COMMON + "DUFNummer").text = str(value)
        else:
            SubElement(about, COMMON + field).text = "true" if value is True else str(value)
    return root, own


def _dates(root: Element, own: str, category: str, dates: dict[str, date]) -> None:
    kind, fields = DATES.get(category, SENTENCE)
    within = SubElement(SubElement(root, own + "Datoer"), own + kind)
    for field in fields:
        if field in dates:
            SubElement(within, COMMON + field).text = dates[field].isoformat()
        else:
            SubElement(within, COMMON + field, {XSI_NIL: "true"})


def _location(parent: Element, own: str, unit: dict[str, str]) -> None:
    _unit(SubElement(parent, own + "LokasjonEnhet"), unit)


def _unit(parent: Element, unit: dict[str, str]) -> None:
    SubElement(parent, COMMON + "Distrikt").text = unit["district"]
    SubElement(parent, COMMON + "Enhet").text = unit["name"]
    SubElement(parent, COMMON + "EnhetNr").text = unit["number"]


def _bytes(root: Element) -> bytes:
    return bytes(tostring(root, encoding="utf-8", xml_declaration=True))
