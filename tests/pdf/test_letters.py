"""No letter is lost on the way to a paper: what is typed is told at the field, and what we write ourselves is drawn."""

import ast
import html
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from django import forms
from django.conf import settings
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from brik.definitions import code_lists, languages
from brik.mapping.models import Section
from brik.pages.forms import PageForm, TextArea, TextField
from brik.pdf.fonts import UNKNOWN, face, printable, without_glyph
from brik.staff.models import Role
from consent.record import steps
from followup.sharing.models import DisposalAnswerKind, DisposalNotice
from tests import situations
from tests.consent.talk_pages import at, post
from tests.mapping import pages

KEPT = DisposalAnswerKind.KEPT.value
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
ROOMS = ("brik", "consent", "followup")
SHOWN = "Vi kan ikke trykke disse tegnene: 😀 語. Skriv dem på en annen måte."
# Passwords, searches and keys: nothing of them comes on a paper.
NEVER_PRINTED = {
    ("followup/sharing/inbox/name_search.py", "q"),
    ("brik/staff/pages/account_forms.py", "password"),
    ("brik/staff/pages/register_forms.py", "public_key"),
    ("brik/staff/pages/register_forms.py", "kid"),
    ("brik/staff/pages/register_forms.py", "sender"),
    ("brik/staff/pages/register_forms.py", "jwk"),
    ("brik/staff/sign_in/login.py", "username"),
    ("brik/staff/sign_in/login.py", "password"),
    ("brik/staff/sign_in/own_password.py", "old"),
    ("brik/staff/sign_in/own_password.py", "new"),
    ("brik/staff/sign_in/own_password.py", "again"),
    ("followup/desk/privacy/forms.py", "person"),
    ("followup/desk/privacy/forms.py", "staff"),
    ("followup/desk/worklist/search_form.py", "q"),
}


def modules() -> Iterator[tuple[str, ast.Module]]:
    for room in ROOMS:
        for path in sorted((settings.BASE_DIR / room).rglob("*.py")):
            yield str(path.relative_to(settings.BASE_DIR)), ast.parse(path.read_text())


def words_of_ours() -> Iterator[tuple[str, str]]:
    """Every file whose words can come on a paper, in whichever language, with its words."""
    for path in sorted((settings.BASE_DIR / "fixtures").rglob("*")):
        if path.suffix in {".yaml", ".csv"}:
            yield str(path), path.read_text()
    for path in sorted((settings.BASE_DIR / "brik/pages/locale").rglob("*.po")):
        yield str(path), path.read_text()
    for name, module in modules():
        said = [node.value for node in ast.walk(module) if isinstance(node, ast.Constant)]
        documented = {ast.get_docstring(node, clean=False) for node in ast.walk(module) if isinstance(node, DOCUMENTED)}
        yield name, "\n".join(word for word in said if isinstance(word, str) and word not in documented)


# They keep a Latin name together on a page; on a paper the lines are ordered before they are drawn.
ISOLATES = "\u2066\u2069"
# How names compare, what the checks of letters themselves name, and sentences for operators.
OF_NO_PAPER = {
    "brik/definitions/name_cleaning.py",
    "brik/definitions/name_comparison.py",
    "brik/mapping/record/states.py",
    "brik/pages/fields/text_fields.py",
    "brik/pages/middleware.py",
    "brik/pdf/fonts.py",
    "followup/sharing/disclosure/moves.py",
}


def test_everything_we_write_ourselves_is_drawn_in_every_language():
    lost = {name: without_glyph(text) for name, text in words_of_ours() if name not in OF_NO_PAPER}
    assert not {name: signs for name, signs in lost.items() if signs}
    assert {Path(name).parts[-3] for name in lost if name.endswith(".po")} == set(languages.CODES) - {"nb"}


@pytest.mark.parametrize(
    "path", sorted((settings.BASE_DIR / "fixtures").rglob("*-2026.[23].yaml")), ids=lambda p: p.stem
)
def test_every_sentence_stands_on_the_paper_as_it_is_written(path):
    sentences = list(said(yaml.safe_load(path.read_text())))
    assert len(sentences) > 100
    for sentence in sentences:
        for bold in (False, True):
            drawn = printable(sentence, face(bold=bold))
            assert drawn == "".join(sign for sign in unicodedata.normalize("NFC", sentence) if sign not in ISOLATES)


