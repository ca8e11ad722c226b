"""One person, a recipient that is sent messages, one with an inbox, and everything that can happen between them."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Q
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from brik.audit.actors import Process
from brik.audit.models import Event
from brik.audit.verbs import Verb
from brik.jobs import person_lock
from brik.mapping.models import InterviewState, Mapping
from brik.mapping.questionnaire.themes import Theme
from brik.mapping.record import actions as interviews
from brik.mapping.record import lifecycle
from brik.pages.refusal import Refused
from brik.people.legal_status import LegalStatus
from brik.people.models import Person
from brik.people.protection import AddressGrade, Restriction
from brik.people.refusals import PersonRefusal
from brik.staff.models import OrganisationKind, Role
from brik.vault.canonical import canonical
from consent.models import Withdrawal, WithdrawalSaid
from consent.record import endings
from consent.record.choices import end_of, last_day
from consent.texts.published_texts import LegalBasis
from followup.demo.counterpart.behaviour import Mode
from followup.desk import actions as desk
from followup.desk import following
from followup.desk import jobs as desk_jobs
from followup.desk import receiving as arrivals
from followup.desk.restrictions import actions as restrictions
from followup.sharing import actions
from followup.sharing import jobs as sharing_jobs
from followup.sharing.delivery import receipts, sending
from followup.sharing.disclosure.states import ReceiptStatus
from followup.sharing.jobs import WORKER
from followup.sharing.models import (
    Attempt,
    Contact,
    Delivery,
    DeliveryKind,
    DeliveryState,
    Disclosure,
    PartnerAnswer,
    PartnerAnswerKind,
)
from followup.sharing.wire import message_schemas, signing
from tests import situations
from tests.arrivals import samples
from tests.moments.clock import Clock
from tests.moments.listener import Listener
from tests.moments.rules import PLACE, THEME_OF, Permits, Rules, Told
from tests.moments.two_connections import Hold, Outcome, TwoConnections, Work, run

KODA, OFFICE = OrganisationKind.CASE_SYSTEM, OrganisationKind.NAV_MUNICIPAL
INTAKE = Process("intake")
# A municipality that no page or message names but for the person's answer.
HOME, HOME_NAME = "4601", "Bergen"
ANSWERS: dict[str, dict[str, Any]] = {
    "B": {"B5": HOME, "B7a": "ANNET_LAND"},
    "C": {"C1": "UTEN", "C3a": "JA", "C4a": "VET_IKKE"},
}
ALL: Final[Permits] = frozenset((kind, theme) for kind in (KODA, OFFICE) for theme in (Theme.PRAKTISK, Theme.BOLIG))
UNITS = {"Oslo fengsel": samples.OSLO, samples.AGDER[1]: samples.AGDER}
TAKEN_AWAY = (DeliveryState.CANCELLED, DeliveryState.RETRACTING, DeliveryState.RETRACTED)
READS = (Verb.SUMMARY_READ, Verb.SUMMARY_PRINTED, Verb.SUMMARY_ANSWERED)


@dataclass(frozen=True)
class Act:
    """Something that is about to happen: what is done, and what it makes of the rules, once it has happened.

    ``checked``: it sends, shares or reads, and changes no rule.
    """

    work: Work
    checked: bool = False
    sends: bool = False
    lists: bool = False
    then: Callable[[Rules, Any], Rules] = lambda rules, value: rules

    def seen(self, outcome: Outcome) -> set[Effect]:
        """What stood in the list that was looked at."""
        return {Effect("listed", 0, pk) for pk in outcome.value} if self.lists and outcome.value else set()


@dataclass(frozen=True)
class Effect:
    """Something that has left, or was read, or promised: what it was, the row that says so, and of which disclosure."""

    what: str
    row: int
    disclosure: uuid.UUID


class House:
    """What all stories of a test share: the recipients and those who work there."""

    def __init__(self, listener: Listener, clock: Clock) -> None:
        self.listener, self.clock, self.connections = listener, clock, TwoConnections()
        situations.publish_texts()
        self.koda = situations.a_case_system(public_key=signing.public_jwk(listener.key))
        self.office = situations.an_organisation(OFFICE)
        self.partner = situations.an_account(Role.PARTNER, organisation=self.office)
        for number, name in UNITS.values():
            situations.a_unit(name, number=number)
        self.mappers = {name: situations.an_account(at=situations.a_unit(name)) for name in UNITS}
        self.officers = {
            name: situations.an_account(Role.CONTACT_OFFICER, at=situations.a_unit(name)) for name in UNITS
        }
        self.leaders = {name: situations.an_account(Role.LEADER, at=situations.a_unit(name)) for name in UNITS}
        self.basis = LegalBasis.objects.active().get(kind=LegalStatus.CONVICTED)


class Story:
    """One person's. The rules are kept here, so that what may leave is judged without the house's own question."""

    def __init__(self, house: House) -> None:
        self.house, self.clock = house, house.clock
        self.number = situations.a_number()
        arrived = timezone.localtime() - timedelta(days=3)
        message = samples.arrival(self.number, arrived=f"{arrived:%Y-%m-%dT%H:%M:%S}", **self._now())
        person = arrivals.receive(message, by=INTAKE).person
        assert person is not None
        self.pk = person.pk
        self.rules = Rules(unit="Oslo fengsel")
        self.told: dict[uuid.UUID, tuple[OrganisationKind, Told]] = {}
        # What was shared before everything was taken back; it never leaves again.
        self.dead: set[uuid.UUID] = set()
        # What its recipient might have ever since it was shared.
        self.unbroken: set[uuid.UUID] = set()
        self.looked_at: set[uuid.UUID] = set()
        house.listener.received.clear()
        house.listener.behaviour.set(Mode())
        self.lines = len(house.listener.ledger.lines())
        self.alone(self.talk(ALL, 12))
        self.alone(self.share(KODA))
        self.alone(self.share(OFFICE))

    # --- What is there ---

    @property
    def person(self) -> Person:
        return Person.objects.select_related("current_stay__unit").get(pk=self.pk)

    @property
    def mapper(self) -> Any:
        return self.house.mappers[self.rules.unit]

    def effects(self) -> set[Effect]:
        """Everything that has left or was read about the person."""
        shares = Delivery.objects.filter(person=self.pk, kind=DeliveryKind.SHARE).values_list("pk", "disclosure_id")
        attempts = Attempt.objects.filter(delivery__person=self.pk, delivery__kind=DeliveryKind.SHARE)
        reads = Event.objects.filter(subject=self.pk, verb__in=READS).values_list("pk", "object_id")
        visits = PartnerAnswer.objects.filter(disclosure__person=self.pk, how=Contact.VISIT)
        return {
            *(Effect("share", *row) for row in shares),
            *(Effect("attempt", *row) for row in attempts.values_list("pk", "delivery__disclosure_id")),
            *(Effect("read", pk, uuid.UUID(disclosure)) for pk, disclosure in reads),
            *(Effect("visit", *row) for row in visits.values_list("pk", "disclosure_id")),
        }

    def contents(self, disclosure: uuid.UUID) -> tuple[OrganisationKind, Told]:
        """Whom a disclosure is to, and what it tells."""
        if disclosure not in self.told:
            row = Disclosure.objects.select_related("organisation").get(pk=disclosure)
            self.told[disclosure] = OrganisationKind(row.organisation.kind), told_by(row.payload.open())
        return self.told[disclosure]

    # --- Doing and judging ---

    def alone(self, act: Act) -> Outcome:
        known = self.effects()
        outcome = run(act.work)
        self.judge(self.effects() - known, self.rules)
        self.judge(act.seen(outcome), self.rules)
        self._take_in(act, outcome)
        self.check()
        return outcome

    def at_once(self, first: Act, hold: Hold, second: Act) -> None:
        """The first act is held somewhere, and the second comes in between."""
        known, before, connections = self.effects(), self.rules, self.house.connections
        self.house.listener.arriving = hold.arriving if first.sends else None
        begun = connections.begin(first.work, hold)
        self.house.listener.arriving = None
        if not hold.reached.is_set():
            self.judge(self.effects() - known | first.seen(begun.result()), before)
            self._take_in(first, begun.result())
            self.alone(second)
            return

        def come_between() -> Any:
            try:
                return second.work()
            finally:
                seen.update(self.effects() - known)

        seen: set[Effect] = set()
        other = connections.come_between(come_between)
        midway, through = self.effects() - known, other.done()
        hold.let_go.set()
        outcomes = {first: begun.result(60), second: other.result(60)}
        order = (second, first) if through and not hold.committed else (first, second)
        dead, moments = {*self.dead}, [before]
        for act in order:
            self._take_in(act, outcomes[act])
            moments.append(self.rules)
        effects = self.effects() - known
        if first.checked and not second.checked:
            # What is not there when the second is through comes after it.
            self.judge(midway if through else seen, *([before] if through else moments), dead=dead)
            self.judge(effects - (midway if through else seen), moments[-1])
        elif second.checked and not first.checked:
            # What is there while the first is not through comes before it.
            self.judge(midway, moments[1] if hold.committed else before, dead=self.dead if hold.committed else dead)
            self.judge(effects - midway, moments[-1])
        else:
            self.judge(effects, *moments, dead=dead)
        # A list takes no lock: it was allowed at one of the moments.
        for act, outcome in outcomes.items():
            self.judge(act.seen(outcome), *moments, dead=dead)
        self.check()

    def judge(self, effects: Iterable[Effect], *moments: Rules, dead: set[uuid.UUID] | None = None) -> None:
        """Each was allowed at one of these moments."""
        for effect in effects:
            kind, told = self.contents(effect.disclosure)
            gone = effect.disclosure in (self.dead if dead is None else dead)
            assert not gone, f"{effect.what} after everything was taken back"
            assert any(self.allowed(kind, told, rules) for rules in moments), f"{effect.what} that was not allowed"
            if effect.what == "visit":
                assert any(rules.may_visit() for rules in moments), "a visit to somebody who may not be visited"
            if effect.what == "share":
                unit = Disclosure.objects.get(pk=effect.disclosure).decided_by.current_posts[0].unit.name
                assert any(rules.unit == unit for rules in moments), "shared from a unit where the person is not"

    def allowed(self, kind: OrganisationKind, told: Told, rules: Rules) -> bool:
        return rules.may_have(kind, told, now=timezone.now(), today=timezone.localdate())

    def _take_in(self, act: Act, outcome: Outcome) -> None:
        if not outcome.refused:
            self.rules = act.then(self.rules, outcome.value)
        self._look_at_the_unbroken()

    def _look_at_the_unbroken(self) -> None:
        for disclosure in list(self.unbroken):
            if disclosure in self.dead or not self.allowed(*self.contents(disclosure), self.rules):
                self.unbroken.discard(disclosure)

    # --- What always holds ---

    def check(self) -> None:
        """What has come to the recipients is what was decided, in order, once, and each with its attempt."""
        shared = set(Disclosure.objects.filter(person=self.pk).values_list("pk", flat=True))
        self.unbroken |= shared - self.looked_at
        self.looked_at |= shared
        self._look_at_the_unbroken()
        # What has not left stays inside with an interview that is closed there.
        inside = Q(state=DeliveryState.CANCELLED, disclosure__mapping__state=InterviewState.RESTRICTED)
        taken_away = Delivery.objects.filter(~inside, disclosure__in=self.unbroken, state__in=TAKEN_AWAY)
        replaced = Disclosure.objects.filter(person=self.pk, replaces__isnull=False).values("replaces")
        assert not taken_away.exclude(disclosure__in=replaced), "taken away although its recipient might have it"
        deliveries = {str(row.message_id): row for row in Delivery.objects.filter(person=self.pk).order_by("pk")}
        for message, content in self.house.listener.messages(message_schemas.MAPPING):
            delivery = deliveries[message["meldingsId"]]
            assert delivery.attempts_made > 0, "something came that was not attempted"
            assert (KODA, told_by(content)) == self.contents(delivery.disclosure_id), "something else came"
        received = [line for line in self.ledger() if line.verdict == "RECEIVED"]
        ids = [line.message_id for line in received]
        assert len(ids) == len(set(ids)), "accepted twice"
        came = [line.message_id for line in received if line.schema == message_schemas.MAPPING]
        assert came == sorted(came, key=[*deliveries].index), "out of order"
        made = Attempt.objects.filter(delivery__person=self.pk).count()
        assert made == sum(row.attempts_made for row in deliveries.values())

    def ledger(self) -> list[Any]:
        return self.house.listener.ledger.lines()[self.lines :]

    def end(self) -> None:
        """The person takes everything back: nothing of what arrived may stay."""
        self.alone(self.withdraw(("alt",)))
        self.alone(self.follow())
        for _ in range(6):
            self.alone(self.send(Mode()))
            for stuck in Delivery.objects.filter(
                person=self.pk,
                kind=DeliveryKind.RETRACTION,
                state__in=[DeliveryState.FAILED, DeliveryState.UNDER_RECEIPT],
            ):
                actions.resend(stuck, by=self.mapper)
        lines = self.ledger()
        retracted = {line.about for line in lines if line.schema == message_schemas.RETRACTION}
        arrived = {
            line.message_id for line in lines if line.schema == message_schemas.MAPPING and line.verdict == "RECEIVED"
        }
        assert arrived <= retracted, "something that arrived was not retracted"
        states = Delivery.objects.filter(person=self.pk, kind=DeliveryKind.SHARE).values_list("state", flat=True)
        assert set(states) <= {DeliveryState.CANCELLED, DeliveryState.RETRACTED}

    # --- Acts: consent ---

    def talk(self, permits: Permits, months: int) -> Act:
        """A new talk with its choices, and an interview where none is signed off."""
        share: dict[OrganisationKind, list[Theme]] = {}
        for kind, theme in sorted(permits):
            share.setdefault(kind, []).append(theme)
        by, person = self.mapper, self.person
        prepared = run(lambda: situations.a_talk(person, by, share=share, months=months), in_order=False)

        def work() -> Any:
            if prepared.refused:
                raise Refused(PersonRefusal.NO_QUESTION)
            consent = desk.finish_talk(prepared.value, by=by)
            self._map_again(by)
            return consent

        return Act(
            work, then=lambda rules, consent: rules.consented(permits, end_of(last_day(consent.effective_at, months)))
        )

    def _map_again(self, by: Any) -> None:
        ready = Mapping.objects.filter(person=self.pk, state=InterviewState.READY).first()
        if ready is not None:
            situations.finish_interview(ready, by=by, areas=ANSWERS)

    def withdraw(self, what: tuple[str, ...], said: WithdrawalSaid = WithdrawalSaid.HERE) -> Act:
        """Everything, or parts; noted by an officer, who may only have been told of it."""
        by, person = self.house.officers[self.rules.unit], self.person

        def work() -> Any:
            noted = desk.withdraw(person, what=what, said_at=timezone.now(), said=said, by=by)
            if "alt" in what and said is WithdrawalSaid.HERE:
                return {*Disclosure.objects.filter(person=self.pk, decided_at__lt=noted.recorded_at)}
            return set()

        def then(rules: Rules, shared: set[Disclosure]) -> Rules:
            self.dead |= {disclosure.pk for disclosure in shared}
            return rules.ended() if "alt" in what else rules.without(PARTS[what])

        return Act(work, then=then)

    def hear(self) -> Act:
        withdrawal = Withdrawal.objects.filter(person=self.pk).order_by("recorded_at").last()
        by = self.mapper
        return Act(lambda: withdrawal and desk.hear_withdrawal(withdrawal, by=by))

    def end_basis(self, days: int) -> Act:
        """The legal basis ends, today or later."""
        basis, day = self.house.basis, timezone.localdate() + timedelta(days=days)

        def work() -> None:
            try:
                endings.end_basis(basis.kind, basis.regulation, on=day, by=INTAKE)
            except ValueError:
                raise Refused(PersonRefusal.NO_QUESTION) from None

        return Act(work, then=lambda rules, _: rules.basis_ended(day))

    # --- Acts: protection ---

    def protect(self, grade: AddressGrade, entered: frozenset[Restriction]) -> Act:
        by, person = self.mapper, self.person

        def work() -> None:
            restrictions.enter_protection(person, address_grade=grade, restrictions=entered, by=by)

        return Act(work, then=lambda rules, _: rules.protected(bool(grade), entered))

    def grade(self, grade: AddressGrade) -> Act:
        return self.protect(grade, self.rules.restrictions)

    def restrict(self, *entered: Restriction) -> Act:
        return self.protect(AddressGrade.CONFIDENTIAL if self.rules.graded else AddressGrade.OPEN, frozenset(entered))

    def rule(self, kinds: frozenset[OrganisationKind], hours: int) -> Act:
        """The leader's answer; of no hours, it takes an earlier one back."""
        by, person, until = self.house.leaders[self.rules.unit], self.person, timezone.now() + timedelta(hours=hours)

        def work() -> None:
            about = person.restricted_at or timezone.now()
            restrictions.rule(person, about=about, kinds=kinds, reason="Retten.", until=until, by=by)

        return Act(work, then=lambda rules, _: rules.ruled_on(kinds, until))

    # --- Acts: the stay and the time ---

    def release(self) -> Act:
        at = timezone.now()
        message = samples.release(self.number, released=f"{timezone.localtime(at):%Y-%m-%dT%H:%M:%S}", **self._now())
        done = self.rules.released_at is not None
        return Act(
            lambda: None if done else arrivals.receive(message, by=INTAKE),
            then=lambda rules, _: rules if done else rules.released(at),
        )

    def transfer(self) -> Act:
        """To the other unit."""
        unit = next(name for name in UNITS if name != self.rules.unit)
        arrived = f"{timezone.localtime():%Y-%m-%dT%H:%M:%S}"
        message = samples.transfer(self.number, to=UNITS[unit], arrived=arrived, **self._now())
        gone = self.rules.released_at is not None
        return Act(
            lambda: None if gone else arrivals.receive(message, by=INTAKE),
            then=lambda rules, _: rules if gone else rules.moved(unit),
        )

    def let_pass(self, hours: int) -> None:
        """Time passes while nothing else happens."""
        self.clock.go_on(hours)
        self._look_at_the_unbroken()

    def _now(self) -> dict[str, Any]:
        return {"at": f"{timezone.localtime():%Y-%m-%dT%H:%M:%S.%f}"}

    # --- Acts: the worker ---

    def follow(self) -> Act:
        return Act(lambda: following.carry_out(self.pk, by=WORKER))

    def sweep(self) -> Act:
        """The periodic work, in its order of the minute."""

        def work() -> None:
            for job in (
                desk_jobs.follow_all,
                sharing_jobs.end_by_time,
                desk_jobs.restrict_ended,
                sharing_jobs.reconcile_all,
            ):
                job(0)

        return Act(work)

    def send(self, mode: Mode) -> Act:
        def work() -> None:
            # One row at a time: a test that holds several would be the one that a deadlock ends.
            for pk in list(Delivery.objects.filter(person=self.pk).values_list("pk", flat=True)):
                with transaction.atomic():
                    person_lock.hold(self.pk)
                    Delivery.objects.filter(pk=pk).change(due_at=None)
            self.house.listener.behaviour.set(mode)
            sending.send_waiting(self.pk, self.house.koda.pk, by=WORKER)

        return Act(work, checked=True, sends=True)

    def crash(self) -> Act:
        """The worker is killed when the attempt is committed."""
        return Act(lambda: sending.begin(self.pk, self.house.koda.pk, by=WORKER) and None, checked=True, sends=True)

    def receipt(self, status: ReceiptStatus) -> Act:
        delivery = self._last()
        listener, message_id = self.house.listener, str(uuid.uuid4())
        content = {
            "meldingsId": message_id,
            "meldingsIdRef": str(delivery.message_id if delivery else uuid.uuid4()),
            "status": status.value,
        }
        token = signing.sign(
            canonical(content), key=listener.key, message_id=message_id, schema=message_schemas.RECEIPT
        )
        return Act(lambda: receipts.receive(receipts.verify(token.encode())))

    # --- Acts: the mapper ---

    def share(self, kind: OrganisationKind, *, from_elsewhere: bool = False) -> Act:
        """The mapper shares what is signed off; or one of the other unit does, who had the person before."""
        units = [name for name in UNITS if (name == self.rules.unit) != from_elsewhere]
        by, mapping = self.house.mappers[units[0]], lifecycle.latest_final(self.person)
        organisation = self.house.koda if kind is KODA else self.house.office
        return Act(lambda: mapping and actions.share(mapping, organisation=organisation, by=by), checked=True)

    def correct(self) -> Act:
        by, mapping = self.mapper, lifecycle.latest_final(self.person)

        def work() -> None:
            if mapping is not None:
                interviews.sign_off(interviews.correct(mapping, reason="feil svar", by=by), by=by)

        return Act(work)

    def press(self, step: Callable[..., Any]) -> Act:
        """Park, resume or send again what was sent to the case system last."""
        by, delivery = self.mapper, self._last()
        return Act(lambda: delivery and step(delivery, by=by) and None)

    def _last(self) -> Delivery | None:
        return Delivery.objects.filter(person=self.pk, organisation=self.house.koda).order_by("-pk").first()

    # --- Acts: the partner, over HTTP ---

    def read(self, how: str, place: int) -> Act:
        """The partner opens, prints or answers one of the summaries it was ever given, by its address."""
        client = Client()
        client.force_login(self.house.partner)
        given = list(Disclosure.objects.filter(person=self.pk, organisation=self.house.office)[place : place + 1])
        name = "sharing:summary_pdf" if how == "print" else "sharing:summary"
        tomorrow = timezone.localdate() + timedelta(days=1)
        visit = {"kind": PartnerAnswerKind.WILL_CONTACT, "on_day": f"{tomorrow:%d.%m.%Y}", "how": Contact.VISIT}

        def work() -> None:
            for disclosure in given:
                address = reverse(name, args=[disclosure.pk])
                page = client.post(address, visit) if how == "visit" else client.get(address)
                assert page.status_code in (200, 302, 303, 410, 422), page.status_code
                if page.status_code == 200 and how == "open":
                    _, told = self.contents(disclosure.pk)
                    assert (HOME_NAME in page.content.decode()) == told.place
                if page.status_code == 410:
                    assert HOME_NAME not in page.content.decode()

        return Act(work, checked=True)

    def look(self) -> Act:
        """The partner opens the inbox. What it lists was allowed at a moment while it was made."""
        client = Client()
        client.force_login(self.house.partner)
        return Act(lambda: self.listed(client), checked=True, lists=True)

    def listed(self, client: Client) -> set[uuid.UUID]:
        page = client.get(reverse("sharing:inbox")).content.decode()
        given = Disclosure.objects.filter(person=self.pk, organisation=self.house.office).values_list("pk", flat=True)
        return {pk for pk in given if reverse("sharing:summary", args=[pk]) in page}

    def read_everything(self) -> None:
        """What may be read is listed and opens; nothing else does."""
        client = Client()
        client.force_login(self.house.partner)
        listed = self.listed(client)
        given = list(Disclosure.objects.filter(person=self.pk, organisation=self.house.office))
        replaced = {row.replaces_id for row in given}
        for row in given:
            may = row.pk not in self.dead and self.allowed(*self.contents(row.pk), self.rules)
            known = self.effects()
            page = client.get(reverse("sharing:summary", args=[row.pk]))
            self.judge(self.effects() - known, self.rules)
            assert may or row.pk not in listed, "what may not be read was listed"
            if row.pk in self.unbroken and row.pk not in replaced:
                assert row.pk in listed, "what may be read was not listed"
                assert page.status_code == 200, "what may be read did not open"


PARTS: dict[tuple[str, ...], set[tuple[OrganisationKind, Theme]]] = {
    (f"mottaker-{KODA}",): {(KODA, theme) for theme in Theme},
    (f"mottaker-{OFFICE}",): {(OFFICE, theme) for theme in Theme},
    (f"omrade-{Theme.BOLIG}",): {(kind, Theme.BOLIG) for kind in OrganisationKind},
    (f"mottaker-{OFFICE}-{Theme.PRAKTISK}",): {(OFFICE, Theme.PRAKTISK)},
}


def told_by(content: bytes) -> Told:
    """What the bytes of a message tell, by the answers in it."""
    message = json.loads(content)
    answered = [answer["linkId"] for area in message["omraader"] for answer in area["svar"]]
    themes = {THEME_OF[link_id] for link_id in answered}
    assert {str(theme) for theme in themes} == {*message["samtykke"]["omfang"]}, (
        "it names other themes than it tells of"
    )
    assert (PLACE in answered) == (HOME_NAME.encode() in content), "a place is told beside the answer about it"
    return Told(frozenset(themes), PLACE in answered)
