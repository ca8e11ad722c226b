"""An action that shows or tells something refuses whoever may not, whoever calls it: not only its page does."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from brik.definitions.recipients import OrganisationKind
from brik.mapping.questionnaire.themes import Theme
from brik.mapping.record import actions as interviews
from brik.mapping.voluntariness import answer_counts
from brik.people.protection import Restriction
from brik.slips import actions as slips
from brik.staff.models import Role, Staff
from brik.tasks import actions as tasks
from brik.vault import keys
from consent.models import WithdrawalSaid
from consent.record.withdrawal import actions as withdrawals
from consent.talk import actions as talks
from followup.desk.privacy import search
from followup.desk.restrictions import actions as restrictions
from followup.plan import actions as plan
from followup.plan.needs import NeedContent
from followup.sharing import actions
from followup.sharing.delivery import sending
from followup.sharing.inbox import disposal_answers, filing
from followup.sharing.messages import actions as recipient_messages
from followup.sharing.models import DisposalAnswerKind, DisposalNotice, PartnerAnswerKind
from tests import situations
from tests.slips import turns
from tests.tasks import asked

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_ring")]
Made = dict[str, Any]


@pytest.fixture
def made(house: Made) -> Made:
    """A unit where each kind of thing is there to be told of, as it is in the database when the test begins."""
    return copy.deepcopy(house)


@pytest.fixture(scope="module")
def house(module_db) -> Made:
    situations.publish_texts()
    with keys.ring():
        return _build()


def _build() -> Made:
    oslo = situations.a_unit("Oslo fengsel")
    mapper, nav, koda = situations.an_account(at=oslo), situations.an_organisation(), situations.a_case_system()
    mapping, shared = situations.a_shared_interview(nav, by=mapper)
    ended, _ = situations.a_shared_interview(nav, by=mapper)
    situations.take_everything_back(ended.person)
    told = situations.a_person(at=oslo)
    attempted = situations.a_delivery(koda, by=mapper)
    sending.begin(attempted.person_id, koda.pk, by=situations.DESK)
    attempted.refresh_from_db()
    written = situations.a_delivery(nav, by=mapper)
    adviser = situations.an_account(Role.PARTNER, organisation=nav)
    recipient_messages.write(written.disclosure, text="Når passer det?", by=adviser)
    restricted = restrictions.enter_protection(
        situations.a_person(at=oslo), address_grade="", restrictions=[Restriction.LETTERS_BANNED], by=mapper
    )
    return {
        "oslo": oslo,
        "mapper": mapper,
        "nav": nav,
        "koda": koda,
        "health": turns.health_service(oslo),
        "mapping": mapping,
        "need": plan.enter(mapping, content=NeedContent(Theme.ARBEID), by=mapper),
        "shared": shared,
        "written": written,
        "waiting": situations.a_delivery(koda, by=mapper),
        "attempted": attempted,
        "notice": DisposalNotice.objects.get(),
        "somebody": situations.a_person(at=oslo),
        "task": asked.a_task(mapper),
        "restricted": restricted,
        "withdrawal": withdrawals.withdraw(
            told, said_at=timezone.now(), scope="ALL", said=WithdrawalSaid.TOLD, by=situations.an_account(at=oslo)
        ),
    }


def withdraw(made: Made, by: Staff) -> object:
    return withdrawals.withdraw(made["somebody"], said_at=timezone.now(), scope="ALL", by=by)


def protect(made: Made, by: Staff) -> object:
    return restrictions.enter_protection(made["somebody"], address_grade="", restrictions=[], by=by)


def rule(made: Made, by: Staff) -> object:
    person, until = made["restricted"], timezone.now() + timedelta(days=3)
    about = person.restricted_at
    return restrictions.rule(person, about=about, kinds=[OrganisationKind.HEALTH], reason="x", until=until, by=by)


# What is called, and the role that may.
ACTIONS: dict[str, tuple[Callable[[Made, Staff], object], Role]] = {
    "send again": (lambda made, by: actions.resend(made["attempted"], by=by), Role.MAPPER),
    "set aside": (lambda made, by: actions.park(made["waiting"], by=by), Role.MAPPER),
    "note who was called": (
        lambda made, by: interviews.note_help(made["mapping"], contact=None, at=timezone.now(), by=by),
        Role.MAPPER,
    ),
    "count an answer": (lambda made, by: answer_counts.count(made["mapping"], answer=None, by=by), Role.MAPPER),
    "read a summary": (lambda made, by: actions.read_summary(made["shared"].disclosure, by=by), Role.PARTNER),
    "answer a summary": (
        lambda made, by: actions.answer(made["shared"].disclosure, kind=PartnerAnswerKind.RECEIVED, by=by),
        Role.PARTNER,
    ),
    "give a summary to somebody": (
        lambda made, by: filing.assign(made["shared"].disclosure, to=None, by=by),
        Role.PARTNER,
    ),
    "put a summary away": (lambda made, by: filing.archive(made["shared"].disclosure, by=by), Role.PARTNER),
    "take a summary out again": (lambda made, by: filing.bring_back(made["shared"].disclosure, by=by), Role.PARTNER),
    "write to the mapper": (
        lambda made, by: recipient_messages.write(made["shared"].disclosure, text="Hei", by=by),
        Role.PARTNER,
    ),
    "reply to a recipient": (lambda made, by: recipient_messages.reply(made["written"], text="Ja", by=by), Role.MAPPER),
    "answer about shredding": (
        lambda made, by: disposal_answers.answer(made["notice"], kind=DisposalAnswerKind.SHREDDED, by=by),
        Role.PARTNER,
    ),
    "take a task": (lambda made, by: tasks.take(made["task"], by=by), Role.CHILD_CONTACT),
    "ask for what was promised": (
        lambda made, by: tasks.follow_answers(made["somebody"], origin=made["somebody"].pk, asked=[], made=[], by=by),
        Role.MAPPER,
    ),
    "turn the screen": (lambda made, by: slips.turn(made["somebody"], topics=[], by=by), Role.MAPPER),
    "confirm a need": (lambda made, by: plan.confirm(made["mapping"], themes=[], by=by), Role.MAPPER),
    "enter a need": (lambda made, by: plan.enter(made["mapping"], content=NeedContent(Theme.RUS), by=by), Role.MAPPER),
    "meet a need": (lambda made, by: plan.meet(made["need"], version=1, by=by), Role.MAPPER),
    "note a withdrawal": (withdraw, Role.MAPPER),
    "hear a withdrawal": (lambda made, by: withdrawals.hear(made["withdrawal"], by=by), Role.MAPPER),
    "mend a withdrawal": (lambda made, by: talks.start(made["withdrawal"].person, mends=True, by=by), Role.MAPPER),
    "enter protection": (protect, Role.MAPPER),
    "rule on restrictions": (rule, Role.LEADER),
    "read events": (lambda made, by: search.events(by, search.EventNarrowing(), places={}), Role.PRIVACY),
    "name the places of events": (lambda made, by: search.places(by), Role.PRIVACY),
    "find whose events": (lambda made, by: search.people_called(by, "Testesen"), Role.PRIVACY),
    "find who acted": (lambda made, by: search.actors_called(by, "Bruker"), Role.PRIVACY),
    "say what was chosen": (
        lambda made, by: search.narrowing_in_words(by, search.EventNarrowing(), places={}),
        Role.PRIVACY,
    ),
    "list broken data": (lambda made, by: search.broken(by), Role.PRIVACY),
    "list many withdrawals": (lambda made, by: search.many_withdrawals(by), Role.PRIVACY),
    "count what is late": (lambda made, by: search.late(by), Role.PRIVACY),
    "choose for an extract": (lambda made, by: search.people(by), Role.INSIGHT),
    "find for an extract": (lambda made, by: search.by_number(by, "hva som helst"), Role.INSIGHT),
}
# Who may do it for people of every unit as well.
EVERYWHERE = {"note a withdrawal": Role.INSIGHT}


def account(role: Role, made: Made, *, elsewhere: bool) -> Staff:
    """Somebody of this role here, or of another unit and organisation."""
    unit = situations.a_unit("Agder fengsel") if elsewhere else made["oslo"]
    organisation = situations.an_organisation() if elsewhere else made["nav"]
    return situations.an_account(role, at=unit, organisation=organisation if role is Role.PARTNER else None)


@pytest.mark.parametrize("name", ACTIONS)
def test_an_action_refuses_whoever_lacks_the_permission_or_is_of_another_unit_or_organisation(made, name):
    call, may = ACTIONS[name]
    outsiders = {Role.MAPPER, Role.LEADER, Role.PARTNER, Role.PRIVACY, Role.INSIGHT, Role.SYSTEM} - {
        may,
        EVERYWHERE.get(name),
    }
    for role in outsiders:
        with pytest.raises(PermissionDenied):
            call(made, account(role, made, elsewhere=True))
    if may not in (Role.PRIVACY, Role.INSIGHT):
        with pytest.raises(PermissionDenied):
            call(made, account(may, made, elsewhere=True))


@pytest.mark.parametrize("name", ACTIONS)
def test_the_same_call_is_let_through_for_whoever_may(made, name):
    """Else the test above could be green for a call that is wrong."""
    call, may = ACTIONS[name]
    call(made, account(may, made, elsewhere=False))


def test_a_closed_account_may_nothing(made):
    closed = account(Role.MAPPER, made, elsewhere=False)
    closed.is_active = False
    with pytest.raises(PermissionDenied):
        actions.resend(made["waiting"], by=closed)
