"""What a figure shows after a gesture is what nnbook computes: read off the page, by case."""

from __future__ import annotations

import re

import numpy as np
import pytest

import nnbook as nn
from nnbook.diffusion import Schedule

from .cases import diffusion, dropout, signals
from .conftest import settings_of


def numbers_in(text: str) -> list[float]:
    """The numbers of a text, with its minus signs and powers of ten."""
    raised = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹−", "-0123456789-")
    text = re.sub(r"·10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)", r"e\1", text).translate(raised)
    return [float(n) for n in re.findall(r"-?\d+(?:\.\d+)?(?:e-?\d+)?", text)]


def words(page) -> str:
    return page.locator(".nn-words").text_content()


def cells(page, holder: str) -> np.ndarray:
    """The numbers in a grid of cells."""
    texts = page.locator(f"{holder} .nn-number").all_text_contents()
    side = round(len(texts) ** 0.5)
    found = [float(t.replace("−", "-")) if t else np.nan for t in texts]
    return np.array(found).reshape(side, side)


def sums_of(picture, kernel, stride=1, padding=0) -> np.ndarray:
    layer = nn.Conv2D(1, 1, 3, stride, padding=padding, bias=None)
    W = np.array(kernel, float)[None, None]
    return layer.forward({"W": W}, picture[None, None])[0][0, 0]


def spot(page, row: int, column: int, holder: str = ".nn-drawing") -> tuple[float, float]:
    """The middle of a cell on the screen."""
    picture = cells(page, holder)
    box = page.locator(f"{holder} .nn-cell").nth(row * len(picture) + column).bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


# Convolution


def test_a_stroke_of_the_pointer_is_drawn_and_convolved(desk):
    page = desk.open("convolution")
    kernel = settings_of("convolution")["kernels"][0][1]
    assert np.array_equal(cells(page, ".nn-map"), sums_of(cells(page, ".nn-drawing"), kernel))
    page.locator(".nn-buttons button", has_text="Clear").click()
    assert not cells(page, ".nn-map").any()
    page.mouse.move(*spot(page, 3, 2))
    page.mouse.down()
    page.mouse.move(*spot(page, 3, 5), steps=12)
    page.mouse.up()
    picture = np.zeros((8, 8))
    picture[3, 2:6] = 16
    assert np.array_equal(cells(page, ".nn-drawing"), picture)
    assert np.array_equal(cells(page, ".nn-map"), sums_of(picture, kernel))
    page.mouse.click(*spot(page, 3, 3))  # what is painted is erased
    picture[3, 3] = 0
    assert np.array_equal(cells(page, ".nn-map"), sums_of(picture, kernel))
    assert desk.errors == []


def test_a_single_pixel_shows_the_kernel_turned_round(desk):
    page = desk.open("convolution")
    page.locator(".nn-buttons button", has_text="Clear").click()
    page.mouse.click(*spot(page, 4, 3))
    kernel = np.array(settings_of("convolution")["kernels"][0][1])
    assert np.array_equal(cells(page, ".nn-map")[2:5, 1:4], 16 * kernel[::-1, ::-1])


def test_drawing_by_keys_and_its_words(desk):
    page = desk.open("convolution")
    before = cells(page, ".nn-drawing")
    page.locator(".nn-drawing").focus()
    for key in ("ArrowDown", "ArrowRight", "ArrowRight", "Space"):
        page.keyboard.press(key)
    after = cells(page, ".nn-drawing")
    ((row, column),) = np.argwhere(before != after)
    assert (row, column) == (3, 4)
    assert words(page).startswith(f"Brush at row 4, column 5: {after[3, 4]:.0f}.")
    page.wait_for_function("document.querySelector('.nn-stage [role=status]').textContent")


def test_drawing_by_finger_does_not_scroll(phone):
    page = phone.open("convolution")
    cdp = page.context.new_cdp_session(page)
    page.locator(".nn-drawing").scroll_into_view_if_needed()
    scrolled, before = page.evaluate("scrollY"), cells(page, ".nn-drawing")
    for n in range(4):
        x, y = spot(page, 2 + n, 1)
        kind = "touchStart" if n == 0 else "touchMove"
        cdp.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
    cdp.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    assert (cells(page, ".nn-drawing") != before)[2:6, 1].all()
    assert page.evaluate("scrollY") == scrolled


