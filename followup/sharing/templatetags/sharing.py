"""Filters for pages that show a message."""

from django import template

from followup.sharing.pages.plain_words import dialled, number_words

register = template.Library()
register.filter("number_kind", number_words)
register.filter("dialled", dialled)
