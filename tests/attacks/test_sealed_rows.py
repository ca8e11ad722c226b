"""Lines V and K of the table of attacks: answers and keys that are moved, put back or taken away."""

from __future__ import annotations

import pytest
from django.urls import reverse

from brik.audit.models import Event
from brik.audit.verbs import Verb
from brik.mapping.models import Section
from brik.mapping.record import sections
from brik.mapping.record.states import AreaState
from brik.vault import keys
from brik.vault.codes.row_codes import coded_fields
from brik.vault.models import Key
from tests import situations
from tests.attacks.sql import as_an_older_house, as_application, as_owner, check, column, refused

pytestmark = [pytest.mark.django_db]
SEALED = "answers, row_version"


@pytest.fixture
def draft(house):
    """An interview under way with one area that was saved twice: its mapper, the area, and the first version's row."""
    mapper = house.mapper
    interview = situations.an_interview(mapper)
    first = sections.save_section(interview, area="C", answers=situations.form_answers(C1="UTEN"), version=0, by=mapper)
    older = column("mapping_section", SEALED, first.pk)
    sections.save_section(
        interview, area="C", answers=situations.form_answers(C1="UTEN", C3a="JA"), version=1, by=mapper
    )
    return mapper, Section.objects.get(pk=first.pk), older


def put_back(section, older):
    as_application("UPDATE mapping_section SET answers = %s, row_version = %s WHERE uuid = %s", *older, section.pk)


def test_v1_answers_of_two_people_that_have_changed_places_do_not_open(house):
    one, other = house.section(house.sharing), house.section(house.refusing)
    mine, theirs = (column("mapping_section", "answers", section.pk) for section in (one, other))
    as_application("UPDATE mapping_section SET answers = %s WHERE uuid = %s", *theirs, one.pk)
    as_application("UPDATE mapping_section SET answers = %s WHERE uuid = %s", *mine, other.pk)
    refused(lambda: house.section(house.sharing).answers.open())
    refused(lambda: house.share(house.sharing))
    assert f"section {one.pk}: the seal is broken" in check("verify_audit")


def test_v2_answers_of_one_area_moved_to_another_do_not_open(house):
    mapper, person = house.mapper, house.sharing
    interview = situations.an_interview(mapper)
    for area, answers in (("C", {"C1": "UTEN"}), ("A", {})):
        sections.save_section(interview, area=area, answers=situations.form_answers(**answers), version=0, by=mapper)
    of_c, of_a = (Section.objects.get(mapping=interview, area=area) for area in ("C", "A"))
    as_application(
        "UPDATE mapping_section SET answers = %s WHERE uuid = %s",
        *column("mapping_section", "answers", of_c.pk),
        of_a.pk,
    )
    refused(lambda: Section.objects.get(pk=of_a.pk).answers.open())
    assert person.pk != interview.person_id
    assert f"section {of_a.pk}: the seal is broken" in check("verify_audit")


def test_v3_older_answers_in_the_same_row_do_not_open(draft):
    _, section, older = draft
    as_application("UPDATE mapping_section SET answers = %s WHERE uuid = %s", older[0], section.pk)
    refused(lambda: Section.objects.get(pk=section.pk).answers.open())
    assert f"section {section.pk}: the seal is broken" in check("verify_audit")


@pytest.mark.parametrize("name", ["mapping:check", "mapping:pdf"])
def test_v4_an_older_whole_row_is_not_shown(client, draft, name):
    mapper, section, older = draft
    client.force_login(mapper)
    address = reverse(name, kwargs={"mapping": section.mapping_id})
    assert client.get(address).status_code == 200
    put_back(section, older)
    assert Section.objects.get(pk=section.pk).answers.open()["answers"].keys() == {"C1"}
    before = Event.objects.filter(verb=Verb.INTEGRITY_BROKEN).count()
    page = client.get(address)
    assert (page.status_code, Event.objects.filter(verb=Verb.INTEGRITY_BROKEN).count()) == (409, before + 1)
    assert f"section {section.pk}: older than its last event" in check("verify_audit")


def test_v4_the_area_page_does_not_show_an_older_whole_row(client, draft):
    mapper, section, older = draft
    client.force_login(mapper)
    address = reverse("mapping:area", kwargs={"mapping": section.mapping_id, "step": "C"})
    assert client.get(address).status_code == 200
    put_back(section, older)
    assert client.get(address).status_code == 409


def test_v5_an_older_whole_row_whose_newer_history_is_gone_is_found(draft):
    _, section, older = draft
    put_back(section, older)
    as_application("DELETE FROM mapping_historicalsection WHERE uuid = %s AND row_version > 1", section.pk)
    assert f"section {section.pk}: older than its last event" in check("verify_audit")
    assert "section: a version is gone from its history" in check("verify_rows")


@pytest.mark.parametrize(
    "change",
    [
        "answers = substring(answers FOR octet_length(answers) - 1)",
        "answers = set_byte(answers, 20, 255 - get_byte(answers, 20))",
        "row_version = row_version + 1",
    ],
)
def test_v7_cut_or_flipped_bytes_and_another_version_do_not_open(house, change):
    section = house.section(house.sharing)
    as_application(f"UPDATE mapping_section SET {change} WHERE uuid = %s", section.pk)
    refused(lambda: house.section(house.sharing).answers.open())
    refused(lambda: house.share(house.sharing))
    assert f"section {section.pk}: the seal is broken" in check("verify_audit")


