from django.apps import AppConfig


class ConsentConfig(AppConfig):
    name = "consent"
    label = "consent"

    def ready(self) -> None:
        from consent import checks  # noqa: F401 - registers itself
