"""A word typed into everything that is sealed is nowhere in clear: not in the database, its queue or sessions, a log or a file.

The word goes in the way people's words do: arrival messages, pages and actions. At the end every sealed field of the
house must have held it, so that a new field without a canary fails the test; then it is searched for everywhere.
"""

from __future__ import annotations

import logging
import re
import tempfile
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from brik.logs import JsonLine
from brik.mapping.models import Mapping
from brik.mapping.questionnaire import catalogue
from brik.people.identifiers.numbers import Number
from brik.people.models import Person
from brik.people.protection import Restriction
from brik.staff.models import Organisation, OrganisationKind
from brik.vault.fields import SealedField
from brik.vault.inspection import sealed_models
from consent.models import Consent, Talk
from consent.record import steps
from consent.talk import actions as consents
from consent.talk.signing import scans
from followup.demo import telling
from followup.demo.counterpart import behaviour as does
from followup.demo.counterpart.behaviour import Mode
from followup.desk.restrictions import actions as restrictions
from followup.sharing.models import Delivery, Disclosure, DisposalAnswerKind, DisposalNotice
from tests import canary, situations
from tests.journeys import way
from tests.journeys.way import account
from tests.mapping import pages
from tests.sharing.receipts import post as send_receipt
from tests.sharing.receipts import receipt

pytestmark = [pytest.mark.proof, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("key_ring", "house")]

WORD = canary.word()
KEPT = DisposalAnswerKind.KEPT.value
SCAN = situations.a_scanned_pdf(words=WORD)
# Sealed, but with nothing in them that anybody types, or as pictures and papers, whose bytes hold no words.
WITHOUT_WORDS = {
    "mapping.Mapping.stays_in_norway",
    "mapping.HistoricalMapping.stays_in_norway",
    "people.Identifier.number",
    "sharing.Disclosure.content",
    "consent.WithdrawalReceipt.document",
    "slips.Slip.content",
    # The code of a promise.
    "tasks.Task.promise",
    "consent.Talk.scan",
    "consent.SignedSheet.pdf",
    # Codes of a theme, a level and a wish.
    "plan.Need.content",
    "plan.HistoricalNeed.content",
    # Codes of municipalities.
    "mapping.Mapping.told_places",
    "mapping.HistoricalMapping.told_places",
}


@pytest.fixture
def log():
    """What the log of an installation would hold, whatever is written to it."""
    stream = StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLine())
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield stream.getvalue
    root.removeHandler(handler)
    root.setLevel(before)


@pytest.fixture
def spool(tmp_path, monkeypatch):
    """Where anything would be put down for a moment."""
    folder = tmp_path / "spool"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def page_of(client, talk: Talk, step: str, **fields):
    """Fill in one page of the talk and send it."""
    talk.refresh_from_db()
    data = {f"{step}-{name}": value for name, value in fields.items()}
    answer = client.post(
        reverse("desk:talk", args=[talk.pk, step]), {"talk-current_step": step, "version": talk.row_version, **data}
    )
    assert answer.status_code == 302, step
    return answer


