"""Interviews by name, driven through the real actions."""

from datetime import timedelta
from uuid import uuid4

from django.utils import timezone

from brik.audit.actors import Process
from brik.mapping.record import actions, lifecycle, sections
from tests import factories

CONSENT_TALK = Process("samtykke")


def ready(person=None, *, sources=(), days=30):
    """Consent has been given; the interview has not begun."""
    person = person or factories.person()
    return lifecycle.open_gate(
        person,
        consent_uuid=uuid4(),
        until=timezone.now() + timedelta(days=days),
        sources=sources,
        by=CONSENT_TALK,
    )


def begun(by, person=None, **opened):
    person = person or factories.person(at=by.current_posts[0].unit)
    return actions.begin(ready(person, **opened), by=by)


def said(value, *, kind="boolean", source="self", text="Spørsmålet", shown=()):
    """One answer, with everything it was said in answer to."""
    return {"value": value, "text": text, "type": kind, "shown": list(shown), "source": source, "language": "nb"}


def final(by, person=None, *, area="B", answers=None):
    mapping = begun(by, person)
    if answers is not None:
        sections.save_section(mapping, area=area, answers=answers, version=0, by=by)
    return actions.sign_off(mapping, by=by)
