"""`darkroom recognize` on the command line, on pictures that Pillow makes and reads."""

import json
import os
import pathlib
import subprocess

import pytest
from PIL import Image

from conftest import DARKROOM, ROOT
from test_pictures import png_claiming

MODELS = pathlib.Path(os.environ.get("DARKROOM_MODELS") or ROOT / ".models")
needs_models = pytest.mark.skipif(not (MODELS / "manifest.json").exists(), reason="the models are missing: make models")


def recognize(*arguments, models=MODELS):
    return subprocess.run([DARKROOM, "recognize", *map(str, arguments)], capture_output=True, text=True,
                          env={**os.environ, "DARKROOM_MODELS": str(models)})


@pytest.fixture
def picture(tmp_path):
    path = tmp_path / "picture.jpg"
    image = Image.new("RGB", (200, 120), (30, 60, 200))
    image.paste((220, 20, 30), (50, 30, 150, 90))
    image.save(path, quality=95)
    return path


@needs_models
def test_results_as_json(picture):
    done = recognize(picture, "--json")
    assert done.returncode == 0, done.stderr
    (result,) = json.loads(done.stdout)
    assert (result["width"], result["height"]) == (200, 120)
    assert isinstance(result["labels"], list) and isinstance(result["text"], list)
    assert [color["simple"] for color in result["properties"]["whole"]["colors"][:2]] == ["blue", "red"]


@needs_models
def test_results_for_people_and_a_drawing(picture, tmp_path):
    done = recognize(picture, "--labels", "--draw", tmp_path / "drawn.png")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"{picture}  200 x 120\n") and "colours:" in done.stdout
    assert Image.open(tmp_path / "drawn.png").size == (200, 120)


@needs_models
def test_one_bad_file_does_not_hide_the_others(picture, tmp_path):
    bad = tmp_path / "bad.jpg"
    bad.write_bytes(picture.read_bytes()[:300])
    done = recognize(bad, tmp_path / "none.jpg", picture, "--labels", "--json")
    assert done.returncode == 1
    results = json.loads(done.stdout)
    assert "damaged" in results[0]["error"] and "no such file" in results[1]["error"]
    assert results[2]["width"] == 200


def test_without_models_it_says_what_to_do(picture, tmp_path):
    done = recognize(picture, models=tmp_path)
    assert done.returncode == 1 and "make models" in done.stderr and done.stdout == ""


def test_without_models_it_says_so_once(picture, tmp_path):
    done = recognize(picture, picture, picture, models=tmp_path)
    assert done.returncode == 1 and done.stderr.count("\n") == 1


@pytest.mark.parametrize("make, said", [
    (lambda path: path.mkdir(), "This is a folder: name the pictures in it."),
    (lambda path: None, "There is no such file."),
    (lambda path: path.write_text("words"), "This is not a picture in the JPEG, PNG, GIF or WebP format."),
    (lambda path: path.write_bytes(b""), "This is not a picture in the JPEG, PNG, GIF or WebP format."),
    (lambda path: path.write_bytes(png_claiming(20_000, 20_000)),
     "The picture has 20000 x 20000 pixels; at most 10000 on a side and 100 million are read."),
], ids=["folder", "missing", "text", "empty", "huge"])
def test_what_is_no_picture_is_told_in_a_sentence(tmp_path, make, said):
    path = tmp_path / "it.jpg"
    make(path)
    done = recognize(path)
    assert (done.returncode, done.stdout, done.stderr) == (1, "", f"{path}: {said}\n")


@needs_models
def test_a_picture_may_come_through_a_pipe(picture):
    done = subprocess.run(
        [DARKROOM, "recognize", "/dev/stdin", "--labels"], input=picture.read_bytes(),
        capture_output=True, env={**os.environ, "DARKROOM_MODELS": str(MODELS)})
    assert done.returncode == 0 and b"200 x 120" in done.stdout, done.stderr


@needs_models
def test_drawings_that_cannot_be_written(picture, tmp_path):
    done = recognize(picture, "--labels", "--draw", tmp_path / "none" / "x.png")
    assert done.returncode == 1 and done.stderr.endswith("x.png cannot be written: No such file or directory.\n")
    before = picture.read_bytes()
    done = recognize(picture, "--draw", picture)
    assert done.returncode == 64 and "overwrite" in done.stderr and picture.read_bytes() == before


def test_one_drawing_for_one_picture(picture):
    done = recognize(picture, picture, "--draw", "x.png")
    assert done.returncode == 64 and "one picture" in done.stderr
