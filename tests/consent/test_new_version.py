"""A talk that is under way when a new version of its text is published: nobody signs words they were never told."""

import shutil

import pytest
from django.urls import reverse

from brik.audit.actors import Process
from brik.definitions.strict_yaml import DefinitionError
from brik.pages.refusal import Refused
from brik.people.models import LegalStatus
from consent.models import Consent
from consent.record import steps
from consent.record.choices import NotReady
from consent.record.document import opened
from consent.record.refusals import ConsentRefusal
from consent.talk import actions
from consent.texts import approval
from consent.texts import catalogue as texts
from consent.texts.catalogue import FOLDER
from tests import situations

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("organisations")]


@pytest.fixture
def newer(tmp_path):
    """A folder whose texts for the convicted are one version later, and say the same."""
    folder = shutil.copytree(FOLDER, tmp_path / "texts")
    for path in sorted(folder.glob("domfelt-*-2026.4.yaml")):
        path.write_text(path.read_text().replace("'2026.4'", "'2026.5'"))
        path.rename(path.with_name(path.name.replace("2026.4", "2026.5")))
    return folder


def url(talk, step):
    return reverse("desk:talk", args=[talk.pk, step])


def test_what_was_told_in_another_version_is_told_and_asked_anew(client, newer):
    by, someone = situations.a_mapper_and_a_person()
    client.force_login(by)
    talk = situations.a_talk(someone, by, stop_before=steps.SIGNATURE)
    texts.load(newer)
    assert client.get(url(talk, steps.SIGNATURE)).url == url(talk, steps.INFORMATION)
    sent = {"talk-current_step": steps.READ_BACK, "version": talk.row_version}
    assert client.post(url(talk, steps.READ_BACK), sent).status_code == 409
    with pytest.raises(Refused):
        actions.save_step(talk, step=steps.SIGNATURE, answer={}, version=talk.row_version, by=by)
    talk.refresh_from_db()
    assert steps.MAPPING in talk.answers.open()  # nothing is thrown away by looking
    assert client.get(url(talk, steps.LANGUAGE)).status_code == 200


def test_a_talk_that_was_answered_to_the_end_is_not_finished_with_a_text_it_was_not_held_with(newer):
    by, someone = situations.a_mapper_and_a_person()
    talk = situations.a_talk(someone, by)
    texts.load(newer)
    with pytest.raises(NotReady) as missing:
        actions.finish(talk, by=by)
    assert missing.value.step == steps.INFORMATION
    talk.refresh_from_db()
    talk = actions.save_step(talk, step=steps.INFORMATION, answer={"how": ["READ"]}, version=talk.row_version, by=by)
    assert set(talk.answers.open()) == {steps.LANGUAGE, steps.TURN, steps.INFORMATION}
    again = situations.a_talk(someone, by)
    assert again == talk
    assert opened(actions.finish(again, by=by)).content["text"]["version"] == "2026.5"


def test_a_page_that_shows_the_older_text_answers_nothing(client, newer):
    by, someone = situations.a_mapper_and_a_person()
    client.force_login(by)
    talk = situations.a_talk(someone, by, stop_before=steps.INFORMATION)
    shown = client.get(url(talk, steps.INFORMATION)).context["text_version"]
    texts.load(newer)
    sent = {"talk-current_step": steps.INFORMATION, "version": talk.row_version, f"{steps.INFORMATION}-how": "READ"}
    assert client.post(url(talk, steps.INFORMATION), {**sent, "text": shown}).status_code == 409
    talk.refresh_from_db()
    assert steps.INFORMATION not in talk.answers.open()
    assert client.post(url(talk, steps.INFORMATION), {**sent, "text": "2026.5"}).status_code == 302


def test_a_text_of_another_kind_changes_nothing_for_those_under_way(newer):
    by, someone = situations.an_account(), situations.a_person(status=LegalStatus.REMAND)
    talk = situations.a_talk(someone, by)
    texts.load(newer)
    assert opened(actions.finish(talk, by=by)).content["text"]["version"] == "2026.4"
    assert Consent.objects.count() == 1


def approve(folder, version):
    """The texts for the convicted of a version, approved and recorded."""
    for path in sorted(folder.glob(f"domfelt-*-{version}.yaml")):
        path.write_text(path.read_text().replace("approved: false", "approved: true"))
    for name, content in texts.read(folder).items():
        if content["kind"] == LegalStatus.CONVICTED and content["version"] == version:
            approval.approve(
                name,
                texts.hash_of(content),
                approved_by="Jurist Jurissen",
                language_read_by="Språkleser Lesersen",
                by=Process("setup"),
                folder=folder,
            )


def test_a_text_in_use_that_lacks_what_the_pages_show_since_stops_with_a_sentence(newer, settings):
    settings.UNAPPROVED_TEXTS_ALLOWED = False
    approve(newer, "2026.5")
    assert len(texts.load(newer)[0]) == 4
    for path in sorted(newer.glob("domfelt-*-2026.5.yaml")):
        later = path.read_text().replace("'2026.5'", "'2026.6'").replace("approved: true", "approved: false")
        later = later.replace("  signature:", "  more: 'X'\n  signature:", 1)
        path.with_name(path.name.replace("2026.5", "2026.6")).write_text(later)
    with pytest.raises(
        DefinitionError, match=r"domfelt-..-2026.6.yaml, line 1: version 2026.5 is still in use and does not say all"
    ):
        texts.load(newer)


def test_an_approved_text_that_the_pages_can_no_longer_show_holds_no_talk_and_stops_nothing(settings, tmp_path):
    settings.UNAPPROVED_TEXTS_ALLOWED = False
    folder = shutil.copytree(FOLDER, tmp_path / "older")
    for path in sorted(folder.glob("domfelt-*-2026.1.yaml")):
        older = path.read_text().replace("'2026.1'", "'2026.0'")
        path.with_name(path.name.replace("2026.1", "2026.0")).write_text(older)
    approve(folder, "2026.0")
    new, refused = texts.load(folder)
    # It is published, for the consents that were signed with it.
    assert {text.version for text in new} == {"2026.0"}
    assert refused
    assert not any("2026.0" in name or "2026.1" in name for name in refused)
    assert texts.current(LegalStatus.CONVICTED) == {}
    by, someone = situations.a_mapper_and_a_person()
    with pytest.raises(Refused) as shut:
        actions.start(someone, by=by)
    assert shut.value.why == ConsentRefusal.NO_TEXT
