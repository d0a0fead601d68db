"""Typesets one document, in a process of its own: a template's path and its data in, PDF out."""

import json
from pathlib import Path


def typeset(document: bytes) -> bytes:
    """A document (JSON: `template`, `data`) as PDF, in the fonts of typst itself: neither the machine's nor
    the network's. The template finds its data as `sys.inputs` under its own name."""
    # In the child alone: the web process never needs its 60 MB.
    import typst  # noqa: PLC0415

    given = json.loads(document)
    template = Path(given["template"])
    return typst.compile(
        template,
        root=template.parent,
        font_paths=typst.Fonts(include_system_fonts=False),
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={template.stem: json.dumps(given["data"], ensure_ascii=False)},
    )
