"""The names of arrival messages on the pages."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from brik.arrivals.xml.messages import MessageType

# Shown instead of the name of the root element.
WHAT = {
    MessageType.ARRIVAL: _("Melding om inntak"),
    MessageType.DATES: _("Melding om nye datoer"),
    MessageType.TRANSFER: _("Melding om overføring"),
    MessageType.PERSON: _("Melding om nye personopplysninger"),
    MessageType.EXECUTION: _("Melding om endret gjennomføring"),
    MessageType.RELEASE: _("Melding om løslatelse"),
    MessageType.DELETION: _("Melding om sletting"),
    MessageType.BY_HAND: _("Registrert for hånd"),
    MessageType.NUMBER_BY_HAND: _("Nummer lagt til for hånd"),
}
