"""Why an erasure is refused."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from brik.pages.refusal import RefusalReason


class ErasureRefusal(RefusalReason):
    HELD = "held", _("Det er bestemt at ingenting om personen skal slettes inntil videre.")
    DECIDED = "decided", _("Dette er avgjort fra før.")
    STILL_PERMITTED = "still_permitted", _("Personen har et samtykke som gjelder. Trekk det tilbake først.")
    STILL_OUT = (
        "still_out",
        _("Noe er ikke gjort ferdig: en sending, en tilbaketrekking eller en kvittering. Prøv igjen om litt."),
    )
    SLIP_UNREAD = "slip_unread", _("Helsetjenesten har ikke sett etter lapper ennå. Vent til den har gjort det.")
    IN_CUSTODY = (
        "in_custody",
        _("Personen er i fengsel. Tjenesten må vite hvem det er så lenge; det personen har sagt, kan slettes."),
    )
    MESSAGES_WAIT = "messages_wait", _("En melding om personen venter på svar fra en leder.")

    @property
    def heading(self) -> str:
        return str(_("Det kan ikke slettes nå"))
