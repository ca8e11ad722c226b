"""Each night leaves a signed certificate: how much of each keeping it has destroyed, and nobody named."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone
from joserfc.jwk import RSAKey

from brik.audit.models import Event
from brik.audit.reasons import Reason
from brik.audit.verbs import Verb
from brik.definitions import retention_spans
from brik.staff.models import Role
from brik.vault.models import TALK, Key
from consent.record import steps
from followup.desk import jobs
from followup.desk.models import RetentionNight
from followup.desk.retention import actions, night_views, nights
from followup.sharing.jobs import WORKER
from followup.sharing.wire import signing
from tests import situations
from tests.browser import assert_accessible, assert_reflows, shoot, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_ring")]


@pytest.fixture
def left_lying(monkeypatch):
    """Three people with a talk that nobody has finished, a month and a day later."""
    situations.publish_texts()
    by, someone = situations.a_mapper_and_a_person()
    people = [someone, *(situations.a_person(at=someone.known_stay.unit) for _ in range(2))]
    for person in people:
        situations.a_talk(person, by, stop_before=steps.COMMON)
    later = timezone.now() + timedelta(days=31)
    monkeypatch.setattr(timezone, "now", lambda: later)
    return people


def printed(*args: str) -> str:
    out = StringIO()
    call_command("apply_retention", *args, stdout=out)
    return out.getvalue()


def test_a_night_says_how_much_it_destroyed_and_what_a_hold_kept(left_lying):
    first, second = (situations.an_account(Role.INSIGHT) for _ in range(2))
    actions.place_hold(left_lying[0], why=Reason.COMPLAINT, by=first, confirmed_by=second)
    jobs.apply_retention(0)
    night = RetentionNight.objects.get()
    said = night.numbers
    nothing = dict.fromkeys(retention_spans.retentions(), 0)
    assert (said["destroyed"], said["held"], said["failed"]) == ({**nothing, TALK: 2}, {**nothing, TALK: 1}, 0)
    assert said["spans"][TALK] == ["30 days after began"]
    assert night.flaw() == ""
    event = Event.objects.get(verb=Verb.RETENTION_RUN)
    assert (event.subject, event.object_id, event.about) == (None, str(night.pk), "2")
    told = json.dumps(said)
    for person in left_lying:
        assert str(person.pk) not in told
        assert person.name not in told


def test_a_night_with_nothing_due_leaves_a_certificate_too():
    jobs.apply_retention(0)
    assert set(RetentionNight.objects.get().numbers["destroyed"].values()) == {0}


def test_a_person_for_whom_it_fails_is_counted_and_the_others_are_reached(left_lying):
    broken = left_lying[1]
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS"
            f" $$ BEGIN IF NEW.person = '{broken.pk}' THEN RAISE EXCEPTION 'no'; END IF; RETURN NEW; END $$"
        )
        cursor.execute("CREATE TRIGGER broken BEFORE UPDATE ON vault_key FOR EACH ROW EXECUTE FUNCTION broken()")
    with pytest.raises(RuntimeError, match="failed for 1"):
        jobs.apply_retention(0)
    said = RetentionNight.objects.get().numbers
    assert (said["destroyed"][TALK], said["failed"]) == (2, 1)
    assert Key.objects.get(person=broken.pk, keeping=TALK).destroyed_at is None


def test_the_nights_are_proved_by_their_signature_and_by_the_log(left_lying):
    printed()
    printed()
    assert printed("--prove").count(": proved") == 2
    honest, forged = RetentionNight.objects.order_by("-certificate")
    situations.forge(honest, certificate=forged.certificate)
    with pytest.raises(CommandError, match="1 certificates do not hold"):
        printed("--prove")


def test_the_certificate_of_another_night_or_another_key_does_not_hold(left_lying):
    night, other = actions.run(by=WORKER), actions.run(by=WORKER)
    swapped = RetentionNight(pk=other.pk, certificate=night.certificate)
    assert swapped.flaw() == "the certificate is not of this night"
    head, body, _ = night.certificate.split(".")
    key = RSAKey.generate_key(2048)
    signed = signing.sign(b"{}", key=key, message_id=str(night.pk), schema=nights.SCHEMA)
    assert "unknown key" in RetentionNight(pk=night.pk, certificate=signed).flaw()
    unsigned = f"{head}.{body}.{signed.rsplit('.', 1)[1]}"
    assert RetentionNight(pk=night.pk, certificate=unsigned).flaw() == "the signature does not fit the message"
    assert night.flaw() == ""


def test_a_certificate_that_says_more_than_the_log_does_not_hold(left_lying):
    jobs.apply_retention(0)
    said = RetentionNight.objects.get().numbers
    night = actions._write_down([], failed=0, first=said["first"], by=WORKER)
    assert night.flaw() == "the log tells of other keys destroyed in that night"


def test_a_night_is_never_changed_or_taken_away():
    actions.run(by=WORKER)
    for statement in ("UPDATE desk_retentionnight SET certificate = ''", "DELETE FROM desk_retentionnight"):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_the_officer_sees_the_nights_and_no_names(left_lying, client):
    printed()
    names = [person.name for person in left_lying]
    client.force_login(situations.an_account(Role.PRIVACY))
    page = client.get(reverse("desk:nights")).content.decode()
    assert "Samtykkesamtaler: 3" in " ".join(page.split())
    assert not any(name in page for name in names)


def test_whatever_ends_by_age_has_a_name_on_the_page():
    assert night_views.LABELS.keys() == retention_spans.retentions().keys()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_page_of_the_nights_is_read_on_any_screen(browser_page):
    actions.run(by=WORKER)
    page = browser_page
    sign_in(page, situations.an_account(Role.PRIVACY))
    page.goto(reverse("desk:nights"))
    assert_accessible(page)
    shoot(page, "slettet-om-natten")
    assert_reflows(page)
