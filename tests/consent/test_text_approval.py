"""A text is used outside a demonstration when it is recorded who approved those very bytes, and who read the language."""

import shutil
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, connection, transaction

from brik.audit.actors import Process
from brik.audit.models import Event
from consent import checks
from consent.models import Text, TextApproval
from consent.texts import approval
from consent.texts import catalogue as texts
from consent.texts.catalogue import FOLDER

pytestmark = [pytest.mark.django_db]
NAME = "domfelt-nb-2026.4.yaml"
BY = {"approved_by": "Jurist Jurissen", "language_read_by": "Leser Lesersen"}


@pytest.fixture
def folder(tmp_path, settings, monkeypatch):
    """The texts of the house, outside a demonstration; one of them says that it is approved."""
    settings.UNAPPROVED_TEXTS_ALLOWED = False
    folder = shutil.copytree(FOLDER, tmp_path / "texts")
    path = folder / NAME
    path.write_text(path.read_text().replace("approved: false", "approved: true"))
    monkeypatch.setattr(texts, "FOLDER", folder)
    return folder


def sha256(folder, name=NAME):
    return texts.hash_of(texts.read(folder)[name])


def approve(folder, name=NAME, **changed):
    given = {"sha256": changed.get("sha256") or sha256(folder, name), **BY, **changed}
    return approval.approve(name, given.pop("sha256"), by=Process("setup"), folder=folder, **given)


def test_a_text_that_says_it_is_approved_is_not_used_before_it_is_recorded_by_whom(folder):
    new, refused = texts.load(folder)
    assert new == []
    assert NAME in refused
    approve(folder)
    new, refused = texts.load(folder)
    assert [f"{text.kind.lower()}-{text.language}-{text.version}.yaml" for text in new] == [NAME]
    assert NAME not in refused
    assert list(texts.current("DOMFELT")) == ["nb"]


def test_a_published_text_without_a_record_is_not_used(folder):
    content = texts.read(folder)[NAME]
    Text.objects.create(**content, sha256=texts.hash_of(content))
    assert not Text.objects.usable().exists()
    approve(folder)
    assert Text.objects.usable().count() == 1


def test_an_approval_is_of_these_bytes_alone(folder):
    approve(folder)
    path = folder / NAME
    path.write_text(path.read_text().replace("Før vi begynner", "Før vi begynner!", 1))
    assert texts.load(folder)[0] == []
    with pytest.raises(ValueError, match="another hash than what was approved"):
        approve(folder, sha256="0" * 64)


@pytest.mark.parametrize(
    ("name", "changed", "reason"),
    [
        ("domfelt-xx-2026.4.yaml", {}, "There is no text"),
        ("domfelt-en-2026.4.yaml", {}, "says approved: false"),
        (NAME, {"language_read_by": " jurist jurissen "}, "Two different people"),
        (NAME, {"approved_by": ""}, "Two different people"),
    ],
)
def test_what_is_no_approval_is_refused_with_a_sentence(folder, name, changed, reason):
    with pytest.raises(ValueError, match=reason):
        approve(folder, name, sha256=sha256(folder), **changed)
    assert not TextApproval.objects.exists()


def test_an_approval_is_an_event_and_recorded_once(folder):
    first = approve(folder)
    assert approve(folder) == first
    [event] = Event.objects.filter(reason="text_approved")
    assert event.about == first.sha256
    with pytest.raises(ValueError, match="was approved by Jurist Jurissen"):
        approve(folder, approved_by="En annen")


def test_the_database_refuses_one_person_twice_and_any_change(folder):
    with pytest.raises(IntegrityError), transaction.atomic():
        TextApproval.objects.create(
            kind="DOMFELT", language="nb", version="1", sha256="1" * 64, approved_by="A", language_read_by="A"
        )
    approve(folder)
    for change in ("UPDATE consent_textapproval SET approved_by = 'B'", "DELETE FROM consent_textapproval"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change)


def test_the_command_lists_what_is_missing_and_records(folder):
    out = StringIO()
    call_command("approve_text", stdout=out)
    assert f"{NAME}: nobody is recorded as having approved {sha256(folder)}" in out.getvalue()
    assert "domfelt-en-2026.4.yaml: it says approved: false" in out.getvalue()
    assert "2026.1" not in out.getvalue()
    with pytest.raises(CommandError, match="Two different people"):
        call_command("approve_text", NAME, sha256(folder), approved_by="A", language_read_by="A")
    call_command("approve_text", NAME, sha256(folder), approved_by="A", language_read_by="B", stdout=out)
    assert NAME not in approval.missing(folder)


def test_the_check_for_production_says_which_texts_are_missing(folder):
    said = {warning.msg for warning in checks.every_text_is_approved(None)}
    assert "The consent text domfelt-en-2026.4.yaml is not used: it says approved: false." in said
    approve(folder)
    assert not any(NAME in warning.msg for warning in checks.every_text_is_approved(None))
