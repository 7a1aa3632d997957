"""What each phone sounds like: mixtures of Gaussians with diagonal covariances."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from publisher.align.acoustic.processors import in_blocks

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Integers = npt.NDArray[np.int64]
    Floats = npt.NDArray[np.float32]

LEAST_VARIANCE = 0.05
"""Of features whose variance is 1."""

FRAMES_A_GAUSSIAN = 60
"""A phone has one Gaussian more for so many frames."""

MEAN_WEIGHT, SPREAD_WEIGHT = 5.0, 20.0
"""So many frames is worth what was believed of a phone's mean, and what all phones share of their variance."""

MOST_FRAMES = 6_000
"""A phone is not learned better from more."""

ROUNDS = 4


@dataclass(frozen=True, slots=True)
class Mixture:
    """Gaussians, one a row: means and variances `(gaussians, features)`, weights `(gaussians,)` that sum to 1."""

    mean: Floats
    variance: Floats
    weight: Floats

    def log_likelihoods(self, squared: Floats) -> Floats:
        """The logarithm of the weighted density of each frame under each Gaussian; see `with_squares`."""
        import numpy as np

        precision = 1 / self.variance
        constant = np.log(self.weight) - 0.5 * (
            np.log(2 * np.pi * self.variance).sum(axis=1) + (self.mean**2 * precision).sum(axis=1)
        )
        table = np.concatenate((-0.5 * precision, self.mean * precision), axis=1).astype(np.float32)
        found: Floats = squared @ table.T
        found += constant.astype(np.float32)
        return found

    def log_likelihood(self, frames: Floats) -> Floats:
        """The logarithm of the density of each frame, `(frames,)`."""
        import numpy as np

        found = np.empty(len(frames), dtype=np.float32)

        def work(part: slice) -> None:
            np.logaddexp.reduce(self.log_likelihoods(with_squares(frames[part])), axis=1, out=found[part])

        in_blocks(len(frames), work)
        return found


def with_squares(frames: Floats) -> Floats:
    """The squares of the features, then the features: `(frames, 2 * features)`."""
    import numpy as np

    return np.concatenate((frames**2, frames), axis=1)


