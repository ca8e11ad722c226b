"""Nearly twenty people in every state a talk can be in."""

from __future__ import annotations

import random
from contextlib import AbstractContextManager
from datetime import timedelta

from django.utils import timezone

from brik.mapping.record import actions as interviews
from brik.people.identifiers.numbers import recognise
from brik.people.models import Identifier, Person
from brik.people.persons import lookup_of
from brik.slips import actions as slips
from brik.slips.topics import Topic
from brik.staff.models import Organisation, Staff
from consent.record import steps
from followup.demo import clock, telling
from followup.demo.inmates import SEED, Inmate, everyone
from followup.desk import actions as desk
from followup.sharing import actions as sharing
from followup.sharing.models import CannotHelp, Contact, PartnerAnswerKind


class Cast:
    """The people to tell of, by where and why they are here, and the staff who talk with them."""

    def __init__(self) -> None:
        inmates = everyone(timezone.localdate())
        self.chance = random.Random(SEED)  # noqa: S311 - made-up answers, not secrets
        # Those who came last are only offered a talk; those who have been here longest have come furthest.
        convicted = _of(inmates, "0501", "Ubetinget")[1:12]
        self.convicted = sorted(convicted, key=_days_here)
        # So many that a leader may be told how many are mapped: enough of those offered are not.
        self.unmapped = _of(inmates, "0501", "Ubetinget")[12:15]
        self.remand = _of(inmates, "0501", "Varetekt")[6:]
        self.agder = _of(inmates, "0931", "Ubetinget")
        self.kari, self.knut = _staff("kartlegger.oslo"), _staff("kartlegger2.oslo")
        self.kine, self.contact = _staff("kartlegger.agder"), _staff("kontakt.oslo")


def play() -> None:
    """Tell all the stories."""
    told = Cast()
    kari, knut = told.kari, told.knut
    people = iter(told.convicted)
    telling.begin(next(people), told.contact, telling.opening("nb"))
    telling.closed(next(people), told.contact, mapping=steps.LATER)
    telling.closed(next(people), kari, mapping=steps.NO)
    with _some_time_ago(ready := next(people)):
        telling.consent(ready, kari, language="ar", sharing={"NAV_STAT": telling.EVERYTHING})

    with _some_time_ago(draft := next(people)):
        telling.consent(draft, kari, sharing=telling.ALL_OF_THEM)
        telling.interview(draft, kari, areas=5, chance=told.chance)

    with _some_time_ago(signed := next(people)):
        telling.consent(signed, knut, sharing={"NAV_STAT": telling.EVERYTHING, "HELSE": telling.EVERYTHING})
        telling.final(signed, knut, chance=told.chance)

    _slips(told, ready, draft, signed)
    _answered(told, next(people))
    _parked(told, next(people))
    _withdrawn(told, next(people), next(people))

    with _some_time_ago(corrected := next(people)):
        telling.consent(corrected, kari, sharing=telling.ALL_OF_THEM)
        final = telling.final(corrected, kari, chance=told.chance)
        telling.share(final, kari, telling.NAV)
    interviews.correct(final, reason="Feil kommune ble skrevet ned.", by=kari)

    for person, answer in zip(told.unmapped, (steps.NO, steps.LATER, steps.NO), strict=True):
        with _some_time_ago(person):
            telling.closed(person, knut, mapping=answer)

    remand = iter(told.remand)
    telling.consent(next(remand), kari, sharing={"NAV_KOMMUNE": telling.EVERYTHING})
    shared = next(remand)
    telling.consent(shared, kari, sharing=telling.ALL_OF_THEM)
    given = telling.share(telling.final(shared, kari, chance=told.chance), kari, telling.NAV_OSLO, telling.HEALTH)
    health = _staff("helse.oslo")
    sharing.look(given[1].disclosure, by=health)
    sharing.answer(given[1].disclosure, kind=PartnerAnswerKind.CANNOT_HELP, why=CannotHelp.NO_ROOM, by=health)

    agder = iter(told.agder)
    telling.closed(next(agder), told.kine, mapping=steps.NO)
    mapped = next(agder)
    telling.consent(mapped, told.kine, sharing={"HELSE": telling.EVERYTHING})
    telling.share(telling.final(mapped, told.kine, chance=told.chance), told.kine, telling.HEALTH_AGDER)


def _slips(told: Cast, *people: Person) -> None:
    """Everybody is shown the page; one chose nothing, one slip has been opened, and one waits too long already."""
    nothing, opened, late = people
    with clock.days_ago(3):
        telling.slip(opened, told.kari, Topic.SLEEP, Topic.TEETH)
        slips.open_waiting(Organisation.objects.get(number=telling.HEALTH), by=_staff("helse.oslo"))
    with clock.days_ago(2):
        telling.slip(late, told.knut, Topic.MEDICINES)
    telling.slip(nothing, told.kari)


def _answered(told: Cast, person: Person) -> None:
    """Shared with the case system, NAV and health; both partners have answered."""
    with _some_time_ago(person):
        telling.consent(person, told.kari, sharing=telling.ALL_OF_THEM)
        final = telling.final(person, told.kari, chance=told.chance)
    deliveries = telling.share(final, told.kari, telling.KODA, telling.NAV, telling.HEALTH)
    nav, health = _staff("nav.oslo"), _staff("helse.oslo")
    sharing.look(deliveries[1].disclosure, by=nav)
    day = timezone.localdate() + timedelta(days=6)
    sharing.answer(deliveries[1].disclosure, kind=PartnerAnswerKind.WILL_CONTACT, on_day=day, how=Contact.VISIT, by=nav)
    sharing.look(deliveries[2].disclosure, by=health)
    sharing.answer(deliveries[2].disclosure, kind=PartnerAnswerKind.RECEIVED, by=health)


def _parked(told: Cast, person: Person) -> None:
    """On its way to the case system, and set aside by an officer."""
    with _some_time_ago(person):
        telling.consent(person, told.kari, sharing=telling.ALL_OF_THEM)
        final = telling.final(person, told.kari, chance=told.chance)
    [delivery] = telling.share(final, told.kari, telling.KODA)
    sharing.park(delivery, by=told.kari)


def _withdrawn(told: Cast, whole: Person, part: Person) -> None:
    """One took everything back after it was shared, to the contact officer; one took back the theme of health."""
    for person in (whole, part):
        with _some_time_ago(person):
            telling.consent(person, told.kari, sharing=telling.ALL_OF_THEM)
            telling.share(telling.final(person, told.kari, chance=told.chance), told.kari, telling.NAV, telling.HEALTH)
    desk.withdraw(whole, what=["alt"], said_at=timezone.now(), by=told.contact)
    desk.withdraw(part, what=["omrade-HELSE"], said_at=timezone.now(), by=told.kari)


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
    return Identifier.objects.select_related("person__current_stay__unit").get(lookup=lookup_of(number)).person


def _of(inmates: list[Inmate], unit: str, category: str) -> list[Person]:
    return [_person(one) for one in inmates if one.unit["number"] == unit and one.category == category]
