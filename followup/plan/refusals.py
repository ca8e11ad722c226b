"""Why a need is not changed. Each reason has the sentence that is shown."""

from __future__ import annotations

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from brik.pages.refusal import RefusalReason


class NeedRefusal(RefusalReason):
    CLOSED = "needs_closed", _("Personen har ikke lenger sagt ja til samtalen. Nye behov kan ikke skrives inn.")
    CHANGED = "need_changed", _("Noen andre har endret behovet etter at du åpnet siden. Les det på nytt.")
    NOT_SO = "need_move", _("Behovet kan ikke endres slik lenger. Les det på nytt.")
    EXISTS = "need_exists", _("Dette temaet står allerede som et åpent behov.")
    ABSENT = "need_absent", _("Bare personen selv kan takke nei. Gjør det mens personen er til stede.")
    NO_REASON = "need_no_reason", _("Velg en grunn.")
    UNKNOWN = "need_unknown", _("Skjemaet inneholdt noe som ikke hører hjemme i det. Ingenting er endret.")

    @property
    def status(self) -> int:
        return 400 if self is NeedRefusal.UNKNOWN else 409

    @property
    def heading(self) -> str:
        return gettext("Ikke lagret")
