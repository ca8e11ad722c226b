"""What has been kept as long as the consent texts say is destroyed in the night, and nothing else is."""

from datetime import datetime, timedelta
from io import StringIO

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from brik.arrivals.timeline.stay_effects import EffectKind, StayEffect
from brik.audit.actors import Process
from brik.audit.models import Event
from brik.audit.reasons import Reason
from brik.audit.verbs import Verb
from brik.definitions import retention_spans
from brik.definitions.retention_spans import Span, SpanStart, SpanUnit
from brik.definitions.strict_yaml import DefinitionError
from brik.mapping.models import InterviewState, Mapping
from brik.mapping.record import actions as interviews
from brik.mapping.record import reading, sections
from brik.people.models import Person, Stay
from brik.staff.models import Role, Staff
from brik.vault import keys
from brik.vault.models import CONSENT, DISCLOSURE, INTERVIEW, TALK, WITHDRAWAL, Key
from brik.vault.sealing import Shredded
from consent.models import Consent, Talk, TalkState
from consent.record import steps
from consent.record.document import opened
from followup.desk import checks, following, jobs, stay_changes
from followup.desk.models import LegalHold
from followup.desk.retention import actions, due_keys
from followup.sharing import jobs as sharing_jobs
from followup.sharing.models import Disclosure
from tests import situations
from tests.situations.interview import HOUSING

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_ring")]
INTAKE = Process("intake")
NIGHT = Process("worker")


class Clock:
    """The moment it is now, for everything that asks Django."""

    def __init__(self, monkeypatch):
        self.now = timezone.now()
        monkeypatch.setattr(timezone, "now", lambda: self.now)

    def pass_days(self, days):
        self.now += timedelta(days=days)


@pytest.fixture
def clock(monkeypatch):
    return Clock(monkeypatch)


@pytest.fixture(scope="module")
def people(module_db):
    """Somebody who has talked, been interviewed and shared with the case system; and somebody else like that."""
    situations.publish_texts()
    with keys.ring():
        return [a_talked_person() for _ in range(2)]


def a_talked_person() -> Person:
    by, someone = situations.a_mapper_and_a_person()
    situations.a_signed_consent(someone, by)
    mapping = interviews.begin(Mapping.objects.get(person=someone), by=by)
    sections.save_section(mapping, area="C", answers=situations.form_answers(**HOUSING), version=0, by=by)
    interviews.sign_off(mapping, by=by)
    return someone


def release(person):
    Stay.objects.filter(person=person).change(released_at=timezone.now())
    fresh = Person.objects.select_related("current_stay").get(pk=person.pk)
    stay_changes.end(StayEffect(fresh, EffectKind.RELEASED, fresh.current_stay.arrived_at), by=INTAKE)
    following.carry_out(person.pk, by=INTAKE)


def sweep():
    for job in (sharing_jobs.end_by_time, jobs.restrict_ended):
        job(0)


def destroyed(person) -> set[str]:
    """What of the person is destroyed."""
    return set(Key.objects.filter(person=person.pk, destroyed_at__isnull=False).values_list("keeping", flat=True))


def night() -> None:
    sweep()
    with keys.ring():
        jobs.apply_retention(0)


def printed(command: str, *args: str) -> str:
    out = StringIO()
    call_command(command, *args, stdout=out)
    return out.getvalue()


def two_for_insight():
    return [situations.an_account(Role.INSIGHT) for _ in range(2)]


def test_a_released_persons_interview_goes_after_six_months_and_the_proof_after_three_years(people, clock):
    someone, noise = people
    release(someone)
    clock.pass_days(14 + 175)
    night()
    assert destroyed(someone) == {TALK}
    clock.pass_days(15)
    night()
    assert destroyed(someone) == {TALK, INTERVIEW}
    clock.pass_days(3 * 365 - 204 + 85)
    night()
    assert destroyed(someone) == {TALK, INTERVIEW}
    clock.pass_days(15)
    night()
    assert destroyed(someone) == {TALK, INTERVIEW, CONSENT}
    assert destroyed(noise) == {TALK, INTERVIEW}  # its yes has run out meanwhile
    assert Person.objects.get(pk=someone.pk).name == someone.name


