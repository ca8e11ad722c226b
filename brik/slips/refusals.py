"""Why no slip can be written now. None of these depends on what anybody has chosen."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from brik.pages.refusal import RefusalReason


class SlipRefusal(RefusalReason):
    RELEASED = "slip_released", _("Personen er løslatt.")
    NO_HEALTH_SERVICE = (
        "slip_no_health_service",
        _(
            "Ingen helsetjeneste tar imot lapper fra denne enheten i BRIK ennå. "
            "Fortell hvordan helsetjenesten kan nås på annen måte."
        ),
    )
    NOT_APPROVED = "slip_not_approved", _("Siden for lapp til helsetjenesten er ikke godkjent for bruk ennå.")
