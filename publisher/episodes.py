"""Many episodes: what goes wrong with one becomes its outcome, and the others go on."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from publisher import pipeline
from publisher.errors import (
    ContentError,
    DriftError,
    FetchError,
    KilledError,
    PublisherError,
    disk_sentence,
)
from publisher.executors import Executor, Result
from publisher.making import Job, Made
from publisher.model import Episode, Event, Outcome, Status
from publisher.workspace import Workspace, episode_paths


def each(space: Workspace, names: tuple[str, ...], work: Callable[[Episode], Outcome]) -> tuple[Outcome, ...]:
    """Do the work for each episode, one after the other."""
    outcomes: list[Outcome] = []
    for path in episode_paths(space, names):
        title = ""
        try:
            episode = pipeline.read(space, path)
            title = episode.title
            outcomes.append(work(episode))
        except Exception as error:  # noqa: BLE001 - an outcome is made of it
            outcomes.append(failure(space, path.stem, title, error))
    return tuple(outcomes)


def made(
    space: Workspace,
    paths: tuple[Path, ...],
    executor: Executor,
    *,
    known: Callable[[Path], Outcome | None] = lambda _: None,
    prepare: Callable[[Episode], Job | Outcome],
    done: Callable[[Job, Made], Outcome],
    between: Callable[[], None] = lambda: None,
) -> tuple[Outcome, ...]:
    """Make episodes, as many at once as the executor does.

    The functions are called in this process, `known` and `prepare` in the order of the paths.

    Args:
        space: The show.
        paths: The episodes' files.
        executor: Makes them.
        known: Gives what is known to come of an episode without looking into its file.
        prepare: What is to be done, or what is known to come of it.
        done: Told what came of it.
        between: Called after each; what goes wrong there concerns them all, and ends the run.

    Returns:
        An outcome for each path, in their order.
    """
    outcomes: dict[str, Outcome] = {}
    begun: dict[str, float] = {}
    watch = space.settings.watch

    def end(outcome: Outcome) -> None:
        outcomes[outcome.slug] = outcome
        since = begun.get(outcome.slug)
        seconds = None if since is None else round(time.perf_counter() - since, 3)
        watch(Event("end", outcome.slug, outcome.stage, seconds, outcome))

    def jobs() -> Iterator[Job]:
        for number, path in enumerate(paths, 1):
            title = ""
            try:
                if outcome := known(path):
                    outcomes[path.stem] = outcome
                    continue
                episode = pipeline.read(space, path)
                title = episode.title
                job = prepare(episode)
            except Exception as error:  # noqa: BLE001 - an outcome is made of it
                job = failure(space, path.stem, title, error)
            if isinstance(job, Outcome):
                end(job)
                continue
            begun[path.stem] = time.perf_counter()
            watch(Event("start", path.stem))
            yield job.numbered(number, len(paths))

    with closing(executor.run(jobs())) as results:
        for job, result in results:
            end(_outcome(space, job, result, done))
            between()
    return tuple(outcomes[path.stem] for path in paths)


def _outcome(space: Workspace, job: Job, result: Result, done: Callable[[Job, Made], Outcome]) -> Outcome:
    slug, title = job.episode.slug, job.episode.title
    if isinstance(result, Exception):
        return failure(space, slug, title, result)
    try:
        return done(job, result)
    except Exception as error:  # noqa: BLE001 - an outcome is made of it
        return failure(space, slug, title, error)


def failure(space: Workspace, slug: str, title: str, error: Exception) -> Outcome:
    """What the report says of an episode with which something went wrong.

    Raises:
        Exception: It is nobody's fault but ours, and the run is to end with its traceback.
    """
    if isinstance(error, PublisherError):
        stage = error.stage or ("" if isinstance(error, KilledError) else "read")
        return Outcome(slug, Status.FAILED, title, stage=stage, code=_code(error), reason=str(error))
    if isinstance(error, OSError):
        what = disk_sentence(error)
        return Outcome(slug, Status.FAILED, title, stage="write", code="disk", reason=what)
    if space.settings.debug:
        raise error
    what = f"An unexpected fault: {type(error).__name__}: {error}. Run with --debug and report it, please."
    return Outcome(slug, Status.FAILED, title, code="bug", reason=what)


def _code(error: PublisherError) -> str:
    if isinstance(error, FetchError):
        return error.code
    if isinstance(error, DriftError):
        return "drift"
    if isinstance(error, KilledError):
        return "killed"
    return "content" if isinstance(error, ContentError) else (error.stage or "read")
