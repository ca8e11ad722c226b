"""Question ids that the code refers to, by form. A form without one of them does not load. No Django here."""

from enum import StrEnum
from typing import Final

# A yes says that the person's address is graded: then no place of theirs is shared.
ADDRESS_GRADED: Final = {"domfelt": "B8", "varetekt": "VB8"}
# Where the person will live afterwards: a mapper's list is sorted by it.
STAYING: Final = {"domfelt": "B7a", "varetekt": "VB5c"}


class ToldPlace(StrEnum):
    """A municipality that the talk before the interview has asked for already."""

    LIVED = "actual"
    REGISTERED = "registered"


# The questions that ask for it again: what was said is put in, to be confirmed.
TOLD_PLACES: Final = {
    "domfelt": {"B5": ToldPlace.LIVED, "B6": ToldPlace.REGISTERED},
    "varetekt": {"VB5a": ToldPlace.LIVED, "VB5b": ToldPlace.REGISTERED},
}
# What the numbers of the person say already, and the languages that the language of the interview speaks for.
NUMBERS: Final = {"domfelt": "B4", "varetekt": "VB4"}
BEST_LANGUAGES: Final = {"domfelt": frozenset({"B1a", "B1b"}), "varetekt": frozenset({"VB1a", "VB1b"})}
# What BRIK knows and nobody is asked: the frame of the talk, and the restrictions of somebody on remand.
FRAME: Final = {"domfelt": "A1", "varetekt": "VA1a"}
# Whether it is the first talk: forms that ask it nobody answers.
TALK_NUMBER: Final = {"domfelt": "A2"}
RESTRICTIONS: Final = {"varetekt": "VA2"}


def lacking(form: str, link_ids: set[str]) -> list[str]:
    """The required questions that a form lacks."""
    rules = (ADDRESS_GRADED, STAYING, FRAME, RESTRICTIONS)
    return sorted(({rule[form] for rule in rules if form in rule} | TOLD_PLACES.get(form, {}).keys()) - link_ids)
