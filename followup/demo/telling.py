"""Holds talks and interviews through the same actions as the pages."""

from __future__ import annotations

import random
from typing import Any

from brik.mapping.models import Mapping
from brik.mapping.questionnaire import catalogue
from brik.mapping.questionnaire.answers import stored
from brik.mapping.questionnaire.themes import Theme
from brik.mapping.record import actions as interviews
from brik.mapping.record import sections
from brik.people.models import Person
from brik.slips import actions as slips
from brik.slips.topics import Topic
from brik.staff.models import Organisation, OrganisationKind, Staff
from consent.models import Consent, Talk
from consent.record import steps
from consent.talk import actions as consents
from followup.demo.replies import replies
from followup.desk import actions as desk
from followup.plan import actions as plan
from followup.plan.models import Need
from followup.plan.need_states import NeedLevel
from followup.plan.needs import NeedContent
from followup.sharing import actions as sharing
from followup.sharing.models import Delivery

EVERYTHING = "ALT"
# The organisations of the demonstration, by number, and a consent that permits each kind all its themes.
KODA, NAV, NAV_OSLO, HEALTH, HEALTH_AGDER = "310000001", "310000002", "310000003", "310000006", "310000007"
ALL_OF_THEM = {kind.value: EVERYTHING for kind in OrganisationKind}


def begin(person: Person, by: Staff, answers: dict[str, dict[str, Any]]) -> Talk:
    """Begin a consent talk and save these answers step by step."""
    talk = consents.start(person, by=by)
    for step, answer in answers.items():
        talk = consents.save_step(talk, step=step, answer=answer, version=talk.row_version, by=by)
    return talk


def consent(person: Person, by: Staff, *, language: str = "nb", sharing: dict[str, Any] | None = None) -> Consent:
    """Hold a whole talk. ``sharing``: the themes permitted to each kind of recipient, or EVERYTHING; no to others."""
    talk = begin(person, by, opening(language, mapping=steps.YES))
    permitted = sharing or {}
    answers: dict[str, dict[str, Any]] = {steps.SOURCES: {"answer": steps.NO}, steps.COMMON: {"months": 6}}
    stored: dict[str, Any] = talk.answers.open() if talk.answers is not None else {}
    offers = consents.offers_of(talk, stored)
    for offer in offers:
        themes = permitted.get(offer.kind, ())
        chosen = [theme for theme in offer.themes if themes == EVERYTHING or theme in themes]
        answers[steps.SHARING[offer.kind]] = {
            "organisation": offer.organisation.pk,
            "answer": steps.YES if chosen else steps.NO,
            **({"themes": [str(theme) for theme in chosen]} if chosen else {}),
        }
    if steps.SLIP in consents.way_of(talk, stored, offers):
        answers[steps.SLIP] = {}
    answers[steps.EXPLAINED] = {}
    answers[steps.READ_BACK] = {}
    answers[steps.SIGNATURE] = {"method": "TYPED", "name": person.name, "confirmed": True}
    for step, answer in answers.items():
        talk = consents.save_step(talk, step=step, answer=answer, version=talk.row_version, by=by)
    return desk.finish_talk(talk, by=by)


def closed(person: Person, by: Staff, *, mapping: str) -> Consent:
    """Hold a talk that ends with no or not yet."""
    talk = begin(person, by, {**opening("nb", mapping=mapping), steps.CLOSING: {}})
    return desk.finish_talk(talk, by=by)


def opening(language: str, *, mapping: str = "") -> dict[str, dict[str, Any]]:
    first: dict[str, Any] = {
        "language": language,
        "interpreter": steps.YES if language == "ar" else steps.NO,
        "present": [],
        "registered": "0301",
        "actual": "0301",
        "adult": steps.YES,
    }
    if language == "ar":
        first |= {"agency": "Oppdiktet tolketjeneste", "qualification": "B", "presence": "PHONE", "impartial": True}
    answers: dict[str, dict[str, Any]] = {
        steps.LANGUAGE: first,
        steps.TURN: {},
        steps.INFORMATION: {"how": ["READ_ALOUD"]},
    }
    return answers | ({steps.MAPPING: {"answer": mapping}} if mapping else {})


def slip(person: Person, by: Staff, *topics: Topic) -> None:
    """The page of the slip to the health service, turned once; most choose nothing."""
    slips.turn(person, topics=topics, by=by)


def interview(person: Person, by: Staff, *, areas: int | None = None, chance: random.Random | None = None) -> Mapping:
    """Begin the interview that the consent opened, and answer some or all of its areas."""
    mapping = interviews.begin(Mapping.objects.open().get(person=person), by=by)
    chance = chance or random.Random(1)  # noqa: S311 - made-up answers, not secrets
    for area, answers in list(replies(mapping, chance))[:areas]:
        sections.save_section(mapping, area=area, answers=answers, version=0, by=by)
    return mapping


def final(person: Person, by: Staff, *, chance: random.Random | None = None) -> Mapping:
    return interviews.sign_off(interview(person, by, chance=chance), by=by)


def needs(interview: Mapping, by: Staff) -> list[Need]:
    """Confirm what the interview proposes; one is met, the person says no thanks to another, and tells of one more."""
    made = plan.confirm(interview, themes=plan.proposals(interview, []), by=by)
    taken = {need.opened.theme for need in made}
    more = [theme for theme in Theme if theme not in taken]
    made += [plan.enter(interview, content=NeedContent(theme, NeedLevel.SOME), by=by) for theme in more[:3]]
    plan.meet(made[0], version=made[0].row_version, by=by)
    plan.decline(made[1], present=True, version=made[1].row_version, by=by)
    return made


def child_at_home(person: Person, by: Staff) -> Mapping:
    """Begin the interview in remand, and say that a child outside needs help today."""
    mapping = interviews.begin(Mapping.objects.open().get(person=person), by=by)
    form = catalogue.get(mapping.kind, mapping.form_version)
    said = {"VC1a": "JA", "VC1b": "BARN"}
    questions = {question.link_id: question for question in form.questions()}
    answers = {link_id: stored(questions[link_id], code, language="nb") for link_id, code in said.items()}
    sections.save_section(mapping, area="VC", answers=answers, version=0, by=by)
    return mapping


def share(mapping: Mapping, by: Staff, *numbers: str) -> list[Delivery]:
    organisations = [Organisation.objects.get(number=number) for number in numbers]
    return [sharing.share(mapping, organisation=organisation, by=by) for organisation in organisations]