@pytest.mark.parametrize(("stride", "padding"), [(1, 1), (2, 0), (2, 1), (3, 0)])
def test_a_typed_kernel_with_stride_and_padding(desk, stride, padding):
    page = desk.open("convolution")
    kernel = np.array([[2, 0, -1], [0.5, 3, 0], [-4, 1, 1]])
    for field, weight in zip(page.locator(".nn-weights input").all(), kernel.flat, strict=True):
        field.fill(str(weight))
    assert page.locator(".nn-controls select").first.input_value() == "my own"
    page.get_by_label("stride").select_option(str(stride))
    page.get_by_label("padding").select_option(str(padding))
    expected = sums_of(cells(page, ".nn-drawing"), kernel, stride, padding)
    assert np.allclose(cells(page, ".nn-map"), expected, atol=0.051)
    page.mouse.click(*spot(page, 1, 1, ".nn-map"))
    lines = page.locator(".nn-products > div").all_text_contents()
    assert numbers_in(lines[-1]) == [round(expected[1, 1], 2)]
    pairs = [
        (float(a), float(b.strip("()").replace("−", "-")))
        for line in lines[:-1]
        for a, b in (term.split("·") for term in line.rstrip(" +").split(" + "))
    ]
    assert len(pairs) == 9
    assert np.isclose(sum(a * b for a, b in pairs), expected[1, 1])


def test_the_sums_build_up(desk):
    page = desk.open("convolution")
    page.get_by_role("slider", name="window").press("Home")
    assert np.isfinite(cells(page, ".nn-map")).sum() == 1
    page.locator(".nn-buttons button", has_text="Slide").click()
    page.wait_for_function(
        "[...document.querySelectorAll('.nn-map .nn-number')].filter(t => t.textContent).length > 4"
    )
    page.locator(".nn-buttons button", has_text="Pause").click()
    seen = np.isfinite(cells(page, ".nn-map")).ravel()
    assert 4 < seen.sum() < 36
    assert seen[: seen.sum()].all()


# Dropout


@pytest.mark.parametrize("where", ["hidden", "inputs"])
def test_masks_give_the_outputs_of_dropout(desk, where):
    page = desk.open("dropout")
    settings = settings_of("dropout")
    draws = np.array([line.split() for line in settings["draws"]], float)
    page.locator(".nn-controls select").select_option(where)
    page.locator(".nn-buttons button", has_text="New mask").click()
    for _ in range(3):
        page.locator(".nn-controls input").press("ArrowRight")
    units = len(settings["network"]["x" if where == "inputs" else "b1"])
    rows = [dropout.outputs(settings["network"], where, 0.65, row[:units]) for row in draws[:101]]
    count, kept, of, factor, *shown = numbers_in(words(page))
    assert (count, kept, of) == (101, (draws[100, :units] >= 0.65).sum(), units)
    assert factor == round(1 / 0.35, 2)
    assert np.allclose(shown[:3], np.mean(rows, axis=0), atol=0.0051)
    whole = dropout.outputs(settings["network"], "", 0.5, ())
    every = dropout.mean_of_all(settings["network"], where, 0.65)
    assert np.allclose(shown[3:], [*every, *whole], atol=0.0051)
    assert np.allclose(every, whole) == (where == "hidden")
    outputs = page.locator(".nn-unit.nn-0 ~ text, .nn-unit.nn-1 ~ text, .nn-unit.nn-2 ~ text")
    last = [numbers_in(text)[0] for text in outputs.all_text_contents()]
    assert np.allclose(last, rows[-1], atol=0.051)


def test_many_masks_are_drawn_to_the_end(desk):
    page = desk.open("dropout")
    page.emulate_media(reduced_motion="reduce")
    page.locator(".nn-buttons button", has_text="Draw many").click()
    assert words(page).startswith("Mask 300:")
    assert page.locator("button", has_text="New mask").get_attribute("aria-disabled") == "true"
    page.locator("button", has_text="From the first mask").click()
    assert words(page).startswith("Mask 1:")


# Initialization

DRAWN = """async ([widths, seed, rows]) => {
    const { numbers } = await import("/figures/signals.js");
    const { normals } = await import("/figures/random.js");
    return [numbers.draws(widths, seed).map((W) => [...W]),
        [...normals(1000 * seed + 999, rows * widths.at(-1))]];
}"""


