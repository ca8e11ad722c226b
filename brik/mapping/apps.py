from django.apps import AppConfig


class MappingConfig(AppConfig):
    name = "brik.mapping"
    label = "mapping"

    def ready(self) -> None:
        """Read every questionnaire now: one that does not load stops the start with file, line and reason."""
        from brik.mapping import checks  # noqa: F401 - registers itself
        from brik.mapping.questionnaire import catalogue

        catalogue.load_all(catalogue.FOLDER)
