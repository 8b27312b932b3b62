"""Which codec a charset's label means on the web, and what a wrong one left of invisible marks."""

from __future__ import annotations

import codecs
import re
from email.message import Message

# Python knows codecs that are no charsets, and UTF-7, which hides markup from every check.
_CHARSET = re.compile(
    r"(iso|latin|l\d|windows|cp125|koi8|gb|big5|euc|shift|sjis|mac|tis|utf.?(16|32|8)|ks|us|ascii)"
)
# What a label means on the web: https://encoding.spec.whatwg.org/#names-and-labels
_SUPERSETS = {"iso8859-1": "cp1252", "ascii": "cp1252", "iso8859-9": "cp1254", "gb2312": "gb18030",
              "gbk": "gb18030", "euc_kr": "cp949", "shift_jis": "cp932",
              "tis-620": "cp874"}  # fmt: skip
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Marks that nobody sees, where a publisher's own program read their UTF-8 as Windows-1252: a byte
# order mark, a zero-width space, a space that does not break. Letters ruined so are left alone: an
# article may be about them.
_RUINED_NOTHING = ("\u00ef\u00bb\u00bf", "\u00e2\u20ac\u2039")
_RUINED_SPACE = "\u00c2\u00a0"
_NOT_ENDING_A_WORD = re.compile(f"(?<![A-Z\u00c0-\u00de]){_RUINED_SPACE}")


def codec_of(label: str | bytes | None) -> str | None:
    """The name of Python's codec for the charset `label`; None for what is no charset."""
    text = label.decode("ascii", "replace") if isinstance(label, bytes) else label or ""
    text = text.strip()
    if not _CHARSET.match(text.lower()):
        return None
    try:
        name = codecs.lookup(text).name
    except (LookupError, ValueError):
        return None
    return _SUPERSETS.get(name, name)


def marked(data: bytes) -> str | None:
    """The text of `data` by its byte order mark; None where it has none."""
    for mark, name in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(name, "replace")
    return None


def without_ruins(text: str) -> str:
    """`text` without what a wrong charset made of marks that nobody was to see."""
    # A single character is found many times quicker than two, and most pages have none of these.
    for ruin in _RUINED_NOTHING:
        if ruin[0] in text:
            text = text.replace(ruin, "")
    if _RUINED_SPACE[0] in text and _RUINED_SPACE in text:
        text = _NOT_ENDING_A_WORD.sub("\u00a0", text)
    return text


def stated_charset(content_type: str) -> str | None:
    """The charset that a Content-Type header names."""
    header = Message()
    header["Content-Type"] = "".join(c for c in content_type if c.isprintable())
    return header.get_content_charset()
