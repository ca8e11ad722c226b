"""Filters for pages that show a message."""

from django import template

from followup.sharing.reading import number_words

register = template.Library()
register.filter("number_kind", number_words)
