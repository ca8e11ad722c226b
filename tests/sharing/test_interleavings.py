"""Whatever the order of sharing, sending, receipts, expiry, correction and withdrawal: the rules hold."""

import uuid
from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from brik.mapping.questionnaire.themes import Theme
from brik.mapping.record import actions as interview
from brik.mapping.record import lifecycle
from brik.pages.refusal import Refused
from brik.staff.models import Role
from brik.vault.canonical import canonical
from consent.models import ConsentState as ConsentState
from consent.models import Step
from consent.record.covers import covers
from followup.demo.counterpart import behaviour as does
from followup.demo.counterpart.behaviour import Mode
from followup.sharing import actions
from followup.sharing.delivery import receipts, sending
from followup.sharing.disclosure.states import ReceiptStatus
from followup.sharing.jobs import WORKER
from followup.sharing.models import Delivery, DeliveryKind, DeliveryState
from followup.sharing.wire import message_schemas, signing
from tests import factories
from tests.sharing import shares

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_ring")]

MODES = [Mode(), Mode(does.SILENT, times=1), Mode(does.FAILING, times=1)] + [
    Mode(does.STATUS, status=status, times=1) for status in ReceiptStatus
]
STEPS = st.one_of(
    st.sampled_from(["share", "consent", "withdraw", "expire", "correct", "crash", "park", "resume", "resend"]).map(
        lambda name: (name, None)
    ),
    st.tuples(st.just("send"), st.sampled_from(MODES)),
    st.tuples(st.just("receipt"), st.sampled_from(ReceiptStatus)),
)


class Story:
    """One person, one recipient, and everything that can happen between them."""

    def __init__(self, counterpart, koda):
        self.counterpart, self.koda = counterpart, koda
        self.mapper = factories.staff(Role.MAPPER)
        self.mapping = shares.mapped(self.mapper)
        self.person = self.mapping.person
        self.lines = len(counterpart.ledger.lines())
        self.consent(None)

    def covered(self):
        return covers(self.person.pk, self.koda.pk, Theme.BOLIG)

    def ledger(self):
        return self.counterpart.ledger.lines()[self.lines :]

    def share_attempts(self):
        return sum(Delivery.objects.filter(kind=DeliveryKind.SHARE).values_list("attempts_made", flat=True))

    def last(self):
        return Delivery.objects.filter(person=self.person).order_by("-pk").first()

    # --- What can happen ---

    def consent(self, _):
        shares.permitted(self.mapping, self.koda)
        actions.reconcile(self.person, by=shares.DESK)

    def share(self, _):
        with suppress(Refused):
            actions.share(self.mapping, organisation=self.koda, by=self.mapper)

    def send(self, mode):
        self.counterpart.behaviour.set(mode)
        Delivery.objects.update(due_at=None)
        before, covered = self.share_attempts(), self.covered()
        sending.send_waiting(self.person.pk, self.koda.pk, by=WORKER)
        assert covered or self.share_attempts() == before, "a share was attempted without being covered"

    def crash(self, _):
        before, covered = self.share_attempts(), self.covered()
        sending.begin(self.person.pk, self.koda.pk, by=WORKER)
        assert covered or self.share_attempts() == before, "a share was attempted without being covered"

    def receipt(self, status):
        delivery = self.last()
        if delivery is not None:
            message_id = str(uuid.uuid4())
            content = {"meldingsId": message_id, "meldingsIdRef": str(delivery.message_id), "status": status.value}
            token = signing.sign(
                canonical(content), key=self.counterpart.key, message_id=message_id, schema=message_schemas.RECEIPT
            )
            with suppress(receipts.ReceiptRejected):
                receipts.receive(receipts.verify(token.encode()))

    def withdraw(self, _):
        result = shares.withdraw(self.person)
        told = {delivery.pk for delivery in result.retracted}
        assert {delivery.pk for delivery in result.unanswered} <= told
        assert all(delivery.attempts_made for delivery in result.retracted)

    def expire(self, _):
        Step.objects.create(
            person=self.person, state=ConsentState.EXPIRED, effective_at=timezone.now(), actor="test", cause="expired"
        )

    def correct(self, _):
        shares.permitted(self.mapping, self.koda)
        lifecycle.open_gate(
            self.person,
            consent_uuid=uuid.uuid4(),
            until=timezone.now() + timedelta(days=1),
            sources=(),
            by=shares.DESK,
        )
        new = interview.correct(self.mapping, reason="feil svar", by=self.mapper)
        self.mapping = interview.sign_off(new, by=self.mapper)

    def press(self, step):
        delivery = self.last()
        if delivery is not None:
            with suppress(Refused):
                step(delivery, by=self.mapper)

    def park(self, _):
        self.press(actions.park)

    def resume(self, _):
        self.press(actions.resume)

    def resend(self, _):
        self.press(actions.resend)

    # --- What always holds ---

    def check(self):
        received = [line for line in self.ledger() if line.verdict == "RECEIVED"]
        ids = [line.message_id for line in received]
        assert len(ids) == len(set(ids)), "accepted twice"
        shared = [line.message_id for line in received if line.schema == message_schemas.MAPPING]
        order = [str(key) for key in Delivery.objects.order_by("pk").values_list("message_id", flat=True)]
        assert shared == sorted(shared, key=order.index), "out of order"
        for delivery in Delivery.objects.all():
            assert delivery.attempts.count() == delivery.attempts_made

    def end(self):
        """The person withdraws, and the recipient answers again: nothing of what arrived may stay."""
        self.withdraw(None)
        for _ in range(6):
            Delivery.objects.update(due_at=None)
            self.counterpart.behaviour.set(Mode())
            sending.send_waiting(self.person.pk, self.koda.pk, by=WORKER)
            for stuck in Delivery.objects.filter(
                kind=DeliveryKind.RETRACTION, state__in=[DeliveryState.FAILED, DeliveryState.UNDER_RECEIPT]
            ):
                actions.resend(stuck, by=self.mapper)
        retracted = {line.about for line in self.ledger() if line.schema == message_schemas.RETRACTION}
        arrived = {
            line.message_id
            for line in self.ledger()
            if line.schema == message_schemas.MAPPING and line.verdict == "RECEIVED"
        }
        assert arrived <= retracted, "something that arrived was not retracted"
        states = set(Delivery.objects.filter(kind=DeliveryKind.SHARE).values_list("state", flat=True))
        assert states <= {DeliveryState.CANCELLED, DeliveryState.RETRACTED}


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=st.lists(STEPS, max_size=14))
def test_no_order_of_events_lets_out_what_is_not_covered_or_forgets_a_copy(counterpart, koda, steps):
    with transaction.atomic():
        story = Story(counterpart, koda)
        for name, with_what in steps:
            getattr(story, name)(with_what)
            story.check()
        story.end()
        story.check()
        transaction.set_rollback(True)