def when_the_talk_is_held(client, person: Person, *, on_paper: bool = False, unfinished: bool = False) -> None:
    """The talk page by page, with a source and a signature; everything to everyone."""
    client.post(reverse("consent:start", args=[person.pk]))
    talk = Talk.objects.get(person=person, state="AAPEN")
    interpreter = {"agency": WORD, "spoken": WORD, "qualification": "B", "presence": "PHONE", "impartial": "on"}
    page_of(
        client, talk, steps.LANGUAGE, language="nb", interpreter="JA", registered="Oslo", actual="Oslo", **interpreter
    )
    page_of(client, talk, steps.TURN)
    page_of(client, talk, steps.INFORMATION, how=["READ"])
    page_of(client, talk, steps.MAPPING, answer="JA")
    page_of(client, talk, steps.SOURCES, answer="JA", name_1=WORD, about_1=["BOLIG", "OEKONOMI"])
    page_of(client, talk, steps.COMMON, months="6")
    talk.refresh_from_db()
    for offer in consents.offers_of(talk, talk.answers.open()):
        page_of(
            client, talk, steps.SHARING[offer.kind], answer="JA", months="6", themes=[str(one) for one in offer.themes]
        )
    talk.refresh_from_db()
    slip = {"topics": ["ABSTINENS"], "version": talk.row_version}
    assert client.post(reverse("desk:talk", args=[talk.pk, steps.SLIP]), slip).status_code == 302
    page_of(client, talk, steps.EXPLAINED)
    page_of(client, talk, steps.READ_BACK)
    if unfinished:
        talk.refresh_from_db()
        by, sheet = account("kartlegger.oslo"), {"method": "PAPER"}
        consents.save_step(
            talk, step=steps.SIGNATURE, answer=sheet, version=talk.row_version, scan=scans.redrawn(SCAN), by=by
        )
    elif on_paper:
        talk.refresh_from_db()
        sent = {"talk-current_step": steps.SIGNATURE, f"{steps.SIGNATURE}-method": "PAPER"}
        scan = {f"{steps.SIGNATURE}-scan": SimpleUploadedFile(f"{WORD}.pdf", SCAN)}
        address = reverse("desk:talk", args=[talk.pk, steps.SIGNATURE])
        assert client.post(address, sent | scan | {"version": talk.row_version}).status_code == 200
        talk.refresh_from_db()
        assert client.post(address, sent | {"again": "sheet", "version": talk.row_version}).status_code == 302
    else:
        page_of(client, talk, steps.SIGNATURE, method="TYPED", name=WORD, confirmed="on")


def written(area) -> dict[str, str]:
    """The word in every text field of an area, and what has to be answered for those fields to be asked."""
    fields: dict[str, str] = {}

    def ask(question) -> None:
        if question.condition:
            other = area.question(question.condition.link_id)
            fields[other.link_id] = sorted(question.condition.any_of)[0]
            ask(other)

    for question in area.questions:
        if question.type.code == "text":
            fields[question.link_id] = WORD
            ask(question)
        for column in question.fields if question.type.code == "group" else ():
            if column.type.code == "text":
                fields[f"{question.link_id}/0/{column.link_id}"] = WORD
    return fields


def interview(client, mapping: Mapping) -> int:
    """Every area with a text field, saved by itself first and then for good. How many fields held the word."""
    client.post(pages.url("begin", mapping), {"language": "nb"})
    mapping.refresh_from_db()
    count = 0
    for area in catalogue.get(mapping.kind).areas:
        fields = written(area)
        if not fields:
            continue
        count += list(fields.values()).count(WORD)
        opened = pages.opened(client, mapping, area.code)
        kept = client.post(
            pages.url("draft", mapping, step=area.code),
            {**opened, **pages.filled(area.code, **fields)},
            headers={"x-requested-with": "brik"},
        )
        assert kept.status_code == 200, kept.status_code
        sourced = {f"{name}_source": f"third_party:{WORD}" for name in ("C_ressurs", "VF_ressurs") if name in fields}
        others = [
            name for name in fields if f"{name}_source" not in sourced and "/" not in name and area.question(name)
        ]
        confirmed = pages.confirmed(others[-1], WORD) if others else {}
        saved = pages.send(client, mapping, area.code, **fields, **sourced, **confirmed)
        assert saved.status_code == 302, (area.code, saved.status_code)
    return count


def when_everything_is_shared(client, mapping: Mapping) -> None:
    """With everybody who may have something, all that can be ticked ticked, free text included."""
    for number in (telling.KODA, telling.NAV, telling.NAV_OSLO, telling.HEALTH):
        address = reverse("sharing:preview", args=[mapping.pk, _organisation(number)])
        page = client.get(address).content.decode()
        ticks = re.findall(r'name="with" id="[^"]*" value="([^"]+)"', page) or re.findall(
            r'<input[^>]*name="with"[^>]*value="([^"]+)"', page
        )
        shown = client.post(address, {"do": "show", "with": ticks}).content.decode()
        seen = re.search(r'name="seen" value="([^"]+)"', shown)
        assert seen, number
        shared = client.post(address, {"do": "share", "with": ticks, "seen": seen[1]})
        assert shared.status_code == 302, (number, shared.status_code)


def _organisation(number: str) -> int:
    return Organisation.objects.get(number=number).pk


