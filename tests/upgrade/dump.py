"""Dump the demo database of this version: ``python -m tests.upgrade.dump`` when a version is released.

Makes ``databases/<version>.sql.gz`` with the embedded PostgreSQL, in a folder of its own that goes again. The test
beside it upgrades every dump that lies there, from then on. A dump that is released is never made anew.
"""

import gzip
import os
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

from config.embedded_postgres.server import DATABASE, EmbeddedServer, binaries
from tests.processes import ROOT

DATABASES = Path(__file__).with_name("databases")


def version() -> str:
    """Return the version that stands in ``pyproject.toml``."""
    project: dict[str, str] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return project["version"]


def dump(target: Path) -> None:
    """Write the statements that make the demo database of this version, compressed, to ``target``."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as var:
        environment = {**os.environ, "SAMENSPEL_VAR": var, "DJANGO_SETTINGS_MODULE": "config.settings.dev"}
        server = EmbeddedServer(Path(var) / "postgres")
        address = server.attach()
        try:
            for command in (["migrate", "--noinput"], ["seed_demo", "--seed", "1"]):
                subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=environment, check=True)
            place = ["--host", address.host, "--port", address.port, "--username", address.user]
            how = ["--inserts", "--rows-per-insert=200", "--no-owner", "--no-privileges", DATABASE]
            program = str(binaries() / "pg_dump")
            text = subprocess.run([program, *place, *how], capture_output=True, text=True, check=True).stdout
        finally:
            server.detach()
    # What only psql understands, and a setting that servers before PostgreSQL 17 do not know.
    left_out = ("\\", "--", "SET transaction_timeout")
    lines = [line for line in text.splitlines() if line and not line.startswith(left_out)]
    with gzip.GzipFile(target, "wb", mtime=0) as file:
        file.write("\n".join(lines).encode())


if __name__ == "__main__":
    DATABASES.mkdir(exist_ok=True)
    path = DATABASES / f"{version()}.sql.gz"
    dump(path)
    print(f"{path.relative_to(ROOT)}: {path.stat().st_size // 1000} kB")
