"""`darkroom new`: what it writes builds, answers and is refused where it must be."""

import json
import os
import shutil
import subprocess
import zipfile

import pytest

from conftest import CFN_LINT, DARKROOM, ROOT, environment

FILES = {
    ".gitignore", "Events/hello.expected.json", "Events/hello.json", "Makefile", "Package.resolved", "Package.swift",
    "README.md", "Sources/greeter/main.swift", "template.json"}


def new(directory, *arguments):
    return subprocess.run(
        [DARKROOM, "new", *arguments], cwd=directory, env=environment(), text=True, capture_output=True, timeout=60)


def files(directory):
    return {str(path.relative_to(directory)) for path in directory.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    directory = tmp_path_factory.mktemp("new")
    written = new(directory, "greeter", "--package", str(ROOT))
    assert written.returncode == 0, written.stderr
    return directory / "greeter"


def test_it_writes_a_whole_project(project):
    assert files(project) == FILES
    assert len((project / "Sources/greeter/main.swift").read_text().strip().splitlines()) <= 14


def test_the_template_is_one_that_aws_takes(project):
    linted = subprocess.run(
        [CFN_LINT, str(project / "template.json")], env=environment(), text=True, capture_output=True, timeout=60)
    assert linted.returncode == 0, linted.stdout


def test_the_function_builds_offline_and_answers(project):
    # Only what the function itself needs is compiled. Nothing is fetched that the package's own build has not fetched.
    built = subprocess.run(["swift", "build"], cwd=project, text=True, capture_output=True, timeout=900)
    assert built.returncode == 0, built.stdout + built.stderr
    assert "NIOCore" not in built.stdout
    tested = subprocess.run(
        ["make", "test", f"DARKROOM={DARKROOM}"], cwd=project, env=environment(), text=True, capture_output=True,
        timeout=300)
    assert tested.returncode == 0, tested.stdout + tested.stderr
    assert "1 events, 1 with expectations, 0 not as expected" in tested.stdout
    invoked = subprocess.run(
        [DARKROOM, "invoke", "greeter", "--event", "Events/hello.json", "--ephemeral"], cwd=project, env=environment(),
        text=True, capture_output=True, timeout=60)
    assert json.loads(json.loads(invoked.stdout)["body"]) == {"greeting": "Good day, Ada."}
    assert "somebody says hello" in invoked.stderr


def test_the_function_is_packaged(project, tmp_path):
    libcurl = ROOT / ".build-static" / "libcurl"
    if not (libcurl / "complete").exists():
        pytest.skip("libcurl's static archive is missing, and making it takes the network: 'make package' makes it")
    shutil.copytree(libcurl, project / ".build-static" / "libcurl")
    packaged = subprocess.run(
        ["make", "package"], cwd=project, env=environment(), text=True, capture_output=True, timeout=900)
    assert packaged.returncode == 0, packaged.stdout + packaged.stderr
    assert "Building libcurl" not in packaged.stdout
    package = zipfile.ZipFile(project / "dist" / "greeter.zip")
    assert package.namelist() == ["bootstrap"]
    program = package.extract("bootstrap", tmp_path)
    os.chmod(program, 0o755)
    linked = subprocess.run(["readelf", "-lW", program], capture_output=True, text=True, check=True).stdout
    assert "LOAD" in linked and "INTERP" not in linked
    template = json.loads((project / "template.json").read_text())
    template["Metadata"]["Darkroom"]["Bootstrap"] = program
    (tmp_path / "template.json").write_text(json.dumps(template))
    invoked = subprocess.run(
        [DARKROOM, "invoke", "greeter", "--event", project / "Events" / "hello.json", "--ephemeral"], cwd=tmp_path,
        env=environment(), text=True, capture_output=True, timeout=60)
    assert json.loads(json.loads(invoked.stdout)["body"]) == {"greeting": "Good day, Ada."}


def test_nothing_is_overwritten(tmp_path):
    (tmp_path / "greeter").mkdir()
    refused = new(tmp_path, "greeter", "--package", str(ROOT))
    assert refused.returncode == 1
    assert "greeter exists already, and is left as it is" in refused.stderr
    assert files(tmp_path) == set()


@pytest.mark.parametrize("name", [
    "", "1st", "-x", "two words", "a/b", "..", "a--b", "a-", "ümlaut", "x" * 65, "bootstrap", "LambdaRuntime", "Swift"])
def test_names_that_cannot_be(tmp_path, name):
    refused = new(tmp_path, "--package", str(ROOT), "--", name)
    assert refused.returncode == 1
    assert f"'{name}' cannot be a project's name" in refused.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_package_that_is_none(tmp_path):
    refused = new(tmp_path, "greeter", "--package", str(tmp_path))
    assert refused.returncode == 1 and "There is no Package.swift" in refused.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("url", ["https://git.example.com/team/darkroom.git", "git@git.example.com:team/darkroom.git"])
def test_a_package_by_its_url(tmp_path, url):
    assert new(tmp_path, "order-mail", "--package", url).returncode == 0
    manifest = (tmp_path / "order-mail/Package.swift").read_text()
    assert f'.package(url: "{url}", branch: "main")' in manifest
    assert manifest.count('package: "darkroom"') == 2
    described = subprocess.run(
        ["swift", "package", "dump-package"], cwd=tmp_path / "order-mail", text=True, capture_output=True, timeout=60)
    assert json.loads(described.stdout)["name"] == "order-mail"
    template = json.loads((tmp_path / "order-mail/template.json").read_text())
    assert list(template["Resources"]) == ["OrderMail"]
