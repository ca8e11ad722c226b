"""Why an interview refuses a change. Each reason has the sentence that is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from brik.pages.refusal import RefusalReason, Refused

if TYPE_CHECKING:
    from brik.mapping.record.interviews import Mapping, Section


class InterviewRefusal(RefusalReason):
    """Why nothing can be written now."""

    NOT_OPEN = "not_open", _("Det er ikke åpent for å skrive i denne kartleggingen. Samtykket er avsluttet.")
    LEFT_UNFINISHED = "left_unfinished", _("Kartleggingen ble ikke ferdig i tide. Svarene er låst. Begynn på nytt.")
    EXPIRED = "expired", _("Samtykket er utløpt. Ta en ny samtykkesamtale før dere går videre.")
    RELEASED = "released", _("Personen er løslatt. Kartleggingen kan ikke endres.")
    OTHER_STATUS = "other_status", _("Personens status har endret seg, og dette skjemaet gjelder ikke lenger.")
    NOT_MAPPED_HERE = "not_mapped_here", _("Personen har en status som ikke kartlegges i BRIK.")
    NOT_APPROVED = "not_approved", _("Du må være godkjent som kartlegger i enheten der personen er.")
    FORM_NOT_APPROVED = (
        "form_not_approved",
        _("Ingen har godkjent skjemaet på dette språket. Si fra til systemansvarlig."),
    )
    NOT_STARTED = "not_started", _("Kartleggingen er ikke begynt.")
    NOT_SIGNED_OFF = "not_signed_off", _("Kartleggingen er ikke ferdigstilt ennå.")
    ENDED = "ended", _("Kartleggingen er avsluttet og kan ikke endres.")
    RESTRICTED = (
        "restricted",
        _("Kartleggingen er sperret. Bare de som svarer på innsyn, kan åpne den, med en begrunnelse."),
    )
    ALREADY_OPEN = "already_open", _("Personen har allerede en åpen kartlegging.")
    UNKNOWN_ANSWER = "unknown_answer", _("Skjemaet inneholdt noe som ikke hører hjemme i det. Ingenting er endret.")
    SOURCE_NOT_PERMITTED = "source", _("Samtykket gir ikke lov til å spørre denne kilden.")
    NOT_CONFIRMED = "not_confirmed", _("«Bekreftet» krever hvem som har bekreftet svaret, og hvilken dag.")
    NO_REASON = "no_reason", _("Skriv hvorfor kartleggingen rettes.")
    TAKEN_OVER = "taken_over", _("En kollega har tatt over kartleggingen. Det du sendte, er ikke lagret.")
    NOTHING_BEFORE = "nothing_before", _("Svarene fra forrige kartlegging kan ikke brukes lenger. Ingenting er endret.")
    CLASH = "clash", _("Området er lagret et annet sted etter at siden ble åpnet. Det du sendte, er ikke lagret.")
    UNCORRECTED = "uncorrected", _("Noe som er skrevet, må rettes eller utelates før kartleggingen kan ferdigstilles.")

    @property
    def status(self) -> int:
        return 400 if self in MALFORMED else 409

    @property
    def heading(self) -> str:
        return gettext("Ikke lagret")


# Never sent by our own pages.
MALFORMED = frozenset(
    {InterviewRefusal.UNKNOWN_ANSWER, InterviewRefusal.SOURCE_NOT_PERMITTED, InterviewRefusal.NOT_CONFIRMED}
)


class TakenOver(Refused):
    """Another mapper holds the interview now; ``mapping`` says who."""

    def __init__(self, mapping: Mapping) -> None:
        super().__init__(InterviewRefusal.TAKEN_OVER)
        self.mapping = mapping


class Clash(Refused):
    """The area was saved elsewhere since the page was opened; ``section`` is what is stored."""

    def __init__(self, section: Section) -> None:
        super().__init__(InterviewRefusal.CLASH)
        self.section = section
