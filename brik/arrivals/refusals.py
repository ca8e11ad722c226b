"""Why what somebody enters about an arrival is refused."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from brik.pages.refusal import RefusalReason, Refused


class ArrivalRefusal(RefusalReason):
    """Why an answer or a number is not stored."""

    QUESTION_CLOSED = (
        "nothing_to_answer",
        _("Det du sendte, er ikke lagret. Gå tilbake, last siden på nytt og se hva som er endret."),
    )
    NUMBER_KNOWN = (
        "number_known",
        _("Dette nummeret er registrert fra før. Gjelder det en annen enn denne personen, spør lederen din."),
    )


class NumberKnown(Refused):
    """Somebody with this number is registered already; ``holders`` say who, for the log only, never for a page."""

    def __init__(self, *holders: UUID) -> None:
        super().__init__(ArrivalRefusal.NUMBER_KNOWN)
        self.holders = holders
