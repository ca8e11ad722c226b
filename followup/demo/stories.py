"""The talks of the demonstration: nearly twenty people, in every state a talk can have."""

from __future__ import annotations

import random
from contextlib import AbstractContextManager
from datetime import timedelta
from itertools import cycle

from django.utils import timezone

from brik.mapping.record import actions as interviews
from brik.people import actions
from brik.people.identifiers.numbers import recognise
from brik.people.models import Identifier, Person
from brik.people.protection import AddressGrade, Restriction
from brik.slips import actions as slips
from brik.slips.topics import Topic
from brik.staff.models import Organisation, Staff
from brik.tasks import actions as tasks
from brik.tasks.models import Task, TaskOutcome
from consent.record import steps
from followup.demo import clock, telling
from followup.demo.inmates import SEED, Inmate, everyone
from followup.desk import actions as desk
from followup.desk import following
from followup.desk.restrictions import actions as restrictions
from followup.sharing import actions as sharing
from followup.sharing.messages import actions as recipient_messages
from followup.sharing.models import CannotHelp, Contact, PartnerAnswerKind

# So long ago that what was said then has been kept as long as the texts say.
LONG_AGO = 225


class Cast:
    """The people of the talks, by unit and legal status, and the staff who talk with them."""

    def __init__(self) -> None:
        inmates = everyone(timezone.localdate())
        self.chance = random.Random(SEED)  # noqa: S311 - made-up answers, not secrets
        # Those who arrived last are only offered a talk; the talks of those who arrived first are furthest.
        convicted = _of(inmates, "0501", "Ubetinget")[1:12]
        self.convicted = sorted(convicted, key=_days_here)
        # Enough people who are offered a talk and not mapped, so that the leader's counts show the mapped.
        last = _of(inmates, "0501", "Ubetinget")[12:19] + _of(inmates, "0501", "Forvaring")
        last += _of(inmates, "0501", "Boetesoning")
        # One of them is released and one transferred.
        stays = [(person, person.known_stay) for person in last]
        self.unmapped = [person for person, stay in stays if stay.unit.number == "0501" and not stay.is_over]
        self.remand = _of(inmates, "0501", "Varetekt")[4:]
        # Nobody else's story: a child is at home.
        self.parent = _of(inmates, "0501", "Varetekt")[2]
        self.agder = _of(inmates, "0931", "Ubetinget")
        self.kari, self.knut = _staff("kartlegger.oslo"), _staff("kartlegger2.oslo")
        self.kine, self.contact = _staff("kartlegger.agder"), _staff("kontakt.oslo")


