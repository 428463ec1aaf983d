"""What `make package` makes: what is in it, and that it runs where there is nothing else."""

import json
import os
import pathlib
import re
import shutil
import stat
import subprocess
import sys
import zipfile

import pytest

from conftest import BUILD, ROOT

PACKAGE = ROOT / "dist" / "bootstrap.zip"
# The modules that functions are made of, by the folders of their object files.
FUNCTION_SIDE = [
    "AWSClient", "AWSSigning", "CivilCalendar", "Digests", "JSONValue", "LambdaEvents", "LambdaRuntime", "Pictures",
    "PictureFunctions", "URLEncoding", "bootstrap"]
UNWANTED = re.compile(r"(?P<library>_StringProcessing|_RegexParser|FoundationEssentials|Foundation)")


@pytest.mark.parametrize("module", FUNCTION_SIDE)
def test_no_large_library_is_called(module):
    # One call suffices to link it whole: `text.contains("…")` brings the library of regular expressions, 1.3 MB.
    # By the sources that there are: a build folder keeps the objects of those that were removed.
    sources = ROOT / ("Functions" if module == "PictureFunctions" else f"Sources/{module}")
    objects = [BUILD / f"{module}.build" / f"{source.name}.o" for source in sources.rglob("*.swift")]
    assert objects
    listed = subprocess.run(["nm", "-uA", *objects], capture_output=True, text=True, check=True).stdout
    called = {(line.split(":")[0].rsplit("/", 1)[1], found["library"])
              for line in listed.splitlines() for found in UNWANTED.finditer(line.split()[-1])}
    assert called == set()


@pytest.fixture(scope="module")
def package():
    if not PACKAGE.exists():
        pytest.skip(f"there is no package: make one with 'make package' ({PACKAGE})")
    return PACKAGE


@pytest.fixture(scope="module")
def program(package, tmp_path_factory):
    path = pathlib.Path(zipfile.ZipFile(package).extract("bootstrap", tmp_path_factory.mktemp("package")))
    path.chmod(0o755)
    return path


def test_it_holds_one_program_that_may_be_run(package):
    entries = zipfile.ZipFile(package).infolist()
    assert [entry.filename for entry in entries] == ["bootstrap"]
    assert stat.S_IMODE(entries[0].external_attr >> 16) == 0o755
    assert entries[0].date_time == (1980, 1, 1, 0, 0, 0)
    assert package.stat().st_size < 8_000_000 and entries[0].file_size < 20_000_000


def test_the_program_needs_no_loader_and_no_library(program):
    listed = subprocess.run(["readelf", "-lW", program], capture_output=True, text=True, check=True).stdout
    assert "LOAD" in listed
    assert "INTERP" not in listed and "DYNAMIC" not in listed


@pytest.fixture(scope="module")
def namespaces():
    """The command that gives a process a network and mounts of its own."""
    command = ["unshare", "--mount", "--net"] + ([] if os.geteuid() == 0 else ["--user", "--map-root-user"])
    if not sys.platform.startswith("linux") or not shutil.which("unshare"):
        pytest.skip("namespaces are Linux's own, and 'unshare' makes them")
    tried = subprocess.run([*command, "true"], capture_output=True, text=True)
    if tried.returncode:
        pytest.skip(f"no namespaces of its own for a test here: {tried.stderr.strip()}")
    return command


@pytest.fixture(scope="module")
def alone(program, namespaces, tmp_path_factory):
    """What came of the program in an empty root."""
    script = pathlib.Path(__file__).with_name("empty_root.py")
    event = ROOT / "Events" / "accounts-login-wrong.json"
    done = subprocess.run(
        [*namespaces, sys.executable, script, program, event, tmp_path_factory.mktemp("empty")], capture_output=True,
        text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_it_serves_in_an_empty_root(alone):
    event = (ROOT / "Events" / "accounts-login-wrong.json").read_text()
    assert [answer["call"] for answer in alone["echo"]] == ["response"] * 3
    assert [answer["body"] for answer in alone["echo"]] == [event, "[]", '"' + "x" * 1_000_000 + '"']
    assert alone["files"] == ["etc/pki/tls/certs/ca-bundle.crt", "etc/resolv.conf", "var/task/bootstrap"]


def status(answers):
    assert [answer["call"] for answer in answers] == ["response"]
    return json.loads(answers[0]["body"])["statusCode"]


def test_it_resolves_names_and_speaks_tls_there(alone):
    host = "dynamodb.eu-west-1.amazonaws.com"
    assert status(alone["trusted"]) == 401
    assert {tuple(call) for call in alone["calls"]} == {
        (host, "DynamoDB_20120810.UpdateItem"), (host, "DynamoDB_20120810.GetItem")}
    assert set(alone["names"]) == set(alone["asked"]) == {host}


def test_it_trusts_only_the_certificates_that_are_there(alone):
    assert status(alone["untrusted"]) >= 500
    assert alone["calls_untrusted"] == []


def test_a_name_that_nobody_knows_is_an_answer_too(alone):
    assert status(alone["unresolved"]) >= 500
    assert alone["calls_unresolved"] == []
