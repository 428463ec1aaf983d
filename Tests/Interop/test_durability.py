"""What was acknowledged is there after `kill -9`, and starting over is refused where it would do harm."""

import concurrent.futures
import io
import os
import pathlib
import shutil
import sqlite3
import subprocess
import threading

import pytest
import requests
from PIL import Image

from conftest import DARKROOM, environment
from test_pictures import Person


def numbered_picture(number):
    stream = io.BytesIO()
    Image.new("RGB", (100, 60), (number % 256, number // 256 % 256, 77)).save(stream, "PNG")
    return stream.getvalue()


def test_no_acknowledged_upload_is_lost_by_kill_9(start):
    acknowledged, number = {}, 0
    cloud = start()
    person = Person(cloud, "ada")
    for _ in range(3):
        stop = threading.Event()

        def upload(first):
            stored, current = {}, first
            while not stop.is_set():
                content = numbered_picture(current)
                try:
                    if person.call("PUT", f"/pictures/p{current}", data=content, timeout=30).status_code in (200, 201):
                        stored[f"p{current}"] = content
                except requests.RequestException:
                    break
                current += 4
            return stored

        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            uploads = [pool.submit(upload, number + offset) for offset in range(4)]
            enough = cloud.wait_for_log(lambda entry: entry.get("path", "").startswith(f"/pictures/p{number + 40}"))
            assert enough, "the uploads did not get going"
            cloud.kill()
            stop.set()
            for done in uploads:
                acknowledged.update(done.result())
        number += 100_000
        cloud = start(data=cloud.data)
        person.cloud = cloud
        for key, content in acknowledged.items():
            answer = person.call("GET", f"/pictures/{key}")
            assert answer.status_code == 200 and answer.content == content, key
    assert len(acknowledged) > 20


def test_functions_do_not_outlive_a_killed_cloud(start):
    cloud = start()
    requests.get(cloud.gateway + "/openapi.json")
    children = subprocess.run(
        ["pgrep", "-P", str(cloud.process.pid)], capture_output=True, text=True).stdout.split()
    assert children
    cloud.kill()
    for child in children:
        # A process that is gone cannot be waited for any more; the kernel ends these with their parent.
        subprocess.run(["tail", f"--pid={child}", "-f", "/dev/null"], timeout=20, check=True)


def test_an_interrupted_cloud_leaves_nothing_running(start):
    cloud = start()
    requests.get(cloud.gateway + "/openapi.json")
    children = subprocess.run(
        ["pgrep", "-P", str(cloud.process.pid)], capture_output=True, text=True).stdout.split()
    assert children and cloud.stop() == 0
    assert not any(pathlib.Path(f"/proc/{child}").exists() for child in children)
    assert not (cloud.data / "cloud.json").exists()


def refused(cloud, *arguments):
    """Standard error of a start that must fail."""
    command = [str(DARKROOM), "up", "--template", str(cloud.template), *map(str, arguments)]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, timeout=60)
    assert done.returncode == 1, done.stderr
    return done.stderr


def test_a_data_directory_serves_one_cloud(start):
    cloud = start()
    message = refused(cloud, "--data", cloud.data, "--port", 0, "--gateway-port", 0)
    assert f"process {cloud.process.pid}" in message and "--data" in message


def test_a_taken_port_is_said_so(start, tmp_path):
    cloud = start()
    port = cloud.edge.rsplit(":", 1)[1]
    message = refused(cloud, "--data", tmp_path / "other", "--port", port, "--gateway-port", 0)
    assert f"Port {port}" in message and "another" in message


def test_a_newer_store_is_refused_and_left_as_it_is(start, tmp_path):
    cloud = start()
    cloud.stop()
    database = sqlite3.connect(cloud.data / "s3.sqlite")
    database.execute("INSERT INTO grdb_migrations VALUES ('from the future')")
    database.commit()
    database.close()
    before = (cloud.data / "s3.sqlite").read_bytes()
    message = refused(cloud, "--data", cloud.data, "--port", 0, "--gateway-port", 0)
    assert "newer version" in message
    assert (cloud.data / "s3.sqlite").read_bytes() == before


@pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("mount"), reason="a full disk takes a mount, and so root")
def test_a_full_disk_loses_nothing(start, tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", disk], capture_output=True, text=True)
    if mounted.returncode != 0:
        pytest.skip(f"no file system can be mounted here: {mounted.stderr.strip()}")
    try:
        cloud = start(data=disk / "data")
        s3 = cloud.client("s3")
        s3.create_bucket(Bucket="full")
        stored = {}
        refusals = 0
        for number in range(40):
            content = os.urandom(1 << 20)
            try:
                s3.put_object(Bucket="full", Key=str(number), Body=content)
                stored[str(number)] = content
            except s3.exceptions.ClientError as error:
                assert error.response["ResponseMetadata"]["HTTPStatusCode"] in (500, 503, 507), error
                refusals += 1
        assert refusals > 10 and len(stored) > 5
        for key, content in stored.items():
            assert s3.get_object(Bucket="full", Key=key)["Body"].read() == content
        listed = s3.list_objects_v2(Bucket="full")["Contents"]
        assert {entry["Key"] for entry in listed} == set(stored)
        s3.delete_object(Bucket="full", Key="0")
        s3.put_object(Bucket="full", Key="again", Body=b"there is room once more")
        cloud.stop()
    finally:
        subprocess.run(["umount", "-l", disk], check=True)
