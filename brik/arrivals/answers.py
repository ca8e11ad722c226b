"""Leaders' answers about messages that wait: whose stand, which count, and who is still to answer.

A leader's answer stands until the same leader answers otherwise. It counts when no other leader's stands against it.
Where two differ, what was in force stays in force until they have answered the same: the last click settles nothing.
The answer of somebody who has left the post it was given in stands no longer.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils import timezone

from brik.arrivals.models import ArrivalAnswer, Message, MessageNumber
from brik.arrivals.permissions import ArrivalsPermission
from brik.arrivals.received_messages import UNSETTLED
from brik.arrivals.timeline.namesakes import NAMESAKE
from brik.arrivals.timeline.standings import BY_HAND, BY_HAND_ELSEWHERE, Fate
from brik.arrivals.xml.messages import MADE_HERE
from brik.people.models import Identifier
from brik.staff.access import roles, scope_of
from brik.staff.models import Staff, Unit
from brik.vault.codes.coded_models import proved
from brik.vault.lookups.hashes import shared_with

# Once answered: it waits for the messages of the service, or for a leader elsewhere.
_KEPT = Q(fate__in=[Fate.NUMBERLESS.value, Fate.SET_ASIDE.value])
_BY_HAND = Q(question=BY_HAND)


def given_about(asked: Iterable[tuple[Message, str]]) -> list[ArrivalAnswer]:
    """The answers to these questions at these messages, the oldest first.

    One about a namesake holds for every version of an event: it may have been given at an earlier one. What a leader
    elsewhere has said of a number written by hand is read for that side alone. Raises ``CodeBroken`` where one, or its
    message, was changed past us.
    """
    pairs = list(asked)
    there = Q(question=BY_HAND_ELSEWHERE)
    elsewhere = there & Q(message__in=[row for row, question in pairs if question == BY_HAND_ELSEWHERE])
    here = ~there & Q(message__in=[row for row, question in pairs if question != BY_HAND_ELSEWHERE])
    of_events = [(row.event_id, question) for row, question in pairs if question.startswith(NAMESAKE) and row.event_id]
    events, questions = [event for event, _ in of_events], [question for _, question in of_events]
    versions = Q(message__event_id__in=events, question__in=questions)
    answers = ArrivalAnswer.objects.filter(here | elsewhere | versions).select_related("message").order_by("pk")
    return proved(answers)


def is_about(answer: ArrivalAnswer, message: Message, question: str) -> bool:
    """Whether it answers this question at this message, or at another version of its event (:func:`given_about`)."""
    if answer.question != question:
        return False
    told = answer.message
    same_event = bool(message.event_id) and (told.event_id, told.sender) == (message.event_id, message.sender)
    return answer.message_id == message.pk or (question.startswith(NAMESAKE) and same_event)


class Judgement(NamedTuple):
    """An answer, not yet stored, beside those given before."""

    answer: ArrivalAnswer
    # The same one twice is not new, unless it counts now and did not then.
    is_new: bool
    # Whether another leader has last answered otherwise.
    is_against_another: bool


def judged(message: Message, question: str, same: bool, *, by: Staff) -> Judgement:
    """What ``by`` answers to the question at the message, and whether it counts."""
    earlier = [answer for answer in given_about([(message, question)]) if is_about(answer, message, question)]
    latest = {answer.by_id: answer for answer in earlier}
    own = latest.pop(by.pk, None)
    against = [answer for answer in latest.values() if answer.same != same]
    answer = ArrivalAnswer(message=message, question=question, same=same, by=by)
    answer.counts = not any(_stands(other) for other in against)
    new = own is None or own.same != same or (answer.counts and not own.counts)
    return Judgement(answer, new, bool(against))


def _stands(answer: ArrivalAnswer) -> bool:
    """Whether whoever gave the answer is still a leader by a post that they had then."""
    given = timezone.localdate(answer.at)
    return answer.by.is_active and any(
        post.since <= given and ArrivalsPermission.RESOLVE_ARRIVALS in roles().get(post.role, {})
        for post in answer.by.current_posts
    )


def sides_of(message: Message, *, by: Staff) -> list[str]:
    """As whom ``by`` answers about a number written by hand: where it was written, or where somebody has it.

    Who leads both units answers as both.
    """
    written_here = message.unit_number in numbers_of_units(by)
    held = Identifier.objects.visible_to(by).filter(shared_with(message.numbers.all()))
    elsewhere = not written_here or held.exclude(person__current_stay__unit__number=message.unit_number).exists()
    return [BY_HAND] * written_here + [BY_HAND_ELSEWHERE] * elsewhere


def numbers_of_units(user: Staff) -> frozenset[str]:
    """The numbers that messages name the units by which the user leads."""
    return frozenset(_own_units(user).values_list("number", flat=True))


def _own_units(user: Staff) -> Any:
    scope = scope_of(user, ArrivalsPermission.RESOLVE_ARRIVALS)
    return Unit.objects.named_as(scope) if isinstance(scope, frozenset) else Unit.objects.none()


def waiting_for(user: Staff) -> Any:
    """The messages that wait for ``user``, the oldest first: those unanswered, and those answered in different ways.

    Of a number written by hand each side is asked on its own: where it was written, until that is answered; where
    somebody has it, until somebody there has answered, unless the answer was no where it was written.
    """
    mine = Message.objects.visible_to(user).alias(**_sides(user))
    also = {*_disputed(mine).values_list("pk", flat=True), *_asked_elsewhere(user).values_list("pk", flat=True)}
    rows = mine.filter(UNSETTLED | Q(pk__in=also))
    return rows.exclude(_BY_HAND, written_here=False, answered_elsewhere=True).order_by("received_at", "pk")


def number_waiting(user: Staff, *, most: int) -> int:
    """How many messages of the service ask the user something, ``most`` at most; for the menu. One query, or none.

    What staff wrote by hand is left out: the number in the menu is seen by whoever stands behind the user, and must not
    tell that somebody here was registered by hand.
    """
    if not isinstance(scope_of(user, ArrivalsPermission.RESOLVE_ARRIVALS), frozenset):
        return 0
    asked = Message.objects.visible_to(user).filter(UNSETTLED).exclude(question="").exclude(_BY_HAND)
    return int(asked.exclude(type__in=MADE_HERE).order_by()[:most].count())


def answered_for(user: Staff) -> Any:
    """The messages answered that ``user`` may see, the newest first, with their question; also those in dispute."""
    mine = Message.objects.visible_to(user).alias(**_sides(user)).exclude(question="")
    elsewhere = Q(_BY_HAND, written_here=False)
    return mine.filter(Q(elsewhere, answered_elsewhere=True) | ~elsewhere & ~UNSETTLED).order_by("-received_at", "pk")


def _sides(user: Staff) -> dict[str, Any]:
    there = ArrivalAnswer.objects.filter(message=OuterRef("pk"), question=BY_HAND_ELSEWHERE)
    return {
        "written_here": Exists(_own_units(user).filter(number=OuterRef("unit_number"))),
        "answered_elsewhere": Exists(there),
    }


def _disputed(mine: Any) -> Any:
    """Those about which the last answer does not count, since another leader's stands against it."""
    same_event = Q(
        question__startswith=NAMESAKE,
        message__event_id=OuterRef("message__event_id"),
        message__sender=OuterRef("message__sender"),
    )
    later = ArrivalAnswer.objects.filter(question=OuterRef("question"), pk__gt=OuterRef("pk")).filter(
        Q(message=OuterRef("message")) | same_event & ~Q(message__event_id="")
    )
    last = ArrivalAnswer.objects.filter(~Exists(later), counts=False)
    of_event = last.filter(question__startswith=NAMESAKE).exclude(message__event_id="")
    versions = Message.objects.filter(event_id__in=of_event.order_by().values("message__event_id"))
    # A union, each part by its own index: for OR PostgreSQL reads every message there is.
    at = last.order_by().values("message").union(versions.exclude(question="").values("pk"))
    return mine.filter(pk__in=at, question__in=last.values("question")).exclude(_BY_HAND, written_here=False)


def _asked_elsewhere(user: Staff) -> Any:
    """Numbers written by hand in other units, called the person's there, that somebody in the user's units has."""
    scope = scope_of(user, ArrivalsPermission.RESOLVE_ARRIVALS)
    own = Identifier.objects.filter(person__current_stay__unit__in=scope if isinstance(scope, frozenset) else [])
    about_own = MessageNumber.objects.filter(shared_with(own))
    counting = ArrivalAnswer.objects.filter(message=OuterRef("pk"), question=BY_HAND, counts=True).order_by("-pk")
    rows: Any = Message.objects.filter(_KEPT, _BY_HAND, pk__in=about_own.values("message")).alias(**_sides(user))
    return rows.alias(yes=Subquery(counting.values("same")[:1])).filter(yes=True, written_here=False)
