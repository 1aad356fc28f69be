"""A hostile cell, output, answer or link: nothing leaves the worker, nothing reaches the page.

Two walls keep Python from the network: what it could speak with is taken away, and the frame that
it lives in has a policy under which nobody answers. Each is tested alone, and each attack is shown
to work where both are gone; so is each attack on the page.
"""

import re
import sys
import time

import notebooks
import pytest

from tests.site import attacks, chromium
from tests.site.conftest import module_page, open_page

sys.path.insert(0, str(notebooks.ROOT / "book" / "_ext"))

CHAPTER = "book/networks/losses.html"
WEB = notebooks.ROOT / "book" / "_web" / "live"
PATIENCE = 90_000  # milliseconds for Python to start on a busy machine

RUN = """async (source) => {
  const { engine } = await import("/web/live/engine.js");
  await engine.start("proofs");
  const outputs = [];
  const late = setTimeout(() => engine.stop(), 20000);
  const result = await engine.run(source, (output) => outputs.push(output));
  clearTimeout(late);
  return { ...result, outputs };
}"""


@pytest.fixture(scope="module")
def browser():
    """Chromium without its own guard of this machine's ports, which would hide ours."""
    if reason := chromium.missing():
        (pytest.fail if chromium.REQUIRED else pytest.skip)(reason)
    with pytest.MonkeyPatch.context() as patch:
        flags = [*chromium.FLAGS, "--disable-features=LocalNetworkAccessChecks"]
        patch.setattr(chromium, "FLAGS", flags)
        with chromium.start() as browser:
            yield browser


@pytest.fixture(scope="module")
def listener():
    with attacks.listener() as server:
        yield server


def doors_open(page) -> None:
    """The worker with all that it could speak with."""
    source = (WEB / "worker.js").read_text(encoding="utf-8")
    assert "  closeDoors();\n}" in source
    opened = "const own = self.fetch;\n" + source.replace(
        "  closeDoors();\n}", "  self.fetch = own;\n}"
    )
    page.route(
        "**/web/live/worker.js",
        lambda route: route.fulfill(body=opened, content_type="text/javascript"),
    )


def without_policy(page) -> None:
    """The frame without its policy, and the page without its own."""
    frame = re.sub(r"<meta http-equiv[^>]*>", "", (WEB / "frame.html").read_text(encoding="utf-8"))
    page.route(
        "**/web/live/frame.html", lambda route: route.fulfill(body=frame, content_type="text/html")
    )
    unguarded(page)


def unguarded(page) -> None:
    def answer(route):
        response = route.fetch()
        text = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", response.text())
        route.fulfill(response=response, body=text)

    page.route("**/book/**/*.html", answer)


def started(browser, address, *changes):
    page = open_page(browser, address)
    for change in changes:
        change(page)
    page.context.set_default_timeout(PATIENCE)
    page.goto(address + CHAPTER)
    return page


@pytest.fixture(scope="module")
def shipped(browser, live):
    """A page as readers get it, whose Python runs on from test to test."""
    page = started(browser, live.address)
    yield page
    page.context.close()


@pytest.fixture(scope="module")
def opened(browser, served):
    """A page without its policy, in which no Python is started."""
    page = started(browser, served.address, unguarded)
    yield page
    page.context.close()


guarded = module_page(CHAPTER)


@pytest.fixture
def chapter(guarded):
    """A page with its policy, in which no Python is started; each test's target is taken away."""
    guarded.watch.take()
    yield guarded
    guarded.evaluate("() => document.querySelectorAll('#target').forEach((e) => e.remove())")


def heard(listener, name: str, seconds=3.0) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if name in listener.heard:
            return True
        time.sleep(0.05)
    return False


def send_all(page, listener, walls: str) -> dict[str, dict]:
    results = {}
    for name, cell in attacks.SENDING.items():
        url = f"{listener.address}{walls}-{name}"
        results[name] = page.evaluate(RUN, cell.replace("{url}", url))
    return results


def arrived(page, listener, walls: str) -> set[str]:
    """What the other host has heard, after the time in which it would hear more."""
    page.wait_for_timeout(2000)
    return {name for name in listener.heard if name.startswith(walls)}


# -- Python and the network ------------------------------------------------------------------------


def test_nothing_leaves_the_worker(shipped, listener):
    results = send_all(shipped, listener, "shipped")
    assert arrived(shipped, listener, "shipped") == set()
    # A request is refused in words that a reader understands.
    text = str(results["open_url"]["outputs"]) + str(results["request"]["outputs"])
    assert "XMLHttpRequest" in text
    for name, cell in attacks.REACHING.items():
        result = shipped.evaluate(RUN, cell)
        assert result["status"] == "error", name
    assert shipped.evaluate(RUN, "1 + 1")["status"] == "ok"


