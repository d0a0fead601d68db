"""Where somebody is signed in, in words."""

import pytest

from services.hierarchy.accounts.domain.devices import device_name

WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64)"
CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0"


@pytest.mark.parametrize(
    ("said", "name"),
    [
        (f"{WINDOWS} {CHROME} Safari/537.36", "Chrome, Windows"),
        (f"{WINDOWS} {CHROME} YaBrowser/24.10 Safari/537.36", "Яндекс Браузер, Windows"),
        (f"{WINDOWS} {CHROME} Safari/537.36 Edg/130.0", "Edge, Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0", "Firefox, Linux"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1",
            "Safari, iPhone",
        ),
        ("python-httpx/0.28", "python-httpx/0.28"),
        ("", ""),
        ("x" * 500, "x" * 60),
    ],
)
def test_a_device_has_a_name(said: str, name: str) -> None:
    assert device_name(said) == name
