"""The page on which something is taken back: short enough for somebody frightened, and nothing further away for it."""

import pytest
from django.urls import reverse
from lxml import html

from brik.audit.models import Event
from brik.audit.verbs import Verb
from brik.mapping.questionnaire.themes import Theme
from brik.staff.models import OrganisationKind, Role
from consent.models import Withdrawal
from followup.desk.withdrawal.choices import choices
from tests import situations

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_ring")]


@pytest.fixture
def address(client):
    unit = situations.a_unit("Oslo fengsel")
    client.force_login(situations.an_account(Role.CONTACT_OFFICER, at=unit))
    return reverse("desk:withdraw", args=[situations.a_person(at=unit).pk])


def boxes(page, folded: bool) -> list[str]:
    return [
        box.get("value")
        for box in html.fromstring(page.content).iterfind(".//input[@name='what']")
        if folded == any(parent.tag == "details" for parent in box.iterancestors())
    ]


def test_everything_stands_first_and_single_themes_of_one_recipient_lie_folded(client, address):
    page = client.get(address)
    seen, folded = boxes(page, folded=False), boxes(page, folded=True)
    assert seen[0] == "alt"
    assert len(seen) == 1 + len(Theme) + len(OrganisationKind) + 1
    assert sorted(seen + folded) == sorted(code for code, _ in choices())
    assert not html.fromstring(page.content).findall(".//details[@open]")


def test_everything_a_theme_and_a_recipient_are_one_tick_and_one_press_away(client, address):
    seen = boxes(client.get(address), folded=False)
    assert {"alt", *(f"omrade-{theme}" for theme in Theme), *(f"mottaker-{kind}" for kind in OrganisationKind)} <= {
        *seen
    }
    for what in ("alt", "omrade-BOLIG", "mottaker-NAV_STAT"):
        assert client.post(address, {"what": what, "said": "HER", "when": "NAA"}).status_code == 302
    assert Withdrawal.objects.count() == 3


def test_what_was_ticked_is_not_hidden_when_the_page_comes_back(client, address):
    given = {"what": "mottaker-SKOLE-UTDANNING", "said": "HER", "when": "FOER", "day": "31.12.2099", "clock": "10.00"}
    [opened] = html.fromstring(client.post(address, given).content).findall(".//details[@open]")
    assert "Skolen" in opened.text_content()
    assert not Withdrawal.objects.exists()


@pytest.mark.parametrize("clock", ["", "25.00"])
def test_every_wrong_field_is_named_at_once(client, address, clock):
    page = client.post(address, {"what": "", "said": "HER", "when": "FOER", "day": "31.12.2099", "clock": clock})
    links = html.fromstring(page.content).xpath("//*[@id='error-summary']/..//a/@href")
    assert [link.rstrip("_0") for link in links] == ["#id_what", "#id_day", "#id_clock"]


def test_a_page_that_comes_back_names_the_person_and_is_a_look_like_the_first(client, address):
    # The last is two looks: what was sent, and the address that is asked again before the page is shown.
    for number, look in ((1, lambda: client.get(address)), (3, lambda: client.post(address, {}))):
        page = look()
        someone = page.context["person"]
        assert someone.name in page.content.decode()
        assert Event.objects.filter(verb=Verb.PERSON_READ, subject=someone.pk, reason="withdrawal").count() == number