def said(value) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from said(inner)


@given(st.text(max_size=40))
def test_a_letter_is_named_exactly_where_the_paper_would_lack_it(text):
    missed = without_glyph(text)
    for character in unicodedata.normalize("NFC", text):
        shown = [printable(character, face(bold=bold)) for bold in (False, True)]
        if UNKNOWN in shown and character != UNKNOWN:
            assert character in missed
        elif character in missed:
            assert "" in shown


@pytest.mark.parametrize(
    ("text", "missed"),
    [
        ("Åse Ærlig, Đặng Ślązak, Ειρήνη, Ирина, بهمن ژاله گلی پ", []),
        ("Aͤ ❤\ufe0f → ≤ ✓ ☃", []),
        ("a\u3000b\u00a0c\u200dd\n\te\u202ef", []),
        ("x\u20dd \ue000", ["\u20dd", "\ue000"]),
        ("中文 中", ["中", "文"]),
        ("😀😀 \U0001f3fd", ["😀", "\U0001f3fd"]),
    ],
)
def test_letters_of_names_are_drawn_and_what_is_not_drawn_is_named_once(text, missed):
    assert without_glyph(text) == missed


# What a speaker of each language of fixtures/languages.csv may write; sign language and "another" have no script.
OWN_NAMES = {
    "nob": "bokmål", "nno": "nynorsk", "sme": "davvisámegiella", "smj": "julevsámegiella", "sma": "åarjelsaemien gïele",
    "eng": "English", "ara": "العربية", "sqi": "shqip", "amh": "አማርኛ", "bos": "bosanski", "bul": "български",
    "prs": "دری", "dan": "dansk", "est": "eesti", "fas": "فارسی", "fin": "suomi", "fkv": "kväänin kieli",
    "fra": "français", "kat": "ქართული", "ell": "ελληνικά", "hin": "हिन्दी", "isl": "íslenska", "ita": "italiano",
    "zho": "中文", "hrv": "hrvatski", "kmr": "kurmancî", "ckb": "سۆرانی", "lav": "latviešu", "lit": "lietuvių",
    "mkd": "македонски", "nld": "Nederlands", "orm": "Oromoo", "pus": "پښتو", "pol": "polski", "por": "português",
    "pan": "ਪੰਜਾਬੀ", "rom": "romani čhib", "ron": "română", "rus": "русский", "srp": "српски", "slk": "slovenčina",
    "som": "Soomaali", "spa": "español", "swe": "svenska", "swa": "Kiswahili", "tam": "தமிழ்", "tha": "ภาษาไทย",
    "tir": "ትግርኛ", "ces": "čeština", "tur": "Türkçe ığş", "deu": "Deutsch", "ukr": "українська ґ", "hun": "magyar őű",
    "urd": "اردو ے", "vie": "tiếng Việt",
}  # fmt: skip


def test_papers_show_the_scripts_of_every_language_of_the_inmates_but_chinese():
    assert set(OWN_NAMES) == set(code_lists.languages()) - {"nsi", "mul"}
    lost = {code: without_glyph(name) for code, name in OWN_NAMES.items()}
    assert {code for code, signs in lost.items() if signs} == {"zho"}
    assert without_glyph("שלום") == []


def test_a_space_of_another_script_is_still_a_space():
    assert printable("a\u3000b", face(bold=False)) == "a b"


class Typed(PageForm):
    name = TextField(label="Navn")
    note = TextArea(label="Merknad", required=False)
    secret = TextField(label="Passord", printed=False, required=False)


def test_the_field_says_which_letters_and_keeps_what_was_typed():
    form = Typed({"name": "Snø 😀 語 😀", "note": "x\u20dd\ue000", "secret": "😀😀"})
    assert form.errors == {
        "name": [SHOWN],
        "note": ["Vi kan ikke trykke disse tegnene: ◌\u20dd U+E000. Skriv dem på en annen måte."],
    }
    assert form["name"].value() == "Snø 😀 語 😀"
    assert form.cleaned_data["secret"] == "😀😀"