def test_the_sizes_are_those_of_thirty_dense_layers(desk):
    page = desk.open("signals")
    page.get_by_label("units in a layer").select_option("30")
    page.get_by_label("activation").select_option("tanh")
    page.locator("button", has_text="Draw other weights").click()
    x = np.array([line.split() for line in settings_of("signals")["pixels"]], float)
    widths = [64] + 30 * [30]
    drawn, last = page.evaluate(DRAWN, [widths, 1, len(x)])
    draws = [np.reshape(W, (a, b)) for W, a, b in zip(drawn, widths[:-1], widths[1:], strict=True)]
    values, bars = signals.both_ways(x, draws, 1.0, "tanh", np.reshape(last, (-1, 30)))
    size = [np.sqrt(np.mean(a**2)) for a in (values[14], values[29], bars[0])]
    at_15, _, at_30, _, gradient, _ = numbers_in(words(page).split(":")[1])
    shown = [at_15, at_30, gradient]
    assert np.allclose(shown, size, rtol=0.06), (shown, size)


def test_the_weights_drawn_have_variance_one(desk):
    desk.open("signals")
    drawn, _ = desk.page.evaluate(DRAWN, [[64, 100, 100], 0, 10])
    z = np.concatenate(drawn)
    assert abs(z.mean()) < 4 / np.sqrt(z.size)
    assert abs(np.mean(z**2) - 1) < 4 * np.sqrt(2 / z.size)
    assert abs(np.mean(z**4) - 3) < 4 * np.sqrt(96 / z.size)
    assert len(set(drawn[0][:100]) & set(drawn[1])) == 0


# Attention


def percents(page) -> list[float]:
    """The weights as printed, nan for what is masked."""
    texts = page.locator(".nn-chart svg > text").all_text_contents()[-13:]
    return [numbers_in(text)[0] / 100 if "%" in text else np.nan for text in texts]


@pytest.mark.parametrize("causal", [False, True])
def test_a_word_that_is_pointed_at_looks_as_attention_does(desk, causal):
    page = desk.open("attention")
    settings = settings_of("attention")
    if causal:
        page.get_by_label("causal mask").check()
    Q, K = (np.array(settings[name]) for name in "QK")
    A = nn.Attention(causal=causal).forward({}, Q, K, K)[0][1]
    for t in (4, 0, 12):
        page.locator(".nn-word").nth(t).hover(force=True)
        assert words(page).startswith(f"Word {t + 1}, “{settings['words'][t]}”")
        shown = np.array(percents(page))
        last = t + 1 if causal else 13
        assert np.isnan(shown[last:]).all()
        assert np.allclose(shown[:last], A[t, :last], atol=0.0051)
    page.get_by_label("scores are").press("Home")  # no scores, no difference
    assert np.allclose(percents(page), 1 / 13, atol=0.0051)


def test_a_word_is_chosen_by_finger(phone):
    page = phone.open("attention")
    page.locator(".nn-word").nth(2).tap(force=True)
    assert words(page).startswith("Word 3, “did”")
    page.get_by_label("word that looks").select_option("1")
    assert words(page).startswith("Word 2, “suitcase”")


# Diffusion

NOISE = """async ([seed, count]) => {
    const { normals } = await import("/figures/random.js");
    return [...normals(1000 * seed, count)];
}"""


@pytest.mark.parametrize("fresh", [True, False])
@pytest.mark.parametrize("data", ["examples", "clouds"])
def test_the_marked_walk_is_that_of_the_sampler(desk, fresh, data):
    page = desk.open("diffusion")
    settings = settings_of("diffusion")
    schedule, centres = Schedule(np.array(settings["left"])), np.array(settings["examples"])
    page.get_by_label("data").select_option(data)
    page.get_by_label("fresh noise").set_checked(fresh)
    page.locator(".nn-handle").press("ArrowUp")
    page.locator(".nn-handle").press("PageUp")
    page.get_by_label("steps left").press("Home")
    drawn = np.reshape(page.evaluate(NOISE, [1, 2 * schedule.T]), (-1, 2)) if fresh else None
    start, deviation = np.array([0.4, -0.05]), 0.25 if data == "clouds" else 0.0
    states = diffusion.walk(schedule, start, centres, deviation, drawn)
    assert np.allclose(numbers_in(words(page)), states[0], atol=0.0051)
    for _ in range(20):
        page.get_by_label("steps left").press("ArrowRight")
    t, percent, *place = numbers_in(words(page))[:4]
    assert (t, percent) == (20, round(100 * schedule.left[20]))
    assert np.allclose(place, states[20], atol=0.0051)


def test_the_run_backward_ends_and_begins_anew(desk):
    page = desk.open("diffusion")
    page.emulate_media(reduced_motion="reduce")
    run = page.locator("button", has_text="Run backward")
    run.click()
    assert words(page).startswith("All steps are done.")
    page.emulate_media(reduced_motion="no-preference")
    run.click()
    page.wait_for_function("document.querySelector('.nn-words').textContent.startsWith('4')")
    page.locator("button", has_text="Pause").click()
