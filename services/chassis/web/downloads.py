"""Files that people take with them."""

from urllib.parse import quote


def as_attachment(name: str) -> dict[str, str]:
    """The headers of a file that is saved under this name (RFC 6266, RFC 8187), never shown in place; a
    browser that shows it nevertheless gives it no rights."""
    return {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cache-Control": "no-store",
    }
