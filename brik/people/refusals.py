"""Why a change of a person is refused."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from brik.pages.refusal import RefusalReason

_CHANGED = _("Det du sendte, er ikke lagret. Gå tilbake, last siden på nytt og se hva som er endret.")


class PersonRefusal(RefusalReason):
    STALE = "stale", _CHANGED
    NO_QUESTION = "no_question", _("Det er ikke lenger noe å svare på. Restriksjonene er endret eller opphevet.")
    RULED_SINCE = "ruled_since", _CHANGED
    NO_SUCH_NAME = "no_such_name", _CHANGED
    NO_SUCH_OFFICER = "no_such_officer", _("Den du valgte, er ikke lenger kontaktbetjent her. Velg en annen.")
