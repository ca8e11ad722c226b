"""What is late is late everywhere: worklist, notice, the person's page, queue_status, the officer's page."""

import uuid
from collections import Counter
from contextlib import suppress
from datetime import timedelta
from io import StringIO

import pytest
from django.conf import settings as house_settings
from django.core.management import CommandError, call_command
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from brik.pages.refusal import Refused
from brik.people.protection import AddressGrade
from brik.staff.models import Channel, Post, Role
from consent.models import Withdrawal, WithdrawalSaid
from consent.record.withdrawal import actions as withdrawals
from followup.desk import actions as desk
from followup.desk.privacy import search as privacy
from followup.desk.worklist.filters import Narrowing
from followup.desk.worklist.late_people import late_people
from followup.desk.worklist.people_order import people
from followup.desk.worklist.rows import FollowUp, rows
from followup.sharing import actions
from followup.sharing.delivery import late_spans, lateness, receipts, sending
from followup.sharing.delivery.late_spans import LateKind, LateReader, spans
from followup.sharing.disclosure.states import ReceiptStatus
from followup.sharing.jobs import WORKER
from followup.sharing.models import Delivery, DeliveryKind, DeliveryState, DisposalNotice, PartnerAnswerKind
from followup.sharing.pages.overview import for_person
from tests import situations
from tests.examples import tries
from tests.sharing.receipts import post, receipt

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_ring")]


class Clock:
    """The house's time, moved on by a test."""

    def __init__(self, monkeypatch):
        self.moved, now = timedelta(), timezone.now
        monkeypatch.setattr(timezone, "now", lambda: now() + self.moved)

    def wait(self, **ago):
        self.moved += timedelta(**ago)


@pytest.fixture
def clock(monkeypatch):
    return Clock(monkeypatch)


def queue_status():
    """What the monitor reads, and the sentences it ends with."""
    out = StringIO()
    try:
        call_command("queue_status", stdout=out)
    except CommandError as error:
        return dict(line.split(": ") for line in out.getvalue().splitlines()), str(error)
    return dict(line.split(": ") for line in out.getvalue().splitlines()), ""


def counts_in(lines):
    """How many are late of each kind, as the monitor reads it."""
    numbers = {kind: int(lines[f"late, {kind.value.replace('_', ' ')}"].partition(",")[0]) for kind in LateKind}
    return Counter({kind: number for kind, number in numbers.items() if number})


def listed(user):
    narrowing = Narrowing.read({"frist": "forsinket"}, user)
    return list(people(user, narrowing)) if narrowing.when else []


def take(delivery, status):
    """A receipt comes from the recipient's system."""
    content = receipts.ReceiptContent(
        message_id=str(uuid.uuid4()),
        about=str(delivery.message_id),
        status=status,
        words={"description": "", "case": ""},
        payload=uuid.uuid4().bytes,
    )
    receipts.take(content, delivery=delivery, by=situations.DESK)


def attempt(delivery, status=None):
    """The worker sends; the recipient's system answers ``status``, or nothing."""
    Delivery.objects.change(due_at=None)
    outgoing = sending.begin(delivery.person_id, delivery.organisation_id, by=WORKER)
    if outgoing is not None:
        if status is not None:
            take(Delivery.objects.get(pk=outgoing.delivery), status)
        sending.end(outgoing, answer=None, detail="no answer", by=WORKER)


def told_of(person, mapper):
    """Every place that tells a mapper of lateness, and whether it does now."""
    overview = for_person(person, mapper)
    return {
        "row": rows([person.pk], mapper)[0].follow_up is FollowUp.LATE,
        "list": person in listed(mapper),
        "notice": [unit.number for unit in late_people(mapper)] == [1],
        "page": bool(overview.late or any(row.late for row in overview.rows)),
    }


EVERYWHERE = dict.fromkeys(("row", "list", "notice", "page"), True)
NOWHERE = dict.fromkeys(EVERYWHERE, False)


# --- Any history ---


