"""Filters for pages that show a message."""

from django import template

from followup.sharing.reading import source_words

register = template.Library()
register.filter("source", source_words)
