"""Figures that move, moved: by pointer, finger and keyboard, wide and narrow, light and dark.

Each check takes a page with one figure and returns a list of problems. The last tests plant errors
in the scripts and demand that the checks notice them.
"""

from __future__ import annotations

import pytest

from .conftest import HOST, Desk, document, extension

NAMES = sorted(extension().sizes())
SPARE = 12  # pixels of its room that a figure may leave free
KEYS = ("ArrowUp", "ArrowRight", "ArrowDown", "ArrowLeft", "PageUp", "PageDown")

# Each test that asks for it adds it to the page that they share; it acts once.
SHIFTS = """
    if (window.shift === undefined) {
        window.shift = 0;
        new PerformanceObserver((list) => {
            for (const entry of list.getEntries()) window.shift += entry.value;
        }).observe({ type: "layout-shift", buffered: true });
    }
"""
# Whether the words below the figure are told within two seconds.
TOLD = """async () => {
    const told = document.querySelector(".nn-stage [role=status]");
    const words = document.querySelector(".nn-words");
    for (let n = 0; n < 40; n++) {
        await new Promise((done) => setTimeout(done, 50));
        if (told.textContent && told.textContent === words.textContent) return true;
    }
    return false;
}"""


def height(page, selector: str) -> int:
    return page.locator(selector).evaluate("e => e.offsetHeight")


def seen(page) -> list:
    """All that a reader can see or hear of the figure."""
    return page.evaluate(
        """() => {
            const charts = document.querySelector(".nn-charts").cloneNode(true);
            for (const node of charts.querySelectorAll("[hidden]")) node.remove();
            return [document.querySelector(".nn-words").textContent,
                document.querySelector(".nn-controls").textContent,
                charts.innerHTML.replaceAll(/nn-clip-\\w+/g, "")];
        }"""
    )


def handles(page) -> list:
    return page.locator(".nn-handle:visible").all()


def sliders(page) -> list:
    return page.locator(".nn-controls input[type=range]:enabled").all()


def value_of(handle) -> str:
    return handle.get_attribute("aria-valuetext")


def begin_again(page) -> None:
    page.locator(".nn-buttons button").last.click()


def centre(handle) -> tuple[float, float]:
    box = handle.locator(".nn-reach").bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


# -- The checks ------------------------------------------------------------------------------------


def room_problems(page, name: str, narrow: bool) -> list[str]:
    """The figure fits the room that was kept for it, nothing jumped, nothing sticks out."""
    found = []
    stage, room = height(page, ".nn-stage"), height(page, ".nn-room")
    if room != extension().sizes()[name][0 if narrow else 1]:
        found.append(f"the room is {room} pixels high, not what was kept")
    if not stage <= room <= stage + SPARE:
        found.append(f"the figure is {stage} pixels high in a room of {room}")
    if (shift := page.evaluate("window.shift")) > 0.01:
        found.append(f"the layout shifted by {shift}")
    wide = page.evaluate(
        """() => [...document.querySelectorAll(".nn-stage, .nn-stage :is(svg, div, label, button,"
            + " input, select, p):not(.nn-unseen)")].filter((e) =>
            e.getBoundingClientRect().right > document.querySelector(".nn-room")
                .getBoundingClientRect().right + 1).map((e) => e.className || e.tagName)"""
    )
    return found + [f"{part} sticks out of the figure" for part in wide]


def steady_problems(page) -> list[str]:
    """The figure keeps its height, whatever the controls say."""
    before, found = height(page, ".nn-room"), []
    for slider in sliders(page):
        for key in ("End", "Home"):
            slider.press(key)
            found.append(height(page, ".nn-room"))
    for choice in page.locator(".nn-controls select").all():
        for value in choice.evaluate("s => [...s.options].map((o) => o.value)"):
            choice.select_option(value)
            found.append(height(page, ".nn-room"))
    return [f"the room grew from {before} to {now}" for now in set(found) - {before}]


def keyboard_problems(page) -> list[str]:
    """Every handle has a name, obeys the keys, keeps the focus and tells its value."""
    found = []
    for handle in handles(page):
        name, before, texts = handle.get_attribute("aria-label"), value_of(handle), set()
        handle.focus()
        for key in KEYS:
            page.keyboard.press(key)
            texts.add(value_of(handle))
        if not name:
            found.append("a handle has no name")
        if not texts - {before}:
            found.append(f"{name}: does not move by keys, or does not say so")
        if not handle.evaluate("e => e === document.activeElement"):
            found.append(f"{name}: loses the focus")
    return found


