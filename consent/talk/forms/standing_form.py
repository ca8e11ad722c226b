"""The page of a second talk that shows what stands: each yes with its end and two equal answers, none chosen before."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from brik.pages.fields.bound_field import PageBoundField
from brik.pages.forms import ChoiceCards, ChoiceOption, MultiChoice
from consent.record import steps
from consent.record.choice_facts import asked_about, recipient, standing_line
from consent.talk.forms.step_forms import StepForm, in_order
from consent.talk.talk_context import TalkContext
from consent.texts.sentences import say_date

INTERPRETED = "INTERPRETED"
WAYS = ("READ", "READ_ALOUD", INTERPRETED)
_RECIPIENT = "mottaker-"


def how_field(talk: TalkContext) -> MultiChoice:
    """How the person was told: read alone, read aloud, or interpreted."""
    texts = talk.body["information"]
    # An ended talk has no answers; its forms are made only to show what was typed.
    interpreted = talk.answers.get(steps.LANGUAGE, {}).get("interpreter") == steps.YES
    ways = [way for way in WAYS if interpreted or way != INTERPRETED]
    return MultiChoice(
        label=texts["how"], choices=in_order(texts["ways"], ways), mark=False, missing=talk.body["errors"]["how"]
    )


def still_or_not(body: dict[str, Any], line: str, **kwargs: Any) -> ChoiceCards:
    """A yes that stands, with two equal answers: it goes on, or is taken back."""
    texts = body["readback"]["standing"]
    return ChoiceCards(
        label=line,
        choices=[
            ChoiceOption(steps.YES, texts["keep"], icon="checkmark-circle"),
            ChoiceOption(steps.NO, texts["take_back"], icon="arrow-undo"),
        ],
        mark=False,
        missing=body["errors"]["choose"],
        **kwargs,
    )


class StandingForm(StepForm):
    """Each yes that stands, and which no the person wants to answer again. What is left open ends on its day."""

    def build(self) -> None:
        standing, language = self.talk.renewed, self.talk.text.language
        # Where nothing stands any longer, the form is made only to refuse what was sent.
        if standing is None:
            return
        rows, until = self.body["readback"]["rows"], self.body["receipt"]["answers"]["yes"]
        year = until.format(date=say_date(standing.until, language))
        self._ask(steps.MAPPING, f"{rows['mapping']}: {year}")
        if standing.sources and standing.asking_until:
            asked = until.format(date=say_date(standing.asking_until, language))
            hint = "; ".join(asked_about(self.body, standing.sources, language))
            self._ask(steps.SOURCES, f"{rows['sources']}: {asked}", hint=hint)
        for sharing in standing.sharing:
            self._ask(f"{_RECIPIENT}{sharing.offer.organisation.pk}", standing_line(self.body, sharing, language))
        if refused := standing.refusals(self.talk.offers):
            self.fields["anew"] = MultiChoice(
                label=_("Vil du svare på nytt på noe du har sagt nei til?"),
                choices=[(step, self._named(step)) for step in refused],
                required=False,
                mark=False,
            )
        self.fields["how"] = how_field(self.talk)

    def _ask(self, name: str, line: str, **kwargs: Any) -> None:
        self.fields[name] = still_or_not(self.body, line, required=False, **kwargs)

    def _named(self, step: str) -> str:
        if step == steps.SOURCES:
            return str(self.body["readback"]["rows"]["sources"])
        return recipient(self.body, self.talk.offer(step), self.talk.text.language)

    @property
    def asked(self) -> list[PageBoundField]:
        """The questions about what stands, in order."""
        return [self[name] for name in self.fields if isinstance(self.fields[name], ChoiceCards)]

    def answer(self) -> dict[str, Any]:
        cleaned, standing = self.cleaned_data, self.talk.renewed
        recipients = {name.removeprefix(_RECIPIENT): cleaned[name] for name in cleaned if name.startswith(_RECIPIENT)}
        return {
            "mapping": cleaned.get(steps.MAPPING) or "",
            "asking": cleaned.get(steps.SOURCES) or None,
            "recipients": {number: said for number, said in recipients.items() if said},
            "anew": cleaned.get("anew", []),
            "how": cleaned.get("how", []),
            "seen": standing.seen if standing else "",
        }

    @staticmethod
    def initial_of(answer: dict[str, Any]) -> dict[str, Any]:
        """What was chosen on this page in this talk; nothing the first time."""
        if not answer or answer["mapping"] == steps.LATER:
            return {}
        recipients = {f"{_RECIPIENT}{number}": said for number, said in answer["recipients"].items()}
        chosen = {steps.MAPPING: answer["mapping"], steps.SOURCES: answer["asking"], "how": answer["how"]}
        return {**chosen, **recipients, "anew": answer["anew"]}
