"""At every start: whoever may be shared with can be asked about, told, and taken back from."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Error, register

from brik.people.models import OrganisationKind
from consent.recipients import LETTERS, ORDER
from followup.desk.withdrawals import RECIPIENTS


@register()
def every_kind_of_recipient_is_known_everywhere(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """An error for each kind of organisation that one of the lists lacks; the start stops on any."""
    lists = {"the order of the talk": ORDER, "the letters of the form": LETTERS, "the withdrawal": RECIPIENTS}
    return [
        Error(f"{kind} is missing in {where}.", id="desk.E001")
        for where, kinds in lists.items()
        for kind in OrganisationKind
        if kind not in kinds
    ]
