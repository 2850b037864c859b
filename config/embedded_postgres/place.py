"""Folders and accounts for the embedded server: PostgreSQL refuses to run as root, and sockets want short paths."""

import hashlib
import os
import pwd
import stat
import tempfile
from pathlib import Path
from typing import Any

# The shortest limit of the systems we know (macOS: 104 bytes with the closing zero).
LONGEST_SOCKET_PATH = 103
ACCOUNTS = ("postgres", "nobody")


def account() -> pwd.struct_passwd | None:
    """The account the server runs under: our own, unless we are root."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    return next(names[name] for name in ACCOUNTS if name in names)


def server_account() -> dict[str, Any]:
    """Arguments for ``subprocess.run`` that start a program under that account."""
    entry = account()
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []} if entry else {}


def make_reachable(path: Path) -> None:
    """As root: lets the server's account pass through the folders above ``path``, without letting it list them."""
    if account() is None:
        return
    for folder in (path, *path.parents):
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH:
            folder.chmod(stat.S_IMODE(mode) | stat.S_IXOTH)


def make_for_server(path: Path) -> None:
    """Makes a folder that belongs to the server's account and to nobody else."""
    make_reachable(path.parent)
    path.mkdir(mode=0o700, exist_ok=True)
    if entry := account():
        os.chown(path, entry.pw_uid, entry.pw_gid)


def socket_folder(data: Path) -> Path:
    """The data folder itself; when that path is too long for a socket, a folder of our own among the temporary ones."""
    if len(os.fsencode(data / ".s.PGSQL.5432.lock")) <= LONGEST_SOCKET_PATH:
        return data
    name = hashlib.sha256(os.fsencode(data)).hexdigest()[:12]
    folder = Path(tempfile.gettempdir()) / f"samenspel-{name}"
    make_for_server(folder)
    owner = account()
    if folder.stat().st_uid != (owner.pw_uid if owner else os.geteuid()) or folder.is_symlink():
        raise PermissionError(f"{folder} belongs to somebody else")
    return folder
