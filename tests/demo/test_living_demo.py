"""The demonstration is alive: real processes that start, look after each other and end; people in every state."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from io import StringIO

import psutil
import pytest
import requests
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from brik.arrivals.models import Message
from brik.mapping.models import Mapping
from brik.people.models import Person
from brik.staff.models import Unit
from consent.models import Consent, Talk, Withdrawal
from followup.demo import clock, register
from followup.desk.figures import counts
from followup.desk.models import RetentionNight
from followup.sharing.models import Delivery, PartnerAnswer

# On a Monday the figures are of this very midnight; on a Sunday they are almost a week old.
MONDAY, SUNDAY = 0, 6

ISSUED = [
    "kartlegger.oslo",
    "kartlegger2.oslo",
    "kartlegger.agder",
    "kontakt.oslo",
    "koordinator.oslo",
    "sosial.oslo",
    "barneansvarlig.oslo",
    "vaktleder.oslo",
    "leder.oslo",
    "beslutter.oslo",
    "nav.oslo",
    "navkommune.oslo",
    "helse.oslo",
    "skole.oslo",
    "friomsorg.oslo",
    "innsyn",
    "personvern",
    "system",
    "system2",
]


@pytest.mark.django_db
@pytest.mark.proof
def test_sixty_people_and_a_talk_in_every_state_between_the_arrival_and_now():
    call_command("load_demo", stdout=StringIO())
    assert 55 <= Person.objects.count() <= 65
    assert Talk.objects.filter(state="AAPEN").exists()
    assert {"NEI", "UTSATT", "DELVIS_GITT"} <= set(Consent.objects.values_list("outcome", flat=True))
    assert {"KLAR", "UTKAST", "FERDIG", "SPERRET"} <= set(Mapping.objects.values_list("state", flat=True))
    assert {"KOE", "MOTTATT", "PARKERT", "TRUKKET"} <= set(Delivery.objects.values_list("state", flat=True))
    assert set(PartnerAnswer.objects.values_list("kind", flat=True)) == {"MOTTATT", "TAR_KONTAKT", "KAN_IKKE"}
    assert set(Withdrawal.objects.values_list("whole", flat=True)) == {True, False}
    assert Consent.objects.filter(kind="VARETEKT").exists()
    assert Message.objects.parked().count() == 1
    talks = Talk.objects.select_related("person__current_stay")
    assert all(talk.person.current_stay.arrived_at < talk.started_at < timezone.now() for talk in talks)
    assert len({timezone.localdate(talk.started_at) for talk in talks}) > 3
    assert call_command("verify_consent", stdout=StringIO()) is None
    assert call_command("verify_audit", stdout=StringIO()) is None
    before = Person.objects.count()
    call_command("load_demo", stdout=StringIO())
    assert Person.objects.count() == before


@pytest.mark.django_db
@pytest.mark.proof
@pytest.mark.usefixtures("key_ring")
@pytest.mark.parametrize("weekday", [MONDAY, SUNDAY])
def test_a_leader_sees_figures_on_the_first_day_and_the_areas_once_twenty_were_offered(weekday):
    today = timezone.localdate()
    with clock.days_ago((today.weekday() - weekday) % 7):
        call_command("load_demo", stdout=StringIO())
        [convicted, _] = counts.of(Unit.objects.get(number="0501"), counts.last_monday())
        assert timezone.localdate().weekday() == weekday
    assert convicted.present >= 10
    assert convicted.offered.parts is not None
    # Those who came last have been offered a talk by a Monday, and not yet the Monday before a Sunday.
    shown = [bar.label for bar in convicted.areas if bar.parts is not None]
    assert len(shown) == (len(convicted.areas) if weekday == MONDAY else 0)


@pytest.mark.django_db
@pytest.mark.proof
def test_a_night_destroys_what_has_lain_long_enough_and_signs_how_much():
    call_command("load_demo", stdout=StringIO())

    def retention(*args: str) -> list[str]:
        call_command("apply_retention", *args, stdout=(out := StringIO()))
        return out.getvalue().splitlines()

    due = retention("--dry-run")
    assert {"interview: 1 to destroy", "talk: 1 to destroy", "consent: 0 to destroy"} <= set(due)
    *destroyed, certificate = retention()
    assert destroyed == [line.replace("to destroy", "destroyed") for line in due]
    assert set(RetentionNight.objects.get().numbers["destroyed"].values()) == {0, 1}
    assert all(person.name not in certificate for person in Person.objects.all())
    assert retention("--prove")[-1].endswith(": proved")
    assert call_command("verify_audit", stdout=StringIO()) is None
    assert call_command("verify_rows", stdout=StringIO()) is None


def test_the_accounts_are_those_that_were_promised():
    assert [username for username, _ in register.accounts()] == ISSUED


@pytest.fixture
def demo(tmp_path):
    """A demonstration of its own: port, data, keys."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        **{name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "DJANGO_SETTINGS_MODULE"}},
        "BRIK_DEMO": "1",
        "PORT": str(port),
        "DATA_DIR": str(tmp_path / "data"),
        "KEY_DIR": str(tmp_path / "keys"),
        "BRIK_DEMO_PASSWORD": "et-passord-for-demo",
    }
    started: list[subprocess.Popen[str]] = []

    def start() -> subprocess.Popen[str]:
        command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "demo"]
        process = subprocess.Popen(
            command,
            env=environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        started.append(process)
        return process

    yield start, port, tmp_path
    for process in started:
        if process.poll() is None:
            process.terminate()
        process.wait(40)
        process.stdout.close()


def until(process: subprocess.Popen[str], words: str) -> str:
    """What it says, up to these words."""
    said = ""
    for line in process.stdout:
        said += line
        if words in line:
            return said
    raise AssertionError(said)


def ours(folder) -> list[psutil.Process]:
    """Every process that lives in this demonstration's folder, or was told its port."""
    found = []
    for process in psutil.process_iter():
        try:
            if str(folder) in " ".join(process.cmdline() + list(process.environ().values())):
                found.append(process)
        except (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess):
            continue
    return found


@pytest.mark.processes
@pytest.mark.proof
def test_one_command_starts_everything_and_ends_everything(demo):
    start, port, folder = demo
    process = start()
    said = until(process, "Password for all")
    assert "et-passord-for-demo" in said
    assert all(re.search(rf"^ +{re.escape(username)} ", said, re.MULTILINE) for username in ISSUED)
    assert requests.get(f"http://127.0.0.1:{port}/logg-inn/", timeout=30).status_code == 200

    second = start()
    assert second.wait(60) == 1
    assert "is taken" in second.stdout.read()

    worker = next(child for child in psutil.Process(process.pid).children() if "worker" in child.cmdline())
    worker.kill()
    until(process, "The process worker stopped")

    process.send_signal(signal.SIGTERM)
    process.wait(40)
    deadline = time.monotonic() + 15
    while ours(folder) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert [left.name() for left in ours(folder)] == []

    again = start()
    began = time.monotonic()
    assert "about sixty made-up people" not in until(again, "Password for all")
    assert time.monotonic() - began < 120
