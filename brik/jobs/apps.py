from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "brik.jobs"
    label = "jobs"

    def ready(self) -> None:
        from brik.jobs import checks  # noqa: F401 - registers itself
