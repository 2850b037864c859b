"""Pictures."""

from io import BytesIO

from PIL import Image


def picture(width: int = 4, height: int = 4, kind: str = "PNG") -> bytes:
    """Return a red picture."""
    out = BytesIO()
    Image.new("RGB", (width, height), "red").save(out, kind)
    return out.getvalue()
