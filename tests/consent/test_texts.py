"""A published text never changes, no language says less than another, and none of them says what it must not."""

import re
import shutil
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from brik.definitions import languages
from brik.definitions.strict_yaml import DefinitionError
from brik.people.legal_status import MAPPED, LegalStatus
from consent.models import LegalBasis, Text
from consent.texts import catalogue as texts
from consent.texts.catalogue import FOLDER

pytestmark = [pytest.mark.django_db]


@pytest.fixture
def folder(tmp_path):
    shutil.copytree(FOLDER, tmp_path / "texts")
    return tmp_path / "texts"


def edit(folder, name, old, new):
    path = folder / name
    before = path.read_text()
    assert old in before
    path.write_text(before.replace(old, new, 1))


def test_every_text_is_published_once_and_marked_as_not_approved():
    call_command("load_texts", stdout=StringIO())
    call_command("load_texts", stdout=StringIO())
    assert Text.objects.count() == 32
    assert not Text.objects.filter(approved=True).exists()
    assert all(list(texts.current(kind)) == languages.CODES for kind in MAPPED)


def test_a_published_version_that_has_been_changed_stops_with_a_sentence(folder):
    texts.load(folder)
    edit(folder, "domfelt-nb-2026.2.yaml", "Før vi begynner", "Før vi begynner!")
    with pytest.raises(
        DefinitionError, match=r"domfelt-nb-2026.2.yaml, line 1: version 2026.2 has been published and cannot change"
    ):
        texts.load(folder)


def test_a_new_version_is_used_from_then_on_and_the_old_stays(folder):
    texts.load(folder)
    for path in sorted(folder.glob("domfelt-*-2026.2.yaml")):
        for version in ("2026.10", "2026.9"):
            later = path.read_text().replace("'2026.2'", f"'{version}'")
            path.with_name(path.name.replace("2026.2", version)).write_text(later)
    texts.load(folder)
    assert texts.current(LegalStatus.CONVICTED)["nb"].version == "2026.10"
    assert Text.objects.filter(kind=LegalStatus.CONVICTED, language="nb").count() == 6


def test_texts_that_nobody_has_approved_are_refused_outside_a_demonstration(settings):
    settings.UNAPPROVED_TEXTS_ALLOWED = False
    with pytest.raises(CommandError, match="Not approved by anybody"):
        call_command("load_texts", stdout=StringIO())
    assert not Text.objects.exists()
    assert not LegalBasis.objects.filter(demonstration=True).exists()
    assert LegalBasis.objects.filter(kind=LegalStatus.CONVICTED).exists()


@pytest.mark.parametrize(
    ("name", "old", "new", "reason"),
    [
        ("domfelt-en-2026.2.yaml", "  title: Before we start", "  other: Before we start", "does not say the same"),
        ("domfelt-en-2026.2.yaml", "{leader}. ", "{leder}. ", "does not say the same"),
        ("domfelt-en-2026.2.yaml", "approved: false", "approved: maybe", "must hold kind, language"),
        ("domfelt-en-2026.2.yaml", "language: en", "language: nn", "the name must be"),
        ("domfelt-en-2026.2.yaml", "kind: DOMFELT", "kind: ANNET", "unknown kind"),
        ("domfelt-en-2026.2.yaml", "title: Before we start", "title: ''", "is empty"),
        ("domfelt-en-2026.2.yaml", "title: Before we start", "title: Before 😀 we start", "no paper can show: 😀"),
        ("domfelt-en-2026.2.yaml", "kind: DOMFELT", "kind: [", "is not YAML"),
        (
            "varetekt-nb-2026.2.yaml",
            "title: Før vi begynner",
            "title: Før soningen",
            "never used to somebody on remand",
        ),
        ("varetekt-ar-2026.2.yaml", "title: قبل أن نبدأ", "title: العقوبة عقوبة", "never used to somebody on remand"),
    ],
)
def test_a_file_that_does_not_hold_is_refused_with_its_name_and_a_reason(folder, name, old, new, reason):
    edit(folder, name, old, new)
    with pytest.raises(DefinitionError, match=f"{re.escape(name)}.*{reason}"):
        texts.load(folder)
    assert not Text.objects.exists()


def test_every_talk_says_that_no_has_no_consequence_and_that_the_notices_to_nav_are_another_matter():
    texts.load()
    for kind in MAPPED:
        for text in texts.current(kind).values():
            assert text.body["information"]["promise"]
            assert "§ 21-4" in text.body["common"]["nav"]
            assert "Datatilsynet" in text.body["receipt"]["complain_text"]
    titles = {"nb": "Vi spør ikke om saken", "nn": "Vi spør ikkje om saka", "en": "We do not ask about your case"}
    remand = texts.current(LegalStatus.REMAND)
    for language, title in titles.items():
        assert title in [point["title"] for point in remand[language].body["information"]["points"]]


def test_what_the_read_back_and_the_receipt_call_a_choice_is_the_same():
    for content in texts.newest_of(texts.read(FOLDER)).values():
        rows, receipt = content["body"]["readback"]["rows"], content["body"]["receipt"]["rows"]
        assert {**rows, "recipients": f"{rows['recipients']} {{recipient}}"} == receipt
