"""On the page before sharing stands what goes out and nothing else; what does not lies folded under its own name."""

import html
import re

import pytest
from django.urls import reverse
from lxml import html as tree

from brik.mapping.questionnaire.themes import Theme
from brik.staff.models import OrganisationKind
from followup.sharing.models import Disclosure
from tests import situations

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_ring")]


@pytest.fixture
def nav(db):
    return situations.an_organisation(OrganisationKind.NAV_MUNICIPAL)


def ready(mapper, nav, **answers):
    mapping = situations.a_signed_off_interview(mapper, **answers)
    situations.a_permit(mapping.person, nav, themes=list(Theme))
    return mapping


def address(mapping, organisation):
    return reverse("sharing:preview", args=[mapping.pk, organisation.pk])


def raw(response):
    return tree.fromstring(response.content).get_element_by_id("melding").text_content()


def seen(response):
    return re.search(r'name="seen" value="([^"]+)"', response.content.decode())[1]


def parts(response):
    """What the page says goes out, and what lies folded under "Sendes bare hvis dere krysser av", each with its boxes."""
    page = tree.fromstring(response.content)
    folded = page.xpath("//details[@id='sendes-ikke']")
    told: dict[str, object] = {"held": "", "held_boxes": [], "open": None}
    for one in folded:
        told |= {"held": one.text_content(), "held_boxes": one.xpath(".//input[@name='with']/@value")}
        told["open"] = one.get("open") is not None
    for one in page.xpath("//details"):
        one.drop_tree()
    main = page.xpath("//main")[0]
    return told | {"goes": main.text_content(), "boxes": main.xpath(".//input[@name='with' and @checked]/@value")}


def test_what_is_not_ticked_stands_only_under_what_is_not_sent_and_that_is_closed(client, mapper, nav):
    mapping = ready(mapper, nav, C1="UTEN", C_ressurs="Fritekst fra samtalen")
    page = parts(client.get(address(mapping, nav)))
    assert "Bare det som står her, går ut." in page["goes"]
    assert "Fritekst fra samtalen" not in page["goes"]
    assert page["held"].strip().startswith("Sendes bare hvis dere krysser av (ett svar)")
    assert "Fritekst fra samtalen" in page["held"]
    assert (page["held_boxes"], page["boxes"], page["open"]) == (["C_ressurs"], [], False)


def test_what_is_ticked_goes_out_with_its_box_beside_it_and_can_be_taken_out_again(client, mapper, nav):
    mapping = ready(mapper, nav, C1="UTEN", C_ressurs="Fritekst fra samtalen")
    page = parts(client.post(address(mapping, nav), {"do": "show", "with": ["C_ressurs"]}))
    assert "Fritekst fra samtalen" in page["goes"]
    assert (page["boxes"], page["held"]) == (["C_ressurs"], "")
    assert "Se over med det som er krysset av" in page["goes"]
    assert "Fritekst fra samtalen" in parts(client.post(address(mapping, nav), {"do": "show"}))["held"]


def test_what_goes_only_in_part_is_shown_as_it_goes_and_whole_under_what_is_not_sent(client, mapper, nav):
    row = {"omraade": "BOLIG", "tiltak": "Ringe utleieren", "samarbeidspart": "K"}
    mapping = ready(mapper, nav, area="L", L1=[row])
    page = client.get(address(mapping, nav))
    assert "Ringe utleieren" not in raw(page)
    assert "Ringe utleieren" not in parts(page)["goes"]
    assert "Ringe utleieren" in parts(page)["held"]
    assert parts(page)["held_boxes"] == ["L1"]
    client.post(address(mapping, nav), {"do": "share", "seen": seen(page)})
    assert Disclosure.objects.get().payload.open() == raw(page).encode()


def test_where_everything_needs_a_tick_there_is_something_to_tick(client, mapper, nav):
    mapping = ready(mapper, nav, C_ressurs="Fritekst fra samtalen")
    page = client.get(address(mapping, nav)).content.decode()
    assert 'value="C_ressurs"' in page
    assert "Ingenting går ut uten at dere krysser av for det." in html.unescape(page)
    assert "Bare det som står her, går ut" not in page
    assert '<details class="ds-details" id="sendes-ikke" open>' in page
    assert "Del med" not in page
    assert client.post(address(mapping, nav), {"do": "share", "seen": ""}).status_code == 409
    again = client.post(address(mapping, nav), {"do": "show", "with": ["C_ressurs"]})
    client.post(address(mapping, nav), {"do": "share", "with": ["C_ressurs"], "seen": seen(again)})
    assert Disclosure.objects.get().payload.open() == raw(again).encode()
