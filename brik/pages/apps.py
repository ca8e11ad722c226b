from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "brik.pages"
    label = "pages"

    def ready(self) -> None:
        from brik.pages import checks  # noqa: F401 - registers itself
