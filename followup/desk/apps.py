from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "followup.desk"
    label = "desk"

    def ready(self) -> None:
        from followup.desk import checks  # noqa: F401 - registers itself
