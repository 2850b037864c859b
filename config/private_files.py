"""Open files and folders that only our own account reads, without following links that others planted."""

import os
import stat
from pathlib import Path
from typing import IO

FOLDER_MODE = 0o700
FILE_MODE = 0o600


def private_folder(folder: Path) -> Path:
    """Make a folder for our own account alone, and those above it where they are missing; return it.

    One that is there is made private. Raises PermissionError for one of another account and NotADirectoryError for a
    link. As root a passage for others stays: the embedded PostgreSQL runs under an account of its own.
    """
    missing = [path for path in (folder, *folder.parents) if not os.path.lexists(path)]
    for path in reversed(missing):
        path.mkdir(mode=FOLDER_MODE, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode):
        raise NotADirectoryError(20, "Not a directory", str(folder))
    if found.st_uid != os.geteuid():
        raise PermissionError(13, "It belongs to another account", str(folder))
    passage = stat.S_IXOTH if os.geteuid() == 0 else 0
    wanted = stat.S_IMODE(found.st_mode) & (FOLDER_MODE | passage) | FOLDER_MODE
    if stat.S_IMODE(found.st_mode) != wanted:
        folder.chmod(wanted)
    return folder


def open_private(path: Path, mode: str = "w", **options: str) -> IO[str]:
    """Open a text file that only our own account reads; raise OSError for a link and for a file of another account."""
    flags = {"w": os.O_WRONLY | os.O_CREAT | os.O_TRUNC, "a": os.O_WRONLY | os.O_CREAT | os.O_APPEND}
    flags["a+"] = os.O_RDWR | os.O_CREAT | os.O_APPEND
    # Emptied only after its owner was checked.
    descriptor = os.open(path, flags[mode] & ~os.O_TRUNC | os.O_NOFOLLOW, FILE_MODE)
    try:
        if os.fstat(descriptor).st_uid != os.geteuid():
            raise PermissionError(13, "It belongs to another account", str(path))
        os.fchmod(descriptor, FILE_MODE)
        if flags[mode] & os.O_TRUNC:
            os.ftruncate(descriptor, 0)
        return os.fdopen(descriptor, mode, **options)  # type: ignore[call-overload,no-any-return]
    except BaseException:
        os.close(descriptor)
        raise


def write_private(path: Path, data: bytes) -> None:
    """Write a new file that only our own account reads; raise FileExistsError where anything has that name."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, FILE_MODE)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
