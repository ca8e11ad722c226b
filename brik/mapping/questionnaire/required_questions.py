"""Question ids that the code refers to, by form. A form that lacks one of them does not load. No Django here."""

from typing import Final

# A tick here says that the person's address is graded: then no place of theirs leaves the house.
ADDRESS_GRADED: Final = {"domfelt": "B8", "varetekt": "VB8"}
# Where the person will live afterwards: what orders a mapper's list.
STAYING: Final = {"domfelt": "B7a", "varetekt": "VB5c"}


def lacking(form: str, link_ids: set[str]) -> list[str]:
    """The questions a form must have and has not."""
    return sorted({rule[form] for rule in (ADDRESS_GRADED, STAYING) if form in rule} - link_ids)
