"""A name is the same whatever keyboard, accents and order it was written with."""

import unicodedata

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from brik.definitions.code_lists import municipalities, municipalities_named
from brik.definitions.name_comparison import _LETTERS, find_same, find_words, folded, plain_letters, same_name
from brik.pages.fields.text_fields import MunicipalityField

PAIRS = [
    # Norwegian
    ("Æ", "æ"), ("æ", "ae"), ("Ø", "ø"), ("ø", "o"), ("ø", "oe"), ("Å", "å"), ("å", "aa"), ("å", "a"), ("ǽ", "æ"), ("ǿ", "ø"),
    # Sámi
    ("á", "a"), ("č", "c"), ("đ", "d"), ("Đ", "đ"), ("ŋ", "n"), ("Ŋ", "ŋ"), ("š", "s"), ("ŧ", "t"), ("Ŧ", "ŧ"), ("ž", "z"), ("ï", "i"),
    ("ö", "o"), ("ǩ", "k"), ("ǥ", "g"), ("ʒ", "z"), ("ǯ", "ʒ"),
    # Turkish
    ("ı", "i"), ("İ", "i"), ("I", "ı"), ("ğ", "g"), ("ş", "s"), ("ç", "c"), ("ü", "u"),
    # Others
    ("ł", "l"), ("ß", "ss"), ("ð", "d"), ("þ", "th"), ("é", "e"), ("ñ", "n"), ("œ", "oe"), ("ħ", "h"), ("ﬁ", "fi"), ("Ａ", "a"), ("ё", "е"),
    ("أ", "ا"), ("مـحمد", "محمد"), ("مُحَمَّد", "محمد"),
]  # fmt: skip
APOSTROPHES = "'’‘‛′ʼʻʽʾʿʹ`´ˈ＇ꞌ"
HYPHENS = "-‐‑‒–—―﹣－⁃"
INVISIBLE = "\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202e\u2060\u2066\u2069\ufeff\ufe0f\u034f\u3164"
SPACES = " \t\u00a0\u2002\u2009\u202f\u3000\u2028\n\r"


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_each_letter_is_the_same_as_what_it_is_often_written_with(one, other):
    assert folded(f"B{one}r") == folded(f"b{other}R")
    assert folded(unicodedata.normalize("NFD", one)) == folded(other)


@pytest.mark.parametrize("sign", APOSTROPHES, ids=unicodedata.name)
def test_an_apostrophe_of_any_kind_is_none(sign):
    assert same_name(f"D{sign}Arcy", "Darcy")


@pytest.mark.parametrize("sign", HYPHENS, ids=unicodedata.name)
def test_a_hyphen_of_any_kind_is_a_space(sign):
    assert same_name(f"Anne{sign}Marie", "Anne Marie")


@pytest.mark.parametrize("sign", INVISIBLE, ids=lambda sign: f"{ord(sign):04x}")
def test_what_is_not_seen_is_not_there(sign):
    assert folded(f"{sign}An{sign}ne{sign}") == "anne"


@pytest.mark.parametrize("sign", SPACES, ids=lambda sign: f"{ord(sign):04x}")
def test_white_space_of_any_kind_is_one_space(sign):
    assert folded(f"{sign}Anne{sign}{sign}Marie{sign}") == "anne marie"


@pytest.mark.parametrize("other", ["Bodø", "Bærum", "Anne Marie Hansen", "", "-"])
def test_another_name_is_another(other):
    assert not same_name("Anne Marie", other)
    assert find_same("Anne Marie", [other]) is None


def test_nothing_is_no_name():
    assert find_same(" - ", ["", "-"]) is None
    assert find_words("", ["Anne"]) == find_words("–", ["Anne"]) == []


def test_every_letter_folds_once_and_the_quick_way_for_norwegian_ones_as_the_table():
    for code in range(0x10000):
        letter = chr(code)
        assert folded(folded(letter)) == folded(letter), hex(code)
        assert plain_letters(letter) == letter.translate(_LETTERS), hex(code)
    assert len(_LETTERS) <= 4096


@given(st.text())
def test_what_is_folded_stays_as_it_is(text):
    assert folded(folded(text)) == folded(text)


@given(st.text())
def test_however_accents_are_written_and_whatever_the_case(text):
    for form in ("NFC", "NFD"):
        assert folded(unicodedata.normalize(form, text)) == folded(text)
    assert folded(text.casefold()) == folded(text)


@given(st.lists(st.text(alphabet="aeoåøæAÅČđ'-x", min_size=1, max_size=6), min_size=1, max_size=4), st.randoms())
def test_the_order_of_words_does_not_matter(words, chance):
    shuffled = chance.sample(words, len(words))
    assert same_name(" ".join(words), " ".join(shuffled))
    assert find_words(" ".join(shuffled), [" ".join(words)]) == ([0] if folded(" ".join(words)) else [])


