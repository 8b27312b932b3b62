"""A line of JSON as a person or a program may have written it."""

from __future__ import annotations

import json
from typing import Any

from monitor.errors import ParseError


def json_object(line: str | bytes) -> dict[str, Any]:
    """The JSON object that `line` holds; ParseError where it holds none or none that is usable."""
    try:
        text = line.decode() if isinstance(line, bytes) else line
        value = json.loads(text.removeprefix("\ufeff"), parse_constant=_no_number)
    except json.JSONDecodeError as error:
        raise ParseError(f"not valid JSON: {error.msg}") from None
    except UnicodeDecodeError:
        raise ParseError("not valid JSON: expected UTF-8 text") from None
    except ValueError:  # Python's own limit on the digits of a whole number
        raise ParseError("not valid JSON: a number has too many digits") from None
    except RecursionError:
        raise ParseError("not valid JSON: nested too deeply") from None
    if not isinstance(value, dict):
        raise ParseError(f"expected a JSON object, got {type(value).__name__}")
    return value


def _no_number(name: str) -> None:
    raise ParseError(f"not valid JSON: {name} is not a number")