def test_the_policy_of_the_frame_alone_keeps_it_in(browser, live, listener):
    page = started(browser, live.address, doors_open)
    send_all(page, listener, "policy")
    assert arrived(page, listener, "policy") == set()
    result = page.evaluate(RUN, "import js\nr = js.XMLHttpRequest.new()\nr.status")
    assert result["status"] == "ok"  # the door is there, and leads nowhere
    page.context.close()


def test_without_the_walls_each_attack_works(browser, live, listener):
    """Planted: the same cells, and the other host hears them all."""
    page = started(browser, live.address, doors_open, without_policy)
    results = send_all(page, listener, "open")
    silent = [name for name in attacks.SENDING if not heard(listener, f"open-{name}")]
    assert not silent, [(name, results[name]) for name in silent]
    page.context.close()


def test_without_a_policy_the_doors_alone_stop_what_goes_by_name(browser, live, listener):
    page = started(browser, live.address, without_policy)
    send_all(page, listener, "doors")
    found = arrived(page, listener, "doors")
    assert found <= {"doors-run_js"}  # `import` is a word of the language: for that is the policy
    page.context.close()


def test_a_cell_cannot_speak_to_the_page_but_by_outputs(shipped):
    """Forged messages: what is no JSON, what answers nobody, what is of another type."""
    page = shipped
    page.watch.take()
    forged = """
import js, nnbook_kernel
from pyodide.ffi import to_js
js.postMessage("forged")
js.postMessage(js.Object.fromEntries(to_js([["id", 1], ["ok", True], ["result", "forged"]])))
for output in (None, 3, "text", [], {}, {"output_type": "stream", "text": 3, "name": {}},
               {"output_type": "error", "traceback": 3}, {"data": 3}, {"data": {"text/html": 3}},
               {"data": {"image/png": {"a": 1}}}, {"data": {"text/markdown": []}, "metadata": 3}):
    nnbook_kernel.send(output)
"""
    result = page.evaluate(RUN, forged)
    assert result["status"] == "ok"
    shown = page.evaluate(
        """async (outputs) => {
      const { add } = await import("/web/live/outputs.js");
      const target = document.querySelector("article").appendChild(document.createElement("div"));
      for (const output of outputs) add(target, output);
      return target.childElementCount;
    }""",
        result["outputs"],
    )
    assert shown >= 5
    assert not [line for line in page.watch.take() if "exception" in line]


# -- What a cell shows -----------------------------------------------------------------------------

SHOW = """async ([outputs, harmless]) => {
  const target = document.querySelector("article").appendChild(document.createElement("div"));
  target.id = "target";
  const { add } = await import("/web/live/outputs.js");
  for (const output of outputs) {
    if (harmless) add(target, output);
    else target.appendChild(document.createElement("div")).innerHTML = output.data["text/html"];
  }
  for (const element of target.querySelectorAll(".clicked")) element.click();
  await new Promise((done) => setTimeout(done, 1500));
}"""
REACHED = """() => Object.keys(window).filter((name) => name.startsWith("reached")).map(
    (name) => name.slice("reached_".length).replaceAll("_", "-")).sort()"""
# Elements and attributes that no output may bring. A formula has its own width and the room of its
# cells as a style.
LEFT = """() => { const OUR_STYLE = /^(--w:[\\d.]+|padding:[-\\d.em ]+(;text-align:\\w+)?)$/;
  return [...document.querySelectorAll("#target *")].flatMap((element) => [
    ...(["SCRIPT", "IFRAME", "FORM", "STYLE", "OBJECT", "EMBED", "LINK", "META", "BASE", "A",
         "VIDEO", "BUTTON", "INPUT", "DETAILS"].includes(element.nodeName.toUpperCase())
      ? [element.nodeName] : []),
    ...[...element.attributes].map((a) => a.name).filter((name) =>
      /^(on|data-(?!status$)|id$|name$|style$|href|xlink|srcset|popover)/.test(name)
      && !(name === "style" && OUR_STYLE.test(element.getAttribute("style"))
           && element.namespaceURI.endsWith("MathML"))),
    ...[...element.classList].filter((name) => ["nn-status", "modal", "show"].includes(name)),
  ]); }"""


def html(name: str, listener, walls: str) -> dict:
    url, mark = f"{listener.address}{walls}-{name}", f"top.reached_{name.replace('-', '_')}=1"
    text = attacks.HTML[name].format(url=url, mark=mark)
    return {"output_type": "display_data", "data": {"text/html": text}}


