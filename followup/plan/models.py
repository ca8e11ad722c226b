"""The tables of this room, each in a file named by its subject."""

from followup.plan.need_states import NeedSource, NeedState
from followup.plan.needs import Need

__all__ = ["Need", "NeedSource", "NeedState"]