def test_v8_nothing_is_shared_of_an_interview_that_has_lost_an_area(house):
    section = house.section(house.sharing)
    as_owner("DELETE FROM mapping_historicalsection WHERE uuid = %s", section.pk)
    as_owner("DELETE FROM mapping_section WHERE uuid = %s", section.pk)
    refused(lambda: house.share(house.sharing))
    assert "missing" in check("verify_audit")
    assert "section: it is gone, and its history with it" in check("verify_rows")


@pytest.mark.parametrize(
    ("table", "name"),
    [
        ("mapping_historicalsection", "section"),
        ("mapping_historicalmapping", "mapping"),
        ("people_historicalperson", "person"),
    ],
)
def test_v9_x6_history_rows_that_are_gone_are_counted(house, table, name):
    as_owner(f"DELETE FROM {table}")
    assert f"{name}: a version is gone from its history" in check("verify_rows")


def test_v10_an_area_set_to_not_asked_differs_from_its_history(house):
    as_application("UPDATE mapping_section SET state = 'IKKE_STARTET' WHERE person_id = %s", house.sharing.pk)
    assert "section: it differs from the last version in its history" in check("verify_rows")


def test_v10_nothing_is_shared_while_an_area_is_set_to_not_asked(house):
    as_application("UPDATE mapping_section SET state = 'IKKE_STARTET' WHERE person_id = %s", house.sharing.pk)
    refused(lambda: house.share(house.sharing, house.koda))


def test_v10_that_somebody_would_not_talk_of_an_area_is_sealed(house):
    """No column says it: what a row says in clear is the same as of an area that is done."""
    mapper = house.mapper
    interview = situations.an_interview(mapper)
    said, silent = (
        sections.save_section(interview, area=area, answers=answers, version=0, state=state, by=mapper)
        for area, answers, state in (
            ("C", situations.form_answers(C1="UTEN"), AreaState.DONE),
            ("D", {}, AreaState.DECLINED),
        )
    )
    columns = {field.attname for field in coded_fields(Section)} - {"uuid", "area", "updated_at"}
    assert "state" in columns
    assert [getattr(said, name) for name in sorted(columns)] == [getattr(silent, name) for name in sorted(columns)]


def test_v11b_an_older_whole_row_is_not_saved_over(draft):
    mapper, section, older = draft
    put_back(section, older)
    answers = situations.form_answers(C1="EIER")
    refused(lambda: sections.save_section(section.mapping, area="C", answers=answers, version=1, by=mapper))
    refused(lambda: sections.draft_section(section.mapping, area="C", answers=answers, version=1, by=mapper))


def test_v11b_a_version_that_was_saved_twice_is_found(draft):
    """What an older house may have laundered: two saves of one version, and the row is at its last event again."""
    mapper, section, older = draft
    put_back(section, older)
    as_an_older_house(section)
    newest = column("audit_head", "row_version", str(section.pk), key="object_id")
    as_owner("UPDATE audit_head SET row_version = 1 WHERE object_id = %s", str(section.pk))
    answers = situations.form_answers(C1="EIER")
    sections.save_section(section.mapping, area="C", answers=answers, version=1, by=mapper)
    assert newest == column("audit_head", "row_version", str(section.pk), key="object_id")
    said = check("verify_rows")
    assert "section: two events tell of one saved version" in said
    assert "section: one version was saved twice, with other words" in said


def test_k1_k2_another_ones_key_or_none_opens_nothing(house):
    one, other = house.sharing, house.refusing
    as_application(
        "UPDATE vault_key SET wrapped = (SELECT wrapped FROM vault_key WHERE subject = %s) WHERE subject = %s",
        house.interview(other).pk,
        house.interview(one).pk,
    )
    with keys.ring():
        refused(lambda: house.section(one).answers.open())
        refused(lambda: house.share(one))
    assert "the seal is broken" in check("verify_audit")
    as_application("DELETE FROM vault_key WHERE person = %s", one.pk)
    with keys.ring():
        refused(lambda: house.section(one).answers.open())
    assert "the seal is broken" in check("verify_audit")
    assert "does not open" in check("verify_consent")


def test_k3_keys_that_are_called_destroyed_without_an_event_are_found(house):
    as_application("UPDATE vault_key SET destroyed_at = now()")
    assert "key: it is destroyed, and no event of the vault names it" in check("verify_rows")


@pytest.mark.parametrize("forged", [True, False])
def test_k3_nobody_is_told_that_an_interview_is_erased_whose_key_was_only_marked(client, house, forged):
    interview = house.interview(house.sharing)
    address = reverse("mapping:read", kwargs={"mapping": interview.pk})
    client.force_login(house.mapper)
    if forged:
        as_application("UPDATE vault_key SET destroyed_at = now(), wrapped = '' WHERE subject = %s", interview.pk)
    else:
        situations.destroy_keys(Key.objects.filter(subject=interview.pk))
    page = client.get(address)
    assert page.status_code == (409 if forged else 410)
    assert ("slettet" in page.content.decode()) is not forged
    assert ("key: it is destroyed, and no event of the vault names it" in check("verify_rows")) is forged
