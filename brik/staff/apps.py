from django.apps import AppConfig


class StaffConfig(AppConfig):
    name = "brik.staff"
    label = "staff"

    def ready(self) -> None:
        from brik.staff import checks  # noqa: F401 - registers itself
