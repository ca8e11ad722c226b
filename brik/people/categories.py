"""The service's own codes: which talk a category leads to, and what ends a stay. One table each.

Source: the published ``Felles.xsd`` (``InnsattKategoriType``, ``LoeslatelseFraFengselAarsakType``), version 1.0.
"""

from enum import StrEnum


class Talk(StrEnum):
    """The values of ``LegalStatus``."""

    CONVICTED = "DOMFELT"
    REMAND = "VARETEKT"
    NOT_HERE = "ANNET"


PREVENTIVE_DETENTION = "Forvaring"

# Foregrepet Soning is somebody whose judgment is not final: the remand talk, whose words presume nothing.
CATEGORIES: dict[str, Talk] = {
    PREVENTIVE_DETENTION: Talk.CONVICTED,
    "Ubetinget": Talk.CONVICTED,
    "Boetesoning": Talk.CONVICTED,
    "Frisikring": Talk.CONVICTED,
    "Frisikring-etter lukket si.eller ubet.d.": Talk.CONVICTED,
    "Soning etter § 16 1. ledd": Talk.CONVICTED,
    "Varetekt": Talk.REMAND,
    "Foregrepet Soning": Talk.REMAND,
    "Samfunn": Talk.NOT_HERE,
    "Bet.dom med narkotikaprogram med domstolskontroll": Talk.NOT_HERE,
    "Bet.dom med promilleprogram": Talk.NOT_HERE,
    "Bet.dom med program mot ruspåvirket kjøring": Talk.NOT_HERE,
    "Betinget dom": Talk.NOT_HERE,
    "Bøtetjeneste": Talk.NOT_HERE,
    "Elektronisk kontroll": Talk.NOT_HERE,
    "Personundersøkelse": Talk.NOT_HERE,
    "Prøveløslatt med møteplikt": Talk.NOT_HERE,
    "Påtaleunnlatelse": Talk.NOT_HERE,
    "Samfunnstjeneste": Talk.NOT_HERE,
    "Samfunnstraff": Talk.NOT_HERE,
    "Elektronisk kontroll for varig soningsudyktige": Talk.NOT_HERE,
    "Varetekt med oppholdsforbud med elektronisk kontroll": Talk.NOT_HERE,
}

# Known so that a wrong message is told from a right one; why somebody was released is not BRIK's to hold.
RELEASE_CAUSES = frozenset(
    {
        "Benådning",
        "Dødsfall i fengsel",
        "Dommen opphevet",
        "Dødsfall under opphold utenfor fengsel",
        "Løslatt pga at dom er sonet (utholdt) i varetekt",
        "Løslatt bøter med møteplikt",
        "Løslatt etter soning av bøter",
        "Løslatt endt tid",
        "Løslatt på grunn av frifinnende dom",
        "Løslatt etter særskilt beslutning før kjennelsens utløp",
        "Løslatt pga forsøksvis innstilling av sikringsmidler",
        "Løslatt pga. innstilling av sikringsmidler",
        "Løslatt lengstetid sikring",
        "Løslatt lengstetid forvaring",
        "Løslatt pga. ombytte av sikringsmidler",
        "Løslatt på prøve fra forvaring, §45",
        "Løslatt på prøve etter ½ tid",
        "Løslatt av politiet",
        "Løslatt på prøve etter 2/3 tid",
        "Løslatt til gjennomføring av samfunnsstraff",
        "Løslatt etter særskilt beslutning",
        "Løslatt kort tid før endt tid, §42.4",
        "Løslatt kort tid før ½ eller 2/3 tid, §42",
        "Løslatt ved kjennelsens utløp",
        "Overført til fortsatt soning av norsk dom i utlandet",
        "Utvist fra Norge",
        "Utlevert til utlandet etter begjæring",
        "Løslatt etter 7/12 tid",
        "Løslatt endt tid og utvist (soning)",
        "Prøveløslatt strgjfl. § 42.1 og utvist (soning) (prøveløslatelse 2/3-tid)",
        "Prøveløslatt strgjfl. § 42.4 og utvist (soning) (kort tid før endt tid)",
    }
)


def talk_for(category: str, *, in_institution: bool) -> Talk:
    """Which talk somebody of ``category`` is offered; nobody outside an institution is mapped here."""
    return CATEGORIES[category] if in_institution else Talk.NOT_HERE
