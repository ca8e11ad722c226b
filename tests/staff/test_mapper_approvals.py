"""Approving mappers: a leader's own unit only, for a time, and never a decider."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from brik.audit.models import Event
from brik.audit.verbs import Verb
from brik.staff.actions import approve_mapper
from brik.staff.four_eyes import actions as four_eyes
from brik.staff.models import MapperApproval, Post, Role
from brik.staff.rules import NotAllowed
from tests import situations

pytestmark = [pytest.mark.django_db]
PAGE = "/kartleggere/"


def day(days=0):
    return timezone.localdate() + timedelta(days=days)


def give_post(account, **post):
    proposal = four_eyes.propose_post(account, **post, by=situations.an_account(Role.SYSTEM))
    four_eyes.confirm(proposal, by=situations.an_account(Role.SYSTEM))


@pytest.fixture
def leader(client):
    staff = situations.an_account(Role.LEADER, at=situations.a_unit())
    client.force_login(staff)
    return staff


def form(mapper, **other):
    post = mapper.posts.get(role=Role.MAPPER)
    return {"post": str(post.pk), "since": day().strftime("%d.%m.%Y"), **other}


def test_a_leader_approves_a_mapper_of_the_unit(client, leader):
    mapper = situations.an_account(Role.MAPPER, at=situations.a_unit(), approved=False)
    last_day = day(365)
    assert client.post(PAGE, form(mapper, until=last_day.strftime("%d.%m.%Y"))).status_code == 302
    approval = MapperApproval.objects.get(staff=mapper)
    assert (approval.approved_by, approval.since, approval.until) == (leader, day(), day(366))
    assert f"{last_day.day}.{last_day.month}.{last_day.year}" in client.get(PAGE).content.decode()
    assert Event.objects.filter(verb=Verb.MAPPER_APPROVED, object_id=str(approval.pk)).count() == 1
    assert mapper.name in client.get(PAGE).content.decode()


def test_a_mapper_of_another_unit_is_neither_shown_nor_approved(client, leader):
    other = situations.an_account(Role.MAPPER, at=situations.a_unit("Agder fengsel"), approved=False)
    noise = situations.an_account(Role.MAPPER, at=situations.a_unit("Agder fengsel"))
    page = client.get(PAGE).content.decode()
    assert other.name not in page
    assert noise.name not in page
    assert client.post(PAGE, form(other)).status_code == 422
    assert client.post(f"{PAGE}{noise.approvals.get().pk}/avslutt/").status_code == 404
    assert not other.approvals.exists()


def test_an_approval_ends_at_once(client, leader):
    mapper = situations.an_account(Role.MAPPER, at=situations.a_unit())
    approval = mapper.approvals.get()
    for _ in range(2):
        assert client.post(f"{PAGE}{approval.pk}/avslutt/").status_code == 302
    approval.refresh_from_db()
    assert approval.until == day()
    assert not mapper.approvals.current().exists()


def test_an_approval_given_today_by_mistake_holds_on_no_day_and_its_row_stays(client, leader):
    mapper = situations.an_account(Role.MAPPER, at=situations.a_unit(), approved=False)
    client.post(PAGE, form(mapper))
    for _ in range(2):
        given = mapper.approvals.lasting().get()
        client.post(f"{PAGE}{given.pk}/avslutt/")
        assert not mapper.approvals.lasting().exists()
        assert not mapper.approvals.current().exists()
        assert "Avslutt godkjenningen" not in client.get(PAGE).content.decode()
        client.post(PAGE, form(mapper))
    assert mapper.approvals.count() == 3
    assert mapper.approvals.current().count() == 1
    assert Event.objects.filter(verb=Verb.MAPPER_APPROVED).count() == 5


def test_two_approvals_do_not_overlap_and_none_ends_before_it_starts(client, leader):
    mapper = situations.an_account(Role.MAPPER, at=situations.a_unit())
    assert "fra før" in client.post(PAGE, form(mapper)).content.decode()
    other = situations.an_account(Role.MAPPER, at=situations.a_unit(), approved=False)
    answer = client.post(PAGE, form(other, until=day(-1).strftime("%d.%m.%Y")))
    assert "ikke være før første dag" in answer.content.decode()
    assert not other.approvals.exists()


def test_nobody_approves_themselves():
    both = situations.an_account(Role.MAPPER, at=situations.a_unit(), approved=False)
    Post.objects.create(staff=both, role=Role.LEADER, unit=situations.a_unit(), since=day(-1))
    with pytest.raises(NotAllowed):
        approve_mapper(both, unit=situations.a_unit(), since=day(), until=None, by=both)


def test_only_somebody_with_the_post_can_be_approved():
    officer = situations.an_account(Role.CONTACT_OFFICER, at=situations.a_unit())
    with pytest.raises(NotAllowed, match="stilling som kartlegger"):
        approve_mapper(
            officer, unit=situations.a_unit(), since=day(), until=None, by=situations.an_account(Role.LEADER)
        )


@pytest.mark.parametrize("role", [Role.MAPPER, Role.CONTACT_OFFICER, Role.DECIDER, Role.PRIVACY, Role.SYSTEM])
def test_nobody_but_a_leader_approves(client, role):
    client.force_login(situations.an_account(role))
    assert client.get(PAGE).status_code == 403
    assert client.post(PAGE, {}).status_code == 403


@pytest.mark.parametrize("other", [Role.MAPPER, Role.CONTACT_OFFICER, Role.LEADER])
@pytest.mark.parametrize("first", ["decider", "other"])
def test_a_decider_is_never_mapper_contact_officer_or_leader_of_the_same_unit(other, first):
    held, new = (Role.DECIDER, other) if first == "decider" else (other, Role.DECIDER)
    staff = situations.an_account(held, at=situations.a_unit())
    with pytest.raises(NotAllowed, match="beslutter"):
        give_post(staff, role=new, unit=situations.a_unit(), since=day())
    with pytest.raises(IntegrityError), transaction.atomic():
        Post.objects.create(staff=staff, role=new, unit=situations.a_unit(), since=day(100))
    # In another unit, or at another time, the roles do not meet.
    give_post(staff, role=new, unit=situations.a_unit("Agder fengsel"), since=day())
    give_post(staff, role=new, unit=situations.a_unit(), since=day(-300), until=day(-30))


@pytest.mark.parametrize("other", [Role.INSIGHT, Role.PRIVACY, Role.SYSTEM])
@pytest.mark.parametrize("first", ["decider", "other"])
def test_a_decider_is_never_privacy_officer_or_system_manager_anywhere(other, first):
    held, new = (Role.DECIDER, other) if first == "decider" else (other, Role.DECIDER)
    staff = situations.an_account(held, at=situations.a_unit())
    unit = situations.a_unit("Agder fengsel") if new is Role.DECIDER else None
    with pytest.raises(NotAllowed, match="beslutter"):
        give_post(staff, role=new, unit=unit, since=day())
    with pytest.raises(IntegrityError), transaction.atomic():
        Post.objects.create(staff=staff, role=new, unit=unit, since=day(100))
