"""Docs/DEPLOY.md leads from an account to a running service: its commands are ones that the AWS CLI takes."""

import json
import re
import shlex
import socket
import subprocess

import pytest

from conftest import ROOT, environment, version_2_of_the_cli

DOCUMENT = (ROOT / "Docs" / "DEPLOY.md").read_text()
# What version 2 of the CLI has, and version 1, which the tests have, does not.
IN_VERSION_2 = {"logs tail": None, "--cli-binary-format": "raw-in-base64-out"}


def commands():
    """Every command that begins with `aws`, in blocks and in sentences, as words."""
    blocks = re.sub(r" *\\\n +", " ", DOCUMENT)
    found = re.findall(r"^    (aws .*)$", blocks, re.MULTILINE)
    found += [" ".join(sentence.split()) for sentence in re.findall(r"`(aws [^`]+)`", DOCUMENT)]
    return [shlex.split(command.replace("…", "x"), comments=True)[1:] for command in found]


def test_the_document_holds_the_whole_way():
    verbs = {" ".join(words[:2]) for words in commands()}
    assert {"s3 mb", "cloudformation package", "cloudformation deploy", "cloudformation describe-stacks", "lambda invoke",
            "cloudformation delete-stack"} <= verbs


@pytest.fixture(scope="module")
def nowhere():
    """An address of this machine where nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The folder of the package as it is once the zip is uploaded: with the template as `package` writes it."""
    folder = tmp_path_factory.mktemp("deployment")
    template = json.loads((ROOT / "template.json").read_text())
    (folder / "template.json").write_text(json.dumps(template))
    (folder / "dist").mkdir()
    (folder / "dist" / "bootstrap.zip").write_bytes(b"PK\x05\x06" + bytes(18))
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = f"s3://BUCKET/{'0' * 32}"
    # As wide as the CLI writes it: templates of more than 51,200 bytes have to go by way of a bucket.
    (folder / "dist" / "template.json").write_text(json.dumps(template, indent=4))
    return folder


@pytest.mark.parametrize("words", commands(), ids=lambda words: " ".join(words[:2]))
def test_the_cli_takes_the_command(words, nowhere, folder):
    aws = "aws"
    if " ".join(words[:2]) in IN_VERSION_2:
        aws = version_2_of_the_cli() or pytest.skip("in version 2 of the CLI alone, which is not installed")
    for option, value in IN_VERSION_2.items():
        if option in words:
            at = words.index(option)
            assert words[at + 1] == value
            words = words[:at] + words[at + 2:]
    # What is in order goes as far as the network, and finds nobody there.
    done = subprocess.run(
        [aws, *words], cwd=folder, text=True, capture_output=True, timeout=60,
        env=environment(AWS_ENDPOINT_URL=nowhere, AWS_MAX_ATTEMPTS="1", SECRET="s" * 32, CODE="c" * 16))
    assert done.returncode != 0
    assert re.search("Could not connect to the endpoint URL|Unable to delete all objects", done.stderr), done.stderr


def test_parameters_are_those_of_the_template():
    declared = json.loads((ROOT / "template.json").read_text())["Parameters"]
    (deploy,) = [words for words in commands() if words[:2] == ["cloudformation", "deploy"]]
    given = {word.split("=")[0] for word in deploy[deploy.index("--parameter-overrides") + 1:]}
    assert given <= set(declared)
    # The defaults of secrets are public.
    assert {name for name, parameter in declared.items() if parameter.get("NoEcho")} <= given
