"""Arrivals that wait for a leader's answer. In the desk because an answer may end work in other rooms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from brik.arrivals import answers
from brik.arrivals.models import ArrivalAnswer, Message
from brik.arrivals.permissions import ArrivalsPermission
from brik.arrivals.stored_content import from_row
from brik.arrivals.timeline.namesakes import NAMESAKE
from brik.arrivals.timeline.standings import BY_HAND, BY_HAND_ELSEWHERE, VERSIONS, Fate, ParkedReason
from brik.arrivals.xml.messages import MADE_HERE, MessageContent
from brik.audit import log
from brik.audit.reasons import Reason
from brik.audit.verbs import Verb
from brik.pages import errors
from brik.people.identifiers.numbers import LABELS, Number, birth_date
from brik.people.models import Identifier, Person
from brik.staff.access import found_or_404, permission_required
from brik.staff.accounts import StaffRequest
from brik.staff.models import Staff
from brik.vault import keys
from brik.vault.codes.coded_models import proved
from followup.desk import receiving as arrivals
from followup.desk.worklist.rows import rows
from followup.insight.message_words import WHAT

MOST_SHOWN = 50


@dataclass
class NamedNumber:
    """A number in the message, and the person who has it. A person the leader may not see is not named."""

    label: str
    birthday: date | None
    person: Person | None
    elsewhere: bool


@dataclass
class WaitingArrival:
    row: Message
    what: str | Promise
    name: str
    numbers: list[NamedNumber]
    # The known person with the same name and day of birth, where the leader may see them.
    namesake: Person | None
    # When it happened, and what else a leader may know of it.
    details: list[tuple[str | Promise, str]]
    # What leaders have answered to this question, the oldest first.
    answers: list[ArrivalAnswer]
    user: Staff
    # Whether the message names a unit that the user leads.
    written_here: bool

    @property
    def chooses(self) -> bool:
        """Whether the leader must choose between several messages with one id."""
        return self.row.question.startswith(VERSIONS)

    @property
    def asks_namesake(self) -> bool:
        """Whether the leader answers if somebody with a new number is somebody known."""
        return self.row.question.startswith(NAMESAKE)

    @property
    def follows(self) -> bool:
        """Whether the answer about an earlier message with the same number decides."""
        return self.row.why == ParkedReason.NAMESAKE and not self.row.question

    @property
    def answered_same(self) -> bool:
        """Of an answered one: whether the answer was yes, or this one is in use."""
        if self.by_hand:
            counting = [answer for answer in self.answers if answer.counts]
            return bool(counting) and counting[-1].same
        if self.asks_namesake:
            return self.row.person_id is not None and self.row.person_id == self.row.namesake_id
        return self.is_in_use

    @property
    def known(self) -> list[UUID]:
        """The people of the user's units that it may be about, in the order of its numbers."""
        named = [number.person for number in self.numbers] + [self.namesake]
        return list(dict.fromkeys(person.pk for person in named if person is not None))

    @property
    def is_in_use(self) -> bool:
        return bool(self.row.fate in {Fate.APPLIED, Fate.AHEAD})

    @property
    def is_disputed(self) -> bool:
        """Whether leaders have answered differently: what was in force before, is."""
        return bool(self.answers) and not self.answers[-1].counts

    @property
    def own_answer(self) -> ArrivalAnswer | None:
        """What the user has last answered."""
        return next((answer for answer in reversed(self.answers) if answer.by_id == self.user.pk), None)

    @property
    def by_hand(self) -> bool:
        """Whether the leader answers if a number written by hand is the person's."""
        return self.row.question == BY_HAND


@require_GET
@permission_required(ArrivalsPermission.RESOLVE_ARRIVALS)
def waiting(request: StaffRequest) -> HttpResponse:
    """What waits in the user's units, and what was answered recently."""
    messages = answers.waiting_for(request.user)[: MOST_SHOWN + 1].with_keys()
    first = list(messages[:MOST_SHOWN])
    asked = {row.pk for row in first}
    answered = [row for row in answers.answered_for(request.user)[:20].with_keys() if row.pk not in asked]
    log.record(Verb.PEOPLE_LISTED, by=request.user, reason=Reason.WAITING)
    arrivals_shown = _waiting_arrivals([*first, *answered], request.user)
    shown = {
        "waiting": arrivals_shown[: len(first)],
        "more": len(messages) > MOST_SHOWN,
        "answered": arrivals_shown[len(first) :],
    }
    return render(request, "desk/waiting.html", shown)


