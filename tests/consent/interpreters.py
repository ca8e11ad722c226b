"""Interpreters, as the first page of a talk tells of them."""

INTERPRETER = {
    "interpreter": "JA", "agency": "Oslo tolk", "spoken": "somali", "qualification": "A", "presence": "ROOM", "impartial": True,
}  # fmt: skip
