"""A slip is destroyed when its time has come, whatever was chosen on it and whether it has been read."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from brik.audit.models import Event
from brik.audit.verbs import Verb
from brik.slips import actions
from brik.slips.models import Slip
from brik.slips.topics import Topic
from brik.vault import keys
from brik.vault.models import SHARED_ROW, Key
from brik.vault.sealing import Shredded
from followup.desk import jobs
from tests import situations
from tests.slips import turns

pytestmark = pytest.mark.django_db
DAYS = 90


def night() -> set:
    """The slips whose keys a night has destroyed."""
    with keys.ring():
        jobs.apply_retention(0)
    return set(Key.objects.filter(keeping=SHARED_ROW, destroyed_at__isnull=False).values_list("subject", flat=True))


def test_a_slip_is_destroyed_after_its_time_whatever_was_on_it(oslo, health, nurse, client, monkeypatch):
    someone = situations.a_person(at=oslo)
    full, empty = turns.turned(someone, Topic.SLEEP, hours_ago=24), turns.turned(someone, hours_ago=24)
    actions.open_waiting(health, by=nurse)
    unread, young = turns.turned(someone, Topic.BODY, hours_ago=24), turns.turned(someone, Topic.BODY)
    assert night() == set()
    later = timezone.now() + timedelta(days=DAYS - 1, minutes=1)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert night() == {full.pk, empty.pk, unread.pk}
    events = Event.objects.filter(verb=Verb.KEY_DESTROYED, subject=someone.pk)
    assert {event.about for event in events} == {f"{SHARED_ROW} {row.pk}" for row in (full, empty, unread)}
    for slip in (full, empty, unread):
        with keys.ring(), pytest.raises(Shredded):
            assert Slip.objects.get(pk=slip.pk).topics
    with keys.ring():
        assert Slip.objects.get(pk=young.pk).topics == [Topic.BODY]
    alarms = Event.objects.filter(verb=Verb.INTEGRITY_BROKEN)
    client.force_login(nurse)
    assert client.get(reverse("slips:inbox")).status_code == 200
    assert not alarms.exists()
