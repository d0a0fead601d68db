"""The single-server installation, as far as it can be checked without a container engine."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from deploy.compose.__main__ import environment, inherited
from deploy.local.home import ROOT, SERVICES
from services.chassis.process.settings import Settings
from services.chassis.process.telemetry import REQUESTS
from services.chassis.streams.topics import topics
from services.hierarchy.settings import OfficeSettings
from services.hotline.mailbox.reading import BOUNDS
from services.hotline.settings import HotlineSettings
from services.intake.settings import IntakeSettings
from services.metrics.settings import MetricsSettings

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
CONTAINERS: dict[str, Any] = COMPOSE["services"]
PROCESSES = [(service, kind) for service in SERVICES for kind in ("web", "worker")]
LASTING = [name for name, container in CONTAINERS.items() if container["restart"] == "unless-stopped"]
NOT_SERVICES = {"other systems", "each issuer its partition", "all"}
"""What topics.yaml says where no single service is meant."""
DOCKERFILE = (ROOT / "deploy" / "Dockerfile").read_text("utf-8")


def test_the_file_is_as_the_specification_says() -> None:
    schema = json.loads((Path(__file__).parent / "vendor/compose-spec/compose-spec.json").read_text("utf-8"))

    # The published schema is older than `name`.
    known = {key: value for key, value in COMPOSE.items() if key != "name"}
    jsonschema.validate(known, schema, jsonschema.Draft201909Validator)


@pytest.mark.parametrize(("service", "kind"), PROCESSES)
def test_every_process_has_its_place(service: str, kind: str) -> None:
    container = CONTAINERS[f"{service}-{kind}"]

    assert container["command"] == [service, kind]
    assert f"{service}_{kind}_password" in container["secrets"]
    assert container["depends_on"][f"{service}-migrate"]["condition"] == "service_completed_successfully"


@pytest.mark.parametrize("name", LASTING)
def test_what_lasts_is_watched_restarted_and_limited(name: str) -> None:
    container = CONTAINERS[name]

    assert container["healthcheck"]["test"]
    assert container["deploy"]["resources"]["limits"].keys() == {"cpus", "memory"}
    assert "no-new-privileges:true" in container["security_opt"]
    assert container["logging"]["options"]["max-size"]


def test_every_secret_comes_from_a_file_and_none_has_a_default() -> None:
    used = {name for container in CONTAINERS.values() for name in container.get("secrets", ())}

    assert used == set(COMPOSE["secrets"])
    assert all(secret.keys() == {"file"} for secret in COMPOSE["secrets"].values())
    values = yaml.safe_dump([container.get("environment") for container in CONTAINERS.values()])
    assert not re.search(r"(?i)(password|secret|token): (?!/run/secrets/)\S", values)


def test_a_process_gets_no_secret_of_another() -> None:
    for service, kind in PROCESSES:
        passwords = [s for s in CONTAINERS[f"{service}-{kind}"]["secrets"] if s.endswith("_password")]
        of_mailbox = ["mailbox_password"] if (service, kind) == ("hotline", "worker") else []
        assert passwords == [f"{service}_{kind}_password", *of_mailbox]


def test_who_reads_letters_has_the_memory_that_reading_may_take() -> None:
    limit = CONTAINERS["hotline-worker"]["deploy"]["resources"]["limits"]["memory"]

    assert int(limit.removesuffix("M")) * 2**20 >= BOUNDS.memory + 384 * 10**6


def test_letters_of_the_lines_come_from_a_server_if_the_operator_names_one() -> None:
    given = CONTAINERS["hotline-worker"]["environment"]

    assert given["APP_MAILBOX_URL"] == "${MAILBOX_URL:-}"
    assert given["APP_MAILBOX_PASSWORD_FILE"] == "/run/secrets/mailbox_password"
    assert given["APP_MAILBOX_CA_FILE"] == "/run/secrets/mailbox_ca"


def test_one_container_builds_the_image_that_all_processes_share() -> None:
    building = [name for name, container in CONTAINERS.items() if "build" in container]
    image = CONTAINERS["intake-web"]["image"]

    assert len(building) == 1
    assert all(CONTAINERS[f"{service}-{kind}"]["image"] == image for service, kind in PROCESSES)
    assert CONTAINERS[building[0]]["image"] == image


@pytest.mark.parametrize("name", CONTAINERS)
def test_no_container_keeps_rights_that_it_does_not_need(name: str) -> None:
    container = CONTAINERS[name]

    assert container["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in container["security_opt"]
    assert container.get("read_only") or name in ("postgres", "kafka")


def test_what_runs_once_is_awaited_by_somebody() -> None:
    # `up --wait` takes the end of such a container for success only then.
    once = {name for name, container in CONTAINERS.items() if container["restart"] == "on-failure"}
    awaited = {
        name
        for container in CONTAINERS.values()
        for name, wanted in container.get("depends_on", {}).items()
        if wanted["condition"] == "service_completed_successfully"
    }

    assert once == awaited


def test_who_reads_or_owns_a_topic_has_a_worker() -> None:
    rooms = {folder.parent.name for folder in (ROOT / "services").glob("*/__main__.py")}
    named = {name for topic in topics().values() for name in (topic.owner, *topic.readers)}

    assert rooms == set(SERVICES)
    assert {f"{name}-worker" for name in named - NOT_SERVICES} <= CONTAINERS.keys()


def test_the_broker_is_set_as_on_one_machine() -> None:
    template = (ROOT / "deploy/kafka/server.properties.template").read_text("utf-8")
    local = dict(line.split("=", 1) for line in template.splitlines() if line and line[0] != "#")
    given = {
        name.removeprefix("KAFKA_").lower().replace("_", "."): value
        for name, value in CONTAINERS["kafka"]["environment"].items()
    }

    # Where it listens, and what a small heap asks for, are its own.
    own = ("listeners", "advertised", "controller.quorum", "log.dirs", "log.cleaner", "num.")
    assert {key: given.get(key) for key in local if not key.startswith(own)} == {
        key: value for key, value in local.items() if not key.startswith(own)
    }


def test_the_example_names_what_the_operator_may_choose() -> None:
    text = (ROOT / "docker-compose.yml").read_text("utf-8")
    example = (ROOT / "deploy/compose/env.example").read_text("utf-8")

    chosen = set(re.findall(r"(?<!\$)\$\{([A-Z_]+)", text))
    assert chosen == {line.partition("=")[0] for line in example.splitlines() if line[0] != "#"}


def test_every_setting_that_is_named_exists() -> None:
    services = (OfficeSettings, HotlineSettings, IntakeSettings, MetricsSettings)
    fields = {name for settings in services for name in settings.model_fields}
    known = {f"APP_{name.upper()}" for name in fields}
    named = {
        name
        for container in CONTAINERS.values()
        for name in container.get("environment", {})
        if name.startswith("APP_")
    } | set(re.findall(r"APP_\w+", DOCKERFILE))

    assert named <= known


def test_the_image_is_built_on_a_given_base_and_runs_without_rights() -> None:
    stages = DOCKERFILE.split("\nFROM ")

    assert DOCKERFILE.count("FROM ${BASE}") == 2
    assert "\nUSER 10001:10001\n" in stages[-1]
    assert not re.search(r"apt-get|pip install|gcc", stages[-1])


def test_secrets_are_made_once(tmp_path: Path) -> None:
    script = tmp_path / "deploy" / "compose" / "secrets.sh"
    script.parent.mkdir(parents=True)
    script.write_bytes((ROOT / "deploy" / "compose" / "secrets.sh").read_bytes())

    made = []
    for _ in range(2):
        subprocess.run(["sh", script, "dialogue.example.ru"], check=True, capture_output=True)
        made.append({file.name: file.read_bytes() for file in (tmp_path / "secrets").iterdir()})

    assert made[0] == made[1]
    assert made[0].keys() == set(COMPOSE["secrets"])
    assert (tmp_path / "secrets").stat().st_mode & 0o777 == 0o700


def test_the_address_of_the_database_is_made_of_the_secret(tmp_path: Path) -> None:
    (tmp_path / "intake_owner_password").write_text("p@ss/word\n", "utf-8")
    (tmp_path / "smtp_url").write_text("", "utf-8")

    made = environment("intake", ["migrate"], tmp_path, "postgres:5432")

    assert made == {"APP_DATABASE_URL": "postgresql://intake_owner:p%40ss%2Fword@postgres:5432/intake"}
    settings = Settings.model_validate({"database_url": made["APP_DATABASE_URL"], "kafka_brokers": "k:1"})
    assert settings.dsn == made["APP_DATABASE_URL"]


def test_the_buckets_key_is_a_secret_and_what_is_not_filled_in_is_not_set(tmp_path: Path) -> None:
    (tmp_path / "hierarchy_web_password").write_text("p", "utf-8")
    (tmp_path / "s3_credentials").write_text("id:se:cret\n", "utf-8")

    made = environment("hierarchy", ["web"], tmp_path, "postgres:5432")
    left = inherited({"AWS_ENDPOINT": "", "AWS_REGION": "ru-1", "APP_LOG_LEVEL": ""})

    assert (made["AWS_ACCESS_KEY_ID"], made["AWS_SECRET_ACCESS_KEY"]) == ("id", "se:cret")
    assert left == {"AWS_REGION": "ru-1", "APP_LOG_LEVEL": ""}


def test_alerts_name_figures_that_exist() -> None:
    rules = yaml.safe_load((ROOT / "deploy/prometheus/alerts.yaml").read_text("utf-8"))
    of_metrics = ("stating/set_aside.py", "checkpoints/freezing.py", "checkpoints/troubles.py")
    of_hotline = ("mailbox/fetching.py", "inquiries/commands/escalate.py")
    of_all = ("services/chassis/process/telemetry.py", *(f"services/hotline/{each}" for each in of_hotline))
    of_intake = "services/intake/attachments/commands/scan_files.py"
    sources = (*of_all, of_intake, *(f"services/metrics/{each}" for each in of_metrics))
    telemetry = "".join((ROOT / source).read_text("utf-8") for source in sources)
    # `up` is Prometheus's own.
    known = set(re.findall(r'\(\s*"(\w+)"', telemetry)) | {"up"}
    operations = (ROOT / "docs/operations.md").read_text("utf-8")

    for rule in (rule for group in rules["groups"] for rule in group["rules"]):
        named = set(
            re.findall(
                r"\b(?:up\b|(?:relay|outbox|inbox|http|sse|pool|background|counters|checkpoints|mailbox|escalation|sealed|attachments)_\w+)",
                rule["expr"],
            )
        )
        assert named
        assert {re.sub("_(bucket|count|sum)$", "", name) for name in named} <= known
        assert rule["alert"] in operations
    assert REQUESTS._name in known


def test_prometheus_asks_every_process() -> None:
    config = yaml.safe_load((ROOT / "deploy/prometheus/prometheus.yaml").read_text("utf-8"))
    (job,) = config["scrape_configs"]

    assert job["job_name"] == "dialogue"
    assert job["static_configs"][0]["targets"] == [f"{service}-{kind}:8000" for service, kind in PROCESSES]
