"""A real S3-compatible server, S3Proxy, that keeps its buckets below a folder."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.local.home import ROOT, is_free
from deploy.local.kafka import fetch_jars
from deploy.local.waiting import until
from tests.databases import free_port

LIBS = ROOT / ".local" / "s3" / "libs"
BUCKET, IDENTITY, SECRET = "scans", "identity", "credential"


@contextmanager
def server(folder: Path) -> Iterator[dict[str, str]]:
    """The environment by which a process reaches its bucket; its files lie in `folder/scans`."""
    fetch_jars(LIBS, Path(__file__).with_name("pom.xml"))
    port, configuration = free_port(), folder / "s3proxy.properties"
    (folder / BUCKET).mkdir()
    configuration.write_text(
        f"""\
s3proxy.endpoint=http://127.0.0.1:{port}
s3proxy.authorization=aws-v2-or-v4
s3proxy.identity={IDENTITY}
s3proxy.credential={SECRET}
jclouds.provider=filesystem-nio2
jclouds.identity=nobody
jclouds.credential=nothing
jclouds.filesystem.basedir={folder}
""",
        "utf-8",
    )
    words = ["-Xmx128m", "-cp", f"{LIBS}/*", "org.gaul.s3proxy.Main", "--properties", str(configuration)]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(["java", *words], stdout=log, stderr=log, stdin=subprocess.DEVNULL)
    try:
        until(lambda: not is_free(port), 60, AssertionError(f"S3Proxy does not listen: {folder / 'log'}"))
        yield {
            "AWS_ENDPOINT": f"http://127.0.0.1:{port}",
            "AWS_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": IDENTITY,
            "AWS_SECRET_ACCESS_KEY": SECRET,
        }
    finally:
        process.kill()
        process.wait()