def test_a_text_in_a_script_that_no_paper_shows_does_not_fill_the_page_with_its_letters():
    [error] = Typed({"name": "".join(map(chr, range(0x4E00, 0x4E60)))}).errors["name"]
    assert str(error).count(" ") < 30
    assert "…" in str(error)


def test_only_what_never_comes_on_a_paper_takes_every_letter():
    found = {
        (name, target.id)
        for name, module in modules()
        for node in ast.walk(module)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)
        for target in node.targets
        if isinstance(target, ast.Name)
        for keyword in node.value.keywords
        if keyword.arg == "printed" and ast.unparse(node.value.func) in {"TextField", "TextArea"}
    }
    assert found == NEVER_PRINTED


def test_no_field_of_text_is_one_that_knows_no_letters():
    """A drawing is no text, nor is the button that asks for help."""
    found = [
        name
        for name, module in modules()
        for node in ast.walk(module)
        if isinstance(node, ast.Attribute) and node.attr == "CharField" and ast.unparse(node) == "forms.CharField"
        if name != "brik/pages/fields/text_fields.py"
    ]
    assert found == ["brik/mapping/pages/area/answer_fields.py", "consent/talk/forms/question_forms.py"]
    assert issubclass(TextField, forms.CharField)


@pytest.mark.django_db
@pytest.mark.usefixtures("key_ring")
def test_an_answer_with_such_letters_is_kept_as_typed_and_told_at_its_question(client):
    by = situations.an_account()
    client.force_login(by)
    mapping = situations.an_interview(by, situations.a_person())
    answer = pages.send(client, mapping, C_ressurs="God på 😀 語", C1="EIDE")
    page = html.unescape(answer.content.decode())
    assert answer.status_code == 422
    assert SHOWN in page
    assert "God på 😀 語</textarea>" in page
    stored = Section.objects.get().answers.open()
    assert "C_ressurs" not in stored["answers"]
    assert stored["unfinished"]["C-C_ressurs"] == ["God på 😀 語"]


@pytest.mark.django_db
@pytest.mark.usefixtures("key_ring")
@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("nb", "Vi kan ikke trykke disse tegnene: 😀 語. Skriv dem på en annen måte."),
        ("nn", "Vi kan ikkje trykkje desse teikna: 😀 語. Skriv dei på ein annan måte."),
        ("en", "We cannot print these characters: 😀 語. Write them in another way."),
        ("ar", "لا نستطيع طباعة هذه الأحرف: 😀 語. يُرجى كتابتها بطريقة أخرى."),
    ],
)
def test_the_talk_tells_it_in_the_language_of_the_person(client, language, sentence):
    situations.publish_texts()
    situations.all_recipients()
    by = situations.an_account()
    client.force_login(by)
    talk = at(situations.a_person(), by, steps.SOURCES, language=language)
    answer = post(client, talk, steps.SOURCES, answer="JA", name_1="Bror 😀 語", about_1=["BOLIG"])
    page = html.unescape(answer.content.decode())
    assert answer.status_code == 422
    assert sentence in page
    assert 'value="Bror 😀 語"' in page
    signing = at(situations.a_person(), by, steps.SIGNATURE, language=language)
    named = post(client, signing, steps.SIGNATURE, method="TYPED", name="😀 語", confirmed="on")
    assert sentence in html.unescape(named.content.decode())


@pytest.mark.django_db
@pytest.mark.usefixtures("key_ring")
def test_what_a_recipient_answers_and_a_name_by_hand_are_told_too(client):
    nav = situations.an_organisation()
    mapping, share = situations.a_shared_interview(nav)
    situations.take_everything_back(mapping.person)
    notice = DisposalNotice.objects.get(disclosure=share.disclosure)
    client.force_login(situations.an_account(Role.PARTNER, organisation=nav))
    sent = client.post(reverse("sharing:disposal", args=[notice.pk]), {"kind": KEPT, "law": "arkivlova 😀 語"})
    assert SHOWN in html.unescape(sent.content.decode())
    client.force_login(situations.an_account())
    sent = client.post(
        reverse("desk:known_as", args=[mapping.person_id]), {"add": "name", "alias": "😀 語"}, follow=True
    )
    assert SHOWN in html.unescape(sent.content.decode())