def mishaps(client, person: Person, mapping: Mapping) -> None:
    """What goes wrong with words in it: they must not lie in a log, an event or a session afterwards."""
    client.post("/arbeidsliste/", {"q": WORD})
    client.get("/arbeidsliste/", {"samtale": WORD, "enhet": WORD})
    client.get(f"/{WORD}/")
    client.post(pages.url("area", mapping, step="C"), {"C-ukjent": WORD, WORD: "1"})
    client.post(reverse("desk:protection", args=[person.pk]), {"address_grade": WORD, "note": WORD * 60})
    client.post("/meldinger/inntak", WORD, content_type="text/plain")
    client.post("/meldinger/kvittering", WORD, content_type="text/plain")
    Client().post("/logg-inn/?next=/arbeidsliste/", {"username": WORD, "password": WORD})
    Client().post(pages.url("area", mapping, step="C"), {"C-C_ressurs": WORD})


def held() -> dict[str, bool]:
    """Every sealed field of the house by name, and whether any row's content, opened, has the word."""
    found: dict[str, bool] = {}
    for model in sealed_models():
        columns = [column for column in model._meta.local_fields if isinstance(column, SealedField)]
        rows = list(model._base_manager.all())
        for column in columns:
            values = (getattr(row, column.attname) for row in rows)
            found[f"{model._meta.app_label}.{model.__name__}.{column.name}"] = any(
                WORD in _text(value.open()) for value in values if value is not None
            )
    return found


def _text(content) -> str:
    return bytes(content).decode(errors="replace") if isinstance(content, bytes | memoryview) else repr(content)


def given_somebody_signed_in(username: str) -> Client:
    """A browser of their own for each, so that every session is still there when the search begins."""
    client = Client()
    client.force_login(account(username))
    return client


def given_two_inmates(inbox: Path, numbers: list[Number]) -> list[Person]:
    """Whose names have the word in them; and two files that are no messages, but have it too."""
    people = [
        way.arrive(inbox, given=f"{WORD} {name}", family=WORD, number=number.value)
        for name, number in zip(("Ola", "Kari"), numbers, strict=True)
    ]
    for broken in (f"<Inntak>{WORD}", f"<{WORD}/>"):
        (inbox / "feil.xml").write_text(broken)
        with pytest.raises(SystemExit):
            call_command("intake", str(inbox / "feil.xml"), stdout=StringIO())
    return people


def when_the_officer_notes_protection(client: Client, person: Person) -> None:
    told = {
        "address_grade": "FORTROLIG",
        "restrictions": [Restriction.MEDIA_BANNED.value],
        "note": WORD,
        "version": person.row_version,
    }
    assert client.post(reverse("desk:protection", args=[person.pk]), told).status_code == 302


def when_the_leader_rules_who_may_be_told(person: Person) -> None:
    """Everybody, so that all of it leaves; with a reason in words."""
    restrictions.rule(
        person,
        about=Person.objects.get(pk=person.pk).restricted_at,
        kinds=list(OrganisationKind),
        reason=WORD,
        until=timezone.now() + timedelta(days=30),
        by=account("leder.oslo"),
    )


def when_every_area_is_answered(client: Client, mapping: Mapping) -> None:
    assert interview(client, mapping) >= 20
    mapping.refresh_from_db()
    client.post(pages.url("sign_off", mapping))


def when_the_case_system_fails_once_and_answers(client: Client, person: Person, koda, counterpart) -> None:
    counterpart.behaviour.set(Mode(does.FAILING, times=1))
    way.deliver(person, koda)
    Delivery.objects.change(due_at=None)
    way.deliver(person, koda)
    to_koda = Delivery.objects.get(organisation=koda)
    assert send_receipt(client, receipt(counterpart.key, to_koda, beskrivelse=WORD, saksRef=WORD)).status_code == 200


def when_the_interview_is_corrected_and_printed(client: Client, mapping: Mapping) -> None:
    client.post(pages.url("correct", mapping), {"reason": WORD})
    correction = Mapping.objects.get(corrects=mapping)
    client.post(pages.url("sign_off", correction))
    client.get(pages.url("pdf", correction))
    client.get(reverse("consent:receipt", args=[Consent.objects.get(person=mapping.person_id).pk]))


