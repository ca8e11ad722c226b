"""Why a legal hold is neither placed nor ended. Each reason has the sentence that is shown."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from brik.pages.refusal import RefusalReason


class HoldRefusal(RefusalReason):
    SAME_PERSON = "hold_same_person", _("En annen enn den som ba om det, må bekrefte.")
    ASKER_GONE = "hold_asker_gone", _("Den som ba om dette, kan det ikke lenger. Avvis det, og be om det på nytt.")
    ANSWERED = "hold_answered", _("Noen har svart på dette allerede.")
    ASKED = "hold_asked", _("Noen har bedt om dette allerede. Det venter på at en annen bekrefter.")
    ENDED = "hold_ended", _("Bevaringen er avsluttet allerede.")
