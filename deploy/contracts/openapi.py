"""The OpenAPI documents of the services, and the page at `/api` that lists them."""

import importlib
import inspect
from html import escape
from pathlib import Path
from typing import Any

from litestar import Litestar

from services.chassis.process.lifetime import Lifetime
from services.chassis.process.settings import Settings
from services.hierarchy.settings import OfficeSettings
from services.hotline.settings import HotlineSettings
from services.intake.settings import IntakeSettings

SERVICES: dict[str, type[Settings]] = {
    "intake": IntakeSettings,
    "hierarchy": OfficeSettings,
    "hotline": HotlineSettings,
    "metrics": Settings,
}
"""Every service with an HTTP interface, and the settings its web application is built from."""

NOWHERE = {
    "database_url": "postgresql://nobody@localhost/nothing",
    "kafka_brokers": "localhost:9092",
    "signing_key_file": Path("nowhere.pem"),
    "personal_keys_file": Path("nowhere.keys"),
    "files_url": "file:///nowhere",
}
"""An application that is only described connects to nothing."""

PAGE = """<!doctype html>
<html lang="ru">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Программные интерфейсы – Муниципальный диалог</title>
<link rel="stylesheet" href="/api/index.css">
</head>
<body>
<main>
<p><a href="/">Муниципальный диалог</a></p>
<h1>Программные интерфейсы</h1>
<p>Для разработчиков других информационных систем. Описания составлены по стандартам OpenAPI и AsyncAPI,
их понимают обычные средства разработки.</p>
<h2>События</h2>
<p>Всё, что происходит в марафоне, публикуется в Kafka: по порядку, без пропусков
и без персональных данных.</p>
<ul><li><a href="/api/asyncapi.json">AsyncAPI: потоки событий и их состав</a></li></ul>
<h2>Запросы по HTTP</h2>
<p>Ответы – JSON, ошибки – по RFC 9457 с пояснением на русском языке. Повтор запроса с тем же
заголовком <code>Idempotency-Key</code> ничего не задваивает.</p>
{services}
</main>
</body>
</html>
"""

SERVICE = """<section>
<h3>{title}</h3>
<p><a href="/api/{service}.openapi.json">OpenAPI</a></p>
<ul>
{routes}
</ul>
</section>"""


def documents() -> dict[str, dict[str, Any]]:
    """Service → its OpenAPI document."""
    return {service: _app(service).openapi_schema.to_schema() for service in SERVICES}


def _app(service: str) -> Litestar:
    create_web = importlib.import_module(f"services.{service}.main").create_web
    settings = SERVICES[service].model_validate(NOWHERE)
    lifetime = [Lifetime()] if "lifetime" in inspect.signature(create_web).parameters else []
    app: Litestar = create_web(settings, *lifetime)
    return app


def page(described: dict[str, dict[str, Any]]) -> str:
    """The Russian page that lists these documents and their routes."""
    return PAGE.format(services="\n".join(_section(*entry) for entry in described.items()))


def _section(service: str, document: dict[str, Any]) -> str:
    routes = "\n".join(
        f"<li><code>{method.upper()} {escape(path)}</code></li>"
        for path, methods in sorted(document["paths"].items())
        for method in methods
    )
    return SERVICE.format(title=escape(document["info"]["title"]), service=service, routes=routes)