def test_what_was_taken_back_is_locked_at_once_and_gone_after_six_months(people, clock):
    someone, noise = people
    situations.a_withdrawal(someone, by=situations.an_account(at=someone.known_stay.unit))
    clock.pass_days(180)
    night()
    assert INTERVIEW not in destroyed(someone)
    clock.pass_days(6)
    night()
    assert destroyed(someone) == {TALK, INTERVIEW}
    assert destroyed(noise) == {TALK}
    clock.pass_days(3 * 366)
    night()
    assert destroyed(someone) == {TALK, INTERVIEW, CONSENT, WITHDRAWAL}


def test_what_was_shared_goes_three_years_after_the_interview_was_locked(clock):
    mapping, delivery = situations.a_shared_interview()
    situations.take_everything_back(mapping.person)
    clock.pass_days(3 * 365 - 2)
    night()
    assert INTERVIEW in destroyed(mapping.person)
    assert delivery.disclosure.payload.open()
    clock.pass_days(5)
    night()
    assert DISCLOSURE in destroyed(mapping.person)
    with keys.ring(), pytest.raises(Shredded):
        Disclosure.objects.get(pk=delivery.disclosure_id).payload.open()


def test_a_talk_that_is_not_finished_expires_and_can_be_begun_anew(people, clock):
    by, someone = situations.a_mapper_and_a_person()
    talk = situations.a_talk(someone, by, stop_before=steps.COMMON)
    clock.pass_days(29)
    night()
    assert (Talk.objects.get(pk=talk.pk).state, destroyed(someone)) == (TalkState.OPEN, set())
    clock.pass_days(2)
    night()
    assert (Talk.objects.get(pk=talk.pk).state, destroyed(someone)) == (TalkState.ABANDONED, {TALK})
    with keys.ring():
        assert situations.a_talk(someone, by).answers.open()


def test_what_still_stands_is_left_whatever_its_age(people, clock):
    """A yes that was said again before its end keeps the interview open, and so its key."""
    someone = people[0]
    by = situations.an_account(at=someone.known_stay.unit)
    for _ in range(4):
        clock.pass_days(300)
        with keys.ring():
            situations.a_signed_consent(someone, by)
        night()
    mapping = Mapping.objects.get(person=someone, state=InterviewState.FINAL)
    assert reading.opened(mapping)
    assert Key.objects.get(keeping=INTERVIEW, subject=mapping.pk).destroyed_at is None


def test_a_dry_run_prints_what_the_night_would_do_and_changes_nothing(people, clock):
    release(people[0])
    clock.pass_days(200)
    sweep()

    def everything():
        return [*Key.objects.order_by("pk").values()], Event.objects.count(), [*Talk.objects.values_list("state")]

    before = everything()
    said = printed("apply_retention", "--dry-run")
    assert "interview: 1 to destroy\n" in said
    assert "consent: 0 to destroy\n" in said
    assert everything() == before
    done, certificate = printed("apply_retention").split("certificate")
    assert done == said.replace("to destroy", "destroyed")
    assert "to destroy" not in done
    again = printed("apply_retention").split("certificate")[0]
    assert set(again.splitlines()) == {f"{k}: 0 destroyed" for k in retention_spans.retentions()}
    for person in people:
        assert person.name not in said
        assert str(person.pk) not in said + certificate


def test_each_destroyed_key_has_its_event_and_no_bytes_left(people, clock):
    release(people[0])
    clock.pass_days(200)
    night()
    gone = Key.objects.filter(destroyed_at__isnull=False)
    assert gone.count() >= 2
    for key in gone:
        assert bytes(key.wrapped) == b""
        event = Event.objects.get(verb=Verb.KEY_DESTROYED, object_id=str(key.pk))
        assert (event.subject, event.about) == (key.person, f"{key.keeping} {key.subject}")
    assert Event.objects.filter(verb=Verb.KEY_DESTROYED).count() == gone.count()


