"""Figures that move, moved: by pointer, finger and keyboard, wide and narrow, light and dark."""

from __future__ import annotations

import pytest

from .conftest import HOST, document, extension

NAMES = sorted(extension().sizes())
SPARE = 12  # pixels of its room that a figure may leave free

SHIFTS = """() => {
    window.shift = 0;
    new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) window.shift += entry.value;
    }).observe({ type: "layout-shift", buffered: true });
}"""


@pytest.fixture(params=NAMES)
def name(request):
    return request.param


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


def clean(desk):
    assert desk.errors == []
    assert desk.elsewhere == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", ["desk", "phone"])
def test_it_takes_the_room_that_was_kept(request, name, width, theme):
    desk = request.getfixturevalue(width)
    page = desk.page
    page.add_init_script(f"({SHIFTS})()")
    desk.open(name, theme=theme)
    page.wait_for_timeout(100)
    stage, room = (
        page.locator(s).evaluate("e => e.offsetHeight") for s in (".nn-stage", ".nn-room")
    )
    assert stage <= room <= stage + SPARE, (stage, room)
    kept = extension().sizes()[name][0 if width == "phone" else 1]
    assert room == kept
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate("window.shift") < 0.01
    clean(desk)


def test_the_room_stays_whatever_the_controls_say(phone, name):
    page = phone.open(name)
    room = page.locator(".nn-room")
    before = room.evaluate("e => e.offsetHeight")
    for control in page.locator(".nn-controls input[type=range]:enabled").all():
        for key in ("End", "Home"):
            control.press(key)
            assert room.evaluate("e => e.offsetHeight") == before
    for choice in page.locator(".nn-controls select").all():
        for value in choice.evaluate("s => [...s.options].map((o) => o.value)"):
            choice.select_option(value)
            assert room.evaluate("e => e.offsetHeight") == before
    clean(phone)


def test_every_handle_obeys_the_keyboard(desk, name):
    page = desk.open(name)
    for handle in page.locator(".nn-handle:visible").all():
        before = handle.get_attribute("aria-valuetext")
        assert handle.get_attribute("aria-label")
        handle.focus()
        keys = ("ArrowUp", "ArrowRight", "ArrowDown", "ArrowLeft", "PageUp", "PageDown")
        texts = set()
        for key in keys:
            page.keyboard.press(key)
            texts.add(handle.get_attribute("aria-valuetext"))
        assert texts - {before}, handle.get_attribute("aria-label")
        assert page.evaluate("document.activeElement.classList.contains('nn-handle')")
    clean(desk)


def centre(handle) -> tuple[float, float]:
    box = handle.locator(".nn-reach").bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_every_handle_obeys_the_pointer(desk, name):
    page = desk.open(name)
    for n in range(page.locator(".nn-handle:visible").count()):
        page.locator(".nn-buttons button").last.click()
        handle = page.locator(".nn-handle:visible").nth(n)
        before = handle.get_attribute("aria-valuetext")
        x, y = centre(handle)
        page.mouse.move(x, y)
        page.mouse.down()
        texts = set()
        for dx, dy in ((30, 20), (-30, -20)):
            page.mouse.move(x + dx, y + dy, steps=4)
            texts.add(handle.get_attribute("aria-valuetext"))
        page.mouse.up()
        assert texts - {before}, handle.get_attribute("aria-label")
    clean(desk)


def test_every_handle_obeys_the_finger(phone, name):
    page = phone.open(name)
    cdp = page.context.new_cdp_session(page)

    def touch(kind, *at):
        points = [{"x": at[0], "y": at[1]}] if at else []
        cdp.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    for handle in page.locator(".nn-handle:visible").all():
        handle.scroll_into_view_if_needed()
        before, scrolled = handle.get_attribute("aria-valuetext"), page.evaluate("scrollY")
        x, y = centre(handle)
        touch("touchStart", x, y)
        texts = set()
        for d in (8, 16, 24, -8, -24):
            touch("touchMove", x + d, y + d)
            texts.add(handle.get_attribute("aria-valuetext"))
        touch("touchEnd")
        assert texts - {before}, handle.get_attribute("aria-label")
        assert page.evaluate("scrollY") == scrolled  # the page stays where it is
    clean(phone)


def test_every_control_changes_something_and_all_can_begin_again(desk, name):
    page = desk.open(name)
    first = seen(page)
    for control in page.locator(".nn-controls input[type=range]:enabled").all():
        start = control.input_value()
        for key in ("End", "Home"):
            control.press(key)
            if control.input_value() != start:
                assert seen(page) != first, control.get_attribute("aria-valuetext")
        page.locator(".nn-buttons button").last.click()
        assert seen(page) == first
    for choice in page.locator(".nn-controls select").all():
        choice.evaluate(
            "s => { s.selectedIndex = (s.selectedIndex + 1) % s.options.length; "
            "s.dispatchEvent(new Event('change')); }"
        )
        assert seen(page) != first
        page.locator(".nn-buttons button").last.click()
        assert seen(page) == first
    clean(desk)


def test_what_changed_is_told_once_the_reader_pauses(desk, name):
    page = desk.open(name)
    live = page.locator(".nn-stage [role=status]")
    assert live.text_content() == ""
    page.locator(".nn-handle:visible, .nn-controls input").first.focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    page.wait_for_function("document.querySelector('.nn-stage [role=status]').textContent")
    assert live.text_content() == page.locator(".nn-words").text_content()


def test_every_control_has_a_name(desk, name):
    page = desk.open(name)
    nameless = page.evaluate(
        """() => [...document.querySelectorAll(".nn-stage :is(input, select, button)")]
            .filter((e) => !(e.labels?.[0]?.textContent || e.textContent).trim()).length"""
    )
    assert nameless == 0
    assert page.locator(".nn-stage").get_attribute("aria-label")


def test_paper_has_the_still_picture(desk, name):
    page = desk.open(name)
    page.emulate_media(media="print")
    assert page.locator(".nn-still img").is_visible()
    assert not page.locator(".nn-stage").is_visible()


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
    desk.page.wait_for_timeout(200)
    assert desk.page.locator(".nn-room img").is_visible()
    assert any("nonsense" in text for text in desk.errors)


def test_nothing_loads_before_the_reader_comes_near(desk):
    loaded = []
    desk.page.on("request", lambda request: loaded.append(request.url))
    desk.html = document("activations")
    desk.page.goto(HOST + "/")
    desk.page.wait_for_timeout(200)
    assert not any("activations.js" in url or "vendor" in url for url in loaded)
