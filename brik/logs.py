"""The technical log: one JSON line for each event, with codes and ids only.

Operators read it, so it must hold no personal data; the audit log says what was done to whom. Only listed keys are
written; values are numbers, ids or codes; messages are fixed texts without their arguments; an exception is its type
and its lines, never its message or variables.
"""

from __future__ import annotations

import json
import logging
import logging.config
import re
import traceback
from datetime import UTC, datetime
from types import TracebackType
from typing import Any
from uuid import UUID

import structlog

ALLOWED = frozenset(
    {
        "attempt",
        "count",
        "delivery",
        "error",
        "exit_code",
        "job_id",
        "kind",
        "method",
        "object_id",
        "object_name",
        "organisation",
    }
    | {
        "port",
        "process",
        "queue",
        "reference",
        "seconds",
        "status",
        "status_code",
        "subject",
        "task",
        "unit",
        "verb",
        "view",
    }
)
# A code, id, dotted path or time: no spaces, and no row of digits as long as an identity number.
CODE = re.compile(r"(?!.*\d{6}\s?\d{5})[A-Za-z0-9_.:/+\-]{0,120}")
HIDDEN = "…"


def configure(settings: dict[str, Any]) -> None:
    """Django's ``LOGGING_CONFIG``: the standard library and structlog write through the same formatter."""
    logging.config.dictConfig(settings)
    structlog.configure(
        processors=[_only_listed, structlog.stdlib.render_to_log_kwargs],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


def _only_listed(logger: Any, method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    return {name: value for name, value in event.items() if name in ALLOWED or name in {"event", "exc_info"}}


class JsonLine(logging.Formatter):
    """Turns a log record into one line of JSON, with only the listed keys."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": _fixed_text(record),
            "where": f"{record.module}:{record.lineno}",
        }
        extra = {name: value for name, value in vars(record).items() if name not in _STANDARD}
        line |= {name: _harmless(value) for name, value in extra.items() if name in ALLOWED}
        line |= _request(extra.get("request"))
        if record.exc_info and record.exc_info[1] is not None:
            line |= {"exception": _types(record.exc_info[1]), "frames": _frames(record.exc_info[2])}
        return json.dumps(line, ensure_ascii=False)


_STANDARD = frozenset(vars(logging.LogRecord("", 0, "", 0, "", None, None)))


def _fixed_text(record: logging.LogRecord) -> str:
    """The message without its arguments; a message without arguments is written only if it is a code."""
    text = record.msg if isinstance(record.msg, str) else ""
    return text if record.args else _harmless(text)


def _harmless(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, UUID):
        return str(value)
    return value if isinstance(value, str) and CODE.fullmatch(value) else HIDDEN


def _request(request: Any) -> dict[str, Any]:
    """The method and the url name; never the address, which may hold typed text."""
    match = getattr(request, "resolver_match", None)
    return {} if request is None else {"method": _harmless(request.method), "view": match.view_name if match else ""}


def _types(error: BaseException) -> list[str]:
    types, seen = [], set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        types.append(f"{type(current).__module__}.{type(current).__qualname__}")
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return types


def _frames(trace: TracebackType | None) -> list[str]:
    return [
        f"{frame.f_code.co_filename.rpartition('site-packages/')[2]}:{line}:{frame.f_code.co_name}"
        for frame, line in traceback.walk_tb(trace)
    ]
