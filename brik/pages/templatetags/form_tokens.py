"""``{% csrf_token %}`` with the id of the form's user beside the CSRF token. Loaded for every template."""

from __future__ import annotations

from django import template
from django.template.base import Parser, Token
from django.template.defaulttags import CsrfTokenNode
from django.utils.html import format_html
from django.utils.safestring import SafeString

from brik.pages.unsaved import typist

register = template.Library()


class FormTokensNode(CsrfTokenNode):
    """Django's hidden field, and beside it the signed id of the user to whom the form is shown."""

    def render(self, context: template.Context) -> SafeString:
        origin = SafeString(super().render(context))
        request = context.get("request")
        name = typist.typist_token(request) if origin and request is not None else ""
        if not name:
            return origin
        return format_html('{}<input type="hidden" name="{}" value="{}">', origin, typist.FIELD, name)


@register.tag
def csrf_token(parser: Parser, token: Token) -> FormTokensNode:
    return FormTokensNode()
