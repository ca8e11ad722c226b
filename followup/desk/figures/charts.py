"""Charts as SVG made on the server: no script, readable in print and by a screen reader, with a table beside them."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from followup.desk.figures.consent_bars import ConsentBar
from followup.desk.figures.rounding import FEW

ROW, BAR_HEIGHT, LABEL_WIDTH, FULL = 44, 28, 260, 460


def stacked(bars: Sequence[ConsentBar], *, title: str, done: str, left: str) -> SafeString:
    """Stacked bars of what is done and what is left. A bar without parts is an empty line with the reason."""
    longest = max((sum(bar.parts) for bar in bars if bar.parts), default=1)
    height = 40 + ROW * len(bars)
    return format_html(
        '<svg class="brik-chart" viewBox="0 0 760 {}" role="img" aria-label="{}">{}{}</svg>',
        height,
        title,
        _legend(done, left),
        format_html_join("", "{}", ((_bar(bar, 36 + ROW * row, longest),) for row, bar in enumerate(bars))),
    )


def _bar(bar: ConsentBar, top: int, longest: int) -> SafeString:
    middle = top + BAR_HEIGHT // 2 + 5
    label = format_html('<text class="brik-chart__label" x="{}" y="{}">{}</text>', LABEL_WIDTH - 12, middle, bar.label)
    if bar.parts is None:
        return label + format_html('<text class="brik-chart__few" x="{}" y="{}">{}</text>', LABEL_WIDTH, middle, FEW)
    first, second = (round(FULL * part / longest) for part in bar.parts)
    return (
        label
        + _part("done", LABEL_WIDTH, first, top, middle, bar.parts.done)
        + _part("left", LABEL_WIDTH + first + 2, second, top, middle, bar.parts.left)
    )


def _part(kind: str, start: int, width: int, top: int, middle: int, number: int) -> SafeString:
    return format_html(
        '<rect class="brik-chart__{}" x="{}" y="{}" width="{}" height="{}"/>'
        '<text class="brik-chart__{}-number" x="{}" y="{}">{}</text>',
        kind,
        start,
        top,
        max(width, 1),
        BAR_HEIGHT,
        kind,
        start + width / 2,
        middle,
        number,
    )


def _legend(done: str, left: str) -> SafeString:
    return _key("done", LABEL_WIDTH, done) + _key("left", LABEL_WIDTH + 200, left)


def _key(kind: str, start: int, text: str) -> SafeString:
    return format_html(
        '<rect class="brik-chart__{}" x="{}" y="6" width="14" height="14"/>'
        '<text class="brik-chart__key" x="{}" y="18">{}</text>',
        kind,
        start,
        start + 22,
        text,
    )
