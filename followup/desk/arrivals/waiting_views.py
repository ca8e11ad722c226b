"""Arrivals that wait for a leader's answer. In the desk because an answer may end work in other rooms."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from brik.arrivals.models import Message
from brik.arrivals.permissions import ArrivalsPermission
from brik.arrivals.stored_content import from_row
from brik.arrivals.timeline.namesakes import NAMESAKE
from brik.arrivals.timeline.standings import BY_HAND, VERSIONS, WAITING, Fate, ParkedReason
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
from followup.desk import receiving as arrivals
from followup.insight.message_words import WHAT

MOST_SHOWN = 50


@dataclass
class NamedNumber:
    """A number in the message, and the person who has it. A person the leader may not see is not named."""

    label: str
    birth_year: int | None
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
    # Shown when several messages have one id, so that the leader can choose between them.
    details: list[tuple[str | Promise, str]]

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
        if self.asks_namesake:
            return self.row.person_id is not None and self.row.person_id == self.row.namesake_id
        return bool(self.row.fate in {Fate.APPLIED, Fate.AHEAD})

    @property
    def by_hand(self) -> bool:
        """Whether the leader answers if a number written by hand is the person's."""
        return self.row.question == BY_HAND


@require_GET
@permission_required(ArrivalsPermission.RESOLVE_ARRIVALS)
def waiting(request: StaffRequest) -> HttpResponse:
    """What waits in the user's units, and what was answered recently."""
    mine = Message.objects.visible_to(request.user)
    rows = mine.parked()[: MOST_SHOWN + 1].with_keys()
    answered = mine.exclude(question="").exclude(fate__in=WAITING).order_by("-received_at", "pk")[:20].with_keys()
    log.record(Verb.PEOPLE_LISTED, by=request.user, reason=Reason.WAITING)
    first = list(rows[:MOST_SHOWN])
    arrivals_shown = _waiting_arrivals([*first, *answered], request.user)
    shown = {
        "waiting": arrivals_shown[: len(first)],
        "more": len(rows) > MOST_SHOWN,
        "answered": arrivals_shown[len(first) :],
    }
    return render(request, "desk/waiting.html", shown)


@require_POST
@permission_required(ArrivalsPermission.RESOLVE_ARRIVALS)
def answer(request: StaffRequest, message: UUID) -> HttpResponse:
    """A leader's answer: same person or not; this message or none. Refused when somebody or something came between.

    A yes that makes two people one is asked for once more, on a page that shows what becomes of it.
    """
    row = found_or_404(Message.objects.visible_to(request.user), message)
    same = {"ja": True, "nei": False}.get(request.POST.get("same", ""))
    if same is None:
        return errors.refused(request, 400, reason="no_answer_given")
    joins = same and not row.question.startswith(VERSIONS)
    if joins and request.POST.get("checked") != "ja" and row.question == request.POST.get("question"):
        log.record(Verb.PEOPLE_LISTED, by=request.user, reason=Reason.WAITING)
        shown = {"item": _waiting_arrivals([row], request.user)[0], "fate": request.POST.get("fate", row.fate)}
        return render(request, "desk/same_person.html", shown)
    # What the leader saw; it may have changed since, also while this waits.
    row.question = request.POST.get("question", "")[:100]
    row.fate = request.POST.get("fate", row.fate)
    arrivals.answer(row, same=same, by=request.user)
    return redirect("desk:waiting")


def _waiting_arrivals(rows: list[Message], user: Staff) -> list[WaitingArrival]:
    """The rows with what the page shows of each, in a constant number of queries."""
    contents = [from_row(row) for row in rows]
    numbers = {number for content in contents for number in content.numbers}
    holders = {number: row.person_id for number, row in Identifier.objects.holding(numbers).items()}
    wanted = {*holders.values(), *(row.namesake_id for row in rows)}
    visible = {person.pk: person for person in Person.objects.visible_to(user).filter(pk__in=wanted)}
    keys.preload(visible)
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
            _details(content) if row.question.startswith(VERSIONS) else [],
        )
        for row, content in zip(rows, contents, strict=True)
    ]


def _details(content: MessageContent) -> list[tuple[str | Promise, str]]:
    """What distinguishes one version of a message from another."""
    ends, at = content.dates.end if content.dates else None, content.happened_at
    details: list[tuple[str | Promise, str]] = [
        (_("Enhet"), content.place.name if content.place else ""),
        (_("Kategori"), content.category),
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
    birthday = birth_date(number)
    return NamedNumber(
        label=str(LABELS[number.kind]),
        birth_year=birthday.year if birthday else None,
        person=visible.get(holder) if holder else None,
        elsewhere=tells and holder is not None and holder not in visible,
    )
