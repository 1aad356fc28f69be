"""Schedules, noise and samplers against loops, draws and each other."""

import numpy as np
import pytest

from nnbook.diffusion import (
    Schedule,
    ancestral,
    cosine_noise,
    ddim,
    from_velocity,
    linear_noise,
    noise_in,
    noised,
    picture_in,
    posterior,
    step_features,
    velocity,
)

SCHEDULES = [linear_noise(30), cosine_noise(30), cosine_noise(7, offset=0), linear_noise(1, 0.3)]


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_shares_are_products_of_what_each_step_keeps(schedule):
    product = 1.0
    for t in range(1, schedule.T + 1):
        product *= schedule.kept[t]
        assert schedule.left[t] == pytest.approx(product)
        assert schedule.ratio[t] == pytest.approx(product / (1 - product))
    assert schedule.kept[0] == schedule.left[0] == 1
    assert np.isinf(schedule.ratio[0])


def test_schedules_are_those_of_their_papers():
    assert np.allclose(1 - linear_noise(1000).kept[1:], np.linspace(1e-4, 0.02, 1000))
    f = [np.cos((t / 50 + 0.008) / 1.008 * np.pi / 2) ** 2 for t in range(51)]
    assert np.allclose(cosine_noise(50).left[:50], np.array(f[:50]) / f[0])
    assert cosine_noise(50).kept[50] == pytest.approx(0.001)
    assert cosine_noise(10, most=0.5).kept.min() == pytest.approx(0.5)


def test_a_schedule_cannot_be_changed():
    with pytest.raises(ValueError):
        SCHEDULES[0].left[1] = 0


@pytest.mark.parametrize(
    "left", [[1], [0.9, 0.5], [1, 0.5, 0.5], [1, 0.5, 0.6], [1, 0], [[1, 0.5]], [1, np.nan]]
)
def test_what_is_no_schedule(left):
    with pytest.raises(ValueError, match="fall from 1"):
        Schedule(np.array(left))


@pytest.mark.parametrize(
    "make",
    [
        lambda: linear_noise(0),
        lambda: linear_noise(20),
        lambda: linear_noise(50, first=0),
        lambda: cosine_noise(0),
        lambda: cosine_noise(9, offset=-1),
        lambda: cosine_noise(9, most=1),
        lambda: cosine_noise(9, most=0),
    ],
)
def test_arguments_of_schedules(make):
    with pytest.raises(ValueError):
        make()


def test_many_small_steps_are_one_large_one():
    """Mean and variance of a million walks, step by step, and by the closed form."""
    schedule, rng = linear_noise(25), np.random.default_rng(0)
    x = np.full((200_000, 1), 2.0)
    for t in range(1, 11):
        a = schedule.kept[t]
        x = np.sqrt(a) * x + np.sqrt(1 - a) * rng.standard_normal(x.shape)
    once = noised(schedule, np.full_like(x, 2.0), 10, rng.standard_normal(x.shape))
    assert x.mean() == pytest.approx(once.mean(), abs=0.01)
    assert x.var() == pytest.approx(once.var(), abs=0.01)
    assert x.var() == pytest.approx(1 - schedule.left[10], abs=0.01)


@pytest.mark.parametrize("shape", [(5,), (5, 3), (5, 2, 3)])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_there_and_back(shape, dtype):
    rng, schedule = np.random.default_rng(1), cosine_noise(20)
    x, noise = rng.normal(size=(2, *shape)).astype(dtype)
    t = rng.integers(1, 19, 5)
    x_t = noised(schedule, x, t, noise)
    for i in range(5):
        alone = noised(schedule, x[i : i + 1], int(t[i]), noise[i : i + 1])
        assert np.allclose(x_t[i], alone[0])
    v = velocity(schedule, x, t, noise)
    mean, variance = posterior(schedule, x_t, t, x)
    assert np.allclose(picture_in(schedule, x_t, t, noise), x, atol=1e-4)
    assert np.allclose(noise_in(schedule, x_t, t, x), noise, atol=1e-4)
    assert np.allclose(from_velocity(schedule, x_t, t, v), noise, atol=1e-4)
    assert x_t.dtype == v.dtype == mean.dtype == variance.dtype == dtype
    assert variance.shape == (5,) + (1,) * (len(shape) - 1)


