"""The page shown after an answer that says the inmate needs help now: whom to telephone, and who was reached.

The events do not say which answer it was. BRIK sends nothing and calls nobody.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from brik.audit import log
from brik.audit.verbs import Verb
from brik.definitions import help_numbers
from brik.definitions.help_numbers import HelpContact
from brik.mapping.models import Mapping
from brik.mapping.questionnaire.structure import Area
from brik.pages.forms import Choice, PageForm, TimeField
from brik.pages.unsaved.own_words import render_own_words
from brik.staff.accounts import StaffRequest

CONTACT_LABELS = {
    HelpContact.HEALTH_UNIT: _("Helseavdelingen"),
    HelpContact.DUTY_LEADER: _("Vaktleder"),
    HelpContact.EMERGENCY_DOCTOR: _("Legevakten"),
    HelpContact.AMBULANCE: _("Medisinsk nødtelefon (AMK)"),
}
NOBODY = "NOBODY"


class ReachedForm(PageForm):
    """Who was reached by telephone, and when. No free text: it goes to the log, which holds no personal data."""

    marks = "none"

    who = Choice(
        label=_("Hvem fikk dere tak i?"),
        choices=[*((contact.value, label) for contact, label in CONTACT_LABELS.items()), (NOBODY, _("Ingen ennå"))],
        missing=_("Velg hvem dere fikk tak i."),
    )
    at = TimeField(label=_("Når?"), missing=_("Skriv klokkeslettet."))

    @property
    def contact(self) -> HelpContact | None:
        """Who was reached; None for nobody."""
        who = self.cleaned_data["who"]
        return None if who == NOBODY else HelpContact(who)

    @property
    def moment(self) -> datetime:
        """The moment that was meant: the last time the clock showed it."""
        now = timezone.localtime()
        moment = now.replace(hour=self.cleaned_data["at"].hour, minute=self.cleaned_data["at"].minute, second=0)
        moment = moment.replace(microsecond=0)
        return moment if moment <= now else moment - timedelta(days=1)


def _place(mapping: Mapping, area: Area) -> str:
    """The question that was answered, on the page of its area: the talk goes on where it stopped."""
    page = reverse("mapping:area", kwargs={"mapping": mapping.pk, "step": area.code})
    asked = next((question.link_id for question in area.questions if question.immediate_help), "")
    return f"{page}#id_{area.code}-{asked}" if asked else page


def help_page(
    request: StaffRequest,
    mapping: Mapping,
    area: Area,
    *,
    carried: list[tuple[str, list[str]]] | None = None,
    form: ReachedForm | None = None,
) -> HttpResponse:
    """The page itself.

    Args:
        carried: what could not be saved and goes back with the officer.
        form: who was reached, as it was sent and must be corrected.
    """
    log.record(Verb.HELP_SHOWN, by=request.user, subject=mapping.person_id, obj=mapping)
    stay = mapping.person.current_stay
    unit = stay.unit if stay is not None else mapping.unit
    context: dict[str, Any] = {
        "mapping": mapping,
        "area": area,
        "carried": carried,
        "numbers": [
            (CONTACT_LABELS[number.who], number.number)
            for number in help_numbers.load(settings.HELP_NUMBERS).of(unit.number)
        ],
        "unit": unit,
        "back": _place(mapping, area),
        "form": form or ReachedForm(initial={"at": timezone.localtime().time()}),
        "noted": "notert" in request.GET,
    }
    return render_own_words(request, "mapping/help.html", context, status=422 if form is not None else 200)