def expected(at, reader):
    """What is late, from the rows one by one, by the rules as they are written in ``fixtures/late.yaml``."""
    waited = [
        *(as_delivery(delivery) for delivery in Delivery.objects.select_related("organisation", "disclosure")),
        *(as_withdrawal(withdrawal, at, reader) for withdrawal in Withdrawal.objects.all()),
    ]
    found = Counter(kind for kind, since in waited if kind and since < at - spans()[kind].of(reader))
    days = spans()[LateKind.DISPOSAL_UNANSWERED].of(reader)
    for notice in DisposalNotice.objects.all():
        found[LateKind.DISPOSAL_UNANSWERED] += notice.answered is None and notice.answer_by < (at - days).date()
    return +found


def as_delivery(delivery):
    if delivery.kind == DeliveryKind.RETRACTION:
        return {
            "FEILET": (LateKind.RETRACTION_FAILED, delivery.state_at),
            "KOE": (LateKind.RETRACTION_WAITING, delivery.created_at),
            "FORSOEKT": (LateKind.RETRACTION_WAITING, delivery.created_at),
            "UNDER_MOTTAK": (LateKind.RETRACTION_UNCONFIRMED, delivery.created_at),
            "MOTTATT": (None, None),
        }[delivery.state]
    kind = share_as(delivery)
    return kind, delivery.created_at if delivery.state == "FORSOEKT" else delivery.state_at


def share_as(share):
    others = Delivery.objects.filter(person=share.person_id, organisation=share.organisation_id, kind="DELING")
    newer = any(row.pk > share.pk and row.state not in ("STANSET", "FEILET") for row in others)
    behind = any(row.pk < share.pk and row.state == "PARKERT" for row in others)
    received = share.receipts.filter(status="MOTTATT").exists()
    silent = share.organisation.channel == Channel.INBOX and not share.disclosure.answers.exists()
    return {
        "KOE": None if behind else LateKind.SHARE_WAITING,
        "FORSOEKT": None if behind else LateKind.SHARE_WAITING,
        "PARKERT": LateKind.SHARE_PARKED,
        "UNDER_MOTTAK": None if newer else LateKind.SHARE_UNDER_RECEIPT,
        "FEILET": None if newer else LateKind.FAILED_AFTER_RECEIPT if received else LateKind.SHARE_FAILED,
        "MOTTATT": LateKind.REPLY_OUTSTANDING if silent and not newer else None,
    }.get(share.state)


def as_withdrawal(withdrawal, at, reader):
    heard = getattr(withdrawal, "hearing", None)
    told = withdrawal.said == WithdrawalSaid.TOLD and heard is None
    begun = heard.recorded_at if heard else withdrawal.recorded_at
    begun += timedelta(hours=house_settings.WITHDRAWAL_HEARD_HOURS if told else 0)
    if not hasattr(withdrawal, "receipt") and begun < at - spans()[LateKind.WITHDRAWAL_UNFINISHED].of(reader):
        return LateKind.WITHDRAWAL_UNFINISHED, begun
    return LateKind.WITHDRAWAL_UNHEARD if told else None, begun


class History:
    """Everything that can happen to what is shared about one person, with a system and with an inbox."""

    def __init__(self, clock, koda, nav, mapper, mapping):
        self.clock, self.koda, self.nav, self.mapper, self.mapping = clock, koda, nav, mapper, mapping
        self.person = mapping.person
        self.partner = situations.an_account(Role.PARTNER, organisation=nav)

    def newest(self, organisation):
        return Delivery.objects.filter(person=self.person, organisation=organisation).order_by("-pk").first()

    def press(self, action):
        delivery = self.newest(self.koda)
        if delivery is not None:
            with suppress(Refused):
                action(delivery, by=self.mapper)

    def wait(self, hours):
        self.clock.wait(hours=hours)

    def share(self, inbox):
        with suppress(Refused):
            actions.share(self.mapping, organisation=self.nav if inbox else self.koda, by=self.mapper)

    def attempt(self, status):
        delivery = self.newest(self.koda)
        if delivery is not None:
            attempt(delivery, status)

    def receipt(self, status):
        delivery = self.newest(self.koda)
        if delivery is not None and delivery.attempts_made:
            take(delivery, status)

    def park(self, _):
        self.press(actions.park)

    def resume(self, _):
        self.press(actions.resume)

    def resend(self, _):
        self.press(actions.resend)

    def answer(self, _):
        delivery = self.newest(self.nav)
        if delivery is not None:
            with suppress(Refused):
                actions.answer(delivery.disclosure, kind=PartnerAnswerKind.RECEIVED, by=self.partner)

    def withdraw(self, said):
        desk.withdraw(self.person, what=["alt"], said_at=timezone.now(), said=said, by=self.mapper)

    def follow(self, _):
        situations.carry_out(self.person)

    def hear(self, _):
        for withdrawal in withdrawals.told_of(self.person):
            withdrawals.hear(withdrawal, by=self.mapper)


