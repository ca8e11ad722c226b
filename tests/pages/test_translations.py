"""The pages in nynorsk and English, and in Arabic where an inmate can meet them."""

import ast
import gettext
import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse

from brik.definitions import languages
from brik.people.models import LegalStatus
from brik.staff.models import Role
from consent.record import steps
from tests import situations
from tests.mapping.pages import send, url

LANGUAGES = tuple(code for code in languages.CODES if code != settings.LANGUAGE_CODE)
LOCALE = settings.LOCALE_PATHS[0]
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}|<[^>]+>")
# What somebody in remand is never to read; "endt tid" stands only where a sentence is served.
OF_A_SENTENCE = {
    "nb": "domfelt|soning|straffegjennomf|straff|endt tid",
    "nn": "domfel|soning|straffegjennomf|straff|enda tid",
    "en": "convict|sentence|serving|punish|penal|offend|criminal",
    "ar": "عقوب|مدان|محكوم",
}
# The templates whose words an inmate can meet.
MET = (
    "components/*.html",
    "base.html",
    "base_inmate.html",
    "consent/*.html",
    "mapping/area.html",
    "mapping/_group.html",
)


def entries(language):
    """msgid → (plural, [translations], flags) as they stand in the catalogue; the header is left out."""
    found = {}
    for block in (LOCALE / language / "LC_MESSAGES" / "django.po").read_text().split("\n\n"):
        parts, key = {}, ""
        flags = re.findall(r"^#, (.*)$", block, re.MULTILINE)
        for line in block.splitlines():
            if opening := re.match(r'(msg\w+(?:\[\d\])?) (".*")$', line):
                key = opening[1]
                parts[key] = ast.literal_eval(opening[2])
            elif line.startswith('"'):
                parts[key] += ast.literal_eval(line)
        if parts.get("msgid"):
            said = [text for name, text in parts.items() if name.startswith("msgstr")]
            found[parts["msgid"]] = (parts.get("msgid_plural"), said, flags)
    return found


@pytest.fixture
def page_in(client):
    """Pages as staff see them who have chosen a language in the footer."""

    def page(address, language):
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        return client.get(address).content.decode()

    return page


@pytest.mark.parametrize("language", ["nn", "en"])
def test_every_text_of_the_staff_is_translated(language):
    catalogue = entries(language)
    assert len(catalogue) > 600
    assert [msgid for msgid, (_, said, _) in catalogue.items() if not all(said)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_translation_is_a_guess_by_likeness(language):
    assert [msgid for msgid, (_, _, flags) in entries(language).items() if "fuzzy" in str(flags)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_keeps_what_is_filled_in_and_its_spaces(language):
    for msgid, (plural, said, _) in entries(language).items():
        wanted = {tuple(sorted(PLACEHOLDER.findall(text))) for text in (msgid, plural or msgid)}
        for text in filter(None, said):
            # The form for one, none or two of something may leave the number out.
            assert tuple(sorted(PLACEHOLDER.findall(text))) in wanted, msgid
            assert (text[0].isspace(), text[-1].isspace()) == (msgid[0].isspace(), msgid[-1].isspace()), msgid


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_catalogue_says_what_the_written_one_says(language):
    with (LOCALE / language / "LC_MESSAGES" / "django.mo").open("rb") as file:
        catalogue: Any = gettext.GNUTranslations(file)
    compiled = {key: text for key, text in catalogue._catalog.items() if key}
    written: dict[Any, str] = {}
    for msgid, (plural, said, _) in entries(language).items():
        if all(said):
            written |= {(msgid, number): text for number, text in enumerate(said)} if plural else {msgid: said[0]}
    assert compiled == written


def test_every_word_on_a_page_goes_through_the_catalogue():
    for file in (Path(settings.BASE_DIR) / "templates").rglob("*.html"):
        text = re.sub(r"{#.*?#}|{% comment.*?endcomment %}", "", file.read_text(), flags=re.DOTALL)
        text = re.sub(r"{% blocktranslate.*?endblocktranslate %}|{% translate .*?%}", "", text, flags=re.DOTALL)
        assert not re.findall(r'(?:aria-label|placeholder|alt|title)="[^"{]*\w', text), file.name
        given = re.findall(r'{% state [^%]*"([^"]*)" %}|yesno:"([^"]*)"', text)
        assert not given, (file.name, given)
        shown = re.sub(r"<[^>]*>", " ", re.sub(r"{%.*?%}|{{.*?}}", "", text))
        words = re.findall(r"(?<![\w-])[^\W\d_]{2,}(?![\w=-])", re.sub(r'[\w-]+="[^"]*"', "", shown))
        assert set(words) <= {"BRIK", "rtlltr", "inmate"}, file.name


@pytest.mark.parametrize("pattern", MET)
def test_what_an_inmate_can_meet_is_in_arabic(pattern):
    catalogue = entries("ar")
    for file in (Path(settings.BASE_DIR) / "templates").glob(pattern):
        for text in re.findall(r'{% translate "([^"]+)"', file.read_text()):
            assert all(catalogue[text][1]), (file.name, text)


def test_the_arabic_is_marked_as_approved_by_nobody():
    assert "NOT APPROVED" in (LOCALE / "ar" / "LC_MESSAGES" / "django.po").read_text().split("msgid")[0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_translation_brings_in_a_sentence_where_the_source_speaks_of_none(language):
    for msgid, (_, said, _) in entries(language).items():
        if not re.search(OF_A_SENTENCE["nb"], msgid, re.IGNORECASE):
            assert not any(re.search(OF_A_SENTENCE[language], text, re.IGNORECASE) for text in said), msgid


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "word"), [("nb", "Brukernavn"), ("nn", "Brukarnamn"), ("en", "Username")])
def test_the_staff_choose_the_language_of_their_pages(page_in, language, word):
    page = page_in(reverse("pages:login"), language)
    assert f'<html lang="{language}"' in page
    assert word in page


@pytest.fixture
def mapper(client, key_ring):
    by = situations.an_account()
    client.force_login(by)
    return by


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "word"),
    [("nb", "Ikke tilbudt samtale"), ("nn", "Ikkje fått tilbod om samtale"), ("en", "Not offered a talk")],
)
def test_where_somebody_stands_is_said_in_the_language_of_the_page(page_in, mapper, language, word):
    situations.a_person()
    assert f"{word}</span>" in page_in(reverse("desk:worklist"), language)


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "theme"), [("nb", "Bolig"), ("nn", "Bustad"), ("en", "Housing")])
def test_what_can_be_taken_back_is_named_in_the_language_of_the_page(page_in, mapper, language, theme):
    assert f"{theme}</label>" in page_in(reverse("desk:withdraw", args=[situations.a_person().pk]), language)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "what"), [("nb", "Åpnet person"), ("nn", "Opna person"), ("en", "Opened a person")]
)
def test_what_happened_is_said_in_the_language_of_the_page(client, page_in, mapper, language, what):
    client.get(reverse("desk:person", args=[situations.a_person().pk]))
    client.force_login(situations.an_account(Role.PRIVACY))
    assert f"{what}</th>" in page_in(reverse("desk:events"), language)