def play() -> None:
    """Hold all the talks."""
    cast = Cast()
    kari, knut = cast.kari, cast.knut
    _placed(cast)
    people = iter(cast.convicted)
    telling.begin(next(people), cast.contact, telling.opening("nb"))
    with _some_time_ago(waiting := next(people)):
        telling.closed(waiting, cast.contact, mapping=steps.LATER)
    with _some_time_ago(refusing := next(people)):
        telling.closed(refusing, kari, mapping=steps.NO)
    with _some_time_ago(ready := next(people)):
        telling.consent(ready, kari, language="ar", sharing={"NAV_STAT": telling.EVERYTHING})

    with _some_time_ago(draft := next(people)):
        telling.consent(draft, kari, sharing=telling.ALL_OF_THEM)
        telling.interview(draft, kari, areas=5, chance=cast.chance)

    with _some_time_ago(signed := next(people)):
        telling.consent(signed, knut, sharing={"NAV_STAT": telling.EVERYTHING, "HELSE": telling.EVERYTHING})
        telling.needs(telling.final(signed, knut, chance=cast.chance), knut)

    _slips(cast, ready, draft, signed)
    _answered(cast, next(people))
    _parked(cast, next(people))
    _withdrawn(cast, next(people), next(people))

    with _some_time_ago(corrected := next(people)):
        telling.consent(corrected, kari, sharing=telling.ALL_OF_THEM)
        final = telling.final(corrected, kari, chance=cast.chance)
        telling.share(final, kari, telling.NAV)
    interviews.correct(final, reason="Feil kommune ble skrevet ned.", by=kari)

    remand = iter(cast.remand)
    unmapped = [*cast.unmapped, next(remand), next(remand), next(remand)]
    for person, answer in zip(unmapped, cycle((steps.NO, steps.LATER, steps.NO)), strict=False):
        with _some_time_ago(person):
            telling.closed(person, knut, mapping=answer)

    with _some_time_ago(asked := next(remand)):
        telling.consent(asked, kari, sharing={"NAV_KOMMUNE": telling.EVERYTHING})
    with _some_time_ago(shared := next(remand)):
        telling.consent(shared, kari, sharing=telling.ALL_OF_THEM)
        final = telling.final(shared, kari, chance=cast.chance)
    deliveries = telling.share(final, kari, telling.NAV_OSLO, telling.HEALTH)
    health = _staff("helse.oslo")
    sharing.read_summary(deliveries[1].disclosure, by=health)
    sharing.answer(deliveries[1].disclosure, kind=PartnerAnswerKind.CANNOT_HELP, why=CannotHelp.NO_ROOM, by=health)

    _protected(cast, next(remand), signed)

    agder = iter(cast.agder)
    telling.closed(next(agder), cast.kine, mapping=steps.NO)
    mapped = next(agder)
    telling.consent(mapped, cast.kine, sharing={"HELSE": telling.EVERYTHING})
    telling.share(telling.final(mapped, cast.kine, chance=cast.chance), cast.kine, telling.HEALTH_AGDER)
    _long_ago(cast, next(person for person in agder if _days_here(person) > LONG_AGO))
    _tasks(cast)


def _placed(cast: Cast) -> None:
    """Those of Oslo live in three wards; every second has a contact officer."""
    officers = cycle([cast.kari, None, cast.contact, None])
    here = (
        Person.objects.filter(current_stay__unit__number="0501").with_stay().order_by("current_stay__arrived_at", "pk")
    )
    present = [person for person in here if not person.known_stay.is_over]
    for number, (person, ward) in enumerate(zip(present, cycle("ABC"), strict=False)):
        actions.place(person, ward=f"{ward} {101 + number}", contact_officer=next(officers), by=cast.contact)


def _slips(cast: Cast, *people: Person) -> None:
    """Everybody is shown the page; one chose nothing, one slip has been opened, and one waits too long already."""
    nothing, opened, late = people
    with clock.days_ago(3):
        telling.slip(opened, cast.kari, Topic.SLEEP, Topic.TEETH)
        slips.open_waiting(Organisation.objects.get(number=telling.HEALTH), by=_staff("helse.oslo"))
    with clock.days_ago(2):
        telling.slip(late, cast.knut, Topic.MEDICINES)
    telling.slip(nothing, cast.kari)


def _protected(cast: Cast, banned: Person, graded: Person) -> None:
    """One under a ban of letters and visits, whom the leader has not answered about, and one with a graded address."""
    telling.consent(banned, cast.kari, sharing=telling.ALL_OF_THEM)
    telling.share(telling.final(banned, cast.kari, chance=cast.chance), cast.kari, telling.NAV_OSLO, telling.HEALTH)
    restrictions.enter_protection(
        banned, address_grade=AddressGrade.OPEN, restrictions=[Restriction.LETTERS_BANNED], by=cast.contact
    )
    restrictions.enter_protection(graded, address_grade=AddressGrade.CONFIDENTIAL, restrictions=[], by=cast.knut)


