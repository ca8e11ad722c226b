"""The service's own codes: which talk a category leads to, and what ends a stay. One table each.

Source: the published ``Felles.xsd`` (``InnsattKategoriType``, ``LoeslatelseFraFengselAarsakType``), version 1.0.
"""

from brik.people.legal_status import PREVENTIVE_DETENTION, LegalStatus

# Foregrepet Soning: the judgment is not final. The remand talk is used, since its words do not assume guilt.
CATEGORIES: dict[str, LegalStatus] = {
    PREVENTIVE_DETENTION: LegalStatus.CONVICTED,
    "Ubetinget": LegalStatus.CONVICTED,
    "Boetesoning": LegalStatus.CONVICTED,
    "Frisikring": LegalStatus.CONVICTED,
    "Frisikring-etter lukket si.eller ubet.d.": LegalStatus.CONVICTED,
    "Soning etter § 16 1. ledd": LegalStatus.CONVICTED,
    "Varetekt": LegalStatus.REMAND,
    "Foregrepet Soning": LegalStatus.REMAND,
    "Samfunn": LegalStatus.NOT_MAPPED_HERE,
    "Bet.dom med narkotikaprogram med domstolskontroll": LegalStatus.NOT_MAPPED_HERE,
    "Bet.dom med promilleprogram": LegalStatus.NOT_MAPPED_HERE,
    "Bet.dom med program mot ruspåvirket kjøring": LegalStatus.NOT_MAPPED_HERE,
    "Betinget dom": LegalStatus.NOT_MAPPED_HERE,
    "Bøtetjeneste": LegalStatus.NOT_MAPPED_HERE,
    "Elektronisk kontroll": LegalStatus.NOT_MAPPED_HERE,
    "Personundersøkelse": LegalStatus.NOT_MAPPED_HERE,
    "Prøveløslatt med møteplikt": LegalStatus.NOT_MAPPED_HERE,
    "Påtaleunnlatelse": LegalStatus.NOT_MAPPED_HERE,
    "Samfunnstjeneste": LegalStatus.NOT_MAPPED_HERE,
    "Samfunnstraff": LegalStatus.NOT_MAPPED_HERE,
    "Elektronisk kontroll for varig soningsudyktige": LegalStatus.NOT_MAPPED_HERE,
    "Varetekt med oppholdsforbud med elektronisk kontroll": LegalStatus.NOT_MAPPED_HERE,
}

# Codes that pages write in another way.
AS_WRITTEN = {
    "Boetesoning": "Bøtesoning",
    "Foregrepet Soning": "Foregrepet soning",
    "Frisikring-etter lukket si.eller ubet.d.": "Frisikring etter lukket sikring eller ubetinget dom",
}

# Listed only to find wrong messages: BRIK may not store why somebody was released.
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


def legal_status_of(category: str, *, in_institution: bool) -> LegalStatus:
    """Which talk somebody of ``category`` is offered; nobody outside an institution is mapped here."""
    return CATEGORIES[category] if in_institution else LegalStatus.NOT_MAPPED_HERE