LEFT = {"nb": "tegn igjen", "nn": "teikn igjen", "en": "characters left", "ar": "عدد الأحرف المتبقية"}
WHOLE = {"nb": "et helt tall", "nn": "eit heilt tal", "en": "a whole number", "ar": "عدداً صحيحاً"}
CORRECT = {"nb": "Du må rette", "nn": "Du må rette", "en": "You must correct", "ar": "يجب تصحيح"}


def only_in(language, words, page):
    """The words of this language, and of no other, are on the page."""
    return words[language] in page and not any(said in page for said in words.values() if said != words[language])


@pytest.mark.django_db
@pytest.mark.parametrize("language", languages.CODES)
def test_the_questions_speak_one_language_and_the_officers_buttons_another(client, mapper, page_in, language):
    mapping = situations.an_interview(mapper, situations.a_person())
    client.post(url("begin", mapping), {"language": language})
    page = page_in(url("area", mapping, step="I"), "nb")
    assert only_in(language, LEFT, page)
    assert "Lagre og fortsett" in page
    assert "Hvor kommer svaret fra?" in page
    wrong = send(client, mapping, "I", I2a="JA", I2b="mange").content.decode()
    assert only_in(language, CORRECT, wrong)
    assert only_in(language, WHOLE, wrong)
    assert wrong.count(WHOLE[language]) == 2  # in the summary and at the question


@pytest.mark.django_db
def test_whoever_leads_a_talk_in_arabic_still_reads_their_own_buttons(client, mapper):
    situations.publish_texts()
    situations.all_recipients()
    talk = situations.a_talk(situations.a_person(), mapper, language="ar", stop_before=steps.MAPPING)
    page = client.get(reverse("desk:talk", args=[talk.pk, steps.MAPPING])).content.decode()
    assert '<html lang="ar" dir="rtl">' in page
    assert "انتقل إلى المحتوى" in page
    bar = page[page.index('<section class="brik-bar"') : page.index("</section>")]
    assert 'lang="nb" dir="ltr"' in bar
    assert "Skjul skjermen" in bar
    assert "Fortsett senere" in bar


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["nn", "en"])
def test_no_page_of_an_interview_on_remand_speaks_of_a_sentence(client, mapper, page_in, language):
    mapping = situations.an_interview(mapper, situations.a_person(status=LegalStatus.REMAND))
    client.post(url("begin", mapping), {"language": language})
    for step in ("VA", "VD", "VG", "VH"):
        page = page_in(url("area", mapping, step=step), language)
        assert not re.search(OF_A_SENTENCE[language], page, re.IGNORECASE), step
    assert {"nn": "Lagre og hald fram", "en": "Save and continue"}[language] in page
