"""A new installation begins with one system keeper, made on the machine; nobody gets in that way a second time."""

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from brik.audit.models import Event
from brik.staff.actions import create_account
from brik.staff.four_eyes import actions as four_eyes
from brik.staff.models import Role, Staff
from tests import situations

pytestmark = pytest.mark.django_db
GOOD = "en lang setning å huske"


def test_the_first_account_can_sign_in_and_keep_accounts(client, monkeypatch):
    monkeypatch.setenv("FIRST_ACCOUNT_PASSWORD", GOOD)
    call_command("first_account", "oda")
    account = Staff.objects.get()
    assert account.check_password(GOOD)
    assert [(post.role, post.unit) for post in account.current_posts] == [(Role.SYSTEM, None)]
    events = Event.objects.filter(object_id=str(account.pk)).order_by("pk")
    assert [(event.actor, event.reason, event.about) for event in events] == [
        ("process:setup", "created", ""),
        ("process:setup", "post_given", "system"),
    ]


def test_a_house_begins_with_two_and_a_third_is_let_in_by_them(monkeypatch):
    monkeypatch.setenv("FIRST_ACCOUNT_PASSWORD", GOOD)
    call_command("first_account", "oda")
    with pytest.raises(CommandError, match="is taken"):
        call_command("first_account", "oda")
    call_command("first_account", "per")
    with pytest.raises(CommandError, match="There are accounts already"):
        call_command("first_account", "kari")
    oda, per = Staff.objects.get(username="oda"), Staff.objects.get(username="per")
    made = create_account(username="kari", name="Kari", organisation=None, password=GOOD, by=oda)
    proposal = four_eyes.propose_post(made, role=Role.SYSTEM, unit=None, since=timezone.localdate(), by=oda)
    four_eyes.confirm(proposal, by=per)
    assert made.posts.get().role == Role.SYSTEM


def test_a_user_name_in_capitals_is_stored_in_small_letters(monkeypatch):
    monkeypatch.setenv("FIRST_ACCOUNT_PASSWORD", GOOD)
    call_command("first_account", "ODA.Ås")
    assert Staff.objects.get().username == "oda.ås"
    with pytest.raises(CommandError, match="is taken"):
        call_command("first_account", "Oda.ÅS")


def test_the_password_is_asked_for_and_never_an_argument(monkeypatch):
    monkeypatch.delenv("FIRST_ACCOUNT_PASSWORD", raising=False)
    monkeypatch.setattr("getpass.getpass", lambda prompt: GOOD)
    call_command("first_account", "oda")
    assert Staff.objects.get().check_password(GOOD)


def test_where_somebody_has_an_account_nobody_is_let_in(monkeypatch):
    monkeypatch.setenv("FIRST_ACCOUNT_PASSWORD", GOOD)
    situations.an_account(Role.PRIVACY)
    with pytest.raises(CommandError, match="There are accounts already"):
        call_command("first_account", "oda")
    assert not Staff.objects.filter(username="oda").exists()


@pytest.mark.parametrize(("username", "password"), [("oda", "kort"), ("", GOOD), ("o" * 61, GOOD)])
def test_a_weak_password_or_an_unusable_name_makes_nothing(monkeypatch, username, password):
    monkeypatch.setenv("FIRST_ACCOUNT_PASSWORD", password)
    with pytest.raises(CommandError):
        call_command("first_account", username)
    assert not Staff.objects.exists()
    assert not Event.objects.exists()
