"""The picture that is shown with a link to us, drawn from an SVG with our typeface.

`python -m tests.browser.preview` writes it.
"""

import asyncio
import base64
from pathlib import Path

from tests.browser import looking
from tests.installation import ROOT

STATIC = ROOT / "services" / "chassis" / "web" / "static"
PICTURE = STATIC / "preview.png"
WIDTH, HEIGHT = 1200, 630
HEAVIEST = 60_000
"""Bytes: messengers leave out what is larger than they like."""

DRAWING = Path(__file__).with_name("preview.svg")


def page() -> str:
    """The drawing in a page that knows the typeface."""
    faces = "".join(
        f"@font-face {{ font-family: Golos; font-weight: 400 900; unicode-range: {those}; "
        f"src: url(data:font/woff2;base64,{_coded(name)}); }}"
        for name, those in (("cyrillic", "U+0400-045F, U+2116"), ("latin", "U+0000-00FF, U+2000-206F"))
    )
    return f"<style>{faces} body {{ margin: 0 }} svg {{ display: block }}</style>{DRAWING.read_text('utf-8')}"


def _coded(name: str) -> str:
    file = STATIC / "vendor" / "golos-text" / f"{name}.woff2"
    return base64.b64encode(file.read_bytes()).decode()


async def draw() -> bytes:
    """The picture as PNG."""
    async with looking.chromium() as browser:
        window = await browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        await window.set_content(page())
        await window.evaluate("document.fonts.ready")
        return await window.screenshot()


if __name__ == "__main__":
    PICTURE.write_bytes(asyncio.run(draw()))
    print(f"{PICTURE}: {PICTURE.stat().st_size} bytes")
