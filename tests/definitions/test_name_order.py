"""Names stand in Norwegian order in every list."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from brik.definitions.code_lists import municipalities
from brik.definitions.name_order import in_order, order_of

ALPHABET = "abcdefghijklmnopqrstuvwxyzæøå"


def test_the_last_letters_of_the_alphabet_come_last():
    assert in_order(reversed(ALPHABET)) == list(ALPHABET)
    assert in_order(reversed(ALPHABET.upper())) == list(ALPHABET.upper())


def test_other_accents_and_case_stand_with_their_letter_and_the_neighbours_letters_with_ours():
    names = ["adam", "Álvur", "Azra", "Čuđi", "Dina", "Đuro", "Øst", "Österberg", "Østlie", "Åse"]
    assert in_order(reversed(names)) == names


def test_aa_is_sorted_as_aring():
    assert in_order(["Aase", "Østlie", "Zara", "Åsane", "Abel"]) == ["Abel", "Zara", "Østlie", "Åsane", "Aase"]


def test_a_short_name_comes_before_a_longer_one_that_begins_with_it():
    assert in_order(["Bømlo", "Bø sykehus", "Bø"]) == ["Bø", "Bø sykehus", "Bømlo"]


def test_rows_are_sorted_by_the_name_they_have_and_keep_their_order_where_it_is_the_same():
    rows = [("Å", 1), ("A", 2), ("Å", 0)]
    assert in_order(rows, lambda row: row[0]) == [("A", 2), ("Å", 1), ("Å", 0)]


@given(st.text(alphabet="aåbæcøzÅÆØABCZéÉ -"))
def test_how_a_letter_is_composed_and_its_case_make_no_difference(one):
    decomposed = unicodedata.normalize("NFD", one)
    assert order_of(decomposed)[0] == order_of(one)[0]
    assert order_of(one.upper())[0] == order_of(one.lower())[0]


def test_the_list_of_municipalities_stands_in_this_order_with_those_that_are_none_last():
    *names, svalbard, abroad = municipalities().values()
    assert in_order(names) == names
    assert (svalbard, abroad) == ("Svalbard", "Utlandet")
