"""Everything that is kept about one person: on the screen, on paper and as data, from one walk."""

import base64
import json
import re
from html import unescape
from io import BytesIO, StringIO

import pypdf
import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.models import Model
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from brik.audit import log
from brik.audit.models import Event
from brik.audit.verbs import Verb
from brik.mapping.models import Mapping, Section
from brik.mapping.record import actions as interviews
from brik.mapping.record import sections
from brik.people.models import Person
from brik.staff.models import Role, Unit
from followup.demo import register, telling
from followup.desk.privacy import case_lines
from followup.desk.privacy.kept_models import NOT_SHOWN, SHOWN
from followup.insight.extract.walk import extract_about
from tests import situations

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_ring")]
WHY = "Personen har bedt om innsyn."


@pytest.fixture
def oslo_unit():
    register.load()
    call_command("load_texts", stdout=StringIO())
    return Unit.objects.get(number="0501")


@pytest.fixture
def mapper(oslo_unit):
    return situations.an_account(at=oslo_unit)


@pytest.fixture
def insight(client):
    someone = situations.an_account(Role.INSIGHT)
    client.force_login(someone)
    return someone


def somebody(mapper):
    """Somebody who was asked, answered, shared, and took everything back."""
    person = situations.a_person(at=mapper.current_posts[0].unit)
    telling.consent(person, mapper, sharing=telling.ALL_OF_THEM)
    telling.share(telling.final(person, mapper), mapper, telling.KODA, telling.NAV)
    situations.a_withdrawal(person, what=["alt"], said_at=timezone.now(), by=mapper)
    return person


def given(client, person, shape, reason=WHY):
    return client.post(reverse("desk:extract", args=[person.pk]), {"reason": reason, "shape": shape}, follow=True)


def data_of(client, person):
    return json.loads(given(client, person, "data").content)


def keyed_to_a_person() -> set[str]:
    """Each model with rows about one person: those that point at one, and those that point at these."""
    about: set[type[Model]] = {Person}
    models = [model for model in apps.get_models() if model._meta.app_label not in {"procrastinate"}]
    while True:
        found = {
            model
            for model in models
            for field in model._meta.concrete_fields
            if field.related_model in about and field.name not in {"first_person", "namesake"}
        }
        if found <= about:
            break
        about |= found
    return {model._meta.label for model in about} | {"people.HistoricalPerson", "audit.Event", "vault.Key"}


def test_every_table_with_rows_about_a_person_is_shown_or_left_out_with_a_reason():
    assert set(SHOWN).isdisjoint(NOT_SHOWN)
    assert {*SHOWN, *NOT_SHOWN} == keyed_to_a_person()
    assert all(NOT_SHOWN.values())


def test_the_walk_reads_every_table_that_it_is_said_to_show_and_has_its_section(mapper):
    person = somebody(mapper)
    with CaptureQueriesContext(connection) as queries:
        shown = extract_about(person, whole=True, more=[case_lines.section(person)])
    read = " ".join(query["sql"] for query in queries)
    # The person was read before the walk.
    tables = {label: apps.get_model(label)._meta.db_table for label in SHOWN if label != "people.Person"}
    assert {label for label, table in tables.items() if f'"{table}"' not in read} == set()
    assert {section.code for section in shown} >= set(SHOWN.values())


def test_screen_paper_and_data_say_the_same(client, insight, mapper):
    person = somebody(mapper)
    data = data_of(client, person)
    page = " ".join(unescape(re.sub(r"<[^>]*>", " ", given(client, person, "skjerm").content.decode())).split())
    paper = pypdf.PdfReader(BytesIO(given(client, person, "papir").content))
    printed = re.sub(r"\s", "", "".join(sheet.extract_text() for sheet in paper.pages))
    answers = 0
    for part in data["deler"]:
        assert part["tittel"] in page
        for entry in part["innhold"]:
            for line in entry["linjer"]:
                answers += part["kode"] == "kartlegginger"
                for words in (line["hva"], line["tekst"], line["ord"]):
                    assert " ".join(words.split()) in page, words
                    assert re.sub(r"\s", "", words) in printed or len(words) > 60, words
    assert answers > 40


