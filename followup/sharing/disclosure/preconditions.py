"""What a share needs: a signed-off interview, a recipient that can be reached, and a consent."""

from __future__ import annotations

from typing import Any

from brik.mapping.models import Mapping, Section
from brik.mapping.questionnaire import catalogue
from brik.mapping.questionnaire.stored_answers import DECLINED
from brik.mapping.questionnaire.structure import Questionnaire
from brik.mapping.questionnaire.themes import Theme
from brik.mapping.record.lifecycle import latest_final
from brik.mapping.record.states import AreaState
from brik.mapping.record.states import InterviewState as MappingState
from brik.pages.refusal import Refused
from brik.staff.models import Organisation
from brik.vault.integrity import assert_current
from consent.record.covers import CoveredBy, covered_themes
from followup.sharing.disclosure.refusals import ShareRefusal


def covered(mapping: Mapping, organisation: Organisation) -> dict[Theme, CoveredBy]:
    """The themes of a signed-off interview that ``organisation`` may get now. Raises ``Refused``."""
    newest = latest_final(mapping.person)
    if mapping.state != MappingState.FINAL or newest is None or newest.pk != mapping.pk:
        raise Refused(ShareRefusal.NOT_FINAL)
    if not organisation.can_be_reached:
        raise Refused(ShareRefusal.NO_CHANNEL)
    themes = covered_themes(mapping.person_id, organisation.pk)
    if not themes:
        raise Refused(ShareRefusal.NOT_COVERED)
    return themes


def opened(mapping: Mapping) -> tuple[Questionnaire, dict[str, dict[str, Any]]]:
    """The form of the interview and the opened answers of each area. Raises ``SealBroken`` for a changed row."""
    sections = list(Section.objects.filter(mapping=mapping).order_by("area"))
    assert_current(mapping, *sections)
    declined = {True: DECLINED, False: ""}
    answers = {row.area: {**row.answers.open(), "state": declined[row.state == AreaState.DECLINED]} for row in sections}
    return catalogue.get(mapping.kind, mapping.form_version), answers
