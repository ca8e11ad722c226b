"""No function of the room does more than its caller may, whoever calls it: not only the pages keep the rules."""

import inspect
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from importlib import import_module
from pkgutil import iter_modules

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from brik.audit.models import Event
from brik.staff import actions, checks, four_eyes, rules
from brik.staff.four_eyes import actions as four_eyes_actions
from brik.staff.four_eyes import confirmation, effects
from brik.staff.models import MessageKey, Post, Proposal, ProposalKind, Role, Staff
from tests import situations

pytestmark = pytest.mark.django_db
# Everybody may: what is changed is their own, by the signature itself.
OPEN = {"change_own_password"}
# They answer questions and lock rows, or make the value that the effects demand.
ASKING = {"confirmed", "locked_proposal", "proposal_of", "version_of"}


def functions_of(module) -> dict[str, Callable]:
    public = vars(module).items()
    return {
        name: made
        for name, made in public
        if inspect.isfunction(made) and made.__module__ == module.__name__ and not name.startswith("_")
    }


ALONE = functions_of(actions) | functions_of(four_eyes_actions)
TOGETHER = functions_of(effects)


@pytest.fixture
def given():
    """What any function of the room may ask for, by the name of its parameter."""
    oslo, today = situations.a_unit("Oslo fengsel"), timezone.localdate()
    account = situations.an_account(Role.MAPPER, at=oslo, approved=False)
    school = situations.an_organisation(number="310000099", name="Prøveskolen", kind="SKOLE")
    made_by = situations.an_account(Role.SYSTEM)
    return {
        "account": account,
        "username": "ny",
        "name": "Ny",
        "password": "et-helt-annet-langt-passord",
        "organisation": school,
        "units": [],
        "public_key": None,
        "version": None,
        "values": {},
        "post": account.posts.get(),
        "on": today,
        "active": False,
        "unit": oslo,
        "since": today,
        "until": today + timedelta(days=9),
        "role": Role.CONTACT_OFFICER,
        "approval": situations.an_account(Role.MAPPER, at=oslo).approvals.get(),
        "kid": "k1",
        "sender": "X",
        "jwk": {"kid": "k1"},
        "replaces": "",
        "key": MessageKey.objects.create(kid="k0", sender="X", jwk={}),
        "proposal": four_eyes_actions.propose_post(
            situations.an_account(Role.MAPPER), role=Role.LEADER, unit=oslo, since=today, by=made_by
        ),
    }


def call(function, given, *, by):
    asked = inspect.signature(function).parameters
    extra = given["values"] if "values" in asked else {}
    return function(**{name: given[name] for name in asked if name not in ("by", "values")}, **extra, by=by)


@pytest.mark.parametrize("name", sorted(set(ALONE) - OPEN - ASKING))
@pytest.mark.parametrize("role", [Role.MAPPER, Role.CONTACT_OFFICER, Role.DECIDER, Role.PRIVACY])
def test_each_action_refuses_whoever_lacks_the_permission(given, name, role):
    somebody, before = situations.an_account(role), Event.objects.count()
    with pytest.raises(PermissionDenied):
        call(ALONE[name], given, by=somebody)
    assert Event.objects.count() == before


@pytest.mark.parametrize("name", sorted(set(ALONE) - OPEN - ASKING))
def test_each_action_refuses_a_leader_of_another_unit(given, name):
    elsewhere = situations.an_account(Role.LEADER, at=situations.a_unit("Agder fengsel"))
    with pytest.raises((PermissionDenied, rules.NotAllowed)) as refusal:
        call(ALONE[name], given, by=elsewhere)
    # To decide a proposal is permitted, but none of another unit is found.
    assert refusal.type is PermissionDenied or name in {"confirm", "turn_down"}


@pytest.mark.parametrize("name", sorted(set(ALONE) - OPEN - ASKING))
def test_the_same_call_is_let_through_for_whoever_has_it(given, name):
    """Else the tests above could be green for a call that is wrong."""
    leads = {"approve_mapper", "end_approval"}
    by = situations.an_account(Role.LEADER, at=given["unit"]) if name in leads else situations.an_account(Role.SYSTEM)
    call(ALONE[name], given, by=by)