def when_the_adviser_of_nav_reads_and_prints(client: Client) -> None:
    for disclosure in Disclosure.objects.filter(organisation__number=telling.NAV):
        client.get(reverse("sharing:summary", args=[disclosure.pk]))
        client.get(reverse("sharing:summary_pdf", args=[disclosure.pk]))


def when_the_adviser_writes_and_searches(client: Client) -> None:
    nav = Disclosure.objects.filter(organisation__number=telling.NAV)
    written = {"kind": "MOTTATT", "telephone": "00 00 56 78", "text": WORD}
    sent = [client.post(reverse("sharing:summary", args=[disclosure.pk]), written) for disclosure in nav]
    assert 302 in {answer.status_code for answer in sent}
    client.post(reverse("sharing:inbox"), {"q": WORD}, follow=True)


def when_the_officer_replies(client: Client, person: Person) -> None:
    for delivery in Delivery.objects.filter(person=person, organisation__number=telling.NAV):
        address = reverse("sharing:reply", args=[delivery.message_id])
        client.post(address, {"text": WORD, "do": "preview"}, follow=True)


def when_things_go_wrong(client: Client, person: Person) -> None:
    mapping = Mapping.objects.get(person=person)
    client.post(pages.url("begin", mapping), {"language": "nb"})
    mishaps(client, person, mapping)


def when_everything_is_taken_back(client: Client, person: Person, koda) -> None:
    taken = client.post(reverse("desk:withdraw", args=[person.pk]), {"what": "alt", "said": "HER", "when": "NAA"})
    assert taken.status_code == 302
    situations.carry_out(person)
    client.get(taken["Location"])
    way.deliver(person, koda)


def when_the_person_is_given_insight(client: Client, person: Person) -> None:
    client.get(reverse("desk:extract", args=[person.pk]))


def then_every_sealed_field_has_held_the_word() -> None:
    without = {name for name, has in held().items() if not has}
    assert without <= WITHOUT_WORDS, without


def then_nothing_is_found(words: list[str], folders: list[Path], texts: dict[str, str]) -> None:
    kept = [path for path in settings.DATA_DIR.iterdir() if path.is_dir() and path.name != "postgres"]
    places = [settings.KEY_DIR, *folders, *kept]
    assert canary.search(words, database=connection.settings_dict, folders=places, texts=texts) == []


def when_the_adviser_must_keep_something(client) -> None:
    notices = DisposalNotice.objects.filter(disclosure__organisation=account("nav.oslo").organisation)
    assert notices
    for notice in notices:
        answer = client.post(reverse("sharing:disposal", args=[notice.pk]), {"kind": KEPT, "law": f"{WORD} § 1"})
        assert answer.status_code == 302


def test_no_word_of_anybodys_is_left_in_clear(koda, counterpart, tmp_path, spool, log, capfd):
    inbox = tmp_path / "innboks"
    inbox.mkdir()
    numbers = [situations.a_number() for _ in range(2)]
    person, other = given_two_inmates(inbox, numbers)
    officer = given_somebody_signed_in("kartlegger.oslo")

    when_the_officer_notes_protection(officer, person)
    when_the_leader_rules_who_may_be_told(person)
    when_the_talk_is_held(officer, person)
    when_the_talk_is_held(officer, other, on_paper=True)
    mapping = Mapping.objects.get(person=person)
    when_every_area_is_answered(officer, mapping)
    when_everything_is_shared(officer, mapping)
    when_the_case_system_fails_once_and_answers(officer, person, koda, counterpart)
    when_the_interview_is_corrected_and_printed(officer, mapping)
    adviser = given_somebody_signed_in("nav.oslo")
    when_the_adviser_of_nav_reads_and_prints(adviser)
    when_the_adviser_writes_and_searches(adviser)
    when_the_officer_replies(officer, person)
    when_things_go_wrong(officer, other)
    when_the_talk_is_held(officer, other, unfinished=True)
    when_everything_is_taken_back(officer, person, koda)
    when_the_adviser_must_keep_something(adviser)
    privacy = given_somebody_signed_in("innsyn")
    when_the_person_is_given_insight(privacy, person)

    then_every_sealed_field_has_held_the_word()
    printed = capfd.readouterr()
    then_nothing_is_found(
        [WORD, *(number.value for number in numbers)],
        folders=[spool],
        texts={"log": log(), "output": printed.out + printed.err},
    )
