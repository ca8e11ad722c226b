"""Messages in the service's published shapes, about nobody."""

from __future__ import annotations

from itertools import count
from xml.sax.saxutils import escape

from brik.people.identifiers.numbers import Number, NumberKind

BASE = "http://justishub.justisnett.no/straffegjennomfoering/1.0/"
NIL = 'xsi:nil="true"'
OSLO = ("0501", "Oslo fengsel")
AGDER = ("0931", "Agder fengsel, avdeling Froland")
_serial = count(1)


def _tag(name: str, value: object, prefix: str = "f") -> str:
    if value is None:
        return f"<{prefix}:{name} {NIL}/>"
    return f"<{prefix}:{name}>{escape(str(value))}</{prefix}:{name}>"


def unit(place: tuple[str, str], tag: str = "LokasjonEnhet") -> str:
    number, name = place
    return f"<t:{tag}>{_tag('Distrikt', 'Øst')}{_tag('Enhet', name)}{_tag('EnhetNr', number)}</t:{tag}>"


def metadata(
    *numbers: Number,
    message_id: str | None = None,
    event_id: str | None = None,
    at: str = "2026-03-01T10:00:00",
    changed: str | None = None,
    name: tuple[str | None, str | None, str | None] = ("Prøve", None, "Testesen"),
    category: str | None = "Ubetinget",
    inside: object = "true",
    more: str = "",
) -> str:
    def first(*kinds: NumberKind) -> str | None:
        return next((number.value for number in numbers if number.kind in kinds), None)

    duf = [number.value for number in numbers if number.kind is NumberKind.DUF]
    listed = "".join(_tag("DUFNummer", value) for value in duf)
    own = message_id or f"m{next(_serial)}"
    return (
        "<t:Metadata>"
        + _tag("MeldingsId", own)
        + _tag("HendelseId", event_id)
        + _tag("HendelseOpprettetTid", at)
        + _tag("HendelseEndretTid", changed)
        + _tag("SSP", first(NumberKind.SSP))
        + (f"<f:DUF>{listed}</f:DUF>" if duf else f"<f:DUF {NIL}/>")
        + _tag("StraffesaksNummer", "hemmelig-saksnummer")
        + _tag("ReaksjonsId", "hemmelig-reaksjon")
        + _tag("Fornavn", name[0])
        + _tag("Mellomnavn", name[1])
        + _tag("Etternavn", name[2])
        + _tag("Fnr", first(NumberKind.NATIONAL_ID, NumberKind.NATIONAL_ID_2032, NumberKind.D_NUMBER))
        + _tag("Kjoenn", "M")
        + _tag("Statsborgerskap", "hemmelig-land")
        + _tag("InnsattKategori", category)
        + _tag("ErIAnstalt", inside)
        + more
        + "</t:Metadata>"
    )


def _message(root: str, body: str) -> bytes:
    xsi = "http://www.w3.org/2001/XMLSchema-instance"
    return (
        f'<?xml version="1.0" encoding="utf-8"?><t:{root} xmlns:t="{BASE}{root}" xmlns:f="{BASE}Felles" xmlns:xsi="{xsi}">'
        f"{body}</t:{root}>"
    ).encode()


def dates(kind: str = "UbetingetDatoer", **days: str | None) -> str:
    thirds = dict.fromkeys(["EnTredjedelsTid", "HalvTid", "ToTredjedelsTid", "PermisjonsDato", "EKbakdoerdato"])
    defaults: dict[str, dict[str, str | None]] = {
        "UbetingetDatoer": {"StartDato": "2026-03-01", "EndtTid": "2027-03-01", **thirds},
        "ForvaringDatoer": {
            "StartDato": "2026-03-01",
            "MaksDato": "2036-03-01",
            "MinsteDato": None,
            "PermisjonsDato": None,
        },
        "VaretektDatoer": {"FraDato": "2026-03-01", "TilDato": "2026-03-29"},
        "SamfunnDatoer": {"Iverksattdato": "2026-03-01", "ForventetSluttdato": None},
    }
    inside = "".join(_tag(name, value) for name, value in {**defaults[kind], **days}.items())
    return f"<t:Datoer><t:{kind}>{inside}</t:{kind}></t:Datoer>"


