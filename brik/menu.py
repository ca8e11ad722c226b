"""The menu of the house: url name, label, permission. Whoever lacks the permission never sees the line."""

MENU: list[tuple[str, str, str]] = []
