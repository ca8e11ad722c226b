"""Filters for pages that show a message."""

from django import template

from followup.sharing.pages.plain_words import number_words

register = template.Library()
register.filter("number_kind", number_words)
