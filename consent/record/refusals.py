"""Why a talk or a withdrawal is refused. The sentence is shown; the value goes into the audit log."""

from __future__ import annotations

from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from brik.pages.refusal import RefusalReason

# How many days back a withdrawal noted today may have been said, the whole first day included.
DAYS_BACK = 30


class ConsentRefusal(RefusalReason):
    """Why a talk cannot be held or saved, or a withdrawal not noted."""

    RELEASED = "released", _("Personen er løslatt. Det holdes ingen samtykkesamtale etter løslatelse.")
    NOT_MAPPED_HERE = "not_mapped_here", _("Personen har en status som ikke kartlegges i BRIK.")
    UNDER_18 = "under_18", _("Personen er under 18 år. Da kan samtalen ikke holdes her.")
    AGE_UNKNOWN = "age_unknown", _("Samtalen kan bare holdes når det er sikkert at personen er fylt 18 år.")
    NO_LEGAL_BASIS = "no_legal_basis", _("Det finnes ingen hjemmel som gjelder nå for denne samtalen. Den er stengt.")
    NO_TEXT = "no_text", _("Det finnes ingen godkjent tekst for denne samtalen. Den er stengt.")
    OTHER_STATUS = "other_status", _("Personens status har endret seg. Begynn en ny samtykkesamtale.")
    TALK_ENDED = "talk_ended", _("Denne samtalen er avsluttet. Ingenting er endret.")
    ANOTHERS = (
        "anothers",
        _("En kollega har begynt en samtale med personen. Kollegaen eller en kartlegger går videre med den."),
    )
    ANSWERED = "answered", _("Den innsatte har svart på noe. Da kan samtalen ikke forkastes.")
    CLOSED_STEP = "closed_step", _("Dette steget er ikke åpent ennå. Ingenting er endret.")
    NOTED_WITHDRAWAL = (
        "noted_withdrawal",
        _("Du noterte at personen trekker noe tilbake. Derfor holder en kollega samtykkesamtalen."),
    )
    NOT_ALLOWED = "not_allowed", _("Du kan ikke holde samtykkesamtaler i enheten der personen er.")
    IN_THE_FUTURE = "in_the_future", _("Tidspunktet kan ikke være fram i tid.")
    LONG_AGO = "long_ago", format_lazy(_("Datoen kan være høyst {days} dager tilbake i tid."), days=DAYS_BACK)
    NOTHING_CHOSEN = "nothing_chosen", _("Velg hva som skal trekkes tilbake.")
    STALE = (
        "stale",
        _(
            "Noen har lagret i denne samtalen i et annet vindu etter at siden ble åpnet. Det du sendte nå, er ikke "
            "lagret."
        ),
    )

    @property
    def window_title(self) -> str:
        return gettext("Samtykkesamtale")

    @property
    def heading(self) -> str:
        if self is ConsentRefusal.STALE:
            return gettext("Samtalen er endret et annet sted")
        return gettext("Samtykkesamtalen er ikke åpen")
