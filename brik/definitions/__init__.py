"""The registers: languages, kinds of recipient, code lists, date bounds; name comparison and the reader of YAML.

The lowest room: it needs no Django and imports no other room, so settings, checks and tests can all use it.
"""
