"""A cluster whose machines share no folder, and one that speaks only TLS."""

from __future__ import annotations

import os
import pickle
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest
import requests

from publisher import batch
from publisher.errors import ContentError, UsageError
from publisher.executors import Inline, choose
from publisher.executors.bucket import Bucket, packed, unpacked
from publisher.workspace import Settings, open_show
from tests.conftest import CHECKOUT
from tests.test_batch import titles
from tests.test_cluster import (  # noqa: F401 - fixtures
    Killer,
    copied,
    same_as_alone,
    scheduler,
    started,
    worker,
)
from tests.test_executors import faulty, show, write_episode  # noqa: F401 - fixtures

pytest.importorskip("distributed", reason="dask.distributed (the extra cluster) is not installed")
pytest.importorskip("obstore", reason="obstore (the extra cluster) is not installed")
pytestmark = pytest.mark.filterwarnings("default")  # of the libraries of the cluster

ELSEWHERE = """
import os, sys

def hook(event, arguments):
    if event == "open" and str(arguments[0]).startswith(os.environ["FAR_AWAY"]):
        raise OSError("this machine does not have that folder")

sys.addaudithook(hook)
"""
"""A `sitecustomize` for a machine on which the show's folder cannot be reached."""


@contextmanager
def machines(
    scheduler: str,  # noqa: F811
    show: Path,  # noqa: F811
    folder: Path,
    **variables: str,
) -> Iterator[subprocess.Popen[str]]:
    """Two workers that cannot open the show's folder; gives one to kill."""
    (folder / "sitecustomize.py").write_text(ELSEWHERE, encoding="utf-8")
    (folder / "tmp").mkdir()
    variables |= {
        "PYTHONPATH": os.pathsep.join((str(folder), str(CHECKOUT))),
        "FAR_AWAY": str(show),
        "TMPDIR": str(folder / "tmp"),
    }
    with ExitStack() as stack:
        for _ in range(2):
            process, _ = stack.enter_context(worker(scheduler, folder, **variables))
        yield process


@pytest.fixture
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("elsewhere")


@contextmanager
def s3() -> Iterator[str]:
    """S3 on loopback; gives its address."""
    program = shutil.which("moto_server")
    if program is None:
        pytest.skip("moto_server, which stands in for S3, is not installed: pip install 'moto[server]'")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [program, "-H", "127.0.0.1", "-p", str(port)]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, stdout=quiet, stderr=quiet) as server:
        try:
            for _ in range(200):
                with suppress(requests.ConnectionError):
                    requests.put(f"http://127.0.0.1:{port}/shows", timeout=20).raise_for_status()
                    break
                time.sleep(0.1)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


