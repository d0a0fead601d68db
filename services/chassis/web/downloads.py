"""Files that people take with them."""

from urllib.parse import quote


def as_attachment(name: str) -> dict[str, str]:
    """The headers of a file that is saved under this name (RFC 6266, RFC 8187), never shown in place."""
    return {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
        "Cache-Control": "no-store",
    }
