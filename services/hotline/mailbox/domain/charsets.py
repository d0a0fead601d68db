"""Bytes of a letter as text: as it says itself, or as Russian text looks."""

import codecs

GUESSED = ("cp1251", "koi8-r", "cp866", "iso8859-5")
"""How Russian programs have written without saying so; the first wins where nothing tells them apart."""

OFTEN = dict(zip("оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъ", range(62, -2, -2), strict=True))
"""How often letters stand in Russian, about."""

PLAIN = frozenset("«»–—…№„“”ёЁ§°\xa0")


def decoded(content: bytes, declared: str = "") -> str:
    """The text of `content`. A declared charset counts if it fits; nothing is refused."""
    for charset in filter(None, (_known(declared), "utf-8")):
        # What is said to be ASCII or Latin-1 is so by default: nobody has chosen it.
        if charset in ("ascii", "iso8859-1", "cp1252") and not content.isascii():
            continue
        try:
            return content.decode(charset)
        except (UnicodeDecodeError, ValueError):
            continue
    return _guessed(content)


def _known(declared: str) -> str:
    try:
        info = codecs.lookup(declared.strip().strip("\"'"))
    except (LookupError, ValueError):
        return ""
    # `base64`, `rot13` and others are codecs and no charsets.
    return info.name if info._is_text_encoding else ""  # noqa: SLF001 - as bytes.decode asks it


def _guessed(content: bytes) -> str:
    if _broken_utf8(content):
        return content.decode("utf-8", "replace")
    return max((content.decode(charset, "replace") for charset in GUESSED), key=_looks_russian)


def _broken_utf8(content: bytes) -> bool:
    """Whether it is UTF-8 but for a few bytes, such as where it was cut."""
    text = content.decode("utf-8", "ignore")
    kept = sum(len(sign.encode()) for sign in text if not sign.isascii())
    return kept * 10 >= 9 * sum(byte > 127 for byte in content)


def _looks_russian(text: str) -> int:
    """How much it looks like Russian words: letters as frequent, no capital after a small one."""
    score, before = 0, " "
    for sign in text[:20_000]:
        small = sign.lower()
        if small in OFTEN:
            # A word in capitals is one; a capital after a small letter is another charset.
            score += -60 if sign != small and before in OFTEN else OFTEN[small]
        elif not (sign.isascii() or sign in PLAIN):
            score -= 80
        before = sign
    return score
