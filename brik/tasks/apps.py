from django.apps import AppConfig


class TasksConfig(AppConfig):
    name = "brik.tasks"
    label = "tasks"

    def ready(self) -> None:
        """Read the promises now: a file that does not load stops the start with file, line and reason."""
        from brik.tasks import promises

        promises.every_promise()
