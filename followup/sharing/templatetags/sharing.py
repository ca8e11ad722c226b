"""Filters for pages that show a message."""

from django import template

from followup.sharing.reading import number_words, source_words

register = template.Library()
register.filter("source", source_words)
register.filter("number_kind", number_words)
