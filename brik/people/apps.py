from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "brik.people"
    label = "people"

    def ready(self) -> None:
        from brik.people import checks  # noqa: F401 - registers itself
