"""One person for whom the periodic work breaks stops nobody behind: they are reached, and the job is seen to fail."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django import app

from brik.jobs import periodic_work
from brik.logs import JsonLine
from consent.models import Step
from followup.desk import jobs as desk
from followup.desk.figures import counts
from followup.desk.models import WeeklyCount
from followup.sharing import jobs
from followup.sharing.models import Delivery, DeliveryState
from tests import situations

pytestmark = [pytest.mark.django_db]
SAID = "Ola 01819012345 sa nei"


def breaks_for(table, column, value):
    """Let every change of one person's rows in a table fail, with words that nobody is to see."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(
            "CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS"
            f" $$ BEGIN IF NEW.{column}::text = '{value}' THEN RAISE EXCEPTION '{SAID}'; END IF; RETURN NEW; END $$"
        )
        cursor.execute(
            f"CREATE TRIGGER broken BEFORE INSERT OR UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION broken()"
        )


def three_whose_time_is_out(koda):
    """Three people with something queued for the case system and a consent that has run out, in the order of work."""
    everybody = []
    for _ in range(3):
        mapping, _delivery = situations.a_shared_interview(koda)
        situations.a_permit(mapping.person, koda, until=timezone.now() - timedelta(seconds=1))
        everybody.append(mapping.person)
    return sorted(everybody, key=lambda someone: someone.pk)


def logged(caplog):
    return [JsonLine().format(record) for record in caplog.records if record.name == "brik.jobs"]


def test_those_behind_somebody_whose_end_cannot_be_written_down_are_reached(koda, caplog):
    first, broken, last = three_whose_time_is_out(koda)
    breaks_for("consent_step", "person_id", broken.pk)
    with pytest.raises(RuntimeError, match="failed for"):
        jobs.end_by_time.func(timestamp=0)
    assert set(Step.objects.filter(cause="expired").values_list("person", flat=True)) == {first.pk, last.pk}
    (line,) = logged(caplog)
    assert str(broken.pk) in line
    assert "Ola" not in line
    assert "01819012345" not in line


def test_what_had_begun_for_the_one_that_broke_is_undone(koda):
    _, broken, _ = three_whose_time_is_out(koda)
    breaks_for("sharing_delivery", "person_id", broken.pk)
    with pytest.raises(RuntimeError, match="failed for"):
        jobs.end_by_time.func(timestamp=0)
    assert not Step.objects.filter(person=broken, cause="expired").exists()
    assert Delivery.objects.get(person=broken).state == DeliveryState.QUEUED


def test_those_behind_somebody_whose_share_cannot_be_stopped_are_reached(koda, caplog, monkeypatch):
    monkeypatch.setattr(jobs, "BATCH", 2)
    first, broken, last = three_whose_time_is_out(koda)
    breaks_for("sharing_delivery", "person_id", broken.pk)
    with pytest.raises(RuntimeError, match="failed for"):
        jobs.reconcile_all.func(timestamp=0)
    stopped = Delivery.objects.filter(state=DeliveryState.CANCELLED).values_list("person", flat=True)
    assert set(stopped) == {first.pk, last.pk}
    assert len(logged(caplog)) == 1


def test_a_unit_whose_figures_cannot_be_counted_leaves_the_others_theirs(caplog):
    first, broken, last = (situations.a_unit(name) for name in ("Agder fengsel", "Bergen fengsel", "Oslo fengsel"))
    breaks_for("desk_weeklycount", "unit_id", broken.pk)
    with pytest.raises(RuntimeError, match="failed for"):
        desk.count_week(timestamp=0)
    monday = timezone.localdate(counts.last_monday())
    assert set(WeeklyCount.objects.filter(monday=monday).values_list("unit", flat=True)) == {first.pk, last.pk}
    (line,) = logged(caplog)
    assert f'"unit": {broken.pk},' in line


def test_a_database_that_has_gone_away_is_not_told_of_once_for_each_person(caplog, monkeypatch):
    monkeypatch.setattr(connection, "is_usable", lambda: False)
    tried = []

    def fail(item):
        tried.append(item)
        return 1 / 0

    with pytest.raises(ZeroDivisionError):
        periodic_work.each([1, 2], fail, task="test", named="unit")
    assert tried == [1]
    assert logged(caplog) == []


def test_periodic_work_that_broke_leaves_its_place_to_the_next_round():
    rounds = {name for name, _ in app.periodic_registry.periodic_tasks if not name.startswith("builtin")}
    assert rounds == {
        "apply_retention",
        "compare_clocks",
        "count_week",
        "end_by_time",
        "forget_expired",
        "forget_failures",
        "follow_all",
        "reconcile_all",
        "requeue_stalled",
        "restrict_ended",
        "take_effect",
        "wake_waiting",
    }
    assert {name: app.tasks[name].retry_strategy for name in rounds} == dict.fromkeys(rounds)