@require_POST
@permission_required(ArrivalsPermission.RESOLVE_ARRIVALS)
def answer(request: StaffRequest, message: UUID) -> HttpResponse:
    """A leader's answer: same person or not; this message or none. Refused when somebody or something came between.

    Whether two people are one is asked for once more, on a page that shows what is known and what becomes of it.
    """
    row = found_or_404(Message.objects.visible_to(request.user), message)
    same = {"ja": True, "nei": False}.get(request.POST.get("same", ""))
    if same is None:
        return errors.refused(request, 400, reason="no_answer_given")
    joins = not row.question.startswith(VERSIONS)
    if joins and request.POST.get("checked") != "ja" and row.question == request.POST.get("question"):
        log.record(Verb.PEOPLE_LISTED, by=request.user, reason=Reason.WAITING)
        item, fate = _waiting_arrivals([row], request.user)[0], request.POST.get("fate", row.fate)
        known = rows(item.known, request.user)
        shown = {"item": item, "fate": fate, "same": same, "known": known}
        return render(request, "desk/same_person.html", shown)
    # What the leader saw; it may have changed since, also while this waits.
    row.question = request.POST.get("question", "")[:100]
    row.fate = request.POST.get("fate", row.fate)
    arrivals.answer(row, same=same, by=request.user)
    return redirect("desk:waiting")


def _waiting_arrivals(messages: list[Message], user: Staff) -> list[WaitingArrival]:
    """The messages with what the page shows of each, in a constant number of queries."""
    contents = [from_row(row) for row in proved(messages)]
    holders = _holders(messages, contents, user)
    wanted = {*holders.values(), *(row.namesake_id for row in messages)}
    visible = {person.pk: person for person in Person.objects.visible_to(user).filter(pk__in=wanted)}
    keys.preload(visible)
    own_units = answers.numbers_of_units(user)
    questions = [_question_to(row, own_units) for row in messages]
    given = answers.given_about(zip(messages, questions, strict=True))
    return [
        WaitingArrival(
            row,
            WHAT[content.type],
            " ".join(filter(None, content.name or ())),
            [
                _named_number(number, holders.get(number), visible, tells=_tells_of_others(row, content))
                for number in sorted(content.numbers)
            ],
            visible.get(row.namesake_id),
            _details(row, content, written_here=row.unit_number in own_units),
            [answer for answer in given if answers.is_about(answer, row, question)],
            user,
            written_here=row.unit_number in own_units,
        )
        for row, content, question in zip(messages, contents, questions, strict=True)
    ]


def _question_to(row: Message, own_units: frozenset[str]) -> str:
    """What leaders of these units answer at the message: of a number written by hand each side answers on its own."""
    elsewhere = row.question == BY_HAND and row.unit_number not in own_units
    return BY_HAND_ELSEWHERE if elsewhere else row.question


def _holders(messages: list[Message], contents: list[MessageContent], user: Staff) -> dict[Number, UUID]:
    """Who has the numbers in these messages.

    Where the user is not told of others, none but people the user may see are looked for, so that the time does not
    tell either.
    """
    told, rest = set[Number](), set[Number]()
    for row, content in zip(messages, contents, strict=True):
        (told if _tells_of_others(row, content) else rest).update(content.numbers)
    found = {**Identifier.objects.visible_to(user).holding(rest), **Identifier.objects.holding(told)}
    return {number: row.person_id for number, row in found.items()}


def _details(row: Message, content: MessageContent, *, written_here: bool) -> list[tuple[str | Promise, str]]:
    """What a leader judges by: the dates of a message, and where several have one id, what distinguishes them.

    What staff of another unit have written, is theirs.
    """
    if content.type in MADE_HERE and not written_here:
        return []
    chooses = row.question.startswith(VERSIONS)
    ends, at = content.dates.end if content.dates else None, content.happened_at
    details: list[tuple[str | Promise, str]] = [
        (_("Enhet"), content.place.name if content.place and chooses else ""),
        (_("Kategori"), content.category if chooses else ""),
        (_("Tidspunkt"), date_format(timezone.localtime(at), "j. F Y H.i") if at else ""),
        (_("Endt tid"), date_format(ends, "j. F Y") if ends else ""),
    ]
    return [(label, value) for label, value in details if value]


def _tells_of_others(row: Message, content: MessageContent) -> bool:
    """Whether the leader is told that somebody in another unit has a number of the message.

    Not of a number that staff wrote, by which anybody could try who is in custody, nor where a name is asked about.
    """
    return content.type not in MADE_HERE and not row.question.startswith(NAMESAKE)


def _named_number(number: Number, holder: UUID | None, visible: dict[UUID, Person], *, tells: bool) -> NamedNumber:
    return NamedNumber(
        label=str(LABELS[number.kind]),
        birthday=birth_date(number),
        person=visible.get(holder) if holder else None,
        elsewhere=tells and holder is not None and holder not in visible,
    )