def test_what_stays_still_verifies_when_everything_due_is_destroyed(people, clock):
    today = clock.now
    for person in people:
        release(person)
    clock.pass_days(200)
    night()
    # The tests have partitions for the events of these months only.
    clock.now = today
    assert "Everything fits." in printed("verify_audit")
    printed("verify_consent")
    clock.pass_days(4 * 366)
    night()
    clock.now = today
    assert {INTERVIEW, CONSENT, TALK} <= destroyed(people[0])
    said = printed("verify_audit")
    assert "Everything fits." in said
    assert f"consent: {Consent.objects.count()} rows, 0 fields opened, {Consent.objects.count()} shredded" in said
    printed("verify_consent")


def test_the_proof_of_a_consent_verifies_when_its_interview_is_gone(people, clock):
    release(people[0])
    clock.pass_days(200)
    night()
    consent = Consent.objects.get(person=people[0])
    with keys.ring():
        assert opened(consent).content["outcome"] == consent.outcome
        assert consent.sheet.pdf.open()


def test_a_legal_hold_stops_it_and_its_end_lets_it_come(people, clock):
    someone, other = people
    for person in people:
        release(person)
    first, second = two_for_insight()
    hold = actions.place_hold(someone, why=Reason.COURT_CASE, by=first, confirmed_by=second)
    clock.pass_days(200)
    night()
    assert destroyed(someone) == set()
    assert INTERVIEW in destroyed(other)
    actions.end_hold(hold, why=Reason.CASE_CLOSED, by=second, confirmed_by=first)
    night()
    assert INTERVIEW in destroyed(someone)


def test_a_hold_counts_for_the_record_that_is_the_same_person(people, clock):
    someone, other = people
    release(someone)
    first, second = two_for_insight()
    Person.objects.filter(pk=someone.pk).change(merged_into=other)
    actions.place_hold(other, why=Reason.COMPLAINT, by=first, confirmed_by=second)
    clock.pass_days(200)
    night()
    assert destroyed(someone) == set()


def test_a_hold_takes_two_people_of_the_desk_for_insight(people):
    first, second = two_for_insight()
    officer, mapper = situations.an_account(Role.PRIVACY), situations.an_account()
    for by, confirmed_by in ((first, first), (first, officer), (mapper, first), (officer, second)):
        with pytest.raises(PermissionDenied):
            actions.place_hold(people[0], why=Reason.COURT_CASE, by=by, confirmed_by=confirmed_by)
    hold = actions.place_hold(people[0], why=Reason.COURT_CASE, by=first, confirmed_by=second)
    for by, confirmed_by in ((second, second), (second, mapper)):
        with pytest.raises(PermissionDenied):
            actions.end_hold(hold, why=Reason.MISTAKE, by=by, confirmed_by=confirmed_by)
    assert [*LegalHold.objects.standing()] == [hold]
    with pytest.raises(IntegrityError, match="takes_two"), transaction.atomic():
        LegalHold.objects.create(
            person=people[0], why="complaint", since=timezone.localdate(), asked_by=first, confirmed_by=first
        )


