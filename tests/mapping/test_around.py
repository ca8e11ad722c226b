"""Hub, check, sign-off, reading, correcting, comparing: the pages around the areas."""

from io import BytesIO

import pytest
from pypdf import PdfReader

from brik.audit.models import Event
from brik.audit.verbs import Verb
from brik.mapping.models import InterviewState, Mapping
from brik.mapping.record import actions, lifecycle, sections
from brik.staff.models import Role
from tests import situations
from tests.mapping.pages import confirmed, send, url
from tests.pdf.structure import root
from tests.situations import an_answer

pytestmark = pytest.mark.django_db


def html(response):
    return response.content.decode()


def test_an_interview_begins_in_the_language_chosen(client, mapper, key_ring):
    mapping = situations.a_ready_interview()
    client.force_login(mapper)
    assert "Begynn kartleggingen" in html(client.get(url("hub", mapping)))
    assert client.post(url("begin", mapping), {}).status_code == 422
    assert client.post(url("begin", mapping), {"language": "fr"}).status_code == 422
    client.post(url("begin", mapping), {"language": "ar"})
    mapping.refresh_from_db()
    assert (mapping.state, mapping.mapper, mapping.language) == (InterviewState.DRAFT, mapper, "ar")


def test_an_area_that_is_not_begun_is_not_open(client, mapper, key_ring):
    mapping = situations.a_ready_interview()
    client.force_login(mapper)
    assert client.get(url("area", mapping, step="C")).url == url("hub", mapping)


def test_the_hub_tells_where_each_area_stands(signed_in, mapping):
    send(signed_in, mapping, C1="EIDE")
    send(signed_in, mapping, "D", then="later", D7="JA")
    send(signed_in, mapping, "E", then="decline")
    page = html(signed_in.get(url("hub", mapping)))
    assert "2 av 13 områder er gått gjennom" in page
    for label, times in (("besvart", 1), ("Påbegynt", 2), ("Vil ikke svare", 1), ("Ikke startet", 10)):
        assert page.count(label) == times, label


def test_every_look_is_an_event(signed_in, mapping):
    for name, verb in (("hub", Verb.MAPPING_READ), ("check", Verb.MAPPING_READ)):
        before = Event.objects.count()
        signed_in.get(url(name, mapping))
        assert Event.objects.count() == before + 1
        assert (Event.objects.last().verb, Event.objects.last().subject) == (verb, mapping.person_id)


def test_a_page_that_names_the_person_is_a_look_also_when_it_is_sent_wrongly(client, mapper, key_ring):
    ready, final = situations.a_ready_interview(), situations.a_signed_off_interview(mapper)
    client.force_login(mapper)
    looks = [
        (ready, 1, lambda: client.post(url("begin", ready), {})),
        (final, 1, lambda: client.get(url("correct", final))),
        # What was sent, and the address that is asked again before the page is shown.
        (final, 2, lambda: client.post(url("correct", final), {})),
    ]
    for held, number, look in looks:
        before = Event.objects.filter(verb=Verb.MAPPING_READ, subject=held.person_id).count()
        assert held.person.name in html(look())
        assert Event.objects.filter(verb=Verb.MAPPING_READ, subject=held.person_id).count() == before + number


def test_the_check_reads_back_what_was_said_and_what_was_not_asked(signed_in, mapping):
    send(signed_in, mapping, C1="EIDE", C2="VET_IKKE", **confirmed("C1", "NAV Oslo"))
    page = html(signed_in.get(url("check", mapping)))
    for words in ("Hvordan bodde du", "Eide", "Vet ikke", "Bekreftet av NAV Oslo, 03.05.2026", "Ikke spurt", "Arbeid"):
        assert words in page
    assert url("area", mapping, step="C") in page


def test_nothing_typed_is_markup(signed_in, mapping):
    send(signed_in, mapping, "G", G6="<b>Uforvekslelig</b>")
    assert "&lt;b&gt;Uforvekslelig" in html(signed_in.get(url("check", mapping)))


def test_sign_off_is_possible_at_any_time_and_the_rest_stays_not_asked(signed_in, mapping):
    response = signed_in.post(url("sign_off", mapping), follow=True)
    page = html(response)
    assert response.redirect_chain[-1][0] == url("read", mapping)
    assert "Ikke spurt" in page
    mapping.refresh_from_db()
    assert mapping.state == InterviewState.FINAL
    assert signed_in.post(url("sign_off", mapping)).url == url("read", mapping)
    assert Event.objects.filter(verb=Verb.MAPPING_SIGNED_OFF).count() == 1


