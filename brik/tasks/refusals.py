"""Why a task refuses a change. Each reason has the sentence that is shown."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from brik.pages.refusal import RefusalReason


class TaskRefusal(RefusalReason):
    """Why nothing is changed now."""

    TAKEN = "task_taken", _("En kollega har tatt oppgaven. Den står fortsatt i listen.")
    DONE = "task_done", _("Oppgaven er gjort.")
    NOT_YOURS = "task_not_yours", _("Du må ta oppgaven før du kan avslutte den eller gi den videre.")
    NOBODY_THERE = "task_nobody_there", _("Ingen på enheten har den rollen nå.")
