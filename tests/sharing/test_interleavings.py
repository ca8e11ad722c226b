"""Whatever the order of sharing, sending, reading, receipts, and all that ends or restricts it: the rules hold."""

import uuid
from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from brik.mapping.models import InterviewState
from brik.mapping.questionnaire.themes import Theme
from brik.mapping.record import actions as interview
from brik.mapping.record import lifecycle
from brik.pages.refusal import Refused
from brik.people.protection import AddressGrade, Restriction
from brik.staff.models import OrganisationKind, Role
from brik.vault.canonical import canonical
from consent.record.covers import covers
from followup.demo.counterpart import behaviour as does
from followup.demo.counterpart.behaviour import Mode
from followup.sharing import actions
from followup.sharing.delivery import receipts, sending
from followup.sharing.delivery.reconciliation import reconcile
from followup.sharing.disclosure.states import ReceiptStatus
from followup.sharing.inbox import inbox
from followup.sharing.jobs import WORKER
from followup.sharing.models import Delivery, DeliveryKind, DeliveryState
from followup.sharing.wire import message_schemas, signing
from tests import situations

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_ring")]

KODA, MUNICIPAL = OrganisationKind.CASE_SYSTEM, OrganisationKind.NAV_MUNICIPAL
# B5 says where the person lives, B7a does not.
PLACE = "B5"
MODES = [Mode(), Mode(does.SILENT, times=1), Mode(does.FAILING, times=1)] + [
    Mode(does.STATUS, status=status, times=1) for status in ReceiptStatus
]
STEPS = st.one_of(
    st.sampled_from(["share", "consent", "withdraw", "expire", "correct", "crash", "park", "resume", "resend"]).map(
        lambda name: (name, None)
    ),
    st.sampled_from(["share_with_inbox", "read", "follow"]).map(lambda name: (name, None)),
    st.tuples(st.just("grade"), st.sampled_from([AddressGrade.OPEN, AddressGrade.STRICTLY])),
    st.tuples(
        st.just("restrict"),
        st.sampled_from([(), (Restriction.LETTERS_BANNED,), (Restriction.MEDIA_BANNED,), (Restriction.ISOLATION,)]),
    ),
    st.tuples(
        st.just("rule"),
        st.sampled_from([(), (KODA,), (MUNICIPAL,), (KODA, MUNICIPAL)]),
    ),
    st.just(("end_ruling", None)),
    st.tuples(st.just("send"), st.sampled_from(MODES)),
    st.tuples(st.just("receipt"), st.sampled_from(ReceiptStatus)),
)