def test_posterior_is_that_of_the_joint_normal_distribution():
    """x at t and t - 1, given the picture, are normal: conditioned by their covariance."""
    schedule, t, x0, x_t = linear_noise(30), 12, 0.7, -0.4
    before, kept = schedule.left[t - 1], schedule.kept[t]
    C = np.array([[1 - before, np.sqrt(kept) * (1 - before)], [0, 1 - schedule.left[t]]])
    gap = x_t - np.sqrt(schedule.left[t]) * x0
    mean, variance = posterior(schedule, [x_t], t, [x0])
    assert mean[0] == pytest.approx(np.sqrt(before) * x0 + C[0, 1] / C[1, 1] * gap)
    assert variance == pytest.approx(C[0, 0] - C[0, 1] ** 2 / C[1, 1])
    assert posterior(schedule, [x_t], 1, [x0])[1] == 0
    assert posterior(schedule, [x_t], 1, [x0])[0] == pytest.approx(x0)


def exact(schedule, mean, variance):
    """The best guess of the noise for normal data."""

    def model(x, t):
        a = schedule.left[t]
        return np.sqrt(1 - a) * (x - np.sqrt(a) * mean) / (a * variance + 1 - a)

    return model


@pytest.mark.parametrize("eta", [0.0, 0.5, 1.0])
def test_normal_data_come_back(eta):
    schedule, rng = cosine_noise(300), np.random.default_rng(2)
    x = rng.standard_normal((20_000, 1))
    found = ddim(exact(schedule, 3.0, 0.25), schedule, x, 300, rng, eta)
    assert found.mean() == pytest.approx(3, abs=0.02)
    assert found.std() == pytest.approx(0.5, abs=0.02)


def test_ancestral_is_a_draw_from_the_posterior():
    schedule = linear_noise(40)
    model = exact(schedule, -1.0, 0.1)
    x = start = np.random.default_rng(3).standard_normal((6, 2))
    rng = np.random.default_rng(4)
    for t in range(40, 0, -1):
        mean, variance = posterior(schedule, x, t, picture_in(schedule, x, t, model(x, t)))
        x = mean + np.sqrt(variance) * (rng.standard_normal(x.shape) if t > 1 else 0)
    assert np.allclose(ancestral(model, schedule, start, np.random.default_rng(4)), x)


def test_limits_and_watch():
    schedule, rng, seen = cosine_noise(10), np.random.default_rng(5), []
    x = rng.standard_normal((4, 3)).astype(np.float32)
    wild = lambda x, t: np.full_like(x, -50.0)  # noqa: E731
    end = ancestral(wild, schedule, x, rng, (-1, 1), lambda t, x: seen.append((t, x.copy())))
    assert np.allclose(end, 1)
    assert end.dtype == np.float32
    assert [t for t, _ in seen] == list(range(10, -1, -1))
    assert np.array_equal(seen[0][1], x)
    assert np.array_equal(seen[-1][1], end)
    stops = []
    ddim(wild, schedule, x, 3, limits=(-1, 1), watch=lambda t, x: stops.append(t))
    assert stops == [10, 7, 3, 0]


def test_step_features_differ_from_step_to_step():
    features = step_features(linear_noise(100), np.arange(101), 6)
    assert features.shape == (101, 6)
    assert np.abs(features[1:] - features[:-1]).sum(axis=1).min() > 0.01
    assert np.allclose(features[0], [0, 0, 0, 1, 1, 1])


def test_refusals():
    schedule, x = linear_noise(30), np.zeros((2, 3))
    model = lambda x, t: x  # noqa: E731
    for t in (31, -1, [1, 2, 3]):
        with pytest.raises(ValueError):
            noised(schedule, x, t, x)
    with pytest.raises(TypeError, match="whole"):
        noised(schedule, x, 1.0, x)
    with pytest.raises(ValueError, match="one shape"):
        noised(schedule, x, 1, x[:1])
    with pytest.raises(ValueError, match="from 1"):
        noise_in(schedule, x, 0, x)
    with pytest.raises(ValueError, match="from 1"):
        posterior(schedule, x, 0, x)
    with pytest.raises(ValueError, match="even"):
        step_features(schedule, [1], 3)
    with pytest.raises(ValueError, match="30 steps"):
        ddim(model, schedule, x, 31)
    with pytest.raises(ValueError, match="eta"):
        ddim(model, schedule, x, 3, np.random.default_rng(0), eta=1.5)
    with pytest.raises(TypeError, match="generator"):
        ddim(model, schedule, x, 3, eta=0.5)
    with pytest.raises(ValueError, match="from the model"):
        ddim(lambda x, t: x[:1], schedule, x, 3)