def pointer_problems(page) -> list[str]:
    """Every handle obeys the pointer, from the beginning."""
    found = []
    for n in range(len(handles(page))):
        begin_again(page)
        handle = handles(page)[n]
        before, texts = value_of(handle), set()
        x, y = centre(handle)
        page.mouse.move(x, y)
        page.mouse.down()
        for dx, dy in ((30, 20), (-30, -20)):
            page.mouse.move(x + dx, y + dy, steps=4)
            texts.add(value_of(handle))
        page.mouse.up()
        if not texts - {before}:
            found.append(f"{handle.get_attribute('aria-label')}: does not move by pointer")
    return found


def finger_problems(page) -> list[str]:
    """Every handle obeys a finger, and the page stays where it is meanwhile."""
    cdp, found = page.context.new_cdp_session(page), []

    def touch(kind, *at):
        points = [{"x": at[0], "y": at[1]}] if at else []
        cdp.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    for handle in handles(page):
        handle.scroll_into_view_if_needed()
        before, texts = value_of(handle), set()
        scrolled = page.evaluate("scrollY")
        x, y = centre(handle)
        touch("touchStart", x, y)
        for d in (8, 16, 24, -8, -24):
            touch("touchMove", x + d, y + d)
            texts.add(value_of(handle))
        touch("touchEnd")
        if not texts - {before}:
            found.append(f"{handle.get_attribute('aria-label')}: does not move by finger")
        if page.evaluate("scrollY") != scrolled:
            found.append("the page scrolls under the finger")
    return found


def control_problems(page) -> list[str]:
    """Every control has a name and changes something, and all can begin again."""
    first, found = seen(page), []
    nameless = page.evaluate(
        """() => [...document.querySelectorAll(".nn-stage :is(input, select, button)")]
            .filter((e) => !(e.labels?.[0]?.textContent || e.textContent).trim()).length"""
    )
    if nameless:
        found.append(f"{nameless} controls have no name")
    for slider in sliders(page):
        start = slider.input_value()
        for key in ("End", "Home"):
            slider.press(key)
            if slider.input_value() != start and seen(page) == first:
                found.append(f"slider {slider.get_attribute('aria-valuetext')} changes nothing")
        begin_again(page)
        if seen(page) != first:
            found.append("does not begin again after a slider")
    for choice in page.locator(".nn-controls select").all():
        other = choice.evaluate("s => s.options[(s.selectedIndex + 1) % s.options.length].value")
        choice.select_option(other)
        if seen(page) == first:
            found.append(f"the choice {other} changes nothing")
        begin_again(page)
        if seen(page) != first:
            found.append("does not begin again after a choice")
    return found


def announcement_problems(page) -> list[str]:
    """A change is told once the reader pauses, in the words that stand below the figure."""
    live = page.locator(".nn-stage [role=status]")
    found = ["speaks before anything has changed"] if live.text_content() else []
    page.locator(".nn-handle:visible, .nn-controls input").first.focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    if not page.evaluate(TOLD):
        found.append("does not tell what has changed")
    return found


# -- On every figure -------------------------------------------------------------------------------


@pytest.fixture(params=NAMES)
def name(request):
    return request.param


def clean(desk) -> list[str]:
    return desk.errors + [f"asked for {url}" for url in desk.elsewhere]


@pytest.mark.parametrize(("width", "theme"), [("desk", "light"), ("phone", "dark")])
def test_it_takes_the_room_that_was_kept(request, name, width, theme):
    """Colours take no room, so each width is seen in one of the themes."""
    desk = request.getfixturevalue(width)
    desk.page.add_init_script(SHIFTS)
    page = desk.open(name, theme=theme)
    page.wait_for_timeout(100)
    assert room_problems(page, name, width == "phone") + clean(desk) == []
    assert steady_problems(page) + clean(desk) == []