def fitted(frames: Floats, most: int, first: Mixture | None = None) -> Mixture:
    """A mixture for frames, grown by splitting its heaviest Gaussians.

    Args:
        frames: `(frames, features)`.
        most: So many Gaussians at most.
        first: The one Gaussian to grow from; None takes the mean and variance of the frames.
    """
    mixture = first or _around_one(frames.mean(axis=0), frames.var(axis=0))
    count = max(1, min(most, len(frames) // FRAMES_A_GAUSSIAN))
    squared = with_squares(frames) if count > 1 else frames
    while len(mixture.weight) < count:
        mixture = _split(mixture, count)
        for _ in range(ROUNDS):
            mixture = _improved(mixture, squared)
    return mixture


def _around_one(mean: Floats, variance: Floats) -> Mixture:
    import numpy as np

    return Mixture(
        mean[None].astype(np.float32),
        np.maximum(variance, LEAST_VARIANCE)[None].astype(np.float32),
        np.ones(1, dtype=np.float32),
    )


def _believed(frames: Floats, mean: Floats, variance: Floats) -> Mixture:
    """One Gaussian between what was believed of its mean and variance and what the frames say."""
    count = len(frames)
    if not count:
        return _around_one(mean, variance)
    middle = (MEAN_WEIGHT * mean + frames.sum(axis=0)) / (MEAN_WEIGHT + count)
    square = ((frames - middle) ** 2).sum(axis=0)
    return _around_one(middle, (SPREAD_WEIGHT * variance + square) / (SPREAD_WEIGHT + count))


def _split(mixture: Mixture, count: int) -> Mixture:
    """Part the heaviest Gaussians in two along their spread, twice as many at most."""
    import numpy as np

    there = len(mixture.weight)
    heavy = np.argsort(-mixture.weight, kind="stable")[: min(there, count - there)]
    step = 0.3 * np.sqrt(mixture.variance[heavy])
    mean = np.concatenate((mixture.mean, mixture.mean[heavy] + step))
    mean[heavy] = mixture.mean[heavy] - step
    weight = mixture.weight.copy()
    weight[heavy] /= 2
    return Mixture(
        mean.astype(np.float32),
        np.concatenate((mixture.variance, mixture.variance[heavy])),
        np.concatenate((weight, weight[heavy])),
    )


def _improved(mixture: Mixture, squared: Floats) -> Mixture:
    """One round of expectation and maximisation."""
    import numpy as np

    shares = mixture.log_likelihoods(squared)
    shares -= shares.max(axis=1, keepdims=True)
    np.exp(shares, out=shares)
    shares /= shares.sum(axis=1, keepdims=True)
    little = np.float32(1e-3)
    mass = shares.sum(axis=0) + little
    before = np.concatenate((mixture.variance + mixture.mean**2, mixture.mean), axis=1)
    square, mean = np.split((shares.T @ squared + little * before) / mass[:, None], 2, axis=1)
    return Mixture(mean, np.maximum(square - mean**2, LEAST_VARIANCE), mass / mass.sum())


@dataclass(frozen=True, slots=True)
class Voices:
    """A mixture for each phone; the first is the silence."""

    mixtures: tuple[Mixture, ...]

    def scores(self, frames: Floats) -> Floats:
        """Log-likelihood of each frame under each phone, `(frames, phones)`."""
        import numpy as np

        whole = Mixture(
            np.concatenate([one.mean for one in self.mixtures]),
            np.concatenate([one.variance for one in self.mixtures]),
            np.concatenate([one.weight for one in self.mixtures]),
        )
        first = np.cumsum([0] + [len(one.weight) for one in self.mixtures[:-1]])
        found = np.empty((len(frames), len(self.mixtures)), dtype=np.float32)

        def work(part: slice) -> None:
            each = whole.log_likelihoods(with_squares(frames[part]))
            np.maximum.reduceat(each, first, axis=1, out=found[part])

        in_blocks(len(frames), work)
        return found

    def scores_as(self, frames: Floats, phone: Integers) -> Floats:
        """Log-likelihood of each frame under one phone, `(frames,)`."""
        import numpy as np

        found = np.empty(len(frames), dtype=np.float32)
        for number, places in enumerate(by_phone(phone, len(self.mixtures))):
            found[places] = self.mixtures[number].log_likelihoods(with_squares(frames[places])).max(axis=1)
        return found


def by_phone(phone: Integers, count: int) -> list[Integers]:
    """For each phone the places that have it."""
    import numpy as np

    order = np.argsort(phone, kind="stable")
    return np.split(order, np.searchsorted(phone[order], np.arange(1, count)))


def trained(frames: Floats, phone: Integers, count: int, most: int, before: Voices | None = None) -> Voices:
    """Fit each phone to its frames; where they are few, near what was believed before.

    Args:
        frames: `(frames, features)`.
        phone: The phone of each frame.
        count: How many phones there are.
        most: So many Gaussians for a phone at most.
        before: What was believed of each phone.
    """
    import numpy as np

    own = [frames[_some(places)] for places in by_phone(phone, count)]
    squares = sum(len(one) * one.var(axis=0) for one in own if len(one))
    variance = np.asarray(squares / max(1, sum(map(len, own))), dtype=np.float32)
    means = [one.mean for one in before.mixtures] if before else []
    weights = [one.weight for one in before.mixtures] if before else []
    mixtures = []
    for number, rows in enumerate(own):
        mean = weights[number] @ means[number] if before else frames.mean(axis=0)
        mixtures.append(fitted(rows, most, _believed(rows, mean, variance)))
    return Voices(tuple(mixtures))


def _some(places: Integers) -> Integers:
    """Not more than are useful, from all over the recording."""
    return places[:: -(-len(places) // MOST_FRAMES) or 1]
