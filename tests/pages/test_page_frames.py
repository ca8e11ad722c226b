"""What stands around a page: a title of its own, a caption on each table, what a browser may fill in, what is printed."""

import re
from collections import defaultdict
from pathlib import Path

import pytest
from django.conf import settings

from brik.pages.forms import DateField, PageForm, TextField, UploadField

TEMPLATES = sorted((Path(settings.BASE_DIR) / "templates").rglob("*.html"))
STYLES = Path(settings.BASE_DIR) / "brik/pages/static/brik.css"


def title_of(text):
    """The title block of a template, on one line; empty where it has none."""
    found = re.search(r"{% block title %}(.*?){% endblock", text, re.S)
    return " ".join(found[1].split()) if found else ""


def test_no_two_templates_of_pages_have_the_same_title():
    of_title = defaultdict(list)
    for template in TEMPLATES:
        title = title_of(template.read_text())
        # What a text or an error gives is another on each page.
        if title and not re.fullmatch(r"{{ [\w.]+ }}( – BRIK)?", title):
            of_title[title].append(template.name)
    # The frame of all pages has the title of none.
    assert {title: names for title, names in of_title.items() if len(names) > 1} == {}


def test_every_table_has_a_caption():
    without = [
        template.name
        for template in TEMPLATES
        for following in re.findall(r"<table[^>]*>\s*(<\w+)", re.sub(r"{#.*?#}", "", template.read_text()))
        if following != "<caption"
    ]
    assert without == []


class ExampleForm(PageForm):
    name = TextField(label="Navn")
    day = DateField(label="Dag")
    file = UploadField(label="Fil")


def test_a_browser_fills_in_nothing_of_others_and_a_file_has_nothing_to_fill_in():
    form = ExampleForm()
    controls = {name: str(form[name].control()) for name in form.fields}
    assert ["autocomplete" in control for control in controls.values()] == [True, True, False]
    assert all('autocomplete="off"' in controls[name] for name in ("name", "day"))


def test_the_ring_around_what_has_the_focus_has_room_in_a_box_that_scrolls():
    rule = re.search(r"\.brik-table \{([^}]*)\}", STYLES.read_text())[1]
    ring = re.search(r":focus-visible \{[^}]*outline: (\d+)px[^}]*outline-offset: (\d+)px", STYLES.read_text())
    assert "overflow-x: auto" in rule
    assert int(re.search(r"padding: (\d+)px", rule)[1]) >= int(ring[1]) + int(ring[2])


@pytest.mark.parametrize(
    "name",
    ["components/paging.html", "desk/worklist.html", "desk/narrowing.html", "desk/paging.html", "desk/events.html"],
)
def test_a_printed_list_has_no_form_to_search_with(name):
    text = (Path(settings.BASE_DIR) / "templates" / name).read_text()
    for form in re.findall(r"<(?:form|details|nav)[^>]*>", text):
        inside_fold = "get" in form and "brik-fold" in text
        assert "brik-no-print" in form or inside_fold, form
