"""The fields about sources are rendered once a page, and say of each question what they would say alone."""

import pytest
from django.template import Context, Template
from django.utils.datastructures import MultiValueDict
from django.utils.translation import override

from brik.mapping.pages.area.area_blocks import blocks
from brik.mapping.pages.area.area_form import AreaForm
from brik.mapping.questionnaire import catalogue
from brik.mapping.questionnaire.answer_sources import CONFIRMED, THIRD_PARTY

ONCE = Template("{% load source_fields %}{% for block in blocks %}{% untouched_sources block %}|{% endfor %}")
ALONE = Template('{% for block in blocks %}{% include "mapping/_source.html" %}|{% endfor %}')
# One name looks like the name of a field.
ASKED = {"NAV Grünerløkka": ["BOLIG", "ARBEID", "OEKONOMI"], "id_C-C1_source": ["BOLIG"], "<b>Kari</b>": ["HELSE"]}


def sent(area):
    """A page on which one answer is confirmed, and one by nobody: an error."""
    names = [f"{area.code}-{question.link_id}" for question in area.questions]
    whole = {"source": CONFIRMED, "confirmed_by": "NAV", "confirmed_on": "03.05.2026"}
    page = {f"{name}_{part}": [value] for name in names[:1] for part, value in whole.items()}
    return MultiValueDict(page | {f"{name}_source": [CONFIRMED] for name in names[1:2]})


@pytest.mark.parametrize("kind", ["domfelt", "varetekt"])
@pytest.mark.parametrize("bound", [False, True])
def test_the_fields_rendered_once_are_those_rendered_for_each_question(kind, bound):
    compared = 0
    for area in catalogue.get(kind).pages:
        kept = {question.link_id: {"value": None, "source": THIRD_PARTY + "NAV"} for question in area.questions[:1]}
        form = AreaForm(
            sent(area) if bound else None,
            prefix=area.code,
            area=area,
            language="nb",
            sources=ASKED,
            kept=kept,
        )
        form.is_valid()
        shown = [block for block in blocks(form, known={}, put_in={})["all"] if block.get("source")]
        for language in ("nb", "en"):
            with override(language):
                context = {"blocks": shown}
                assert ONCE.render(Context(context)) == ALONE.render(Context(context))
        compared += len(shown)
    assert compared > 20
