"""A house where people live: one shares, one has taken everything back, one a part, and one has said no."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from brik.audit.actors import Process
from brik.mapping.models import Mapping, Section
from brik.mapping.questionnaire.themes import Theme
from brik.mapping.record import lifecycle
from brik.people.models import Person
from brik.staff.models import Channel, Organisation, OrganisationKind, Role, Staff
from consent.models import Consent
from followup.desk.withdrawal.choices import RECIPIENT
from followup.sharing import actions
from followup.sharing.delivery import sending
from followup.sharing.models import Delivery, DeliveryKind, Disclosure
from tests import situations

WORKER = Process("worker")
NAV, KODA = OrganisationKind.NAV_STATE, OrganisationKind.CASE_SYSTEM
THEMES = [Theme.BOLIG, Theme.ARBEID]
HOUSING = {"C1": "UTEN", "C3a": "JA", "C4a": "VET_IKKE"}


@dataclass(frozen=True)
class LivingHouse:
    """The primary keys of what was made; each test reads the rows anew."""

    mapper_pk: UUID
    adviser_pk: UUID
    nav_pk: int
    koda_pk: int
    sharing_pk: UUID
    withdrawn_pk: UUID
    partly_pk: UUID
    refusing_pk: UUID

    @property
    def mapper(self) -> Staff:
        staff: Staff = Staff.objects.get(pk=self.mapper_pk)
        return staff

    @property
    def adviser(self) -> Staff:
        """Somebody at NAV."""
        staff: Staff = Staff.objects.get(pk=self.adviser_pk)
        return staff

    @property
    def nav(self) -> Organisation:
        return Organisation.objects.get(pk=self.nav_pk)

    @property
    def koda(self) -> Organisation:
        return Organisation.objects.get(pk=self.koda_pk)

    @property
    def sharing(self) -> Person:
        """Has said yes to two themes; NAV has read access, and a message to the case system waits."""
        return Person.objects.get(pk=self.sharing_pk)

    @property
    def withdrawn(self) -> Person:
        """Has taken everything back after a message was sent to the case system."""
        return Person.objects.get(pk=self.withdrawn_pk)

    @property
    def partly(self) -> Person:
        """Has taken one theme back from NAV, before anything was shared."""
        return Person.objects.get(pk=self.partly_pk)

    @property
    def refusing(self) -> Person:
        """Has said no to every recipient, and is mapped."""
        return Person.objects.get(pk=self.refusing_pk)

    def consent(self, person: Person) -> Consent:
        return Consent.objects.filter(person=person).latest("effective_at")

    def interview(self, person: Person) -> Mapping:
        return Mapping.objects.get(person=person)

    def section(self, person: Person) -> Section:
        return Section.objects.get(person=person, area="C")

    def delivery(self, person: Person, organisation: Organisation) -> Delivery:
        """The share with one recipient."""
        found: Delivery = Delivery.objects.get(person=person, organisation=organisation, kind=DeliveryKind.SHARE)
        return found

    def share(self, person: Person, organisation: Organisation | None = None) -> Delivery:
        return actions.share(self.interview(person), organisation=organisation or self.nav, by=self.mapper)

    def read(self, disclosure: Disclosure) -> bytes:
        """The adviser opens a summary."""
        return actions.read_summary(Disclosure.objects.get(pk=disclosure.pk), by=self.adviser)

    def send(self, person: Person, organisation: Organisation) -> sending.Outgoing | None:
        """What the worker would send now."""
        return sending.begin(person.pk, organisation.pk, by=WORKER)


def build() -> LivingHouse:
    """All through the actions of the house."""
    situations.publish_texts()
    recipients = situations.all_recipients()
    nav, koda = recipients[NAV], recipients[KODA]
    koda.channel = Channel.MESSAGE
    koda.save()
    mapper = situations.an_account()
    people = [situations.a_person() for _ in range(4)]
    sharing, withdrawn, partly, refusing = people
    for person in people:
        share = {} if person is refusing else {NAV: THEMES, KODA: THEMES}
        situations.a_signed_consent(person, mapper, share=share)
        ready = lifecycle.present(person)
        assert ready is not None
        situations.finish_interview(ready, areas={"C": HOUSING}, by=mapper)
    house = LivingHouse(
        mapper.pk,
        situations.an_account(Role.PARTNER, organisation=nav).pk,
        nav.pk,
        koda.pk,
        *(person.pk for person in people),
    )
    house.share(sharing, nav)
    house.share(sharing, koda)
    house.share(withdrawn, koda)
    outgoing = house.send(withdrawn, koda)
    assert outgoing is not None
    sending.end(outgoing, answer=None, detail="", by=WORKER)
    situations.a_withdrawal(withdrawn, by=mapper)
    situations.a_withdrawal(partly, what=[f"{RECIPIENT}{NAV}-{Theme.BOLIG}"], by=mapper)
    return house
