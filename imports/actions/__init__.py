"""Everything that an import changes, by step."""

from imports.actions.importing import confirm_import, import_organisations, run_import
from imports.actions.previews import check_import, map_import, repair_import
from imports.actions.undoing import run_undo, undo_import
from imports.actions.uploads import cancel_import, fail_import, read_import, upload_import

__all__ = [
    "cancel_import",
    "check_import",
    "confirm_import",
    "fail_import",
    "import_organisations",
    "map_import",
    "read_import",
    "repair_import",
    "run_import",
    "run_undo",
    "undo_import",
    "upload_import",
]