@given(st.text(alphabet="aeoåøæAÅČđ'-x n", max_size=12), st.integers(0, 12), st.integers(0, 12))
def test_every_part_of_a_name_finds_it(name, start, end):
    part = name[start:end]
    assert find_words(part, [name]) == ([0] if folded(part) else [])


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("O'Connor", "Sinéad O’Connor"), ("o`connor", "Sinéad O\u02bcConnor"), ("O'Connor", "Sinéad O Connor"),
        ("O Connor", "Sinéad O’Connor"), ("oconnor", "Sinéad O'Connor"), ("Siobhan", "Siobhán Prøve"),
        ("Testesen, Prøve", "Prøve Mellom Testesen"), ("Annemarie", "Anne-Marie Berg"), ("Anne‑Marie", "Annemarie Berg"),
        ("alrahman", "Abd al-Rahman"), ("Bodoe", "Prøve Bodø"), ("Vaerum", "Værum Prøve"), ("Haakon", "Håkon"),
        ("Jürgen", "Jurgen"), ("Þór", "Thor"),
    ],
)  # fmt: skip
def test_a_name_is_found_by_any_spelling_and_in_any_order(typed, name):
    assert find_words(typed, ["Noen Andre", name]) == [1]


def test_a_short_word_is_not_found_across_two_words_of_a_name():
    assert find_words("rs", ["Per Strand"]) == []


@given(st.lists(st.text(max_size=8), max_size=6), st.text(max_size=3))
def test_many_names_are_searched_as_each_by_itself(names, text):
    assert find_words(text, names) == [place for place, name in enumerate(names) if find_words(text, [name])]


def test_a_name_with_a_line_break_in_it_does_not_move_the_others():
    assert find_words("berg", ["Anne\nHansen", "Berg", "Åse\r\nBerg"]) == [1, 2]


# --- Municipalities ---

MUNICIPALITIES = tuple(municipalities().values())


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("baerum", "Bærum"), ("Bærum\u200b", "Bærum"), ("BODO", "Bodø"), ("Bodoe", "Bodø"), ("aas", "Ås"), ("Aalesund", "Ålesund"),
        ("aurskog høland", "Aurskog-Høland"), ("våler innlandet", "Våler (Innlandet)"), ("Alesund", "Ålesund"),
        ("Tana", "Tana – Deatnu"), ("Karasjok", "Karasjok – Kárášjohka"), ("kautokeino", "Kautokeino – Guovdageaidnu"),
        ("Karasjohka", "Karasjok – Kárášjohka"), ("Tana - Deatnu", "Tana – Deatnu"), ("Deatnu/Tana", "Tana – Deatnu"),
        ("Snåase", "Snåsa – Snåase"), ("Våler i Østfold", "Våler (Østfold)"), ("Herøy, Nordland", "Herøy (Nordland)"),
        ("Heroy kommune i Nordland", "Herøy (Nordland)"), ("Oslo kommune", "Oslo"), ("Bø", "Bø"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_municipality_is_found_however_it_is_written(typed, name, form):
    field = MunicipalityField(municipalities=MUNICIPALITIES)
    assert field.clean(unicodedata.normalize(form, typed)) == name


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("Herøy", "Herøy (Møre og Romsdal) eller Herøy (Nordland)"),
        ("heroy", "Herøy (Møre og Romsdal) eller Herøy (Nordland)"),
        ("VÅLER", "Våler (Innlandet) eller Våler (Østfold)"),
        ("Vaaler kommune", "Våler (Innlandet) eller Våler (Østfold)"),
    ],
)
def test_a_name_of_two_municipalities_is_asked_about_with_their_counties(typed, names):
    with pytest.raises(ValidationError) as error:
        MunicipalityField(municipalities=MUNICIPALITIES).clean(typed)
    assert error.value.messages == [f"Flere kommuner heter dette. Skriv hvilken: {names}."]


@pytest.mark.parametrize("typed", ["Arndahl", "kommune", "i", "Tana Karasjok", "Østfold"])
def test_what_is_no_municipality_is_none(typed):
    with pytest.raises(ValidationError, match="Skriv navnet på en norsk kommune"):
        MunicipalityField(municipalities=MUNICIPALITIES).clean(typed)


def test_each_municipality_is_found_by_its_own_listed_name():
    assert [municipalities_named(name, MUNICIPALITIES) for name in MUNICIPALITIES] == [
        [name] for name in MUNICIPALITIES
    ]
