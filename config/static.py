import fnmatch
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.checks import CheckMessage
from django.core.files.storage import FileSystemStorage


class VendorFinder(BaseFinder):
    """Static file finder for the files of node_modules that ``settings.VENDOR_FILES`` names, and no others."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.storages = {}
        for prefix, (folder, _) in settings.VENDOR_FILES.items():
            storage = FileSystemStorage(location=settings.BASE_DIR / "node_modules" / folder)
            storage.prefix = prefix  # type: ignore[attr-defined]  # collectstatic reads it
            self.storages[prefix] = storage

    def check(self, **kwargs: Any) -> list[CheckMessage]:
        return []

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, FileSystemStorage]]:
        for prefix, storage in self.storages.items():
            root = Path(storage.location)
            for pattern in settings.VENDOR_FILES[prefix][1]:
                for path in sorted(root.glob(pattern)):
                    yield str(path.relative_to(root)), storage

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        for prefix, storage in self.storages.items():
            name = path.removeprefix(f"{prefix}/")
            patterns = settings.VENDOR_FILES[prefix][1]
            if name != path and any(fnmatch.fnmatch(name, p) for p in patterns) and storage.exists(name):
                return [storage.path(name)] if find_all else storage.path(name)
        return []
