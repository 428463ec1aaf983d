"""Pictures and models that are not what they should be, through boto3: exact errors, bounded memory, a cloud unharmed."""

import io
import json
import pathlib
import shutil
import struct
import zlib

import pytest
from botocore.exceptions import ClientError
from PIL import Image

from conftest import ROOT, Cloud
from test_pictures import png_claiming
from test_rekognition import MODELS, with_models

PICTURES = ROOT / "Tests" / "RecognitionTests" / "Pictures"
PHOTOGRAPH = (ROOT / "Tests" / "RecognitionTests" / "Pages" / "sign-chelsea-0.jpg").read_bytes()
# What the process may have at its peak, in KB, with all models loaded, in a debug build as well: that a picture of 10,000 x
# 10,000 is never held whole, which would be 300 MB more for each.
MOST_MEMORY = 700_000


def photograph(mode="RGB"):
    return Image.open(io.BytesIO(PHOTOGRAPH)).convert(mode)


def saved(image, form, **options):
    stream = io.BytesIO()
    image.save(stream, form, **options)
    return stream.getvalue()


def with_alpha():
    image = photograph("RGBA")
    image.putalpha(Image.linear_gradient("L").resize(image.size).point(lambda shade: 128 + shade // 2))
    return saved(image, "PNG")


def sixteen_bit():
    """Pillow writes no PNG of three colours with 16 bits each."""
    image = photograph()
    rows = b"".join(
        b"\0" + b"".join(bytes([sample, sample]) for sample in image.crop((0, y, image.width, y + 1)).tobytes())
        for y in range(image.height))

    def chunk(name, content):
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", image.width, image.height, 16, 2, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def animated(form):
    return saved(photograph(), form, save_all=True, append_images=[Image.new("RGB", photograph().size)], duration=100)


FORMAT = ("InvalidImageFormatException", "Request has invalid image format")
SMALL = ("InvalidParameterException", "Request has invalid parameters")


def too_large(width, height):
    return "ImageTooLargeException", (
        f"Input image dimensions {width} x {height} exceed maximum dimension size of 10000 pixels")


# Each with the error that it gets; or None, where it is a picture of a cat all the same, or of nothing.
CASES = {
    "not an image": (b"These are words, and no picture. " * 50, FORMAT),
    "nothing but a signature": (b"\x89PNG\r\n\x1a\n", FORMAT),
    "JPEG cut off": (PHOTOGRAPH[:len(PHOTOGRAPH) // 3], FORMAT),
    "PNG cut off": (saved(photograph(), "PNG")[:100_000], FORMAT),
    "rubbish behind a beginning": (PHOTOGRAPH[:200] + bytes(range(256)) * 40, FORMAT),
    "1 x 1": ((PICTURES / "one-pixel.png").read_bytes(), SMALL),
    "79 high": (saved(Image.new("RGB", (500, 79)), "PNG"), SMALL),
    "20,000 x 20,000": ((PICTURES / "too-large.png").read_bytes(), too_large(20_000, 20_000)),
    "20,000 x 20,000 in the header": (png_claiming(20_000, 20_000), too_large(20_000, 20_000)),
    "10,001 x 80": (png_claiming(10_001, 80), too_large(10_001, 80)),
    "bomb of 10,000 x 10,000": ((PICTURES / "bomb.png").read_bytes(), None),
    "GIF": (saved(photograph(), "GIF"), FORMAT),
    "animated GIF": (animated("GIF"), FORMAT),
    "animated WebP": (animated("WEBP"), FORMAT),
    "animated PNG": (animated("PNG"), "Cat"),
    "CMYK": (saved(photograph("CMYK"), "JPEG"), "Cat"),
    "grey": (saved(photograph("L"), "JPEG"), "Cat"),
    "16-bit": (sixteen_bit(), "Cat"),
    "alpha": (with_alpha(), "Cat"),
    "progressive": (saved(photograph(), "JPEG", progressive=True), "Cat"),
}


def memory(cloud, which):
    """What the cloud's process has, in KB: `VmRSS` now, `VmHWM` at its peak."""
    status = pathlib.Path(f"/proc/{cloud.process.pid}/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith(which)))


@pytest.fixture(scope="module")
def cloud(tmp_path_factory):
    cloud = Cloud(tmp_path_factory.mktemp("cloud"), "--models", MODELS)
    cloud.client("s3").create_bucket(Bucket="pictures")
    yield cloud
    # None of all that has done it harm, or made it grow.
    peak = memory(cloud, "VmHWM")
    assert cloud.stop() == 0
    assert peak <= MOST_MEMORY


@with_models
@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("way", ["bytes", "object"])
def test_pictures_good_and_bad(cloud, name, way):
    content, outcome = CASES[name]
    image = {"Bytes": content}
    if way == "object":
        # The name of an object says nothing of what is in it.
        cloud.client("s3").put_object(Bucket="pictures", Key=f"{name}.jpg", Body=content, ContentType="image/jpeg")
        image = {"S3Object": {"Bucket": "pictures", "Name": f"{name}.jpg"}}
    rekognition = cloud.client("rekognition")
    if isinstance(outcome, tuple):
        for call in (rekognition.detect_labels, rekognition.detect_text):
            with pytest.raises(ClientError) as raised:
                call(Image=image)
            error = raised.value.response["Error"]
            assert (error["Code"], error["Message"]) == outcome
            assert raised.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    else:
        labels = {label["Name"] for label in rekognition.detect_labels(Image=image)["Labels"]}
        lines = [part["DetectedText"] for part in rekognition.detect_text(Image=image)["TextDetections"]
                 if part["Type"] == "LINE"]
        assert outcome is None or (outcome in labels and lines == ["Caution Wet Floor"])
    assert cloud.process.poll() is None


def cut(path):
    path.write_bytes(path.read_bytes()[:-1000])


def spoil(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)


def of_another_version(path):
    path.write_text(json.dumps({**json.loads(path.read_text()), "version": "0"}))


@with_models
@pytest.mark.parametrize("file, harm, said", [
    ("labels.onnx", cut, "is damaged (it has"),
    ("labels.onnx", spoil, "is damaged (its SHA-256 is not the one that manifest.json gives)"),
    ("objects.onnx", pathlib.Path.unlink, "is missing: run `make models`"),
    ("labels.json", spoil, "is damaged"),
    ("libonnxruntime.so", cut, "is damaged (it has"),
    ("manifest.json", of_another_version, "are of version 0, not 1: run `make models`"),
    ("manifest.json", cut, "is damaged (it is no manifest)"),
    ("manifest.json", pathlib.Path.unlink, "There are no models in"),
], ids=lambda value: getattr(value, "__name__", None))
def test_models_that_are_not_as_they_were_made(start, tmp_path, file, harm, said):
    folder = tmp_path / "models"
    folder.mkdir()
    for path in MODELS.iterdir():
        if path.is_file() and path.name != file:
            (folder / path.name).symlink_to(path.resolve())
    shutil.copy(MODELS / file, folder / file)
    harm(folder / file)
    cloud = start("--models", folder)
    rekognition = cloud.client("rekognition")
    with pytest.raises(ClientError) as raised:
        rekognition.detect_labels(Image={"Bytes": PHOTOGRAPH})
    error = raised.value.response["Error"]
    assert error["Code"] == "ResourceNotReadyException"
    assert error["Message"].startswith("This local cloud cannot recognise pictures: ") and said in error["Message"]
    assert str(folder) in error["Message"]
    # Once it is put right, it works: nothing need be started anew.
    (folder / file).unlink(missing_ok=True)
    (folder / file).symlink_to((MODELS / file).resolve())
    labels = rekognition.detect_labels(Image={"Bytes": PHOTOGRAPH})["Labels"]
    assert "Cat" in {label["Name"] for label in labels}