def test_the_data_hold_what_was_told_to_whom_in_words_and_the_signed_sheet(client, insight, mapper):
    parts = {part["kode"]: part for part in data_of(client, somebody(mapper))["deler"]}
    nav = next(entry for entry in parts["delt"]["innhold"] if entry["overskrift"].startswith("NAV"))
    assert any(": " in line["hva"] and line["ord"] for line in nav["linjer"])
    signed = [file for entry in parts["samtykker"]["innhold"] for file in entry["filer"]]
    assert base64.b64decode(signed[0]["base64"]).startswith(b"%PDF")
    assert any(entry["sagt"] for entry in parts["samtykker"]["innhold"])


def test_the_paper_carries_the_data_and_names_nobody_in_its_file(client, insight, mapper):
    person = somebody(mapper)
    response = given(client, person, "papir")
    assert response["Content-Disposition"] == 'attachment; filename="innsyn.pdf"'
    paper = pypdf.PdfReader(BytesIO(response.content))
    assert json.loads(paper.attachments["innsyn.json"][0])["skjema"] == "brik.innsyn/1"
    assert person.name.split()[-1] not in str(paper.metadata)


def test_an_answer_that_was_changed_stands_as_it_was_with_its_day(client, insight, mapper):
    person = situations.a_person(at=mapper.current_posts[0].unit)
    telling.consent(person, mapper)
    mapping = interviews.begin(Mapping.objects.get(person=person), language="nb", by=mapper)
    for version, words in enumerate(("Moss", "Halden")):
        answers = {"C5": situations.an_answer(words, shown=[words])}
        sections.save_section(mapping, area="C", answers=answers, version=version, by=mapper)
    assert Section.history.filter(person=person).count() == 2
    [part] = [part for part in data_of(client, person)["deler"] if part["kode"] == "kartlegginger"]
    before = [entry for entry in part["innhold"] if "slik det sto" in entry["overskrift"]]
    assert [line["ord"] for entry in before for line in entry["linjer"]] == ["Moss"]
    assert "Kartlegger, Oslo fengsel" in before[0]["overskrift"]


def test_staff_stand_by_role_and_unit_and_by_no_name(client, insight, mapper):
    person = somebody(mapper)
    data = data_of(client, person)
    for part in data["deler"]:
        for entry in part["innhold"]:
            # The signed document names whoever led the talk: it is shown as it was signed.
            del entry["sagt"], entry["filer"]
    page = client.get(reverse("desk:extract", args=[person.pk])).content.decode()
    for text in (json.dumps(data, ensure_ascii=False), page.replace(insight.name, "")):
        assert mapper.name not in text
        assert "Kartlegger, Oslo fengsel" in " ".join(text.split())


def test_words_are_opened_with_a_reason_and_each_opening_is_an_event(client, insight, mapper):
    person = somebody(mapper)
    plain = client.get(reverse("desk:extract", args=[person.pk])).content.decode()
    assert "Svarene åpnes øverst" in plain
    assert given(client, person, "data", reason="").status_code in (200, 422)
    assert not Event.objects.filter(actor=insight.actor_id, verb=Verb.MAPPING_PRINTED).exists()
    given(client, person, "data")
    opened = Event.objects.filter(actor=insight.actor_id, stated=WHY, subject=person.pk)
    assert set(opened.values_list("verb", flat=True)) == {Verb.PERSON_READ, Verb.MAPPING_PRINTED, Verb.CONSENT_PRINTED}
    given(client, person, "skjerm")
    assert opened.filter(verb=Verb.MAPPING_READ).count() == Mapping.objects.filter(person=person).count()


def test_reads_of_one_day_and_role_stand_on_one_line_with_how_many(client, insight, mapper):
    person = situations.a_person(at=mapper.current_posts[0].unit)
    for _ in range(3):
        log.record(Verb.PERSON_READ, by=mapper, subject=person.pk)
    [part] = [part for part in data_of(client, person)["deler"] if part["kode"] == "lest"]
    assert ["Kartlegger, Oslo fengsel", "", "3"] in [row[2:] for row in part["tabell"]["rader"]]


def test_the_number_of_queries_does_not_follow_how_much_is_kept(oslo_unit, mapper):
    counts = []
    person = situations.a_person(at=oslo_unit)
    for _ in range(2):
        for _ in range(3):
            telling.consent(person, mapper, sharing=telling.ALL_OF_THEM)
            mapping = telling.final(person, mapper)
            telling.share(mapping, mapper, telling.KODA, telling.NAV)
            situations.a_withdrawal(person, what=["alt"], said_at=timezone.now(), by=mapper)
        with CaptureQueriesContext(connection) as queries:
            extract_about(person, whole=True, more=[case_lines.section(person)])
        counts.append(len(queries))
    assert counts[0] == counts[1]
