"""Typesets one act, as a process of its own: JSON on standard input, PDF on standard output."""

import sys
from pathlib import Path

import typst

TEMPLATE = Path(__file__).with_name("act.typ")


def typeset(act: str) -> bytes:
    """An act as PDF, in the fonts that typst brings along: neither the machine's nor the network's."""
    return typst.compile(
        TEMPLATE,
        root=TEMPLATE.parent,
        font_paths=typst.Fonts(include_system_fonts=False),
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"act": act},
    )


if __name__ == "__main__":
    sys.stdout.buffer.write(typeset(sys.stdin.buffer.read().decode()))
