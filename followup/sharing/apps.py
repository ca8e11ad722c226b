from django.apps import AppConfig


class SharingConfig(AppConfig):
    name = "followup.sharing"
    label = "sharing"

    def ready(self) -> None:
        from followup.sharing import checks  # noqa: F401 - registers itself