def _answered(cast: Cast, person: Person) -> None:
    """Shared with the case system, NAV and health; both partners have answered."""
    with _some_time_ago(person):
        telling.consent(person, cast.kari, sharing=telling.ALL_OF_THEM)
        final = telling.final(person, cast.kari, chance=cast.chance)
    deliveries = telling.share(final, cast.kari, telling.KODA, telling.NAV, telling.HEALTH)
    nav, health = _staff("nav.oslo"), _staff("helse.oslo")
    sharing.read_summary(deliveries[1].disclosure, by=nav)
    day = timezone.localdate() + timedelta(days=6)
    recipient_messages.answer(
        deliveries[1].disclosure,
        kind=PartnerAnswerKind.WILL_CONTACT,
        on_day=day,
        how=Contact.VISIT,
        telephone="00 00 56 78",
        text="Vi kommer to stykker. Passer det klokka ti?",
        by=nav,
    )
    sharing.read_summary(deliveries[2].disclosure, by=health)
    sharing.answer(deliveries[2].disclosure, kind=PartnerAnswerKind.RECEIVED, by=health)


def _parked(cast: Cast, person: Person) -> None:
    """Shared with the case system, and parked by an officer."""
    with _some_time_ago(person):
        telling.consent(person, cast.kari, sharing=telling.ALL_OF_THEM)
        final = telling.final(person, cast.kari, chance=cast.chance)
    [delivery] = telling.share(final, cast.kari, telling.KODA)
    sharing.park(delivery, by=cast.kari)


def _withdrawn(cast: Cast, whole: Person, part: Person) -> None:
    """After sharing, one person withdraws everything, to the contact officer, and one withdraws the theme of health."""
    for person in (whole, part):
        with _some_time_ago(person):
            telling.consent(person, cast.kari, sharing=telling.ALL_OF_THEM)
            telling.share(telling.final(person, cast.kari, chance=cast.chance), cast.kari, telling.NAV, telling.HEALTH)
    desk.withdraw(whole, what=["alt"], said_at=timezone.now(), by=cast.contact)
    desk.withdraw(part, what=["omrade-HELSE"], said_at=timezone.now(), by=cast.kari)
    for person in (whole, part):
        following.carry_out(person.pk, by=cast.kari)


def _long_ago(cast: Cast, person: Person) -> None:
    """Somebody took everything back more than half a year ago: the next night destroys the interview."""
    with clock.days_ago(LONG_AGO):
        telling.consent(person, cast.kine)
        telling.final(person, cast.kine, chance=cast.chance)
    with clock.days_ago(LONG_AGO - 20):
        desk.withdraw(person, what=["alt"], said_at=timezone.now(), by=cast.kine)
        following.carry_out(person.pk, by=cast.kine)


def _tasks(cast: Cast) -> None:
    """A child at home that nobody has taken in time; of the others the leader on duty has taken one and done one."""
    duty = _staff("vaktleder.oslo")
    done, _taken = (tasks.take(task, by=duty) for task in Task.objects.visible_to(duty).open()[:2])
    tasks.finish(done, outcome=TaskOutcome.REACHED, by=duty)
    with clock.days_ago(1 / 8):
        telling.consent(cast.parent, cast.knut)
        telling.child_at_home(cast.parent, cast.knut)


def _some_time_ago(person: Person) -> AbstractContextManager[None]:
    """The day after the person came, or three weeks ago."""
    return clock.days_ago(min(_days_here(person) - 1, 20))


def _days_here(person: Person) -> int:
    assert person.current_stay is not None  # noqa: S101 - everybody of the demonstration has arrived
    return (timezone.localdate() - timezone.localdate(person.current_stay.arrived_at)).days


def _staff(username: str) -> Staff:
    account: Staff = Staff.objects.get(username=username)
    return account


def _person(inmate: Inmate) -> Person:
    number = recognise(inmate.number or inmate.duf)
    assert number is not None  # noqa: S101 - the numbers were made with their check digits
    return Identifier.objects.select_related("person__current_stay__unit").holding([number])[number].person


def _of(inmates: list[Inmate], unit: str, category: str) -> list[Person]:
    return [_person(inmate) for inmate in inmates if inmate.unit["number"] == unit and inmate.category == category]
