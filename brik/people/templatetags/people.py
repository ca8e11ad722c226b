"""What templates ask about a person."""

from __future__ import annotations

from django import template

from brik.people.ages import birthday_of
from brik.people.models import Person

register = template.Library()


@register.simple_tag
def year_of_birth(person: Person) -> int | None:
    """The year of birth by the person's number, to distinguish two with the same name. One query."""
    birthday = birthday_of(person)
    return birthday.year if birthday else None