def test_every_function_that_changes_something_says_who_does_it_or_that_two_have():
    rest = [
        confirmation,
        *(import_module(f"{four_eyes.__name__}.{found.name}") for found in iter_modules(four_eyes.__path__)),
    ]
    for module in (actions, *rest):
        for name, function in functions_of(module).items():
            asked = inspect.signature(function).parameters
            if "transaction.atomic" in inspect.getsource(function):
                assert "by" in asked or set(asked) == {"confirmed"}, f"{module.__name__}.{name}"
    assert set(functions_of(confirmation)) | {"version_of"} == ASKING
    assert set(TOGETHER.values()) == set(effects.EFFECTS.values())


# --- Two people ------------------------------------------------------------------------------------------------------


class Pretended:
    """Looks like a confirmed proposal."""

    def __init__(self, proposal, by):
        self.proposal, self.by = proposal, by


@pytest.mark.parametrize("name", sorted(TOGETHER))
def test_what_takes_two_is_not_done_without_the_confirmation(given, name):
    somebody = situations.an_account(Role.SYSTEM)
    kind = next(kind for kind, effect in effects.EFFECTS.items() if effect is TOGETHER[name])
    pretended = Pretended(Proposal(kind=kind, content={}, proposed_by=somebody), somebody)
    for value in (None, given["proposal"], pretended):
        with pytest.raises(TypeError, match="takes two people"):
            TOGETHER[name](value)


@pytest.mark.parametrize("name", sorted(TOGETHER))
def test_a_confirmation_serves_for_the_kind_that_was_confirmed_and_once(given, name):
    second = situations.an_account(Role.SYSTEM)
    real = confirmation.confirmed(given["proposal"], by=second)
    if effects.EFFECTS[ProposalKind.POST] is not TOGETHER[name]:
        with pytest.raises(TypeError, match="no waiting proposal"):
            TOGETHER[name](real)
        return
    four_eyes_actions.confirm(given["proposal"], by=second)
    real.proposal.refresh_from_db()
    with pytest.raises(TypeError, match="no waiting proposal"):
        TOGETHER[name](real)


def test_nobody_but_the_confirmation_itself_makes_one(given):
    system, second = situations.an_account(Role.SYSTEM), situations.an_account(Role.SYSTEM)
    with pytest.raises(TypeError):
        confirmation.Confirmed(given["proposal"], system)
    with pytest.raises(TypeError):
        confirmation.Confirmed(given["proposal"], system, object())
    real = confirmation.confirmed(given["proposal"], by=second)
    with pytest.raises(TypeError):
        replace(real, by=system, token=None)


def test_one_keeper_alone_gets_neither_post_nor_password_for_a_friend():
    alone = situations.an_account(Role.SYSTEM)
    friend = situations.an_account(Role.CONTACT_OFFICER)
    hashed, posts = friend.password, Post.objects.count()
    post = four_eyes_actions.propose_post(friend, role=Role.SYSTEM, unit=None, since=timezone.localdate(), by=alone)
    password = four_eyes_actions.propose_password(friend, password="et-helt-annet-langt-passord", by=alone)
    for proposal in (post, password):
        with pytest.raises(rules.NotAllowed):
            confirmation.confirmed(proposal, by=alone)
    friend.refresh_from_db()
    assert (friend.password, Post.objects.count()) == (hashed, posts)


def test_no_function_gives_a_post_or_a_password_to_whoever_asks():
    for gone in ("give_post", "set_password", "set_hashed_password", "trust_key", "set_organisation_key"):
        assert gone not in ALONE
    friend = Staff.objects.create(username="venn", name="Venn")
    with pytest.raises(TypeError):
        effects.give_post(  # type: ignore[call-arg]  # that it takes no such call is what is tested
            friend, role=Role.SYSTEM, unit=None, since=timezone.localdate(), by=situations.an_account()
        )


def test_a_kind_of_proposal_that_nothing_carries_out_stops_the_start(monkeypatch):
    assert checks.every_kind_of_proposal_can_be_carried_out(None) == []
    monkeypatch.delitem(effects.EFFECTS, ProposalKind.PASSWORD)
    (error,) = checks.every_kind_of_proposal_can_be_carried_out(None)
    assert (error.id, "PASSWORD" in error.msg) == ("staff.E008", True)