def test_what_a_cell_shows_is_made_harmless(chapter, listener):
    page = chapter
    page.evaluate(SHOW, [[html(name, listener, "shown") for name in attacks.HTML], True])
    assert page.evaluate(REACHED) == []
    assert page.evaluate(LEFT) == []
    assert {name for name in listener.heard if name.startswith("shown")} == set()
    assert "Your password?" in page.locator("#target").inner_text()


def test_as_they_are_these_would_act(opened, listener):
    """Planted: the same texts put into a page that has no policy."""
    page = opened
    names = [*attacks.RUNS, *attacks.ASKS]
    page.evaluate(SHOW, [[html(name, listener, "raw") for name in names], False])
    assert page.evaluate(REACHED) == sorted(attacks.RUNS)
    assert [name for name in attacks.ASKS if not heard(listener, f"raw-{name}")] == []


def test_the_policy_of_the_page_alone_stops_them(chapter, listener):
    page = chapter
    names = [*attacks.RUNS, *attacks.ASKS]
    page.evaluate(SHOW, [[html(name, listener, "guarded") for name in names], False])
    assert page.evaluate(REACHED) == []
    assert {name for name in listener.heard if name.startswith("guarded")} == set()


def latex_outputs(latex: str) -> list[dict]:
    texts = {
        "text/latex": f"${latex}$",
        "text/markdown": f"A formula: ${latex}$\n\n$$\n{latex}\n$$ (eq-none)",
        "text/html": rf"<p>\({latex}\)</p><span class='math'>\({latex}\)</span>",
    }
    outputs = [{"output_type": "display_data", "data": {kind: texts[kind]}} for kind in texts]
    outputs.append({
        "output_type": "display_data",
        "data": {"text/markdown": "$$\nx\n$$ (eq-none)"},
        "metadata": {"displays": {"eq-none": rf"<span class='math'>\({latex}\)</span>"}},
    })  # fmt: skip
    return outputs


# The attributes of what MathJax makes of LaTeX, before our writer (web/reading/mathml.js) chooses.
MATHJAX = """async (latex) => {
  await (await import("/web/reading/mathematics.js")).ready();
  const M = MathJax._;
  const InputJax = new M.input.tex_ts.TeX({ packages: ["base", "ams", "html"] });
  const font = new M.output.chtml.fonts.tex_ts.TeXFont();
  const OutputJax = new M.output.chtml_ts.CHTML({ font });
  const adaptor = new M.adaptors.liteAdaptor.LiteAdaptor();
  const { HTMLDocument } = M.handlers.html.HTMLDocument;
  const page = new HTMLDocument("", adaptor, { InputJax, OutputJax });
  return latex.map((text) => {
    const item = new page.options.MathItem(text, InputJax, true);
    item.setMetrics(16, 8, 1e6, 1e6, 1);
    item.convert(page, M.core.MathItem.STATE.CONVERT);
    const found = {};
    item.root.walkTree((node) => Object.assign(found, node.attributes?.getAllAttributes?.()));
    return found;
  });
}"""


def test_latex_makes_formulas_and_nothing_else(chapter, listener):
    page = chapter
    texts = [latex.format(url=f"{listener.address}latex") for latex in attacks.LATEX]
    page.evaluate(SHOW, [[o for text in texts for o in latex_outputs(text)], True])
    for name, value in attacks.LATEX.values():
        assert page.locator(f'#target [{name}*="{value}"]').count() == 0, name
    assert page.evaluate(LEFT) == []
    assert "latex" not in listener.heard


def test_as_it_is_mathjax_would_make_more_of_it(chapter, listener):
    """Planted: the same LaTeX given to MathJax."""
    texts = [latex.format(url=f"{listener.address}planted") for latex in attacks.LATEX]
    made = chapter.evaluate(MATHJAX, texts)
    for found, (latex, (name, value)) in zip(made, attacks.LATEX.items(), strict=True):
        assert value in found[name], latex


def test_a_formula_of_a_cell_is_set(chapter):
    page = chapter
    page.evaluate(SHOW, [latex_outputs(r"\frac{a}{b} \class{nn-check}{\checkmark}"), True])
    assert page.locator("#target math").count() >= 3
    assert page.watch.take() == []


# -- What is typed, kept or linked -----------------------------------------------------------------

ANSWERS = [
    '"><img src=x onerror="window.reached_answer = 1">',
    "<script>window.reached_answer = 1</script>",
    r"\href{javascript:window.reached_answer=1}{s}",
    r"\class{nn-status}{s} + \style{color:red}{s}",
    "\\) <img src=x onerror=window.reached_answer=1> \\(",
    "__import__('js').document",
]


