from django.apps import AppConfig


class PlanConfig(AppConfig):
    name = "followup.plan"
    label = "plan"

    def ready(self) -> None:
        from followup.plan import checks  # noqa: F401 - registers itself