def test_it_obeys_keyboard_and_pointer(desk, name):
    page = desk.open(name)
    assert page.locator(".nn-stage").get_attribute("aria-label")
    assert announcement_problems(page) == []
    assert keyboard_problems(page) == []
    assert pointer_problems(page) == []
    begin_again(page)
    assert control_problems(page) + clean(desk) == []
    page.emulate_media(media="print")
    assert page.locator(".nn-still img").is_visible()
    assert not page.locator(".nn-stage").is_visible()


def test_it_obeys_the_finger(phone, name):
    assert finger_problems(phone.open(name)) + clean(phone) == []


def test_who_wants_no_motion_sees_the_end_at_once(chromium):
    with chromium.new_context(reduced_motion="reduce") as context:
        page = Desk(context.new_page()).open("descent")
        page.get_by_role("button", name="Play").click()
        assert "After 300 steps" in page.locator(".nn-words").text_content()
        assert page.get_by_role("button", name="Pause").count() == 0


def test_play_and_pause(desk):
    page = desk.open("descent")
    words = page.locator(".nn-words")
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("!document.querySelector('.nn-words').textContent.includes('After 25')")
    page.get_by_role("button", name="Pause").click()
    stopped = words.text_content()
    page.wait_for_timeout(300)
    assert words.text_content() == stopped


# -- The frame -------------------------------------------------------------------------------------


def test_no_script_no_change(chromium):
    with chromium.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.set_content(document("activations"))
        assert page.locator(".nn-room img").is_visible()
        assert page.locator("figcaption").is_visible()


def test_a_figure_that_fails_leaves_the_picture(desk):
    desk.patches["/figures/activations.js"] = ("stage.begin(", "stage.nonsense(")
    desk.html = document("activations")
    desk.page.goto(HOST + "/")
    desk.page.locator(".nn-moving").scroll_into_view_if_needed()
    desk.page.wait_for_timeout(300)
    assert desk.page.locator(".nn-room img").is_visible()
    assert any("nonsense" in text for text in desk.errors)


def test_nothing_loads_before_the_reader_comes_near(desk):
    loaded = []
    desk.page.on("request", lambda request: loaded.append(request.url))
    desk.html = document("activations")
    desk.page.goto(HOST + "/")
    desk.page.wait_for_timeout(200)
    assert not any("activations.js" in url or "vendor" in url for url in loaded)


# -- Planted errors --------------------------------------------------------------------------------

STAGE, PARTS = "/figures/stage.js", "/figures/parts.js"
PLANTED = [
    (keyboard_problems, PARTS, '"keydown"', '"keyup-never"', "does not move by keys"),
    (keyboard_problems, PARTS, '.attr("aria-label", label)', "", "no name"),
    (keyboard_problems, PARTS, '.attr("aria-valuetext", text())', "", "does not say so"),
    (pointer_problems, PARTS, '"pointermove"', '"pointer-never"', "does not move by pointer"),
    (control_problems, STAGE, "structuredClone(this.initial)", "{}", "begin again"),
    (control_problems, STAGE, "set(select.value)", "", "changes nothing"),
    (announcement_problems, STAGE, "(this.live.textContent = text)", "0", "does not tell"),
]


@pytest.mark.parametrize(
    ("check", "path", "right", "wrong", "word"),
    PLANTED,
    ids=[f"{check.__name__}-{n}" for n, (check, *_) in enumerate(PLANTED)],
)
def test_an_error_in_the_scripts_is_noticed(desk, check, path, right, wrong, word):
    desk.patches[path] = (right, wrong)
    page = desk.open("neuron")
    assert any(word in text for text in [*check(page), *desk.errors])


def test_a_page_that_scrolls_under_the_finger_is_noticed(phone):
    phone.patches[PARTS] = ('"touchstart"', '"touch-never"')
    assert "the page scrolls under the finger" in finger_problems(phone.open("neuron"))


def test_a_figure_that_outgrows_its_room_is_noticed(phone):
    phone.page.add_init_script(SHIFTS)
    phone.patches["/figures/activations.js"] = ("[300, 340]", "[360, 340]")
    page = phone.open("activations")
    assert any("pixels high" in text for text in room_problems(page, "activations", True))


def test_a_control_that_sticks_out_is_noticed(phone):
    phone.page.add_init_script(SHIFTS)
    phone.patches["/figures/figures.css"] = ("auto minmax(0, 1fr)", "auto 500px")
    page = phone.open("activations")
    assert any("sticks out" in text for text in room_problems(page, "activations", True))
