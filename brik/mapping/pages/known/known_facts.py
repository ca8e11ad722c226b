"""What BRIK knows already, in words, beside the questions of an area: nobody is asked, and nothing of it is stored."""

from __future__ import annotations

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from brik.mapping.models import Mapping
from brik.mapping.questionnaire.required_questions import FRAME, RESTRICTIONS, TALK_NUMBER
from brik.mapping.questionnaire.structure import Area
from brik.mapping.record.states import SIGNED_OFF
from brik.people import protection
from brik.staff.models import Staff


def known_facts(mapping: Mapping, area: Area, *, by: Staff) -> dict[str, str]:
    """Link id → what is known, for the questions of the area that the system answers."""
    known = {}
    for question in area.questions:
        if question.link_id == FRAME.get(mapping.kind):
            known[question.link_id] = _frame(mapping)
        elif question.auto and question.link_id == TALK_NUMBER.get(mapping.kind):
            known[question.link_id] = _which_talk(mapping, by)
        elif question.link_id == RESTRICTIONS.get(mapping.kind):
            known[question.link_id] = protection.restriction_names(mapping.person) or _("Ingen er lagt inn")
    return known


def _frame(mapping: Mapping) -> str:
    day = date_format(timezone.localtime(mapping.started_at), "j. F Y") if mapping.started_at else ""
    return ", ".join(filter(None, (day, mapping.unit.name, mapping.mapper.name if mapping.mapper else "")))


def _which_talk(mapping: Mapping, by: Staff) -> str:
    """Whether there was a talk before this one. One that is closed inside is not told of."""
    before = (
        Mapping.objects.visible_to(by).readable().filter(person=mapping.person_id, signed_off_at__lt=mapping.created_at)
    )
    last = (
        before.filter(state__in=SIGNED_OFF).order_by("-signed_off_at").values_list("signed_off_at", flat=True).first()
    )
    if last is None:
        return _("Første samtale")
    return _("Ny samtale, forrige ble ferdigstilt %(day)s") % {"day": date_format(timezone.localtime(last), "j. F Y")}