def test_a_colleague_cannot_sign_off_what_another_holds(client, mapping, colleague):
    client.force_login(colleague)
    assert client.post(url("sign_off", mapping)).url == url("hub", mapping)
    mapping.refresh_from_db()
    assert mapping.state == InterviewState.DRAFT


def test_a_final_interview_is_read_not_written(signed_in, mapping, mapper):
    actions.sign_off(mapping, by=mapper)
    assert signed_in.get(url("hub", mapping)).url == url("read", mapping)
    assert signed_in.get(url("area", mapping, step="C")).url == url("hub", mapping)
    assert signed_in.get(url("check", mapping)).url == url("hub", mapping)


def test_a_correction_wants_a_reason_shows_it_and_replaces_the_old(signed_in, mapping, mapper):
    sections.save_section(mapping, area="C", answers={"C5": an_answer("JA")}, version=0, by=mapper)
    actions.sign_off(mapping, by=mapper)
    assert signed_in.post(url("correct", mapping), {"reason": " "}).status_code == 422
    response = signed_in.post(url("correct", mapping), {"reason": "Svarte feil om bolig"}, follow=True)
    assert "Svarte feil om bolig" in html(response)
    new = Mapping.objects.get(corrects=mapping)
    send(signed_in, new, C5="NEI", C1="EIDE")
    signed_in.post(url("sign_off", new))
    assert "Denne utgaven er rettet" in html(signed_in.get(url("read", mapping)))
    actions.sign_off(actions.correct(new, reason="Enda en feil", by=mapper), by=mapper)
    for older in (mapping, new):
        assert "Denne utgaven er rettet" in html(signed_in.get(url("read", older)))
    assert "Rettet fordi" in html(signed_in.get(url("read", new)))


def test_then_and_now_stand_side_by_side(signed_in, mapping, mapper):
    sections.save_section(
        mapping, area="C", answers={"C5": an_answer("JA", text="Eiendeler?", shown=["Ja"])}, version=0, by=mapper
    )
    actions.sign_off(mapping, by=mapper)
    new = actions.correct(mapping, reason="Feil", by=mapper)
    send(signed_in, new, C5="NEI", C1="EIDE")
    actions.sign_off(new, by=mapper)
    before = Event.objects.filter(verb=Verb.MAPPING_READ).count()
    page = html(signed_in.get(url("compare", new)))
    assert page.count(">Endret<") == 2
    assert "Ikke besvart" in page
    assert Event.objects.filter(verb=Verb.MAPPING_READ).count() == before + 2
    assert signed_in.get(url("compare", mapping)).status_code == 404


def test_a_new_conversation_is_compared_with_the_one_before(signed_in, mapping, mapper):
    actions.sign_off(mapping, by=mapper)
    response = signed_in.post(url("renew", mapping))
    new = Mapping.objects.get(state=InterviewState.READY, person=mapping.person)
    assert response.url == url("hub", new)
    actions.sign_off(actions.begin(new, by=mapper), by=mapper)
    assert url("compare", new) in html(signed_in.get(url("read", new)))


def test_a_reason_is_not_lost_when_a_colleague_was_quicker(signed_in, mapping, mapper):
    mapping = actions.sign_off(mapping, by=mapper)
    actions.correct(mapping, reason="Feil", by=mapper)
    answer = signed_in.post(url("correct", mapping), {"reason": "Svarte feil om bolig"})
    assert answer.status_code == 409
    assert "Svarte feil om bolig" in answer.content.decode()


def test_correcting_what_cannot_be_corrected_says_why(signed_in, mapping, mapper):
    assert signed_in.post(url("correct", mapping), {"reason": "Feil"}).status_code == 409
    actions.sign_off(mapping, by=mapper)
    lifecycle.close_gate(mapping.person, reason="withdrawn", by=situations.CONSENT_TALK)
    response = signed_in.post(url("correct", mapping), {"reason": "Feil"})
    assert response.status_code == 409
    assert "Samtykket er avsluttet" in html(response)
    assert url("correct", mapping) not in html(signed_in.get(url("read", mapping)))