class Story:
    """One person, a recipient that is sent messages, one with an inbox, and everything that can happen between them.

    What has been entered and ruled is kept here too, so that what may leave is judged without the house's own question.
    """

    def __init__(self, counterpart, koda):
        self.counterpart, self.koda = counterpart, koda
        self.mapper = situations.an_account(Role.MAPPER)
        self.inbox = situations.an_organisation(MUNICIPAL)
        self.partner = situations.an_account(Role.PARTNER, organisation=self.inbox)
        self.graded = AddressGrade.OPEN
        self.restrictions: tuple[Restriction, ...] = ()
        self.ruled: tuple[OrganisationKind, ...] | None = None
        self.mapping = self.interview(None)
        self.person = self.mapping.person
        self.lines = len(counterpart.ledger.lines())
        self.consent(None)
        self.share(None)
        self.share_with_inbox(None)

    def interview(self, person):
        return situations.a_signed_off_interview(self.mapper, person, area="B", B5="0301", B7a="ANNET_LAND")

    def may_have(self, organisation, *, place):
        """Whether this may be told now, by the rules as they are written."""
        if not covers(self.person.pk, organisation.pk, Theme.PRAKTISK) or (place and self.graded):
            return False
        return not self.restrictions or (self.ruled is not None and organisation.kind in self.ruled)

    def tells_place(self, delivery):
        return PLACE in delivery.disclosure.content.open()["fields"]

    def restricted(self):
        """What was signed off before everything was taken back is neither shared nor corrected."""
        self.mapping.refresh_from_db()
        return self.mapping.state == InterviewState.RESTRICTED

    def ledger(self):
        return self.counterpart.ledger.lines()[self.lines :]

    def share_attempts(self):
        return dict(Delivery.objects.filter(kind=DeliveryKind.SHARE).values_list("pk", "attempts_made"))

    def attempt(self, send):
        """Send, and look at which shares that were attempted by it."""
        shares = Delivery.objects.filter(kind=DeliveryKind.SHARE, organisation=self.koda).select_related("disclosure")
        allowed = {row.pk: self.may_have(self.koda, place=self.tells_place(row)) for row in shares}
        before = self.share_attempts()
        send()
        for pk, attempts in self.share_attempts().items():
            assert allowed.get(pk) or attempts == before[pk], "a share was attempted that its recipient may not have"

    def last(self):
        return Delivery.objects.filter(person=self.person, organisation=self.koda).order_by("-pk").first()

    # --- What can happen ---

    def consent(self, _):
        if self.restricted():
            self.mapping = self.interview(self.person)
        self.permit()
        reconcile(self.person, by=situations.DESK)

    def permit(self):
        situations.a_permit(self.person, self.koda, self.inbox, themes=(Theme.PRAKTISK,), at=timezone.now())

    def share(self, _, organisation=None):
        organisation = organisation or self.koda
        with suppress(Refused):
            delivery = actions.share(self.mapping, organisation=organisation, by=self.mapper)
            assert self.may_have(organisation, place=self.tells_place(delivery)), "what may not leave was shared"

    def share_with_inbox(self, _):
        self.share(None, self.inbox)

    def read(self, _):
        listed = {line.disclosure.pk for line in inbox.lines(self.partner)}
        for delivery in Delivery.objects.filter(organisation=self.inbox).select_related("disclosure"):
            allowed = self.may_have(self.inbox, place=self.tells_place(delivery))
            assert allowed or delivery.disclosure_id not in listed, "what may not be read was listed"
            with suppress(Refused):
                actions.read_summary(delivery.disclosure, by=self.partner)
                assert allowed, "what may not be read was read"

    def grade(self, grade):
        self.graded = grade
        situations.protect(self.person, *self.restrictions, grade=grade, by=self.mapper)

    def restrict(self, restrictions):
        if restrictions != self.restrictions:
            self.restrictions, self.ruled = restrictions, None
        situations.protect(self.person, *restrictions, grade=self.graded, by=self.mapper)

    def rule(self, kinds, until=None):
        if self.restrictions and Restriction.ISOLATION not in self.restrictions:
            situations.a_ruling(self.person, kinds, until=until)
            self.ruled = kinds if until is None else None

    def end_ruling(self, _):
        self.rule((KODA, MUNICIPAL), until=timezone.now())

    def follow(self, _):
        situations.follow([self.person])

    def send(self, mode):
        self.counterpart.behaviour.set(mode)
        Delivery.objects.update(due_at=None)
        self.attempt(lambda: sending.send_waiting(self.person.pk, self.koda.pk, by=WORKER))

    def crash(self, _):
        self.attempt(lambda: sending.begin(self.person.pk, self.koda.pk, by=WORKER))

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
        result = situations.take_everything_back(self.person)
        told = {delivery.pk for delivery in result.retracted}
        assert {delivery.pk for delivery in result.unanswered} <= told
        assert all(row.attempts_made for row in result.retracted if row.organisation_id == self.koda.pk)

    def expire(self, _):
        situations.let_expire(self.person)

    def correct(self, _):
        if self.restricted():
            return
        self.permit()
        lifecycle.open_gate(
            self.person,
            consent_uuid=uuid.uuid4(),
            until=timezone.now() + timedelta(days=1),
            sources=(),
            by=situations.DESK,
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
        self.read(None)

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
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=st.lists(STEPS, max_size=18))
def test_no_order_of_events_lets_out_what_may_not_leave_or_forgets_a_copy(counterpart, koda, steps):
    with transaction.atomic():
        story = Story(counterpart, koda)
        for name, with_what in steps:
            getattr(story, name)(with_what)
            story.check()
        story.end()
        story.check()
        transaction.set_rollback(True)
