"""Where an area stands, in a word that is true, and the areas by name above each page."""

import re
from html import unescape

import pytest

from brik.mapping.pages.progress import icon_for
from brik.mapping.questionnaire import catalogue
from brik.mapping.record import actions
from tests.mapping.pages import send, url

pytestmark = pytest.mark.django_db


def hub(client, mapping):
    return unescape(client.get(url("hub", mapping)).content.decode())


@pytest.mark.parametrize("form", ["domfelt", "varetekt"])
@pytest.mark.parametrize("version", ["2026.1", "2026.2", "2026.3"])
def test_no_two_areas_of_a_form_have_the_same_icon(form, version):
    icons = [icon_for(area) for area in catalogue.get(form, version).pages]
    assert len(set(icons)) == len(icons), icons


def test_an_area_with_some_answers_says_how_many_and_not_that_it_is_finished(signed_in, mapping):
    send(signed_in, mapping, C1="EIDE")
    page = hub(signed_in, mapping)
    assert re.search(r"1 av \d+ besvart", page)
    assert "Fullført" not in page
    assert "1 av 13 områder er gått gjennom" in page


def test_an_area_is_finished_when_every_question_that_is_asked_has_an_answer(signed_in, mapping):
    area = catalogue.get("domfelt").area("E")
    sent = {}
    for question in area.questions:
        if question.condition is None and question.no_answer:
            typed = question.type.code in {"text", "integer", "date", "month", "municipality", "rank"}
            sent[f"{question.link_id}-instead" if typed else question.link_id] = "VIL_IKKE_SVARE"
    send(signed_in, mapping, "E", **sent)
    assert "Fullført" in hub(signed_in, mapping)
    assert "besvart" not in hub(signed_in, mapping)


@pytest.mark.parametrize(("language", "name"), [("nb", "Økonomi og gjeld"), ("en", "Money and debt")])
def test_the_areas_stand_by_name_above_each_page_with_where_they_stand(signed_in, mapping, mapper, language, name):
    actions.choose_language(mapping, language=language, by=mapper)
    send(signed_in, mapping, C1="EIDE")
    page = unescape(signed_in.get(url("area", mapping, step="D")).content.decode())
    [names] = re.findall(r'<ol class="brik-steps__names">(.*?)</ol>', page, re.S)
    lines = [" ".join(re.sub(r"<[^>]+>", "", line).split()) for line in re.findall(r"<li.*?</li>", names, re.S)]
    titles = [area.title[language] for area in catalogue.get("domfelt").pages]
    assert [line.rsplit(",", 1)[0] for line in lines] == titles
    assert [line for line in lines if "her er dere nå" in line] == [
        f"{catalogue.get('domfelt').area('D').title[language]}, her er dere nå"
    ]
    assert [line.rsplit(", ", 1)[1] for line in lines][3] == "gått gjennom"
    assert names.count('aria-current="step"') == 1
