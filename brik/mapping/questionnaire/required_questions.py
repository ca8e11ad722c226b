"""Question ids that the code refers to, by form. A form without one of them does not load. No Django here."""

from typing import Final

# A yes says that the person's address is graded: then no place of theirs is shared.
ADDRESS_GRADED: Final = {"domfelt": "B8", "varetekt": "VB8"}
# Where the person will live afterwards: a mapper's list is sorted by it.
STAYING: Final = {"domfelt": "B7a", "varetekt": "VB5c"}


def lacking(form: str, link_ids: set[str]) -> list[str]:
    """The required questions that a form lacks."""
    return sorted({rule[form] for rule in (ADDRESS_GRADED, STAYING) if form in rule} - link_ids)
