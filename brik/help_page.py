"""The help page: what the user may do, step by step. Its one source is ``fixtures/help/steps.yaml``."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from brik.definitions import fixtures, languages, strict_yaml
from brik.definitions.strict_yaml import DefinitionError
from brik.menu import MENU
from brik.page_names import page_name
from brik.staff.access import may, roles

STEPS = fixtures.FOLDER / "help" / "steps.yaml"


@cache
def help_steps() -> tuple[Mapping[str, str], ...]:
    """Every step of every role.

    Raises:
        DefinitionError: a step has a permission that no role has, or lacks a language of the staff.
    """
    known = {str(permission) for permissions in roles().values() for permission in permissions}
    needed = {"permission", "page", *(code for code, _ in languages.STAFF_CHOICES)}
    steps = tuple(strict_yaml.load(STEPS))
    for step in steps:
        if step.keys() != needed or step["permission"] not in known:
            raise DefinitionError(STEPS.name, 1, f"{step.get('page')} lacks a language, or no role may do it")
    return steps


@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """The steps that the user's permissions allow; a link where the page is in the menu."""
    permissions = {str(permission): permission for allowed in roles().values() for permission in allowed}
    in_menu = {name for name, _, permission in MENU if may(request.user, permission)}
    shown: list[dict[str, Any]] = [
        {
            "title": page_name(step["page"]),
            "words": step[request.LANGUAGE_CODE],
            "url": reverse(step["page"]) if step["page"] in in_menu else "",
        }
        for step in help_steps()
        if may(request.user, permissions[step["permission"]])
    ]
    return render(request, "pages/help.html", {"help_steps": shown})