def test_an_answer_is_text_and_stays_text(shipped):
    page = shipped
    exercise = page.locator('[data-exercise="losses.width"]')
    for text in ANSWERS:
        exercise.get_by_role("textbox").fill(text)
        exercise.get_by_role("button", name="Check").click()
        exercise.locator('.nn-verdict[data-status="unread"]').wait_for()
        shown = exercise.locator(".nn-verdict .nn-place").inner_text()
        assert shown.strip().replace("␣", "") == text.strip()
        made = ":is(.nn-verdict, .nn-preview) :is(img, script, a, mjx-container)"
        assert exercise.locator(made).count() == 0
        exercise.get_by_role("button", name="Clear").click()
    assert page.evaluate(REACHED) == []


def test_the_frame_has_no_origin_and_goes_with_its_worker(shipped):
    """The last on this page, as it ends Python."""
    page = shipped
    page.evaluate(RUN, "1")
    frame = page.locator("iframe.nn-python")
    assert frame.get_attribute("sandbox") == "allow-scripts"
    inner = next(f for f in page.frames if f.url.endswith("frame.html"))
    assert inner.evaluate("() => self.origin") == "null"
    title = "() => { try { return parent.document.title } catch { return null } }"
    assert inner.evaluate(title) is None
    went = page.evaluate("""async () => {
      const { engine } = await import("/web/live/engine.js");
      const endless = engine.run("while True: pass", () => {}).catch((error) => error.name);
      setTimeout(() => engine.stop(), 300);
      return await endless;
    }""")
    assert went == "Stopped"
    assert page.locator("iframe.nn-python").count() == 0


def test_what_the_browser_kept_is_text(page, served):
    """Planted in the storage, as another page of the host could do, and longer than an answer."""
    page.goto(served.address + CHAPTER)
    text = ANSWERS[0] + "s" * 1000
    key = "nnbook-answer:book/networks/losses:losses.width"
    page.evaluate("([key, text]) => localStorage.setItem(key, text)", [key, text])
    page.goto(served.address + CHAPTER + "?answer=<img src=x onerror=window.reached_answer=1>#x")
    field = page.locator('[data-exercise="losses.width"]').get_by_role("textbox")
    assert field.input_value() == text[:400]
    page.wait_for_timeout(300)
    assert page.evaluate(REACHED) == []
    assert page.locator("article img[src=x]").count() == 0


def test_a_forged_verdict_is_text(chapter):
    page = chapter
    page.evaluate(
        """async ([texts, latex]) => {
      const { show, showPlace } = await import("/web/exercises/verdict.js");
      const target = document.querySelector("article").appendChild(document.createElement("div"));
      target.id = "target";
      const results = [null, 3, "right", [], {}, { status: "__proto__" }, { status: { a: 1 } },
        ...texts.map((text) =>
          ({ status: "wrong", message: `${text} $${text}$`, latex, form: text })),
        { status: "unread", message: texts[0], span: ["<b>", 1e9] },
        { status: "unread", message: texts[0], span: [-5, 1e9] }];
      for (const result of results) {
        const place = target.appendChild(document.createElement("div"));
        show(place, result, texts[0]);
      }
      await new Promise((done) => setTimeout(done, 500));
    }""",
        [ANSWERS, r"\href{javascript:window.reached_answer=1}{s}"],
    )
    assert page.evaluate(REACHED) == []
    assert page.evaluate(LEFT) == []
    assert [line for line in page.watch.take() if "exception" in line] == []


# -- The policy of the pages -----------------------------------------------------------------------


def test_a_page_runs_no_script_that_the_build_did_not_put_there(chapter, listener):
    page = chapter
    page.evaluate(
        """(url) => {
      const script = document.createElement("script");
      script.textContent = "window.reached_answer = 1";
      document.head.append(script);
      const far = document.createElement("script");
      far.src = url;
      document.head.append(far);
      fetch(url).catch(() => {});
      new Image().src = url;
    }""",
        listener.address + "page",
    )
    page.wait_for_timeout(500)
    assert page.evaluate(REACHED) == []
    assert "page" not in listener.heard


def test_without_it_the_page_would(opened, listener):
    """Planted: the page without its policy."""
    opened.evaluate("(url) => { new Image().src = url }", listener.address + "unguarded")
    assert heard(listener, "unguarded")


def test_every_page_has_a_policy(site):
    import policy

    pages = policy.pages(site)
    assert len(pages) > 30
    for path in pages:
        text = path.read_text(encoding="utf-8")
        if "<head" in text:
            assert policy.META.search(text), path
