"""Everything that changes in this room: a turn of the page, and the opening of all that waits."""

from __future__ import annotations

from collections.abc import Collection

from django.core.exceptions import PermissionDenied
from django.db import transaction

from brik.audit import log
from brik.audit.verbs import Verb
from brik.pages.refusal import Refused
from brik.people.models import Person
from brik.slips import health_service, slip_words
from brik.slips.models import Slip, SlipOpening
from brik.slips.permissions import SlipsPermission
from brik.slips.refusals import SlipRefusal
from brik.slips.topics import Topic, packed
from brik.staff.access import require
from brik.staff.models import Organisation, Staff
from brik.staff.rules import locked_organisation
from brik.vault.codes.coded_models import proved


def reader(person: Person) -> Organisation:
    """The health service that reads what a person writes now. One query.

    Raises:
        Refused: the person is released, or no slip can be written in the unit. The same for everybody there.
    """
    stay = person.current_stay
    if stay is None or stay.is_over:
        raise Refused(SlipRefusal.RELEASED)
    if not slip_words.definition().usable:
        raise Refused(SlipRefusal.NOT_APPROVED)
    organisation = health_service.of(stay.unit_id)
    if organisation is None:
        raise Refused(SlipRefusal.NO_HEALTH_SERVICE)
    return organisation


def is_read(person: Person) -> bool:
    """Whether somebody would read what a person writes now. One query; the same for everybody in the unit."""
    try:
        reader(person)
    except Refused:
        return False
    return True


@transaction.atomic
def turn(person: Person, *, topics: Collection[Topic], by: Staff) -> Slip:
    """Keep what the person chose on the turned screen, for the health service of the unit.

    Choosing nothing does the same work and leaves the same row, key and event. Each call leaves one more: whether the
    page was sent before, nothing is kept to tell by.

    Raises:
        Refused: as :func:`reader`.
        CodeBroken: the stay or the organisation is not what was saved here: it would go to somebody else.
    """
    held = Person.objects.lock(person.pk)
    require(by, SlipsPermission.TURN, held)
    organisation, unit = reader(held), held.known_stay.unit
    proved([held.known_stay, organisation])
    slip = Slip(person=held, organisation=organisation, unit=unit, turned_by=by, content=packed(topics))
    slip.save(force_insert=True)
    log.record(Verb.SLIP_TURNED, by=by, subject=held.pk, obj=slip)
    return slip


@transaction.atomic
def open_waiting(organisation: Organisation, *, by: Staff) -> None:
    """Open all that wait for a health service, with an event each.

    Those with nothing on them are opened with the others: else what is opened would tell who has written something.

    Raises:
        PermissionDenied: it is not the organisation of ``by``.
    """
    require(by, SlipsPermission.READ)
    if by.organisation_id != organisation.pk:
        raise PermissionDenied(SlipsPermission.READ)
    locked_organisation(organisation.pk)
    for slip in Slip.objects.visible_to(by).waiting():
        SlipOpening.objects.create(slip=slip, opened_by=by)
        log.record(Verb.SLIP_OPENED, by=by, subject=slip.person_id, obj=slip)
