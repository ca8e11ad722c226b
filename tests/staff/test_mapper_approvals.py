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
from tests import factories

pytestmark = [pytest.mark.django_db]
PAGE = "/kartleggere/"


def day(days=0):
    return timezone.localdate() + timedelta(days=days)


def give_post(account, **post):
    proposal = four_eyes.propose_post(account, **post, by=factories.staff(Role.SYSTEM))
    four_eyes.confirm(proposal, by=factories.staff(Role.SYSTEM))


@pytest.fixture
def leader(client):
    staff = factories.staff(Role.LEADER, at=factories.unit())
    client.force_login(staff)
    return staff


def form(mapper, **other):
    post = mapper.posts.get(role=Role.MAPPER)
    return {"post": str(post.pk), "since": day().strftime("%d.%m.%Y"), **other}


def test_a_leader_approves_a_mapper_of_the_unit(client, leader):
    mapper = factories.staff(Role.MAPPER, at=factories.unit(), approved=False)
    until = day(365)
    assert client.post(PAGE, form(mapper, until=until.strftime("%d.%m.%Y"))).status_code == 302
    approval = MapperApproval.objects.get(staff=mapper)
    assert (approval.approved_by, approval.since, approval.until) == (leader, day(), until)
    assert Event.objects.filter(verb=Verb.MAPPER_APPROVED, object_id=str(approval.pk)).count() == 1
    assert mapper.name in client.get(PAGE).content.decode()


def test_a_mapper_of_another_unit_is_neither_shown_nor_approved(client, leader):
    other = factories.staff(Role.MAPPER, at=factories.unit("Agder fengsel"), approved=False)
    noise = factories.staff(Role.MAPPER, at=factories.unit("Agder fengsel"))
    page = client.get(PAGE).content.decode()
    assert other.name not in page
    assert noise.name not in page
    assert client.post(PAGE, form(other)).status_code == 422
    assert client.post(f"{PAGE}{noise.approvals.get().pk}/avslutt/").status_code == 404
    assert not other.approvals.exists()


def test_an_approval_ends_at_once(client, leader):
    mapper = factories.staff(Role.MAPPER, at=factories.unit())
    approval = mapper.approvals.get()
    for _ in range(2):
        assert client.post(f"{PAGE}{approval.pk}/avslutt/").status_code == 302
    approval.refresh_from_db()
    assert approval.until == day()
    assert not mapper.approvals.current().exists()


def test_an_approval_given_today_by_mistake_is_taken_away(client, leader):
    mapper = factories.staff(Role.MAPPER, at=factories.unit(), approved=False)
    client.post(PAGE, form(mapper))
    client.post(f"{PAGE}{mapper.approvals.get().pk}/avslutt/")
    assert not mapper.approvals.exists()
    assert Event.objects.filter(verb=Verb.MAPPER_APPROVED).count() == 2


def test_two_approvals_do_not_overlap_and_none_ends_before_it_starts(client, leader):
    mapper = factories.staff(Role.MAPPER, at=factories.unit())
    assert "fra før" in client.post(PAGE, form(mapper)).content.decode()
    other = factories.staff(Role.MAPPER, at=factories.unit(), approved=False)
    answer = client.post(PAGE, form(other, until=day().strftime("%d.%m.%Y")))
    assert "etter startdatoen" in answer.content.decode()
    assert not other.approvals.exists()


def test_nobody_approves_themselves():
    both = factories.staff(Role.MAPPER, at=factories.unit(), approved=False)
    Post.objects.create(staff=both, role=Role.LEADER, unit=factories.unit(), since=day(-1))
    with pytest.raises(NotAllowed):
        approve_mapper(both, unit=factories.unit(), since=day(), until=None, by=both)


def test_only_somebody_with_the_post_can_be_approved():
    officer = factories.staff(Role.CONTACT_OFFICER, at=factories.unit())
    with pytest.raises(NotAllowed, match="stilling som kartlegger"):
        approve_mapper(officer, unit=factories.unit(), since=day(), until=None, by=factories.staff(Role.LEADER))


@pytest.mark.parametrize("role", [Role.MAPPER, Role.CONTACT_OFFICER, Role.DECIDER, Role.PRIVACY, Role.SYSTEM])
def test_nobody_but_a_leader_approves(client, role):
    client.force_login(factories.staff(role))
    assert client.get(PAGE).status_code == 403
    assert client.post(PAGE, {}).status_code == 403


@pytest.mark.parametrize("other", [Role.MAPPER, Role.CONTACT_OFFICER, Role.LEADER])
@pytest.mark.parametrize("first", ["decider", "other"])
def test_a_decider_is_never_mapper_contact_officer_or_leader_of_the_same_unit(other, first):
    held, new = (Role.DECIDER, other) if first == "decider" else (other, Role.DECIDER)
    staff = factories.staff(held, at=factories.unit())
    with pytest.raises(NotAllowed, match="beslutter"):
        give_post(staff, role=new, unit=factories.unit(), since=day())
    with pytest.raises(IntegrityError), transaction.atomic():
        Post.objects.create(staff=staff, role=new, unit=factories.unit(), since=day(100))
    # In another unit, or at another time, the roles do not meet.
    give_post(staff, role=new, unit=factories.unit("Agder fengsel"), since=day())
    give_post(staff, role=new, unit=factories.unit(), since=day(-300), until=day(-30))


@pytest.mark.parametrize("other", [Role.PRIVACY, Role.SYSTEM])
@pytest.mark.parametrize("first", ["decider", "other"])
def test_a_decider_is_never_privacy_officer_or_system_manager_anywhere(other, first):
    held, new = (Role.DECIDER, other) if first == "decider" else (other, Role.DECIDER)
    staff = factories.staff(held, at=factories.unit())
    unit = factories.unit("Agder fengsel") if new is Role.DECIDER else None
    with pytest.raises(NotAllowed, match="beslutter"):
        give_post(staff, role=new, unit=unit, since=day())
    with pytest.raises(IntegrityError), transaction.atomic():
        Post.objects.create(staff=staff, role=new, unit=unit, since=day(100))
