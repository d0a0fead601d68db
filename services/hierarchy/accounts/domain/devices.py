"""What a browser says of itself, in words that its owner understands."""

BROWSERS = {
    "YaBrowser/": "Яндекс Браузер",
    "Edg/": "Edge",
    "OPR/": "Opera",
    "Firefox/": "Firefox",
    "Chromium/": "Chromium",
    "Chrome/": "Chrome",
    "Safari/": "Safari",
}
"""Part of what is said → the name; the first that matches: most call themselves Chrome or Safari too."""

SYSTEMS = {
    "Windows": "Windows",
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Mac OS X": "macOS",
    "Linux": "Linux",
}


def device_name(said: str) -> str:
    """«Firefox, Windows»; what no browser says, shortened; empty if nothing was said."""
    browser = next((name for part, name in BROWSERS.items() if part in said), "")
    system = next((name for part, name in SYSTEMS.items() if part in said), "")
    return ", ".join(filter(None, (browser, system))) or said[:60]
