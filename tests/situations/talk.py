"""Consent talks, held with the published texts."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from brik.mapping.questionnaire.themes import Theme
from brik.people.models import Person
from brik.slips import actions as slips
from brik.staff.models import Channel, Organisation, OrganisationKind, Staff
from consent.models import Consent, Talk
from consent.record import steps
from consent.record.recipients import Offered
from consent.record.renewal.standing_yes import StandingYes
from consent.record.withdrawal.standing_choices import StandingChoices
from consent.talk import actions
from consent.texts import catalogue as texts
from consent.texts import legal_bases
from tests.situations.consent import IN_USE

SIGNATURE_PATH = "M10,100 C 40,20 80,180 120,100 L 200,90"


def publish_texts() -> None:
    """The consent texts and legal bases of the house. What ``load_texts`` does."""
    texts.load()
    legal_bases.load()


def all_recipients() -> dict[OrganisationKind, Organisation]:
    """One organisation of each kind that serves everyone, and one of each kind that has no channel. Rows."""
    for kind in OrganisationKind:
        Organisation.objects.get_or_create(
            number=f"5{list(OrganisationKind).index(kind):08d}",
            defaults={"name": f"Uten kanal {kind.entry.staff_label}", "kind": kind, "channel": Channel.NONE} | IN_USE,
        )
    return {
        kind: Organisation.objects.get_or_create(
            number=f"6{list(OrganisationKind).index(kind):08d}",
            defaults={"name": f"Testens {kind.entry.staff_label}", "kind": kind, "channel": Channel.INBOX} | IN_USE,
        )[0]
        for kind in OrganisationKind
    }


def a_first_page(**fields) -> dict:
    """What the staff fill in on the first page of a talk: in Norwegian, no interpreter, at home in Oslo."""
    return {
        "language": "nb",
        "interpreter": "NEI",
        "present": [],
        "registered": "0301",
        "actual": "0301",
        "adult": "JA",
    } | fields


def a_talk(
    person: Person,
    by: Staff,
    *,
    mapping: str = "JA",
    share: dict[OrganisationKind, list[Theme]] | None = None,
    sources: list[dict] | None = None,
    months: int = 6,
    stop_before: str = "",
    signature: dict | None = None,
    page_by_page: bool = False,
    **first_page,
) -> Talk:
    """A talk answered up to the end, or up to a step. Everything not in ``share`` is answered with no.

    Begun by the action, with its answers written at once, as they stand when they are saved ``page_by_page``; those go
    through actions too.
    """
    talk = actions.start(person, by=by)
    versions = texts.versions(talk.kind)
    answered = actions.answers_of(talk, versions)
    given = {steps.LANGUAGE: a_first_page(**first_page), steps.TURN: {}, steps.INFORMATION: {"how": ["READ_ALOUD"]}}
    given[steps.MAPPING] = {"answer": mapping}
    offers = actions.offers_of(talk, given)  # told by the municipalities of the first page
    given |= {
        steps.CLOSING: {},
        steps.SOURCES: {"answer": "JA", "sources": sources} if sources else {"answer": "NEI"},
        steps.COMMON: {"months": months},
        steps.MUNICIPALITY: {"actual": ""},
        **{steps.SHARING[offer.kind]: _decided(offer, (share or {}).get(offer.kind, [])) for offer in offers},
        steps.SLIP: {},
        steps.EXPLAINED: {},
        steps.READ_BACK: {},
        steps.SIGNATURE: signature or {"method": "DRAWN", "path": SIGNATURE_PATH},
        **answered,
    }
    if not steps.asks_municipality({steps.LANGUAGE: given[steps.LANGUAGE]}, [offer.kind for offer in offers]):
        del given[steps.MUNICIPALITY]
    way = actions.way_of(talk, given, offers)
    way = way[: way.index(stop_before)] if stop_before in way else way
    if page_by_page:
        for step in (step for step in way if step not in answered):
            talk = actions.save_step(talk, step=step, answer=given[step], version=talk.row_version, by=by)
        return talk
    given[steps.INFORMATION]["version"] = versions.get(given[steps.LANGUAGE]["language"], "")
    talk.answers = {step: given[step] for step in way}
    if set(way) - {*steps.BEFORE_ANSWERS}:
        talk.answered_at = timezone.now()
    talk.save()
    return talk


def _decided(offer: Offered, themes: list[Theme]) -> dict:
    answer = {"organisation": offer.organisation.pk, "answer": "JA" if themes else "NEI"}
    return answer | ({"themes": [str(theme) for theme in themes]} if themes else {})


def said_again(person: Person, by: Staff) -> Consent:
    """A mistaken withdrawal mended: the person says yes again to all that stood. Actions, up to the consent alone."""
    talk = actions.start(person, mends=True, by=by)
    standing = actions.standing_of(talk, {}, texts.versions(talk.kind))
    assert isinstance(standing, StandingChoices)
    again = {
        "mapping": steps.YES,
        "how": ["READ_ALOUD"],
        "seen": standing.seen,
        "asking": steps.YES,
        "recipients": {steps.SHARING[sharing.offer.kind]: steps.YES for sharing in standing.permitted},
        "signature": {"method": "DRAWN", "path": SIGNATURE_PATH},
    }
    for step, answer in {steps.LANGUAGE: a_first_page(), steps.TURN: {}, steps.SAID_AGAIN: again}.items():
        talk = actions.save_step(talk, step=step, answer=answer, version=talk.row_version, by=by)
    return actions.finish(talk, by=by)


def a_second_talk(
    person: Person,
    by: Staff,
    *,
    mapping: str = steps.YES,
    asking: str | None = steps.YES,
    recipients: dict[OrganisationKind, str | None] | None = None,
    months: int = 12,
) -> Talk:
    """A talk that starts from what stands, answered up to its end; each yes goes on unless told otherwise. Actions.

    None leaves a yes to end on its day. Each no stays a no, and the person puts off what was never answered.
    """
    talk = actions.start(person, renews=True, by=by)
    standing = actions.standing_of(talk, {}, {})
    assert isinstance(standing, StandingYes)
    said = {
        str(row.offer.organisation.pk): (recipients or {}).get(row.offer.kind, steps.YES) for row in standing.sharing
    }
    again = {
        "mapping": mapping,
        "asking": asking if standing.sources else None,
        "recipients": {number: answer for number, answer in said.items() if answer},
        "anew": [],
        "how": ["READ_ALOUD"],
        "seen": standing.seen,
    }
    answers = {steps.LANGUAGE: a_first_page(), steps.TURN: {}, steps.STANDING: again}
    later: dict[str, dict[str, Any]] = {steps.SHARING[kind]: {"answer": steps.LATER} for kind in OrganisationKind}
    rest: dict[str, dict[str, Any]] = later | {
        steps.CLOSING: {},
        steps.SOURCES: {"answer": steps.LATER},
        steps.COMMON: {"months": months},
        steps.MUNICIPALITY: {"actual": ""},
        steps.SLIP: {},
        steps.EXPLAINED: {},
        steps.READ_BACK: {},
        steps.SIGNATURE: {"method": "DRAWN", "path": SIGNATURE_PATH},
    }
    for step, answer in answers.items():
        talk = actions.save_step(talk, step=step, answer=answer, version=talk.row_version, by=by)
    offers = actions.offers_of(talk, answers)
    for offer in offers:
        rest[steps.SHARING[offer.kind]]["organisation"] = offer.organisation.pk
    for step in standing.way(answers, offers, slip=slips.is_read(person))[len(answers) :]:
        talk = actions.save_step(talk, step=step, answer=rest[step], version=talk.row_version, by=by)
    return talk


def a_signed_consent(person: Person, by: Staff, **talk) -> Consent:
    """What comes of ``a_talk``: the consent, its document and the interview it opens. The action of finishing."""
    return actions.finish(a_talk(person, by, **talk), by=by)
