"""Folders and accounts for the embedded server: PostgreSQL refuses to run as root, and sockets need short paths."""

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
    """Return the account that the server runs under; None when it is our own, which is so unless we are root."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    return next(names[name] for name in ACCOUNTS if name in names)


def server_account() -> dict[str, Any]:
    """Return arguments for ``subprocess.run`` that start a program under that account."""
    entry = account()
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []} if entry else {}


def make_reachable(path: Path) -> None:
    """Let the server's account pass through the folders above ``path``, without listing them; needed as root only."""
    if account() is None:
        return
    for folder in (path, *path.parents):
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH:
            folder.chmod(stat.S_IMODE(mode) | stat.S_IXOTH)


def make_for_server(path: Path) -> None:
    """Make a folder that belongs to the server's account, closed to all others."""
    make_reachable(path.parent)
    path.mkdir(mode=0o700, exist_ok=True)
    if entry := account():
        os.chown(path, entry.pw_uid, entry.pw_gid, follow_symlinks=False)


def socket_folder(data: Path) -> Path:
    """Return the data folder, or a temporary folder of our own when that path cannot hold a socket.

    It is too long, or has a comma, by which PostgreSQL and its clients separate several folders.

    Raises PermissionError when another account has made that temporary folder.
    """
    if len(os.fsencode(data / ".s.PGSQL.5432.lock")) <= LONGEST_SOCKET_PATH and "," not in str(data):
        return data
    name = hashlib.sha256(os.fsencode(data)).hexdigest()[:12]
    folder = Path(tempfile.gettempdir()) / f"samenspel-{name}"
    entry = account()
    owner = entry.pw_uid if entry else os.geteuid()
    # Another account may have made a file of that name: it is inspected, never changed.
    if not os.path.lexists(folder):
        make_for_server(folder)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner or stat.S_IMODE(found.st_mode) != 0o700:
        raise PermissionError(f"{folder} belongs to somebody else")
    return folder
