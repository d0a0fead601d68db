"""Images of strangers, drawn anew: what is seen stays, and nothing that was hidden in the file."""

import io
import struct
from collections.abc import Mapping

from PIL import Image, ImageCms, ImageOps, PngImagePlugin

from services.chassis.errors import Invalid

PIXELS_MOST = 50_000_000
"""Of an image: the largest cameras of telephones take as many."""

QUALITY = 90
"""Of a JPEG or WebP that is drawn anew: no difference is seen."""

FORMATS: Mapping[str, str] = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}

SRGB = ImageCms.createProfile("sRGB")


def drawn_anew(media_type: str, body: bytes) -> bytes:
    """The same image without metadata (where and by which camera it was taken), upright, in sRGB.

    Raises Invalid.
    """
    format_ = FORMATS[media_type]
    Image.MAX_IMAGE_PIXELS = PIXELS_MOST
    PngImagePlugin.MAX_TEXT_MEMORY = 1_000_000
    try:
        # Opened by this one reader: no other of the library's is exposed to strangers.
        with Image.open(io.BytesIO(body), formats=[format_]) as given:
            return _drawn(given, format_)
    except Invalid:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError) as error:
        raise Invalid("attachment-image-large", field="file") from error
    except Exception as error:
        # Readers raise anything at all on bytes that were meant to break them.
        raise Invalid("attachment-image-broken", field="file") from error


def _drawn(given: Image.Image, format_: str) -> bytes:
    if given.width * given.height > PIXELS_MOST:
        raise Invalid("attachment-image-large", field="file")
    # A JPEG with several images is a camera's, the first of them the one that was taken.
    if format_ != "JPEG" and getattr(given, "is_animated", False):
        raise Invalid("attachment-image-animated", field="file")
    profile = given.info.get("icc_profile")
    image = _in_srgb(_of_eight_bits(_upright(given)), profile)
    if format_ == "JPEG" and image.mode not in ("L", "RGB"):
        image = image.convert("RGB")
    # Comments, profiles and whatever else the reader has found beside the pixels.
    image.info = {}
    saved = io.BytesIO()
    image.save(saved, format_, **({} if format_ == "PNG" else {"quality": QUALITY}))
    return saved.getvalue()


def _upright(given: Image.Image) -> Image.Image:
    """A copy, turned as the camera says that it was held."""
    try:
        return ImageOps.exif_transpose(given)
    except (struct.error, ValueError, TypeError, KeyError, SyntaxError):
        # Many cameras write that badly; the image itself may be fine.
        return given.copy()


def _of_eight_bits(image: Image.Image) -> Image.Image:
    """In one of the modes that each of the formats can hold, or CMYK."""
    if image.mode.startswith("I"):
        # Sixteen bits of grey: the upper eight of them are seen.
        return image.convert("I").point(lambda grey: grey / 256).convert("L")
    if image.mode in ("L", "RGB", "RGBA", "CMYK"):
        return image
    if image.mode in ("1", "F"):
        return image.convert("L")
    clear = image.mode in ("LA", "PA", "La", "RGBa") or "transparency" in image.info
    return image.convert("RGBA" if clear else "RGB")


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """The colours as they are meant, without the profile that says so."""
    if profile and image.mode in ("RGB", "RGBA", "CMYK"):
        try:
            own, mode = ImageCms.ImageCmsProfile(io.BytesIO(profile)), image.mode
            target = "RGB" if mode == "CMYK" else mode
            turned = ImageCms.profileToProfile(image, own, SRGB, outputMode=target)
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            turned = None
        if turned is not None:
            return turned
    return image.convert("RGB") if image.mode == "CMYK" else image
