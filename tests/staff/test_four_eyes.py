"""What one account may not do alone: give posts and passwords, and have keys believed. It takes two."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, connections, transaction
from django.utils import timezone
from joserfc.jwk import RSAKey

from brik.audit.models import Event
from brik.staff import actions
from brik.staff.four_eyes import actions as four_eyes
from brik.staff.models import MessageKey, Organisation, Post, Proposal, ProposalKind, ProposalState, Role, Staff
from brik.staff.rules import NotAllowed
from tests import situations

pytestmark = pytest.mark.django_db
GOOD = "et-helt-annet-langt-passord"


@pytest.fixture
def system():
    return situations.an_account(Role.SYSTEM)


@pytest.fixture
def oslo():
    return situations.a_unit("Oslo fengsel")


def newcomer(**fields):
    serial = Staff.objects.count()
    return Staff.objects.create(username=f"ny{serial}", name=f"Ny Ansatt{serial}", **fields)


def proposed(system, oslo, role=Role.MAPPER, **fields):
    unit = None if role in (Role.SYSTEM, Role.INSIGHT, Role.PRIVACY, Role.PARTNER) else oslo
    return four_eyes.propose_post(newcomer(**fields), role=role, unit=unit, since=timezone.localdate(), by=system)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.PARTNER])
def test_no_post_is_held_before_another_has_confirmed_it(system, oslo, role):
    proposal = proposed(system, oslo, role)
    assert not proposal.account.posts.exists()
    with pytest.raises(NotAllowed):
        four_eyes.confirm(proposal, by=system)
    assert not proposal.account.posts.exists()
    second = situations.an_account(Role.SYSTEM)
    four_eyes.confirm(proposal, by=second)
    assert [post.role for post in proposal.account.posts.all()] == [role]
    events = Event.objects.filter(object_id=str(proposal.pk)).order_by("pk")
    assert [(event.actor, event.reason, event.about) for event in events] == [
        (str(system.pk), "proposed", "STILLING"),
        (str(second.pk), "confirmed", "STILLING"),
    ]


def test_a_partner_gets_in_only_when_two_have_said_so(system, oslo):
    school = situations.an_organisation(number="310000099", name="Prøveskolen", kind="SKOLE")
    proposal = proposed(system, oslo, Role.PARTNER, organisation=school)
    assert not proposal.account.posts.exists()
    four_eyes.confirm(proposal, by=situations.an_account(Role.SYSTEM))
    assert proposal.account.posts.get().role == Role.PARTNER


def test_the_database_itself_demands_two(system, oslo):
    proposal = proposed(system, oslo)
    for one in (system, proposal.account):
        told = {"state": ProposalState.CONFIRMED, "decided_by": one, "decided_at": timezone.now()}
        with pytest.raises(IntegrityError, match="proposal_takes_two"), transaction.atomic():
            Proposal.objects.filter(pk=proposal.pk).change(**told)


def test_the_leader_of_the_unit_confirms_its_posts_and_no_others(system, oslo):
    leader = situations.an_account(Role.LEADER, at=oslo)
    agder = situations.an_account(Role.LEADER, at=situations.a_unit("Agder fengsel"))
    here, keeper = proposed(system, oslo), proposed(system, oslo, Role.SYSTEM)
    with pytest.raises(PermissionDenied):
        four_eyes.confirm(here, by=situations.an_account(Role.MAPPER, at=oslo))
    for proposal, by in ((here, agder), (keeper, leader)):
        with pytest.raises(NotAllowed):
            four_eyes.confirm(proposal, by=by)
    four_eyes.confirm(here, by=leader)
    assert here.account.posts.get().role == Role.MAPPER


def test_nobody_confirms_what_is_about_themselves(system, oslo):
    leader = situations.an_account(Role.LEADER, at=oslo)
    proposal = four_eyes.propose_post(leader, role=Role.MAPPER, unit=oslo, since=timezone.localdate(), by=system)
    with pytest.raises(NotAllowed):
        four_eyes.confirm(proposal, by=leader)
    assert leader.posts.count() == 1


def test_what_is_decided_is_not_decided_again(system, oslo):
    second, proposal = situations.an_account(Role.SYSTEM), proposed(system, oslo)
    four_eyes.turn_down(proposal, by=second)
    with pytest.raises(NotAllowed):
        four_eyes.confirm(proposal, by=second)
    assert not proposal.account.posts.exists()


def test_whoever_proposed_it_may_take_it_back(system, oslo):
    proposal = proposed(system, oslo)
    four_eyes.turn_down(proposal, by=system)
    assert not Proposal.objects.waiting().exists()


def test_a_rule_that_has_come_to_stand_against_it_is_told(system, oslo):
    account, day = newcomer(), timezone.localdate()
    first = four_eyes.propose_post(account, role=Role.MAPPER, unit=oslo, since=day, by=system)
    other = four_eyes.propose_post(account, role=Role.DECIDER, unit=oslo, since=day, by=system)
    second = situations.an_account(Role.SYSTEM)
    four_eyes.confirm(first, by=second)
    with pytest.raises(NotAllowed, match="beslutter"):
        four_eyes.confirm(other, by=second)
    assert account.posts.count() == 1


def test_the_same_proposed_twice_is_one(system, oslo):
    account, day = newcomer(), timezone.localdate()
    told = {"role": Role.MAPPER, "unit": oslo, "since": day, "until": day + timedelta(days=9), "by": system}
    assert four_eyes.propose_post(account, **told) == four_eyes.propose_post(account, **told)


def test_a_new_password_takes_two_where_the_account_may_do_something(system, oslo):
    mapper = situations.an_account(at=oslo)
    proposal = four_eyes.propose_password(mapper, password=GOOD, by=system)
    mapper.refresh_from_db()
    assert mapper.check_password(situations.PASSWORD)
    assert GOOD not in str(proposal.content)
    with pytest.raises(NotAllowed):
        four_eyes.confirm(proposal, by=system)
    decided = four_eyes.confirm(proposal, by=situations.an_account(Role.SYSTEM))
    mapper.refresh_from_db()
    assert mapper.check_password(GOOD)
    assert decided.content == {}


def test_the_password_of_an_account_without_posts_is_set_at_once(system):
    account = newcomer()
    Staff.objects.filter(pk=account.pk).change(password_by_other=True)
    account.refresh_from_db()
    assert four_eyes.propose_password(account, password=GOOD, by=system) is None
    account.refresh_from_db()
    assert account.check_password(GOOD)


def test_it_takes_two_once_its_owner_has_chosen_a_password_or_a_post_waits(system, oslo):
    own, waiting = newcomer(), newcomer()
    Staff.objects.filter(pk=waiting.pk).change(password_by_other=True)
    waiting.refresh_from_db()
    four_eyes.propose_post(waiting, role=Role.CONTACT_OFFICER, unit=oslo, since=timezone.localdate(), by=system)
    for account in (own, waiting):
        assert four_eyes.propose_password(account, password=GOOD, by=system) is not None
        account.refresh_from_db()
        assert not account.check_password(GOOD)


def test_only_keepers_of_accounts_propose(oslo):
    leader = situations.an_account(Role.LEADER, at=oslo)
    with pytest.raises(PermissionDenied):
        four_eyes.propose_post(newcomer(), role=Role.MAPPER, unit=oslo, since=timezone.localdate(), by=leader)
    with pytest.raises(PermissionDenied):
        four_eyes.propose_key(kid="k1", sender="X", jwk={}, by=leader)


# --- What has changed while it waited --------------------------------------------------------------------------------


def kinds(system, oslo):
    """One waiting proposal of each kind."""
    school = situations.an_organisation(number="310000099", name="Prøveskolen", kind="SKOLE")
    return [
        proposed(system, oslo),
        four_eyes.propose_password(situations.an_account(at=oslo), password=GOOD, by=system),
        four_eyes.propose_key(kid="k1", sender="X", jwk=jwk(), by=system),
        four_eyes.propose_organisation_key(school, jwk=jwk(), by=system),
    ]


def jwk():
    key = RSAKey.generate_key(2048, private=True)
    return key.as_dict(private=False) | {"kid": key.thumbprint()}


@pytest.mark.parametrize("gone", ["closed", "post ended"])
def test_what_somebody_proposed_who_no_longer_may_is_not_confirmed(system, oslo, gone):
    waiting, second = kinds(system, oslo), situations.an_account(Role.SYSTEM)
    if gone == "closed":
        actions.set_active(system, active=False, by=second)
    else:
        actions.end_post(system.posts.get(), on=timezone.localdate(), by=second)
    for proposal in waiting:
        with pytest.raises(NotAllowed, match="kan ikke lenger foreslå"):
            four_eyes.confirm(proposal, by=situations.an_account(Role.SYSTEM))
    assert Proposal.objects.waiting().count() == len(waiting)
    assert not waiting[0].account.posts.exists()


def test_what_somebody_proposed_who_no_longer_may_is_proposed_anew(system, oslo):
    old, second = proposed(system, oslo), situations.an_account(Role.SYSTEM)
    actions.set_active(system, active=False, by=second)
    told = {"role": Role.MAPPER, "unit": oslo, "since": timezone.localdate()}
    new = four_eyes.propose_post(old.account, **told, by=second)
    assert list(Proposal.objects.waiting()) == [new]
    assert new.proposed_by == second


def test_nothing_is_confirmed_about_a_closed_account(system, oslo):
    second = situations.an_account(Role.SYSTEM)
    for proposal in kinds(system, oslo)[:2]:
        actions.set_active(proposal.account, active=False, by=second)
        with pytest.raises(NotAllowed, match="stengt"):
            four_eyes.confirm(proposal, by=second)
        actions.set_active(proposal.account, active=True, by=second)
        four_eyes.confirm(proposal, by=second)


def two_of(kind, system, oslo):
    """Two proposals of the same thing that say different things of it, the older first."""
    if kind == "password":
        mapper = situations.an_account(at=oslo)
        return [four_eyes.propose_password(mapper, password=f"{GOOD}{n}", by=system) for n in range(2)]
    if kind == "sender key":
        return [four_eyes.propose_key(kid="k1", sender="X", jwk=jwk(), by=system) for _ in range(2)]
    school = situations.an_organisation(number="310000099", name="Prøveskolen", kind="SKOLE")
    return [four_eyes.propose_organisation_key(school, jwk=jwk(), by=system) for _ in range(2)]


SAME = ["password", "sender key", "organisation key"]


@pytest.mark.parametrize("kind", SAME)
def test_a_newer_proposal_closes_the_older(system, oslo, kind):
    older, newer = two_of(kind, system, oslo)
    assert list(Proposal.objects.waiting()) == [newer]
    older.refresh_from_db()
    assert (older.state, older.decided_by) == (ProposalState.TURNED_DOWN, system)
    assert "password" not in older.content
    second = situations.an_account(Role.SYSTEM)
    with pytest.raises(NotAllowed):
        four_eyes.confirm(older, by=second)
    four_eyes.confirm(newer, by=second)
    with pytest.raises(NotAllowed):
        four_eyes.confirm(older, by=second)


@pytest.mark.parametrize("kind", SAME)
def test_of_two_that_came_to_wait_at_once_only_the_newer_is_confirmed(system, oslo, kind):
    older, newer = two_of(kind, system, oslo)
    content = {**newer.content, "password": "x"} if kind == "password" else older.content
    Proposal.objects.filter(pk=older.pk).change(
        state=ProposalState.WAITING, decided_by=None, decided_at=None, content=content
    )
    second = situations.an_account(Role.SYSTEM)
    with pytest.raises(NotAllowed, match="nyere forslag"):
        four_eyes.confirm(older, by=second)
    four_eyes.confirm(newer, by=second)
    assert not Proposal.objects.waiting().exists()


def test_other_things_wait_on(system, oslo):
    kinds(system, oslo)
    four_eyes.propose_password(situations.an_account(at=oslo), password=GOOD, by=system)
    four_eyes.propose_key(kid="k2", sender="X", jwk=jwk(), by=system)
    assert Proposal.objects.waiting().count() == 6


def test_a_password_set_at_once_closes_what_waited(system, oslo):
    proposal, second = kinds(system, oslo)[1], situations.an_account(Role.SYSTEM)
    with situations.triggers_off():
        proposal.account.approvals.all().delete()
        proposal.account.posts.all().delete()
    Proposal.objects.filter(kind=ProposalKind.POST, account=proposal.account).delete()
    Staff.objects.filter(pk=proposal.account_id).change(password_by_other=True)
    assert four_eyes.propose_password(proposal.account, password=f"{GOOD}2", by=system) is None
    with pytest.raises(NotAllowed):
        four_eyes.confirm(proposal, by=second)


@pytest.mark.parametrize("of", ["sender", "organisation"])
def test_a_key_that_is_taken_away_closes_what_waited_to_replace_it(client, system, of):
    second, other, key = situations.an_account(Role.SYSTEM), jwk(), jwk()
    school = situations.an_organisation(number="310000099", name="Prøveskolen", kind="SKOLE", channel="INNBOKS")
    client.force_login(system)
    if of == "sender":
        held = MessageKey.objects.create(kid="k1", sender="X", jwk=key, active=False)
        waiting = four_eyes.propose_key(kid="k1", sender="X", jwk=key, by=system)
        noise = four_eyes.propose_key(kid="k2", sender="X", jwk=other, by=system)
        answer = client.post(f"/avsendernokler/{held.pk}/", {"active": "0"})
    else:
        Organisation.objects.filter(pk=school.pk).change(public_key=key)
        waiting = four_eyes.propose_organisation_key(school, jwk=other, by=system)
        elsewhere = situations.an_organisation(number="310000098", name="Prøvenav", kind="NAV_STAT")
        noise = four_eyes.propose_organisation_key(elsewhere, jwk=other, by=system)
        told = {"name": school.name, "channel": "INNBOKS", "active": "on", "public_key": ""}
        told |= {name: getattr(school, name) for name in ("legal_basis", "contact", "retention_months")}
        answer = client.post(f"/organisasjoner/{school.pk}/", told)
    assert answer.status_code == 302
    assert list(Proposal.objects.waiting()) == [noise]
    with pytest.raises(NotAllowed):
        four_eyes.confirm(waiting, by=second)
    school.refresh_from_db()
    assert school.public_key is None
    assert not MessageKey.objects.filter(active=True).exists()


def test_the_fingerprint_of_a_key_is_shown_for_the_second_person_to_compare(client, system, oslo):
    *_, sender, organisation = kinds(system, oslo)
    client.force_login(situations.an_account(Role.SYSTEM))
    page = client.get("/til-bekreftelse/").content.decode()
    for proposal in (sender, organisation):
        mark = RSAKey.import_key(proposal.content["jwk"]).thumbprint()
        assert mark in proposal.what.replace(" ", "")
        assert proposal.what in page
    assert Proposal(kind=organisation.kind, content={"jwk": {}}).what == ""


# --- The page --------------------------------------------------------------------------------------------------------


def test_the_page_shows_what_waits_and_lets_only_another_confirm(client, system, oslo):
    proposal = proposed(system, oslo)
    client.force_login(system)
    own = client.get("/til-bekreftelse/").content.decode()
    assert proposal.account.name in own
    assert "Trekk forslaget" in own
    assert 'value="bekreft"' not in own
    assert client.post(f"/til-bekreftelse/{proposal.pk}/", {"answer": "bekreft"}).status_code == 409
    client.force_login(situations.an_account(Role.SYSTEM))
    assert 'value="bekreft"' in client.get("/til-bekreftelse/").content.decode()
    assert client.post(f"/til-bekreftelse/{proposal.pk}/", {"answer": "kanskje"}).status_code == 400
    assert client.post(f"/til-bekreftelse/{proposal.pk}/", {"answer": "bekreft"}).status_code == 302
    assert proposal.account.posts.exists()


def test_a_leader_finds_the_posts_of_the_own_unit_only(client, system, oslo):
    here = proposed(system, oslo)
    there = four_eyes.propose_post(
        newcomer(), role=Role.MAPPER, unit=situations.a_unit("Agder fengsel"), since=timezone.localdate(), by=system
    )
    client.force_login(situations.an_account(Role.LEADER, at=oslo))
    page = client.get("/til-bekreftelse/").content.decode()
    assert here.account.name in page
    assert there.account.name not in page
    assert client.post(f"/til-bekreftelse/{there.pk}/", {"answer": "bekreft"}).status_code == 404
    assert client.post(f"/til-bekreftelse/{here.pk}/", {"answer": "bekreft"}).status_code == 302
    assert Post.objects.filter(staff=here.account).exists()


# --- At the same moment ----------------------------------------------------------------------------------------------


def at_once(work, number=6):
    """The same thing done by many, each in a connection of its own; what each came to."""
    gate = threading.Barrier(number)

    def one(_):
        try:
            gate.wait(10)
            work()
        except NotAllowed:
            return "refused"
        else:
            return "done"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(number) as pool:
        return sorted(pool.map(one, range(number)))


@pytest.mark.django_db(transaction=True)
def test_one_user_name_asked_for_by_many_at_once_is_given_once():
    system = situations.an_account(Role.SYSTEM)
    told: dict[str, Any] = {"username": "ny.ansatt", "name": "Ny Ansatt", "organisation": None, "password": GOOD}
    assert at_once(lambda: actions.create_account(**told, by=system)) == ["done", *["refused"] * 5]
    assert Staff.objects.filter(username="ny.ansatt").count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_key_id_trusted_by_many_at_once_is_trusted_once():
    proposal = four_eyes.propose_key(kid="k1", sender="X", jwk={}, by=situations.an_account(Role.SYSTEM))
    second = situations.an_account(Role.SYSTEM)
    assert at_once(lambda: four_eyes.confirm(proposal, by=second)) == ["done", *["refused"] * 5]
    assert MessageKey.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_proposal_confirmed_by_many_at_once_is_carried_out_once():
    proposal = proposed(situations.an_account(Role.SYSTEM), situations.a_unit("Oslo fengsel"))
    second = situations.an_account(Role.SYSTEM)
    assert at_once(lambda: four_eyes.confirm(proposal, by=second)) == ["done", *["refused"] * 5]
    assert proposal.account.posts.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_confirmation_waits_for_the_organisation_before_it_holds_the_proposal():
    school = situations.an_organisation(number="310000099", name="Prøveskolen", kind="SKOLE", channel="INNBOKS")
    proposal = four_eyes.propose_organisation_key(school, jwk=jwk(), by=situations.an_account(Role.SYSTEM))
    second = situations.an_account(Role.SYSTEM)
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            Organisation.objects.select_for_update(no_key=True).get(pk=school.pk)
            confirming = pool.submit(at_once, lambda: four_eyes.confirm(proposal, by=second), 1)
            wait_until_somebody_waits()
            # Held already by the confirmation, this would be refused; whoever proposes another key would wait for ever.
            Proposal.objects.select_for_update(nowait=True).get(pk=proposal.pk)
        assert confirming.result(10) == ["done"]


def wait_until_somebody_waits():
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            # Looked at anew each time, also within a transaction.
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(
                "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone():
                return
        time.sleep(0.02)
    raise AssertionError("nobody waits")
