"""What was measured on: the machine and the versions of what ran on it."""

import os
import platform
from xml.etree import ElementTree

import asyncpg

from deploy.local.postgres import Postgres
from tests.installation import ROOT

POM = ROOT / "deploy" / "kafka" / "pom.xml"
MAVEN = "{http://maven.apache.org/POM/4.0.0}"


async def described(postgres: Postgres) -> str:
    """Machine and versions in one line."""
    db = await asyncpg.connect(postgres.superuser_dsn)
    try:
        version = await db.fetchval("SHOW server_version")
    finally:
        await db.close()
    kafka = ElementTree.parse(POM).findtext(f".//{MAVEN}kafka.version")
    return (
        f"{os.cpu_count()} cores, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}, Kafka {kafka}, PostgreSQL {version}"
    )
