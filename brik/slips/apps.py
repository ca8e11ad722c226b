from django.apps import AppConfig


class SlipsConfig(AppConfig):
    name = "brik.slips"
    label = "slips"

    def ready(self) -> None:
        from brik.slips import checks  # noqa: F401 - registers itself