def test_a_restricted_interview_is_closed_to_those_who_held_it(signed_in, mapping, mapper):
    sections.save_section(
        mapping, area="C", answers={"C5": an_answer("JA", shown=["Uforvekslelig"])}, version=0, by=mapper
    )
    actions.sign_off(mapping, by=mapper)
    lifecycle.restrict(mapping.person, reason="withdrawn", by=situations.CONSENT_TALK)
    for name in ("hub", "read", "compare", "correct"):
        response = signed_in.get(url(name, mapping), follow=True)
        assert response.status_code in {403, 409}
        assert "perret" in html(response)
        assert "Uforvekslelig" not in html(response)


def test_the_desk_for_insight_reads_a_restricted_interview_only_with_a_reason(client, mapping, mapper):
    sections.save_section(
        mapping, area="C", answers={"C5": an_answer("JA", shown=["Uforvekslelig"])}, version=0, by=mapper
    )
    actions.sign_off(mapping, by=mapper)
    client.force_login(situations.an_account(Role.INSIGHT))
    assert client.get(url("read", mapping)).status_code == 404
    lifecycle.restrict(mapping.person, reason="withdrawn", by=situations.CONSENT_TALK)
    assert "Uforvekslelig" not in html(client.get(url("read", mapping)))
    assert client.post(url("read", mapping), {"reason": ""}).status_code == 422
    page = html(client.post(url("read", mapping), {"reason": "Klage fra den registrerte"}))
    assert "Uforvekslelig" in page
    event = Event.objects.last()
    assert (event.verb, event.stated) == (Verb.MAPPING_READ, "Klage fra den registrerte")
    assert client.get(url("hub", mapping)).status_code == 403


def test_a_closed_draft_is_open_to_nobody(signed_in, mapping, mapper):
    sections.save_section(
        mapping, area="C", answers={"C5": an_answer("JA", shown=["Uforvekslelig"])}, version=0, by=mapper
    )
    lifecycle.close_gate(mapping.person, reason="withdrawn", by=situations.CONSENT_TALK)
    for name, more in (("hub", {}), ("area", {"step": "C"}), ("check", {}), ("read", {}), ("help", {"step": "G"})):
        response = signed_in.get(url(name, mapping, **more), follow=True)
        assert "Uforvekslelig" not in html(response)
    assert signed_in.get(url("hub", mapping)).status_code == 403


def test_no_address_title_or_file_name_tells_who_it_is_about(signed_in, mapping):
    name = mapping.person.name
    for address in (url("hub", mapping), url("area", mapping, step="C"), url("check", mapping)):
        page = html(signed_in.get(address))
        title = page[page.index("<title>") : page.index("</title>")]
        assert not any(part in title or part in address for part in name.split())


def test_what_is_not_signed_off_is_neither_compared_nor_corrected(signed_in, mapping):
    send(signed_in, mapping, C1="EIDE")
    for name in ("compare", "correct"):
        answer = signed_in.get(url(name, mapping))
        assert answer.status_code == 409, name
        assert "ikke ferdigstilt ennå" in html(answer), name


@pytest.mark.parametrize("language", ["nb", "ar"])
def test_a_print_is_a_tagged_document_and_an_event(signed_in, mapping, mapper, language):
    actions.choose_language(mapping, language=language, by=mapper)
    send(signed_in, mapping, C1="EIDE")
    actions.sign_off(mapping, by=mapper)
    response = signed_in.get(url("pdf", mapping) + "?eget")
    assert response.content.startswith(b"%PDF-")
    assert response["Content-Disposition"] == 'inline; filename="kartlegging.pdf"'
    reader = PdfReader(BytesIO(response.content))
    assert root(reader)["/MarkInfo"]["/Marked"]
    if language == "nb":
        text = reader.pages[0].extract_text()
        assert "Kartlagt" in text
        assert "Eide" in "".join(page.extract_text() for page in reader.pages)
    assert not any(part in str(reader.metadata) for part in mapping.person.name.split())
    assert Event.objects.last().verb == Verb.MAPPING_PRINTED


def test_a_mapper_whose_interview_was_taken_over_is_refused_another_language(signed_in, mapping, colleague):
    actions.take_over(mapping, by=colleague)
    refused = signed_in.post(url("begin", mapping), {"language": "en"})
    assert refused.status_code == 409
    assert "En kollega har tatt over kartleggingen." in html(refused)
    assert Mapping.objects.get(pk=mapping.pk).language == "nb"
