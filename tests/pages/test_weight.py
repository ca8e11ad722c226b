"""What the first page of a new version costs: style sheets and scripts, compressed; and the sheet that was cut for it."""

from __future__ import annotations

import gzip
import re
from io import BytesIO, StringIO

import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.urls import reverse
from PIL import Image, ImageChops

from brik.pages.styles import cutting, sheet_tree
from brik.staff.models import Organisation, Role, Unit
from brik.vault import keys
from followup.demo import register, telling
from tests import situations
from tests.access import world
from tests.access.table import ROLES, TABLE
from tests.browser import sign_in

MOST = 30 * 1024
_FILE = re.compile(r'(?:href|src)="/static/([^"]+\.(?:css|js))"')


def compressed(name: str) -> int:
    """The bytes of a static file on the line, with the hash of its version taken off its name."""
    plain = re.sub(r"\.[0-9a-f]{12}(?=\.\w+$)", "", name)
    path = finders.find(plain)
    assert path, name
    with open(path, "rb") as file:
        return len(gzip.compress(file.read(), 9, mtime=0))


def test_the_cut_sheet_is_what_make_styles_writes():
    assert cutting.SHEET.read_text() == cutting.cut(), "run `make styles`"


def test_a_sheet_that_is_only_read_and_written_says_the_same():
    for source in cutting.SOURCES:
        rules = sheet_tree.read((cutting.STATIC / source).read_text())
        assert sheet_tree.write(sheet_tree.read(sheet_tree.write(rules))) == sheet_tree.write(rules)
        assert sum(len(rule.declarations) for rule in sheet_tree.walk(rules)) > 400


@pytest.mark.parametrize(
    ("sheet", "left"),
    [
        (".ds-button{color:red}", ".ds-button{color:red}"),
        (".ds-nowhere-{color:red}", ""),
        (".ds-button,.ds-nowhere-{color:red}", ".ds-button{color:red}"),
        (".ds-button:not(.ds-nowhere-){color:red}", ".ds-button:not(.ds-nowhere-){color:red}"),
        (":where(.ds-nowhere-) p{color:red}", ""),
        (":is(.ds-nowhere-,.ds-button) p{color:red}", ":is(.ds-nowhere-,.ds-button) p{color:red}"),
        ("@media print{.ds-nowhere-{color:red}}", ""),
        (".ds-button{color:red;&:hover{color:blue}}", ".ds-button{color:red;&:hover{color:blue}}"),
        ("u-nowhere-{color:red}p{color:red}", "p{color:red}"),
        ('.ds-button{content:"}{;"}', '.ds-button{content:"}{;"}'),
        ("@layer a, b;p{color:red}", "@layer a, b;p{color:red}"),
    ],
)
def test_what_nothing_uses_goes_and_nothing_else(sheet, left):
    rules = cutting._kept(sheet_tree.read(sheet), frozenset({"ds-button"}))
    assert sheet_tree.write(rules) == left


@pytest.mark.parametrize("sheet", ["p{color:red", "p{}}", "p{color:red} a"])
def test_a_sheet_that_does_not_fit_together_is_refused(sheet):
    with pytest.raises(ValueError):
        sheet_tree.read(sheet)


@pytest.mark.django_db
def test_no_page_of_any_role_loads_more_style_and_script_than_the_line_bears(client):
    register.load()
    call_command("load_texts", stdout=StringIO())
    here = Unit.objects.get(number="0501")
    with keys.ring():
        own = world.build(here, Organisation.objects.get(number=telling.HEALTH))
    heavy, seen = {}, 0
    for role in ROLES:
        user = world.somebody(role, here)
        client.logout()
        if user is not None:
            client.force_login(user)
        for name in TABLE:
            answer = client.get(reverse(name, kwargs=own.get(name, {})))
            if answer.status_code != 200 or not answer.headers["Content-Type"].startswith("text/html"):
                continue
            seen += 1
            weight = sum(map(compressed, set(_FILE.findall(answer.content.decode()))))
            if weight > MOST:
                heavy[f"{name} {role}"] = weight
    assert heavy == {}
    assert seen > 100


WHOLE = """names => {
  const cut = document.querySelector('link[href*="designsystem"]');
  const links = names.map(name => Object.assign(document.createElement("link"), {rel: "stylesheet", href: name}));
  const loaded = Promise.all(links.map(link => new Promise(done => (link.onload = done))));
  cut.after(...links);
  return loaded.then(() => cut.remove());
}"""


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_page_looks_the_same_with_the_whole_sheets(sample, browser_page):
    page = browser_page
    page.goto("/logg-inn/")
    addresses = ["/logg-inn/", "/prove/steg/", "/prove/oversikt/", "/prove/liste/", "/prove/samtykke/", "/om/"]
    sign_in(page, situations.an_account(Role.MAPPER))
    for address in addresses[1:]:
        page.goto(address)
        page.evaluate("document.fonts.ready")
        pictures = [page.screenshot(full_page=True, animations="disabled")]
        page.evaluate(WHOLE, [f"/static/{source}" for source in cutting.SOURCES])
        pictures.append(page.screenshot(full_page=True, animations="disabled"))
        cut, whole = (Image.open(BytesIO(picture)).convert("RGB") for picture in pictures)
        assert cut.size == whole.size, address
        assert ImageChops.difference(cut, whole).getbbox() is None, address
