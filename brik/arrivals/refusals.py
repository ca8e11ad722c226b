"""Why what somebody enters about an arrival is refused."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from brik.pages.refusal import RefusalReason


class ArrivalRefusal(RefusalReason):
    """Why an answer or a number is not stored."""

    QUESTION_CLOSED = (
        "nothing_to_answer",
        _("Det du sendte, er ikke lagret. Gå tilbake, last siden på nytt og se hva som er endret."),
    )
    NUMBER_KNOWN = (
        "number_known",
        _("Personen er registrert med dette nummeret."),
    )
    NUMBER_WAITS = (
        "number_waits",
        _("Nummeret som ble skrevet inn sist, venter på en leder. Du kan legge til et nummer når lederen har svart."),
    )
    TOO_MANY = (
        "too_many_by_hand",
        _("Du har skrevet inn mange nummer på kort tid. Vent litt, og prøv igjen."),
    )
    UNIT_HAS_STAFF = (
        "unit_has_staff",
        _("Noen har stilling i enheten, og ville ikke se noen lenger. Avslutt stillingene der først."),
    )
