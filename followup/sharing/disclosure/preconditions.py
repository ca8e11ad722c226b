"""What a share needs: a signed-off interview, a recipient that can be reached, and a consent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from brik.mapping.models import Mapping, Section
from brik.mapping.questionnaire import catalogue
from brik.mapping.questionnaire.stored_answers import DECLINED
from brik.mapping.questionnaire.structure import Questionnaire
from brik.mapping.record.lifecycle import latest_final
from brik.mapping.record.states import AreaState
from brik.mapping.record.states import InterviewState as MappingState
from brik.pages.refusal import Refused
from brik.staff.models import Organisation
from brik.vault.codes.coded_models import proved
from brik.vault.integrity import assert_complete, assert_current
from followup.sharing.disclosure.clearance import Clearance, clearance_of
from followup.sharing.disclosure.refusals import ShareRefusal


@dataclass(frozen=True)
class Ground:
    """What a message to one recipient is made of: what may be told, the form, and the opened answers of each area."""

    clearance: Clearance
    form: Questionnaire
    sections: dict[str, dict[str, Any]]


def ground(mapping: Mapping, organisation: Organisation) -> Ground:
    """Read it. Raises as :func:`cleared` and :func:`opened`."""
    clearance = cleared(mapping, organisation)
    return Ground(clearance, *opened(mapping))


def cleared(mapping: Mapping, organisation: Organisation) -> Clearance:
    """What ``organisation`` may get of a signed-off interview now, at least one theme. Raises ``Refused``."""
    newest = latest_final(mapping.person)
    if mapping.state != MappingState.FINAL or newest is None or newest.pk != mapping.pk:
        raise Refused(ShareRefusal.NOT_FINAL)
    proved([mapping, newest, organisation])
    if not organisation.can_be_reached:
        raise Refused(ShareRefusal.NO_CHANNEL)
    clearance = clearance_of(mapping.person_id, organisation.pk)
    if not clearance.themes:
        raise Refused(_why_nothing(clearance))
    return clearance


def _why_nothing(clearance: Clearance) -> ShareRefusal:
    if not clearance.held:
        return ShareRefusal.NOT_COVERED
    if clearance.safeguard.isolated:
        return ShareRefusal.ISOLATED
    return ShareRefusal.AWAITS_RULING if clearance.safeguard.waits else ShareRefusal.NOT_RULED


def opened(mapping: Mapping) -> tuple[Questionnaire, dict[str, dict[str, Any]]]:
    """The form of the interview and the opened answers of each area.

    Raises ``SealBroken`` for a changed row, and where an area of the person's interviews is missing.
    """
    sections = proved(Section.objects.filter(mapping=mapping).order_by("area"))
    assert_complete(Section, mapping.person_id)
    assert_current(mapping, *sections)
    declined = {True: DECLINED, False: ""}
    answers = {
        row.area: {**row.answers.open(), "state": declined[row.shown_state is AreaState.DECLINED]} for row in sections
    }
    return catalogue.get(mapping.kind, mapping.form_version), answers