JUDGMENT = (
    "<t:Domsinformasjon><t:Dom><f:Domstol>hemmelig-domstol</f:Domstol><f:AvsagtDato>2026-02-01</f:AvsagtDato>"
    f"<f:LengdeAar>7</f:LengdeAar><f:LengdeMaaneder {NIL}/><f:LengdeDager {NIL}/></t:Dom></t:Domsinformasjon>"
)
# Days in custody before and after the judgment.
REMAND_DAYS = f"<t:DagerVaretektEtterDom {NIL}/><t:DagerVaretektFoerDom {NIL}/>"
ADDRESS = (
    "<f:Adresselinje>hemmelig-adresse</f:Adresselinje><f:Postnummer>0000</f:Postnummer><f:Poststed>Ingensteds</f:Poststed>"
    f"<f:Landkode {NIL}/>"
)
_CONDITIONS = ("OppholdsstedArbeidOpplaering", "UnnlateSamkvemMedPersoner")


def arrival(
    *numbers: Number, arrived: str | None = "2026-03-01T10:00", place=OSLO, days: str | None = None, **meta
) -> bytes:
    admitted = (
        f"<t:InnsettelsesData>{_tag('InnsettelsesDato', arrived, 't')}{_tag('Politidistrikt', 'hemmelig-politi', 't')}"
        "</t:InnsettelsesData>"
        if arrived is not None
        else f"<t:InnsettelsesData {NIL}/>"
    )
    return _message(
        "Inntak",
        metadata(*numbers, **meta)
        + REMAND_DAYS
        + admitted
        + JUDGMENT
        + (dates() if days is None else days)
        + f"<t:Lokasjon>{unit(place)}</t:Lokasjon>",
    )


def new_dates(*numbers: Number, days: str | None = None, **meta) -> bytes:
    return _message(
        "EndringOppdaterteDatoer",
        metadata(*numbers, **meta)
        + JUDGMENT
        + (dates() if days is None else days)
        + _tag("Aarsak", "Ny straffetidsberegning foretatt", "t"),
    )


def transfer(*numbers: Number, to=AGDER, arrived: str = "2026-04-01T12:00", **meta) -> bytes:
    return _message(
        "EndringEffektuertOverfoering",
        metadata(*numbers, **meta)
        + _tag("AnkommetTid", arrived, "t")
        + f"<t:TilLokasjon>{unit(to)}</t:TilLokasjon>"
        + _tag("Overfoeringstype", "Permanent fra annet fengsel", "t")
        + _tag("TilleggITid", None, "t"),
    )


def person_information(*numbers: Number, **meta) -> bytes:
    return _message("EndringOppdatertPersonInformasjon", metadata(*numbers, **meta))


def execution(
    *numbers: Number, at_time: str = "2026-04-02T12:00", place=OSLO, status: str = "Uendret", **meta
) -> bytes:
    return _message(
        "EndringGjennomfoering",
        metadata(*numbers, **meta)
        + JUDGMENT
        + REMAND_DAYS
        + _tag("RestDager", 10, "t")
        + _tag("GjennomfoeringsStatus", status, "t")
        + _tag("EndringAarsak", "Overført til dom", "t")
        + _tag("GjennomfoeringEndretTid", at_time, "t")
        + _tag("Straffavbrud", None, "t")
        + f"<t:Lokasjon>{unit(place)}</t:Lokasjon>"
        + "<t:Saervilkaar><t:Varighet><f:Aar>0</f:Aar><f:Maaneder>6</f:Maaneder><f:Dager>0</f:Dager></t:Varighet>"
        + _tag("StartDato", "2026-03-01", "t")
        + _tag("Merknad", "hemmelig-vilkår", "t")
        + "".join(_tag(name, None, "t") for name in ("Meldeplikt", "Bosted", *_CONDITIONS))
        + _tag("UnnlateBrukAvRusmidler", None, "t")
        + "</t:Saervilkaar>",
    )


def release(
    *numbers: Number, released: str = "2026-05-01T09:00", cause: str = "Løslatt endt tid", place=OSLO, **meta
) -> bytes:
    return _message(
        "LoeslatelseFraFengsel",
        metadata(*numbers, **meta)
        + _tag("Loeslatelsestidspunkt", released, "t")
        + _tag("LoeslatelseFraFengselAarsak", cause, "t")
        + unit(place)
        + _tag("ResterendeTid", None, "t")
        + f"<t:Saervilkaar><t:Bosted>{ADDRESS}</t:Bosted>"
        + "".join(_tag(name, None, "t") for name in ("Moeteplikt", "MoeteAnvistEkstern", "Behandling", *_CONDITIONS))
        + "</t:Saervilkaar>",
    )


def as_large_as(size: int, *numbers: Number, **meta) -> bytes:
    """An arrival of so many bytes."""
    raw = arrival(*numbers, **meta)
    return raw.replace(b"</t:Inntak>", b" " * (size - len(raw)) + b"</t:Inntak>")


def deletion(message_id: str) -> bytes:
    return _message("SlettetHendelse", _tag("DeletedMessageId", message_id, "t"))
