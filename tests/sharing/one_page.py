"""A partner's one page, after an interview in which much was said."""

import html
import re
from datetime import timedelta

from django.utils import timezone

from brik.mapping.questionnaire.themes import Theme
from brik.mapping.record import actions as interview
from brik.mapping.record import sections
from brik.staff.models import Role
from followup.sharing import actions
from tests import situations

SOON, LATER = (timezone.localdate() + timedelta(days=days) for days in (20, 60))
GONE = timezone.localdate() - timedelta(days=3)
# Everything that the municipality may be told first.
MUCH = {
    "B": {"B7a": "ANNEN_KOMMUNE", "B7b": "4601", "B7c": []},
    "C": {
        "C2": "NEI",
        "C3a": "JA",
        "C3b": LATER.isoformat(),
        "C4a": "INGEN",
        "C6": ["BOLIG", "DEPOSITUM", "BOOPPLAERING"],
        "C7": "JA",
        "C_behov": "3",
        "C_hjelp": "JA",
    },
    "D": {"D6b": "JA", "D_behov": "2", "D_hjelp": "JA"},
    "E": {"E5": ["JOBB", "TILTAK"]},
    "F": {"F3": ["GRUNNSKOLE", "NORSK"]},
    "L": {
        "L1": [
            {"omraade": "BOLIG", "tiltak": f"Søke om kommunal bolig nummer {at}", "samarbeidspart": "K", "frist": day}
            for at, day in enumerate([GONE, SOON, LATER, *[LATER + timedelta(days=at) for at in range(7)]])
        ]
    },
}


def shared(organisation, told, **ticks):
    mapper = situations.an_account(Role.MAPPER)
    mapping = situations.an_interview(mapper)
    for area, answers in told.items():
        given = {link_id: as_stored(value) for link_id, value in answers.items() if value != []}
        sections.save_section(mapping, area=area, answers=situations.form_answers(**given), version=0, by=mapper)
    mapping = interview.sign_off(mapping, by=mapper)
    situations.a_permit(mapping.person, organisation, themes=list(Theme))
    return actions.share(mapping, organisation=organisation, by=mapper, **ticks)


def as_stored(value):
    """Days as an interview keeps them."""
    if isinstance(value, list):
        return [as_stored(item) for item in value]
    if isinstance(value, dict):
        return {name: as_stored(item) for name, item in value.items()}
    return value.isoformat() if hasattr(value, "isoformat") else value


def before_more(page):
    """The words of the page before the first fold, as they are read."""
    main = page[page.index("<main") : page.index("<details", page.index("<main"))]
    return html.unescape(re.sub(r"<[^>]+>|<svg.*?</svg>", " ", main, flags=re.DOTALL)).split()