NOTHING = st.just(None)
STEPS = st.one_of(
    st.tuples(st.just("wait"), st.sampled_from([0.5, 2, 25, 80, 170, 400, 1500])),
    st.tuples(st.just("share"), st.booleans()),
    st.tuples(st.just("attempt"), st.sampled_from([None, *ReceiptStatus])),
    st.tuples(st.just("receipt"), st.sampled_from(ReceiptStatus)),
    st.tuples(st.sampled_from(["park", "resume", "resend", "answer", "follow", "hear"]), NOTHING),
    st.tuples(st.just("withdraw"), st.sampled_from([WithdrawalSaid.HERE, WithdrawalSaid.TOLD])),
)


@pytest.fixture
def history(clock, koda, nav):
    """Shared with both, not yet sent."""
    mapper = situations.an_account()
    mapping, _ = situations.a_shared_interview(koda, by=mapper)
    situations.a_permit(mapping.person, koda, nav)
    history = History(clock, koda, nav, mapper, mapping)
    history.share(True)
    return history


@settings(
    max_examples=tries(25),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@example(steps=[("withdraw", WithdrawalSaid.HERE), ("follow", None), ("wait", 80)])
@example(steps=[("withdraw", WithdrawalSaid.TOLD), ("wait", 80), ("hear", None), ("follow", None), ("wait", 25)])
@given(steps=st.lists(STEPS, max_size=10))
def test_whatever_has_happened_every_place_says_the_same_of_what_is_late(history, steps):
    stranger = situations.an_account(at=situations.a_unit("Agder fengsel"))
    officer = situations.an_account(Role.PRIVACY)
    moved = history.clock.moved
    with transaction.atomic():
        for name, with_what in [*steps, ("wait", 0)]:
            getattr(history, name)(with_what)
            late = expected(timezone.now(), LateReader.HOUSE)
            lines, sentences = queue_status()
            assert counts_in(lines) == late
            assert told_of(history.person, history.mapper) == (EVERYWHERE if late else NOWHERE)
            assert sum(late.values()) == len(lateness.about(history.person))
            assert (listed(stranger), late_people(stranger)) == ([], [])
            shown = Counter({count.kind: count.number for count in privacy.late(officer)})
            assert shown == expected(timezone.now(), LateReader.OFFICER)
            alarms = {kind for kind in late if spans()[kind].alarms}
            assert {kind for kind in LateKind if f"Late: {kind.value.replace('_', ' ')}." in sentences} == alarms
        transaction.set_rollback(True)
    history.clock.moved = moved


# --- The cases by name ---


def test_a_retraction_that_is_never_confirmed_alarms_the_mapper_the_operator_and_then_the_officer(
    history, clock, client
):
    attempt(history.newest(history.koda), ReceiptStatus.RECEIVED)
    situations.take_everything_back(history.person)
    attempt(history.newest(history.koda), ReceiptStatus.UNDER_RECEIPT)
    situations.carry_out(history.person)
    assert told_of(history.person, history.mapper) == NOWHERE
    clock.wait(days=4)
    assert told_of(history.person, history.mapper) == EVERYWHERE
    assert "Late: retraction unconfirmed." in queue_status()[1]
    officer = situations.an_account(Role.PRIVACY)
    assert not privacy.late(officer)
    clock.wait(days=56)
    client.force_login(officer)
    page = client.get(reverse("desk:events")).content.decode()
    assert "Mottakeren har ikke bekreftet tilbaketrekkingen: 1, eldste fra" in page
    assert str(history.person.pk) not in page.split("<form", 1)[0]


def test_sending_a_retraction_again_does_not_make_it_less_late(history, clock):
    attempt(history.newest(history.koda), ReceiptStatus.RECEIVED)
    situations.take_everything_back(history.person)
    attempt(history.newest(history.koda), ReceiptStatus.UNDER_RECEIPT)
    clock.wait(days=4)
    actions.resend(history.newest(history.koda), by=history.mapper)
    attempt(history.newest(history.koda), ReceiptStatus.UNDER_RECEIPT)
    assert counts_in(queue_status()[0])[LateKind.RETRACTION_UNCONFIRMED] == 1


def test_a_failure_told_after_a_positive_receipt_turns_it_to_failed_and_alarms_at_once(history, client, counterpart):
    share = history.newest(history.koda)
    attempt(share, ReceiptStatus.RECEIVED)
    assert told_of(history.person, history.mapper) == NOWHERE
    assert post(client, receipt(counterpart.key, share, ReceiptStatus.RECEIVER_FAILED)).status_code == 200
    share.refresh_from_db()
    assert share.state == DeliveryState.FAILED
    assert told_of(history.person, history.mapper) == EVERYWHERE
    assert "Late: failed after receipt." in queue_status()[1]
    take(share, ReceiptStatus.RECEIVED)
    assert told_of(history.person, history.mapper) == NOWHERE


def test_a_failure_told_after_a_confirmed_retraction_makes_the_share_be_retracted_still(history):
    share = history.newest(history.koda)
    attempt(share, ReceiptStatus.RECEIVED)
    situations.take_everything_back(history.person)
    attempt(share, ReceiptStatus.RECEIVED)
    share.refresh_from_db()
    assert share.state == DeliveryState.RETRACTED
    take(history.newest(history.koda), ReceiptStatus.RECEIVER_FAILED)
    share.refresh_from_db()
    assert share.state == DeliveryState.RETRACTING
    assert "Late: retraction failed." in queue_status()[1]
    actions.resend(history.newest(history.koda), by=history.mapper)
    attempt(share, ReceiptStatus.RECEIVED)
    share.refresh_from_db()
    assert share.state == DeliveryState.RETRACTED


def test_a_failure_that_something_newer_has_replaced_is_neither_late_nor_to_be_followed_up(history, clock):
    attempt(history.newest(history.koda), ReceiptStatus.SENDER_INCOMPLETE)
    assert rows([history.person.pk], history.mapper)[0].follow_up is FollowUp.STUCK
    clock.wait(days=2)
    assert rows([history.person.pk], history.mapper)[0].follow_up is FollowUp.LATE
    history.share(False)
    attempt(history.newest(history.koda), ReceiptStatus.RECEIVED)
    assert rows([history.person.pk], history.mapper)[0].follow_up is None


def test_the_page_says_what_is_late_and_since_when(history, clock, client):
    clock.wait(hours=2)
    client.force_login(history.mapper)
    page = client.get(reverse("sharing:deliveries", args=[history.person.pk])).content.decode()
    assert "Delingen er ikke kommet fram. Ventet siden" in page
    worklist = client.get(reverse("desk:worklist")).content.decode()
    assert "Noe er forsinket hos 1 person." in worklist
    assert "frist=forsinket" in worklist


def test_whom_to_ask_stands_at_what_is_late_but_not_for_a_graded_address(history, clock, client):
    contact = history.koda.contact
    page = reverse("sharing:deliveries", args=[history.person.pk])
    client.force_login(history.mapper)
    assert contact not in client.get(page).content.decode()
    clock.wait(hours=2)
    assert contact in client.get(page).content.decode()
    situations.protect(history.person, grade=AddressGrade.STRICTLY, by=history.mapper)
    graded = client.get(page).content.decode()
    assert "Ventet siden" in graded
    assert contact not in graded


def test_the_preview_says_how_long_the_recipient_keeps_it_and_whom_to_call(history, client):
    client.force_login(history.mapper)
    page = reverse("sharing:preview", args=[history.mapping.pk, history.nav.pk])
    shown = client.get(page).content.decode()
    assert "Antall måneder: 6." in shown
    assert f"Kontakt når noe trekkes tilbake: {history.nav.contact}." in shown
    situations.protect(history.person, grade=AddressGrade.STRICTLY, by=history.mapper)
    assert history.nav.contact not in client.get(page).content.decode()


@pytest.mark.parametrize("role", [Role.CONTACT_OFFICER, Role.LEADER, Role.DECIDER])
def test_nobody_who_may_not_see_deliveries_is_told_that_something_is_late(history, clock, client, role):
    clock.wait(hours=2)
    client.force_login(situations.an_account(role, at=history.person.known_stay.unit))
    pages = [client.get(reverse("desk:worklist"), filters).content.decode() for filters in ({}, {"frist": "forsinket"})]
    assert all("Forsinket" not in page and "Noe er forsinket" not in page for page in pages)
    assert all(reverse("desk:person", args=[history.person.pk]) in page for page in pages)


def test_whoever_maps_in_one_unit_and_leads_another_is_told_of_the_first_only(history, clock):
    clock.wait(hours=2)
    unit = history.person.known_stay.unit
    both = situations.an_account(at=situations.a_unit("Agder fengsel"))
    Post.objects.create(staff=both, role=Role.LEADER, unit=unit, since=timezone.localdate() - timedelta(days=9))
    assert late_people(both) == []
    assert [late.unit_id for late in late_people(history.mapper)] == [unit.pk]


def test_somebody_who_has_left_is_listed_while_a_retraction_is_late(history, clock):
    attempt(history.newest(history.koda), ReceiptStatus.RECEIVED)
    situations.take_everything_back(history.person)
    clock.wait(days=4)
    stay = history.person.known_stay
    type(stay).objects.filter(pk=stay.pk).change(released_at=timezone.now() - timedelta(hours=1))
    assert history.person in listed(history.mapper)


@pytest.mark.parametrize(("released", "late"), [(timedelta(days=30), True), (timedelta(hours=-1), False)])
def test_whoever_is_still_here_is_waited_for_though_a_release_is_told_ahead(history, clock, released, late):
    situations.a_withdrawal(history.person, said=WithdrawalSaid.TOLD, by=history.mapper)
    clock.wait(hours=house_settings.WITHDRAWAL_HEARD_HOURS, minutes=30)
    stay = history.person.known_stay
    type(stay).objects.filter(pk=stay.pk).change(released_at=timezone.now() + released)
    assert (LateKind.WITHDRAWAL_UNHEARD in counts_in(queue_status()[0])) is late


def test_a_job_that_does_not_come_to_an_end_alarms_the_operator(history, clock):
    jobs_made = queue_status()[0]["jobs that do not end"]
    assert jobs_made == "0"
    clock.wait(hours=2)
    assert queue_status()[0]["jobs that do not end"] != "0"
    assert "Jobs do not come to an end" in queue_status()[1]


@pytest.mark.parametrize(
    ("taken", "given"),
    [
        ("share_parked: ", "share_forgotten: "),
        ("officer_after: 240", "officer_after: 72"),
        ("{after: 1, officer_after: 72", "{after: -1, officer_after: 72"),
        ("disposal_unanswered:    {", "disposal_unanswered:    {after: 5, "),
    ],
)
def test_a_file_of_spans_that_lacks_something_stops_the_start(tmp_path, monkeypatch, taken, given):
    text = late_spans.PATH.read_text()
    assert taken in text
    (tmp_path / "late.yaml").write_text(text.replace(taken, given))
    monkeypatch.setattr(late_spans, "PATH", tmp_path / "late.yaml")
    late_spans.spans.cache_clear()
    try:
        with pytest.raises(CommandError, match=r"late\.yaml"):
            call_command("check")
    finally:
        monkeypatch.undo()
        late_spans.spans.cache_clear()