def test_machines_without_a_common_folder_give_the_same_bytes_through_a_bucket(
    faulty: Path,  # noqa: F811
    scheduler: str,  # noqa: F811
    elsewhere: Path,
    copied: Callable[[Path], Path],  # noqa: F811
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    alone = copied(faulty)
    bucket = tmp_path_factory.mktemp("bucket")
    executor = choose(1, scheduler.replace("tcp", "dask"), f"file://{bucket}")
    with machines(scheduler, faulty, elsewhere):
        report = batch.build(open_show(faulty, Settings()), executor=executor)
        same_as_alone(faulty, alone, report)
        assert len(titles(faulty)) == 5
        assert batch.build(open_show(faulty, Settings()), executor=Inline()).changed == ()

        write_episode(faulty, "one", fields="people: [Ann]\n")
        again = batch.build(open_show(faulty, Settings()), executor=executor)
        assert {path for path in again.changed if path.startswith("media/")} == set()
        assert "episodes/one/notes.html" in again.changed
    assert list((elsewhere / "tmp/publish").glob("task-*")) == []


def test_a_report_of_machines_elsewhere_names_files_as_a_build_here_does(
    faulty: Path,  # noqa: F811
    scheduler: str,  # noqa: F811
    elsewhere: Path,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bucket = tmp_path_factory.mktemp("bucket")
    monkeypatch.chdir(faulty)
    executor = choose(1, scheduler.replace("tcp", "dask"), f"file://{bucket}")
    with machines(scheduler, faulty, elsewhere):
        batch.build(open_show(Path(), Settings()), executor=executor)
    written = Path("output/report.json").read_bytes()
    batch.build(open_show(Path(), Settings()))
    assert Path("output/report.json").read_bytes() == written


def test_a_machine_that_is_lost_in_the_middle_costs_no_episode(
    faulty: Path,  # noqa: F811
    scheduler: str,  # noqa: F811
    elsewhere: Path,
    copied: Callable[[Path], Path],  # noqa: F811
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    alone = copied(faulty)
    executor = choose(1, scheduler.replace("tcp", "dask"), f"file://{tmp_path_factory.mktemp('bucket')}")
    with machines(scheduler, faulty, elsewhere) as second:
        killer = Killer(second, 5)
        report = batch.build(open_show(faulty, Settings(progress=killer)), executor=executor)
    assert killer.killed
    same_as_alone(faulty, alone, report)


def test_s3_is_such_a_bucket(
    show: Path,  # noqa: F811
    scheduler: str,  # noqa: F811
    elsewhere: Path,
    copied: Callable[[Path], Path],  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    alone = copied(show)
    with s3() as address:
        keys = {
            "AWS_ENDPOINT_URL": address, "AWS_ALLOW_HTTP": "true", "AWS_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
        }  # fmt: skip
        for name, value in keys.items():
            monkeypatch.setenv(name, value)
        executor = choose(1, scheduler.replace("tcp", "dask"), "s3://shows")
        with machines(scheduler, show, elsewhere, **keys):
            report = batch.build(open_show(show, Settings()), executor=executor)
        listed = requests.get(f"{address}/shows?list-type=2", timeout=20).text
    same_as_alone(show, alone, report)
    assert "publish/" in listed


def test_what_a_task_that_was_killed_left_is_removed_by_the_next(tmp_path: Path) -> None:
    script = (
        "from publisher.executors.carrying import own_folder\n"
        "with own_folder() as folder:\n"
        "    (folder / 'audio').touch()\n"
        "    print(folder, flush=True)\n"
        "    input()\n"
    )
    command = (sys.executable, "-c", script)
    variables = os.environ | {"PYTHONPATH": str(CHECKOUT), "TMPDIR": str(tmp_path)}
    pipe = subprocess.PIPE
    with (
        subprocess.Popen(command, env=variables, stdin=pipe, stdout=pipe, encoding="utf-8") as killed,
        subprocess.Popen(command, env=variables, stdin=pipe, stdout=pipe, encoding="utf-8") as alive,
    ):
        assert killed.stdout
        assert alive.stdout
        left, used = (Path(each.readline().strip()) for each in (killed.stdout, alive.stdout))
        killed.kill()
        killed.wait()
        assert (left / "audio").is_file()
        subprocess.run(command, env=variables, input="\n", stdout=pipe, check=True, encoding="utf-8")
        assert not left.exists()
        assert (used / "audio").is_file()
        alive.communicate("\n")
    assert not used.exists()


@pytest.mark.parametrize("url", ["nonsense", "ftp://x", "file:///nowhere/at/all"])
def test_a_bucket_that_is_none_is_told_in_a_sentence(url: str) -> None:
    with pytest.raises(UsageError, match="bucket cannot be used") as told:
        Bucket(url).try_out()
    assert "Debug source" not in str(told.value)


def test_a_bucket_needs_a_cluster() -> None:
    with pytest.raises(UsageError, match="--executor"):
        choose(1, "", "s3://shows")


def test_what_the_bucket_changed_is_not_taken(tmp_path: Path) -> None:
    (tmp_path / "bucket").mkdir()
    (tmp_path / "file").write_bytes(b"true")
    bucket = Bucket(f"file://{tmp_path / 'bucket'}")
    files = bucket.put(tmp_path, [tmp_path / "file"])
    (tmp_path / "bucket/publish" / files["file"]).write_bytes(b"other")
    with pytest.raises(OSError, match="something else"):
        bucket.bring(files, tmp_path / "there")
    assert list((tmp_path / "there").iterdir()) == []
    with pytest.raises(OSError, match="out of the show"):
        bucket.bring({"../file": files["file"]}, tmp_path / "there")


def test_a_value_is_seen_from_the_folder_in_which_it_is_unpacked(tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    error = ContentError(f"{here}/a.md is empty.", remedy=f"Look at {here}/a.md and at {here}.")
    value = (here / "a.md", Path("/elsewhere"), {"text": f"in {here}"}, 3)
    assert unpacked(packed(value, here), there) == (
        there / "a.md",
        Path("/elsewhere"),
        {"text": f"in {there}"},
        3,
    )
    seen = unpacked(packed(error, here), there)
    assert (seen.what, seen.remedy) == (f"{there}/a.md is empty.", f"Look at {there}/a.md and at {there}.")
    assert str(here).encode() not in packed(value, here)
    with pytest.raises(pickle.UnpicklingError):
        pickle.loads(packed(value, here))  # noqa: S301 - our own


def test_a_file_outside_of_the_show_cannot_go_to_another_machine(
    show: Path,  # noqa: F811
    scheduler: str,  # noqa: F811
    elsewhere: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    outside = tmp_path_factory.mktemp("outside") / "talk.m4a"
    shutil.copy(show / "content/talk.m4a", outside)
    path = write_episode(show, "one")
    path.write_text(
        path.read_text(encoding="utf-8").replace("audio: talk.m4a", f"audio: {outside}"), encoding="utf-8"
    )
    executor = choose(1, scheduler.replace("tcp", "dask"), f"file://{tmp_path_factory.mktemp('bucket')}")
    with machines(scheduler, show, elsewhere):
        report = batch.build(open_show(show, Settings()), executor=executor)
    assert [each.status.value for each in report.outcomes] == ["failed", "published"]
    assert "outside of the show" in report.outcomes[0].reason


# -- TLS ----------------------------------------------------------------------------------------------


def test_a_cluster_that_speaks_only_tls_knows_its_own_people(
    show: Path,  # noqa: F811
    elsewhere: Path,
    tmp_path: Path,
) -> None:
    trustme = pytest.importorskip("trustme")
    authority = trustme.CA()
    own = authority.issue_cert("127.0.0.1")
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    own.private_key_and_cert_chain_pem.write_to_path(tmp_path / "own.pem")
    variables = {"DASK_DISTRIBUTED__COMM__TLS__CA_FILE": str(tmp_path / "ca.pem")}
    for who in ("SCHEDULER", "WORKER", "CLIENT"):
        for what in ("CERT", "KEY"):
            variables[f"DASK_DISTRIBUTED__COMM__TLS__{who}__{what}"] = str(tmp_path / "own.pem")
    options = ("--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--protocol", "tls")
    with (
        started("scheduler", *options, folder=elsewhere, until=r"tls://[\d.]+:\d+", **variables) as (
            _,
            address,
        ),
        worker(address, elsewhere, "--protocol", "tls", **variables),
    ):
        tls = address.replace("tls://", "dask+tls://")
        without_tls = build_on(tls.replace("+tls", ""), show)
        without_certificate = build_on(tls, show)
        done = build_on(tls, show, **variables)
    assert (without_tls.returncode, "No scheduler answers" in without_tls.stderr) == (2, True)
    assert (without_certificate.returncode, "certificate" in without_certificate.stderr) == (2, True)
    assert done.returncode == 0, done.stderr
    assert len(titles(show)) == 2


def build_on(executor: str, folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        (sys.executable, "-m", "publisher", "build", "--executor", executor),
        cwd=folder, env={**os.environ, "PYTHONPATH": str(CHECKOUT), **variables},
        capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
