"""The hide button of every page with a form to type in takes that form along."""

import re

import pytest
from django.conf import settings

TEMPLATES = settings.BASE_DIR / "templates"
TYPED_IN = re.compile(r"\{% field |form_fields\.html|_taken_back\.html|_preview_areas\.html")
TAKES_ALONG = re.compile(r'components/hide(_form)?\.html" with form_id="([a-z]+)"')
LEFT_OUT = {
    "staff/own_password.html": "passwords are never held",
    "mapping/hub.html": "only a choice of language",
    "desk/worklist.html": "a search",
    "sharing/inbox.html": "a search",
    "desk/events.html": "a search, sent by GET",
    "staff/login.html": "nobody is signed in",
    "staff/hidden.html": "hidden already",
}


def pages():
    found = []
    for path in sorted(TEMPLATES.rglob("*.html")):
        text = path.read_text()
        if "{% extends" in text and "<form" in text and TYPED_IN.search(text):
            found.append(str(path.relative_to(TEMPLATES)))
    return found


@pytest.mark.parametrize("name", [name for name in pages() if name not in LEFT_OUT])
def test_a_page_with_a_form_takes_it_along_when_it_is_hidden(name):
    text = (TEMPLATES / name).read_text()
    assert TAKES_ALONG.search(text), name
    for _, form_id in TAKES_ALONG.findall(text):
        assert f'id="{form_id}"' in text, name


def test_the_list_of_those_left_out_is_not_longer_than_it_must_be():
    assert set(LEFT_OUT) <= set(pages())
