from django.apps import AppConfig


class ArrivalsConfig(AppConfig):
    name = "brik.arrivals"
    label = "arrivals"

    def ready(self) -> None:
        from brik.arrivals import checks  # noqa: F401 - registers itself
