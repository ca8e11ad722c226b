"""Talks, consents, signed sheets and withdrawals, as the extract tells them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from brik.people.models import Person
from brik.vault.codes.coded_models import proved
from brik.vault.sealing import Shredded
from consent.models import (
    Consent,
    Decision,
    DecisionAnswer,
    SignedSheet,
    Step,
    Talk,
    TalkState,
    Withdrawal,
    WithdrawalReceipt,
)
from consent.record.document import opened
from consent.record.signed_sheets import opened_sheet
from followup.insight.cause_words import reason_in_words
from followup.insight.extract.extract_line import (
    ExtractEntry,
    ExtractFile,
    ExtractLine,
    ExtractLink,
    ExtractSection,
    day_words,
    lines_of,
    theme_words,
    time_words,
)
from followup.insight.extract.staff_words import StaffWords


def section(person: Person, staff: StaffWords, *, whole: bool) -> ExtractSection:
    """What was asked and answered in talks, and what was taken back. ``whole``: every sentence, and the sheets."""
    entries = [*_talks(person, staff), *_consents(person, staff, whole=whole), *_withdrawals(person, staff)]
    return ExtractSection("samtykker", _("Samtykker"), tuple(entries))


def _talks(person: Person, staff: StaffWords) -> list[ExtractEntry]:
    # What a finished talk holds is in its consent.
    talks = proved(Talk.objects.filter(person=person).exclude(state=TalkState.FINISHED))
    open_answers = _("Det som er svart så langt, går en betjent gjennom i samtalen.")
    return [
        ExtractEntry(
            f"{day_words(talk.started_at)}: {_('Samtykkesamtale')}",
            tuple(
                lines_of(
                    {
                        _("Status"): talk.get_state_display(),
                        _("Begynt av"): staff.of(talk.started_by_id, talk.started_at),
                        _("Svar"): open_answers if talk.answers else "",
                    }
                )
            ),
        )
        for talk in talks
    ]


def _consents(person: Person, staff: StaffWords, *, whole: bool) -> list[ExtractEntry]:
    has_sheet = Exists(SignedSheet.objects.filter(consent=OuterRef("pk")).order_by())
    rows = Consent.objects.filter(person=person).annotate(has_sheet=has_sheet).prefetch_related("decisions", "steps")
    sheets = {row.consent_id: row for row in SignedSheet.objects.filter(person=person).with_keys()} if whole else {}
    return [_consent(row, staff, sheets.get(row.pk), whole=whole) for row in (rows.with_keys() if whole else rows)]


def _consent(row: Any, staff: StaffWords, sheet: SignedSheet | None, *, whole: bool) -> ExtractEntry:
    links = [ExtractLink("consent:read", row.pk, _("Se samtykket"))]
    if row.has_sheet:
        links.append(ExtractLink("consent:sheet", row.pk, _("Vis det underskrevne arket")))
    lines = [ExtractLine(_("Samtalen ble holdt av"), staff.of(row.held_by_id, row.effective_at))]
    lines += [*_decided(row.decisions.all()), *map(_step, row.steps.all())]
    return ExtractEntry(
        f"{day_words(row.effective_at)}: {row.get_outcome_display()}",
        tuple(lines),
        said=tuple(_blocks(row)) if whole else (),
        links=tuple(links),
        files=tuple(_files(sheet)) if sheet is not None else (),
    )


def _files(sheet: SignedSheet) -> list[ExtractFile]:
    """The sheet as it was signed. Nothing where it is meant to be gone."""
    try:
        return [ExtractFile("underskrevet-ark.pdf", "application/pdf", opened_sheet(sheet))]
    except Shredded:
        return []


def _step(step: Step) -> ExtractLine:
    why = reason_in_words(step.cause)
    return ExtractLine(step.get_state_display(), f"{day_words(step.effective_at)}{f', {why}' if why else ''}")


def _withdrawals(person: Person, staff: StaffWords) -> list[ExtractEntry]:
    receipts = {
        receipt.withdrawal_id: _blocks(receipt)
        for receipt in WithdrawalReceipt.objects.filter(person=person).with_keys()
    }
    words = _("Trukket %(day)s kl. %(time)s, notert av %(name)s.")
    rows = Withdrawal.objects.filter(person=person).select_related("hearing").prefetch_related("decisions")
    return [
        ExtractEntry(
            words
            % {
                "day": day_words(row.said_at),
                "time": time_words(row.said_at),
                "name": staff.of(row.noted_by_id, row.recorded_at),
            },
            (
                *lines_of(
                    {
                        _("Hva"): _("Alt") if row.whole else "",
                        _("Hvordan det ble sagt"): row.get_said_display(),
                        _("Bekreftet av personen"): _heard(row),
                    }
                ),
                *_taken_back(row.decisions.all()),
            ),
            said=tuple(receipts.get(row.pk, [])),
        )
        for row in rows
    ]


def _heard(row: Withdrawal) -> str:
    hearing = getattr(row, "hearing", None)
    return day_words(hearing.recorded_at) if hearing is not None else ""


def _blocks(row: Consent | WithdrawalReceipt) -> list[str]:
    """The sentences of a stored document, in the language in which the person got them."""
    try:
        return [text for block in opened(row).blocks if (text := _text(block))]
    except Shredded:
        return [_("Slettet")]


def _text(block: dict[str, Any]) -> str:
    """What one part of a document says: a sentence, or a question with its answer."""
    match block["type"]:
        case "heading" | "text":
            return str(block["text"])
        case "fact":
            return _asked(block["term"], block["text"])
        case "page" | "slip":
            return ""
        case _:
            return _asked(block["question"], " ".join([block["answer"], *block["lines"]]))


def _asked(term: str, said: str) -> str:
    """A term and what it stands for; a question needs no colon."""
    return f"{term} {said}" if term.endswith(("?", "؟")) else f"{term}: {said}"


def _decided(decisions: Iterable[Decision]) -> list[ExtractLine]:
    """The answer to each question, with the themes it was given for, and until when a yes holds."""
    return _by_theme((decision, _answer(decision)) for decision in decisions)


def _answer(decision: Decision) -> str:
    answer = str(DecisionAnswer(decision.answer).label)
    return (
        _("%(answer)s, til %(day)s") % {"answer": answer, "day": day_words(decision.until)}
        if decision.until
        else answer
    )


def _taken_back(decisions: Iterable[Decision]) -> list[ExtractLine]:
    """What a withdrawal has taken back, and from when: no answer to a question, though it is stored as a no."""
    words = _("Trukket tilbake fra %(day)s kl. %(time)s")
    return _by_theme(
        (decision, words % {"day": day_words(decision.effective_at), "time": time_words(decision.effective_at)})
        for decision in decisions
    )


def _by_theme(answered: Iterable[tuple[Decision, str]]) -> list[ExtractLine]:
    """A line for each question and each answer to it in words, with the themes."""
    themes_of: dict[tuple[str, str], list[str]] = {}
    for decision, answer in answered:
        recipient = decision.get_recipient_kind_display()
        question = f"{decision.get_direction_display()} {recipient}".strip()
        themes_of.setdefault((question, answer), []).extend([decision.theme] if decision.theme else [])
    return [
        ExtractLine(question, f"{answer}: {theme_words(dict.fromkeys(themes))}" if themes else answer)
        for (question, answer), themes in themes_of.items()
    ]
