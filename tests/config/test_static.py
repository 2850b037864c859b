from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command
from pytest_django import Settings


def test_vendor_file_is_found_in_node_modules() -> None:
    found = finders.find("vendor/bootstrap/css/bootstrap.min.css")

    assert found == str(settings.BASE_DIR / "node_modules/bootstrap/dist/css/bootstrap.min.css")


def test_vendor_file_that_is_not_named_is_not_served() -> None:
    assert finders.find("vendor/bootstrap/css/bootstrap.css") is None
    assert finders.find("vendor/bootstrap/../package.json") is None


def test_collected_files_refer_only_to_files_that_are_there(settings: Settings, tmp_path: Path) -> None:
    """Collect the files: the manifest storage fails on a stylesheet that names a missing picture or font."""
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
    }
    call_command("collectstatic", interactive=False, verbosity=0)

    collected = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    assert {"vendor/bootstrap/css/bootstrap.min.css", "vendor/figtree/wght.css", "staticfiles.json"} <= collected
    assert not {name for name in collected if "bootstrap-grid" in name}
