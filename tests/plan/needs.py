"""Needs, made as the pages make them."""

from brik.mapping.models import Mapping
from brik.mapping.questionnaire.themes import Theme
from brik.staff.models import Staff
from followup.plan import actions
from followup.plan.models import Need
from followup.plan.need_states import NeedLevel, NeedWish
from followup.plan.needs import NeedContent

# Without a home, and help wanted: a large need.
HOUSING = {"C1": "UTEN", "C_behov": "1", "C_hjelp": "JA"}


def entered(interview: Mapping, theme: Theme, *, level: NeedLevel = NeedLevel.SOME, by: Staff) -> Need:
    """A need that the person tells of after the interview. The action."""
    return actions.enter(interview, content=NeedContent(theme, level, NeedWish.YES), by=by)


def confirmed(interview: Mapping, *, by: Staff) -> Need:
    """The need for a home that the interview proposes. The action."""
    return actions.confirm(interview, themes=[Theme.BOLIG], by=by)[0]
