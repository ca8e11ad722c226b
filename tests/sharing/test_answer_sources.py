"""Who has confirmed an answer goes with it, on preview, page, paper and wire; what the officer notes goes nowhere."""

import html
import json
from io import BytesIO

import pypdf
import pytest
from django.conf import settings
from django.urls import reverse

from brik.mapping.questionnaire.themes import Theme
from brik.mapping.record import actions as interview
from brik.mapping.record import sections
from brik.people.protection import AddressGrade
from brik.staff.models import OrganisationKind, Role
from followup.sharing import actions
from tests import situations

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_ring")]

WHO, DAY = "Bergen kommune", "2026-05-03"
NOTE = "Et uforvekslelig notat"


def an_interview(mapper, recipient):
    """Signed off and permitted: one answer confirmed, one of a third party, one the person's own, and a note."""
    mapping = situations.an_interview(mapper, sources=["Boligkontoret"])
    answers = situations.form_answers(C1="UTEN", C3a="JA", C4a="VET_IKKE", C_ressurs=NOTE)
    answers["C1"] |= {"source": "confirmed", "confirmed_by": WHO, "confirmed_on": DAY}
    answers["C3a"] |= {"source": "third_party:Boligkontoret"}
    answers["C_ressurs"] |= {"source": "note"}
    sections.save_section(mapping, area="C", answers=answers, version=0, by=mapper)
    situations.a_permit(mapping.person, recipient, themes=list(Theme))
    return interview.sign_off(mapping, by=mapper)


def kilder(delivery):
    message = json.loads(delivery.disclosure.payload.open())
    return {answer["linkId"]: answer["kilde"] for area in message["omraader"] for answer in area["svar"]}


def text_of(paper):
    return " ".join(sheet.extract_text() for sheet in pypdf.PdfReader(BytesIO(paper.content)).pages)


@pytest.mark.parametrize("kind", [OrganisationKind.NAV_MUNICIPAL, OrganisationKind.CASE_SYSTEM])
def test_a_message_tells_who_has_confirmed_and_when_and_no_note_even_with_its_tick(kind):
    case_system = kind is OrganisationKind.CASE_SYSTEM
    recipient = situations.a_case_system() if case_system else situations.an_organisation(kind)
    mapper = situations.an_account(Role.MAPPER)
    mapping = an_interview(mapper, recipient)
    ticks = frozenset({"C_ressurs"})
    delivery = actions.share(mapping, organisation=recipient, by=mapper, free_text=ticks, own_ticks=ticks)
    assert kilder(delivery) == {
        "C1": "BEKREFTET: Bergen kommune, 2026-05-03",
        "C3a": "TREDJEPART: Boligkontoret",
        "C4a": "EGENOPPLYSNING",
    }
    assert NOTE not in str(delivery.disclosure.payload.open())


@pytest.mark.parametrize(
    ("language", "said", "other"),
    [
        ("nb", "Bekreftet av Bergen kommune, 03.05.2026", "Opplyst av Boligkontoret, ikke bekreftet"),
        ("nn", "Stadfesta av Bergen kommune, 03.05.2026", "Opplyst av Boligkontoret, ikkje stadfesta"),
        ("en", "Confirmed by Bergen kommune, 03.05.2026", "Stated by Boligkontoret, not confirmed"),
    ],
)
def test_preview_page_and_paper_say_who_and_when_in_the_readers_language(client, language, said, other):
    recipient, mapper = situations.an_organisation(OrganisationKind.NAV_MUNICIPAL), situations.an_account(Role.MAPPER)
    mapping = an_interview(mapper, recipient)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    client.force_login(mapper)
    preview = client.get(reverse("sharing:preview", args=[mapping.pk, recipient.pk]))
    delivery = actions.share(mapping, organisation=recipient, by=mapper)
    client.force_login(situations.an_account(Role.PARTNER, organisation=recipient))
    page = client.get(reverse("sharing:summary", args=[delivery.disclosure_id]))
    paper = client.get(reverse("sharing:summary_pdf", args=[delivery.disclosure_id]))
    for text in (html.unescape(preview.content.decode()), html.unescape(page.content.decode()), text_of(paper)):
        assert said in text
        assert other in text
        assert NOTE not in text


def test_no_name_leaves_where_the_address_is_graded():
    recipient, mapper = situations.an_organisation(OrganisationKind.HEALTH), situations.an_account(Role.MAPPER)
    mapping = situations.an_interview(mapper, sources=["Legevakten i Bergen"])
    answers = situations.form_answers(G1="GOD", G5="NEI")
    answers["G1"] |= {"source": "confirmed", "confirmed_by": WHO, "confirmed_on": DAY}
    answers["G5"] |= {"source": "third_party:Legevakten i Bergen"}
    sections.save_section(mapping, area="G", answers=answers, version=0, by=mapper)
    situations.a_permit(mapping.person, recipient, themes=[Theme.HELSE])
    situations.protect(mapping.person, grade=AddressGrade.CLIENT)
    delivery = actions.share(interview.sign_off(mapping, by=mapper), organisation=recipient, by=mapper)
    assert set(kilder(delivery).values()) == {
        "BEKREFTET: (navnet vises ikke), 2026-05-03",
        "TREDJEPART: (navnet vises ikke)",
    }


def test_the_interview_on_paper_says_who_and_when_and_holds_the_note(client):
    recipient, mapper = situations.an_organisation(OrganisationKind.NAV_MUNICIPAL), situations.an_account(Role.MAPPER)
    mapping = an_interview(mapper, recipient)
    client.force_login(mapper)
    paper = text_of(client.get(reverse("mapping:pdf", args=[mapping.pk])))
    assert "Bekreftet av Bergen kommune, 03.05.2026" in paper
    assert NOTE in paper
    assert "Notat fra den som kartla" in paper
