"""Talks driven through the real actions, with the published texts."""

from __future__ import annotations

from brik.mapping.themes import Theme
from brik.people.models import Channel, Organisation, OrganisationKind, Person, Staff
from consent import actions, bases, steps, texts
from consent.models import Consent, Talk
from consent.recipients import Offered
from tests import factories

PATH = "M10,100 C 40,20 80,180 120,100 L 200,90"


def publish() -> None:
    texts.load()
    bases.load()


def recipients(unit=None) -> dict[OrganisationKind, Organisation]:
    """One organisation of each kind that serves everyone, and one of each kind that has no channel."""
    for kind in OrganisationKind:
        Organisation.objects.get_or_create(
            number=f"5{list(OrganisationKind).index(kind):08d}",
            defaults={"name": f"Uten kanal {kind.label}", "kind": kind, "channel": Channel.NONE},
        )
    return {
        kind: Organisation.objects.get_or_create(
            number=f"6{list(OrganisationKind).index(kind):08d}",
            defaults={"name": f"Testens {kind.label}", "kind": kind, "channel": Channel.INBOX},
        )[0]
        for kind in OrganisationKind
    }


def first_step(**fields) -> dict:
    return {
        "language": "nb",
        "interpreter": "NEI",
        "present": [],
        "registered": "0301",
        "actual": "0301",
        "adult": "JA",
    } | fields


def hold(
    person: Person,
    by: Staff,
    *,
    mapping: str = "JA",
    share: dict[OrganisationKind, list[Theme]] | None = None,
    sources: list[dict] | None = None,
    months: int = 6,
    stop_before: str = "",
    signature: dict | None = None,
    **first,
) -> Talk:
    """A talk answered up to the end, or up to a step. Everything not in ``share`` is answered with no."""
    talk = actions.start(person, by=by)
    answers: dict = {
        steps.LANGUAGE: first_step(**first),
        steps.INFORMATION: {"how": ["READ_ALOUD"]},
        steps.MAPPING: {"answer": mapping},
        steps.CLOSING: {},
        steps.SOURCES: {"answer": "JA", "sources": sources} if sources else {"answer": "NEI"},
        steps.EXPLAINED: {},
        steps.READ_BACK: {},
        steps.SIGNATURE: signature or {"method": "DRAWN", "path": PATH},
    }
    offers: list[Offered] = []
    for _ in range(20):
        given = talk.answers.open()
        if steps.LANGUAGE in given and not offers:
            offers = actions.offers_of(talk, given)  # told by the municipalities of the first page
        way = steps.steps(given, [offer.kind for offer in offers])
        step = steps.first_unanswered(given, way)
        if step in given or step == stop_before:
            return talk
        answer = answers.get(step)
        if answer is None:
            offer = next(offer for offer in offers if offer.kind == steps.KIND_OF[step])
            themes = (share or {}).get(offer.kind, [])
            answer = {"organisation": offer.organisation.pk, "answer": "JA" if themes else "NEI"}
            if themes:
                answer |= {"themes": [str(theme) for theme in themes], "months": months}
        talk = actions.save_step(talk, step=step, answer=answer, version=talk.row_version, by=by)
    raise AssertionError("the talk has no end")


def consent(person: Person, by: Staff, **talk) -> Consent:
    return actions.finish(hold(person, by, **talk), by=by)


def mapper_and_person(**fields):
    by = factories.staff()
    return by, factories.person(**fields)
