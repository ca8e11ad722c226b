"""What is rotated: an interview with its history, shared, and a slip of the same person; and another's beside it."""

from __future__ import annotations

from brik.mapping.models import Mapping
from brik.mapping.questionnaire.themes import Theme
from brik.slips import actions as slips
from brik.slips.topics import Topic
from brik.staff.models import OrganisationKind
from followup.plan import actions as plan
from followup.plan.needs import NeedContent
from tests import situations


class Killed(BaseException):
    """The process ends here."""


def a_mapping() -> Mapping:
    """A shared interview of somebody who has turned a slip as well; an interview of somebody else as noise."""
    situations.publish_texts()
    koda = situations.a_case_system()
    situations.an_organisation(OrganisationKind.HEALTH)
    situations.a_shared_interview(koda)
    mapping, _delivery = situations.a_shared_interview(koda)
    unit = mapping.person.known_stay.unit
    plan.enter(mapping, content=NeedContent(Theme.ARBEID), by=situations.an_account(at=unit))
    slips.turn(mapping.person, topics=(Topic.TEETH,), by=situations.an_account(at=unit))
    return mapping