def test_a_hold_is_never_changed_or_taken_away(people):
    first, second = two_for_insight()
    hold = actions.place_hold(people[0], why=Reason.COURT_CASE, by=first, confirmed_by=second)
    actions.end_hold(hold, why=Reason.CASE_CLOSED, by=first, confirmed_by=second)
    for statement in (
        "UPDATE desk_legalhold SET since = '2030-01-01'",
        "DELETE FROM desk_legalholdend",
        "DELETE FROM desk_legalhold",
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_the_command_places_lists_and_ends_a_hold_with_two_passwords(people, monkeypatch):
    accounts = two_for_insight()
    for number, account in enumerate(accounts):
        account.set_password(f"passord-{number}-langt")
        account.password_by_other = False
        account.save()
    typed = {f"Password of {account.username}: ": f"passord-{n}-langt" for n, account in enumerate(accounts)}
    monkeypatch.setattr("followup.desk.management.commands.legal_hold.getpass", typed.__getitem__)
    names = [account.username for account in accounts]
    said = printed("legal_hold", "place", str(people[0].pk), "court_case", *names)
    hold = LegalHold.objects.get()
    assert str(hold.pk) in said
    assert f"{hold.pk}: {people[0].pk}, court_case, from {timezone.localdate()}" in printed("legal_hold", "list")
    with pytest.raises(CommandError, match="two different people"):
        printed("legal_hold", "end", str(hold.pk), "mistake", names[0], names[0])
    typed[f"Password of {names[1]}: "] = "feil"
    with pytest.raises(CommandError, match="password is wrong"):
        printed("legal_hold", "end", str(hold.pk), "mistake", *names)
    typed[f"Password of {names[1]}: "] = "passord-1-langt"
    Staff.objects.filter(pk=accounts[1].pk).change(password_by_other=True)
    with pytest.raises(CommandError, match="set by somebody else"):
        printed("legal_hold", "end", str(hold.pk), "mistake", *names)
    Staff.objects.filter(pk=accounts[1].pk).change(password_by_other=False)
    printed("legal_hold", "end", str(hold.pk), "mistake", *names)
    assert printed("legal_hold", "list") == ""


def test_a_page_of_what_is_destroyed_says_so_and_is_no_alarm(people, clock, client):
    someone, today = people[0], clock.now
    release(someone)
    clock.pass_days(200)
    night()
    clock.now = today
    insight = situations.an_account(Role.INSIGHT)
    client.force_login(insight)
    pk = Mapping.objects.get(person=someone).pk
    alarms = Event.objects.filter(verb=Verb.INTEGRITY_BROKEN)
    assert client.get(reverse("mapping:read", args=[pk])).status_code == 200
    page = client.post(reverse("mapping:read", args=[pk]), {"reason": "Krav om innsyn"}, follow=True)
    assert page.status_code == 410
    assert "Dette er slettet" in page.content.decode()
    assert not alarms.exists()


def test_a_wrong_file_of_spans_is_refused_with_its_line(tmp_path):
    good = (retention_spans.FOLDER / "interview.yaml").read_text(encoding="utf-8")
    for before, after, reason in (
        ("months: 6", "months: 7", "does not say 7"),
        ("months: 6", "months: 0", "longer than nothing"),
        ("months: 6", "months: 6, days: 6", "one of them"),
        ("months: 6, ", "", "one of them"),
        ("days: 14", "days: 15", "does not say 15"),
        ("days: 90", "days: 91", "does not say 91"),
        ("after: locked}", "after: whenever}", "one of release"),
        ("keeping: interview", "keeping: intervju", "called after its keeping"),
        ("  nn:", "  nx:", "unknown key"),
    ):
        assert before in good
        (tmp_path / "interview.yaml").write_text(good.replace(before, after, 1), encoding="utf-8")
        with pytest.raises(DefinitionError, match=reason):
            retention_spans.read(tmp_path)


def test_a_span_without_its_sentence_in_the_texts_stops_the_start(tmp_path, monkeypatch):
    assert checks.every_span_is_promised(None) == []
    assert checks.every_keeping_has_a_span_or_a_reason(None) == []
    for path in retention_spans.FOLDER.glob("*.yaml"):
        (tmp_path / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    changed = (tmp_path / "talk.yaml").read_text(encoding="utf-8").replace("30", "31")
    (tmp_path / "talk.yaml").write_text(changed, encoding="utf-8")
    monkeypatch.setattr(checks, "retentions", lambda: retention_spans.read(tmp_path))
    errors = checks.every_span_is_promised(None)
    assert {error.id for error in errors} == {"desk.E009"}
    assert len(errors) == 8
    assert any("domfelt-nb-2026.4.yaml does not say how long talk is kept" in error.msg for error in errors)


def test_a_keeping_without_a_span_or_with_a_moment_it_does_not_have_stops_the_start(tmp_path, monkeypatch):
    for path in retention_spans.FOLDER.glob("*.yaml"):
        (tmp_path / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "consent.yaml").unlink()
    talk = (tmp_path / "talk.yaml").read_text(encoding="utf-8").replace("after: began", "after: locked")
    (tmp_path / "talk.yaml").write_text(talk, encoding="utf-8")
    monkeypatch.setattr(checks, "retentions", lambda: retention_spans.read(tmp_path))
    assert {error.id for error in checks.every_keeping_has_a_span_or_a_reason(None)} == {"desk.E007", "desk.E008"}


def test_an_interview_that_nothing_closes_inside_stops_the_start(tmp_path, monkeypatch):
    for path in retention_spans.FOLDER.glob("*.yaml"):
        (tmp_path / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.setattr(checks, "retentions", lambda: retention_spans.read(tmp_path))
    restrict = "restrict:\n  - {days: 14, after: consent_end}\n  - {days: 90, after: unfinished}\n"
    for name, before, after in (
        ("interview", restrict, ""),
        ("interview", "  - {days: 90, after: unfinished}\n", ""),
        ("consent", "destroy:", "restrict:\n  - {years: 3, after: consent_end}\ndestroy:"),
    ):
        path = tmp_path / f"{name}.yaml"
        good = path.read_text(encoding="utf-8")
        assert before in good
        path.write_text(good.replace(before, after), encoding="utf-8")
        assert [error.id for error in checks.every_keeping_has_a_span_or_a_reason(None)] == ["desk.E010"]
        path.write_text(good, encoding="utf-8")
    assert checks.every_keeping_has_a_span_or_a_reason(None) == []


def test_a_slip_whose_page_does_not_say_how_long_it_is_kept_stops_the_start(tmp_path, monkeypatch):
    for path in retention_spans.FOLDER.glob("*.yaml"):
        (tmp_path / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    changed = (tmp_path / "shared_row.yaml").read_text(encoding="utf-8").replace("90", "60")
    (tmp_path / "shared_row.yaml").write_text(changed, encoding="utf-8")
    monkeypatch.setattr(checks, "retentions", lambda: retention_spans.read(tmp_path))
    assert [error.id for error in checks.every_span_is_promised(None)] == ["desk.E011"] * 4


@pytest.mark.parametrize("keeping", [INTERVIEW, CONSENT, DISCLOSURE])
def test_a_span_from_the_release_counts_while_the_person_is_not_back(keeping, clock):
    mapping, _ = situations.a_shared_interview()
    rows = due_keys.STARTS[keeping][SpanStart.RELEASE]
    assert not rows(clock.now).exists()
    Stay.objects.filter(person=mapping.person).change(released_at=clock.now)
    assert rows(clock.now).exists()
    assert not rows(clock.now - timedelta(days=1)).exists()
    Stay.objects.filter(person=mapping.person).change(released_at=None)
    assert not rows(clock.now).exists()


def test_months_and_years_are_those_of_the_calendar():
    at = datetime(2028, 8, 31, 12, tzinfo=timezone.get_default_timezone())
    assert Span(6, SpanUnit.MONTHS, SpanStart.LOCKED).began_by(at).date().isoformat() == "2028-02-29"
    assert Span(3, SpanUnit.YEARS, SpanStart.LOCKED).began_by(at).date().isoformat() == "2025-08-31"
    assert Span(30, SpanUnit.DAYS, SpanStart.BEGAN).began_by(at).date().isoformat() == "2028-08-01"
    assert Span(6, SpanUnit.MONTHS, SpanStart.LOCKED).ends(at).date().isoformat() == "2029-02-28"
    assert Span(14, SpanUnit.DAYS, SpanStart.CONSENT_END).ends(at).date().isoformat() == "2028-09-14"
