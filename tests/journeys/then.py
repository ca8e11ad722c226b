"""What a journey comes to: what people see, what the house keeps, and what recipients have got."""

from __future__ import annotations

import json
from collections.abc import Mapping as Map
from io import BytesIO, StringIO

from django.core.management import call_command
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from brik.mapping.models import InterviewState, Mapping
from brik.people.models import Person
from brik.staff.models import Organisation, OrganisationKind
from brik.vault.canonical import sha256
from consent.models import Consent, ConsentState, Withdrawal
from followup.demo.counterpart.server import Counterpart
from followup.sharing.models import Delivery, DeliveryKind, DeliveryState
from tests.journeys.way import look

# What is seen.


def the_worklist_says(page: Page, person: Person, *words: str) -> None:
    """In the person's line."""
    page.goto("/arbeidsliste/")
    line = page.get_by_role("row").filter(has_text=person.name)
    for word in words:
        expect(line).to_contain_text(word)
    look(page, "arbeidsliste")


def the_page_says(page: Page, *words: str) -> None:
    for word in words:
        expect(page.locator("main")).to_contain_text(word)
    look(page, "leser")


def the_page_does_not_say(page: Page, *words: str) -> None:
    for word in words:
        expect(page.locator("main")).not_to_contain_text(word)


def the_page_is_called(page: Page, words: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(words)
    look(page, words)


def nothing_on_the_page_speaks_of_a_sentence(page: Page) -> None:
    shown = page.locator("main").inner_text().lower()
    assert not [word for word in ("domfelt", "soning", "straffegjennomføring") if word in shown]


def the_officer_sees_the_answer(page: Page, person: Person, answer: str) -> None:
    """On the person's page, beside what was shared."""
    page.goto(f"/personer/{person.pk}/")
    expect(page.get_by_role("region", name="Deling", exact=True)).to_contain_text(answer)
    look(page, "svaret")


def the_adviser_sees_the_answer(page: Page, answer: str) -> None:
    expect(page.get_by_role("region", name="Svar")).to_contain_text(answer)
    look(page, "besvart")


def the_talk_is_said_to_be(page: Page, words: str) -> None:
    """On the person's page."""
    expect(page.get_by_role("region", name="Neste steg", exact=True)).to_contain_text(words)
    look(page, "samtalen")


def the_inbox_has_one_line_about(page: Page, person: Person) -> None:
    assert page.get_by_role("link", name=person.name).count() == 1


def the_sheet_is_shown(page: Page) -> None:
    """The picture as it would be kept, and the question whether it is the right one."""
    expect(page.get_by_role("heading", name="Er dette arket?")).to_be_visible()
    expect(page.locator("img.brik-sheet")).to_have_count(1)
    look(page, "er-dette-arket")


def the_archived_sheet_is_at_hand(page: Page, consent: Consent) -> bytes:
    """Behind the link on the page; the file."""
    link = page.locator(f'a[href="/samtykke/{consent.pk}/ark.pdf"]')
    expect(link).to_be_visible()
    look(page, "vis-arket")
    file = page.context.request.get(link.get_attribute("href") or "")
    assert file.headers["content-type"] == "application/pdf"
    return file.body()


# What the house keeps.


def nothing_is_signed(person: Person) -> None:
    assert not Consent.objects.filter(person=person).exists()


def the_sheet_ends_with_a_picture_of(sheet: bytes, *, size: tuple[int, int]) -> None:
    [image] = PdfReader(BytesIO(sheet)).pages[-1].images
    assert image.image is not None
    assert image.image.size == size


def what_was_signed_holds() -> None:
    """Documents, rows and sheets, as the operators' command compares them."""
    out = StringIO()
    call_command("verify_consent", stdout=out)
    assert out.getvalue() == f"{Consent.objects.count()} consents hold.\n"


def the_talks_came_to(person: Person, *outcomes: ConsentState) -> None:
    assert sorted(Consent.objects.filter(person=person).values_list("outcome", flat=True)) == sorted(outcomes)


def the_talk_was_about(kind: str) -> None:
    assert Consent.objects.get().kind == kind


def the_interview_is_about(kind: str) -> None:
    assert Mapping.objects.get().kind == kind


def the_only_interview_is_of(person: Person) -> None:
    assert Mapping.objects.get().person_id == person.pk


def the_interview_is(state: InterviewState) -> None:
    assert Mapping.objects.get().state == state


def one_interview_is_final() -> None:
    """The correction holds, and what it corrects no longer does."""
    assert Mapping.objects.filter(state=InterviewState.FINAL).count() == 1


def everything_was_taken_back(person: Person) -> None:
    assert Withdrawal.objects.get(person=person).whole is True


def a_part_was_taken_back(person: Person) -> None:
    assert Withdrawal.objects.get(person=person).whole is False


def everything_shared_is_retracted() -> None:
    states = Delivery.objects.filter(kind=DeliveryKind.SHARE).values_list("state", flat=True)
    assert set(states) == {DeliveryState.RETRACTED}


# What recipients have got.


def the_message_tells_only(message: str, *questions: str) -> None:
    told = {answer["linkId"] for area in json.loads(message)["omraader"] for answer in area["svar"]}
    assert told == set(questions)


def the_message_tells(message: str, question: str) -> None:
    assert f'"{question}"' in message


def the_message_replaces(message: str, earlier: str) -> None:
    assert json.loads(message)["erstatter"] == json.loads(earlier)["meldingsId"]


def what_was_shared_is_what_was_shown(shown: Map[OrganisationKind, str]) -> None:
    """Byte for byte, and to nobody else."""
    kept = {delivery.organisation.kind: delivery.disclosure.payload.open() for delivery in Delivery.objects.all()}
    assert kept == {kind: message.encode() for kind, message in shown.items()}


def the_case_system_has_got_it_all(counterpart: Counterpart, organisation: Organisation) -> None:
    """Everything shared with it, once each, in that order, and nothing besides."""
    sent = Delivery.objects.filter(organisation=organisation).order_by("pk")
    assert [line.sha256 for line in counterpart.ledger.lines()] == [
        sha256(delivery.disclosure.payload.open()) for delivery in sent.select_related("disclosure")
    ]


def the_case_system_has_been_told_to_forget(counterpart: Counterpart) -> None:
    """It has got two messages, and the second takes back the first."""
    told, taken_back = counterpart.ledger.lines()
    assert taken_back.about == told.message_id
