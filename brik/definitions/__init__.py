"""What the house knows before it knows anybody: its registers, and how its files are read.

Languages, code lists, the bounds of dates, where the fixtures lie and the one strict reader of YAML. It lies below
every other room, needs no Django and imports nothing of ours, so that settings, checks and tests may all read it.
"""
