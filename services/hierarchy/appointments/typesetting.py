"""Typesets one act, in a process of its own: JSON in, PDF out."""

from pathlib import Path

TEMPLATE = Path(__file__).with_name("act.typ")


def typeset(act: bytes) -> bytes:
    """An act as PDF, in the fonts of typst itself: neither the machine's nor the network's."""
    # In the child alone: the web process never needs its 60 MB.
    import typst  # noqa: PLC0415

    return typst.compile(
        TEMPLATE,
        root=TEMPLATE.parent,
        font_paths=typst.Fonts(include_system_fonts=False),
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"act": act.decode()},
    )
