"""The search of the built site: what is meant stands first, and excerpts begin with text."""

import pytest

# What is asked, and what may come first: kind and address.
WANTED = {
    "Adam": {"term glossary#adam", "section training/optimizers#adam"},
    "adam": {"term glossary#adam", "section training/optimizers#adam"},
    "vanishing gradient": {"term glossary#vanishing-gradients"},
    "cross-entropy gradient": {
        "equation networks/losses#equation-eq-cce-gradient",
        "equation networks/losses#equation-eq-softmax-cce-gradient",
    },
    "SGD": {"term glossary#stochastic-gradient-descent"},
    "Xavier": {"term glossary#glorot-initialization"},
    "dead units": {"term glossary#dead-unit"},
    "backpropagation": {"term glossary#backpropagation", "page training/backpropagation"},
    "convolution": {"term glossary#convolution", "page images/convolution"},
    "SoftmaxCrossEntropy": {"code networks/losses#logits-and-categorical-cross-entropy"},
    "Conv2D": {"code images/convolution#a-window-that-slides"},
    "bias correction Adam": {"equation training/optimizers#equation-eq-adam-bias-correction"},
    "softmax jacobian": {"equation networks/activations#equation-eq-softmax-jacobian-delta"},
    "perceptron convergence": {"section networks/architectures#theorem-perceptron-convergence"},
    "evidence lower bound": {"term glossary#evidence-lower-bound"},
    "where Adam fails": {"section training/optimizers#where-adam-fails"},
    "eq-gelu-derivative": {"equation networks/activations#equation-eq-gelu-derivative"},
    "rotary": {
        "equation sequences/transformer#equation-eq-rotary",
        "term glossary#rotary-positions",
    },
}
# Two things of one name: both stand before everything else.
BOTH = {
    "Adam": {"term glossary#adam", "section training/optimizers#adam"},
    "dropout": {"term glossary#dropout", "section training/dropout#dropout"},
    "huber loss": {"term glossary#huber-loss", "equation networks/more-losses#equation-eq-huber"},
}
FIND = """query => nnSearch.find(query).map(({kind, page, anchor}) =>
  `${kind} ${page.name.replace(/^book\\//, "")}${anchor}`)"""


@pytest.fixture
def found(page):
    """What the search finds."""
    page.open("search.html")
    return lambda query: page.evaluate(FIND, query)


def wrong(found, wanted=WANTED, both=BOTH) -> list[str]:
    """Queries that are not answered by what is meant."""
    lists = {query: found(query) for query in {*wanted, *both}}
    problems = [q for q, first in wanted.items() if not first & set(lists[q][:1])]
    return problems + [q for q, two in both.items() if set(lists[q][:2]) != two]


def test_what_is_meant_stands_first(found):
    lists = {query: found(query)[:3] for query in wrong(found)}
    assert lists == {}


def test_names_come_before_pages_that_mention(found):
    for query in WANTED:
        kinds = [hit.partition(" ")[0] for hit in found(query)]
        assert "text" not in kinds[: kinds.count("text") and kinds.index("text")]
        assert set(kinds[kinds.index("text") :] if "text" in kinds else []) <= {"text"}


def test_nothing_is_found_of_nothing(found):
    assert found("zzyzx") == []
    assert found("") == []
    assert found("σ")  # a sign is looked for in the text


def test_planted_objects_left_out(page, found):
    page.evaluate("() => { Search._index.objects = {}; }")  # before the first question
    assert len(wrong(found)) > len(WANTED) / 2


def test_planted_object_left_out(page, found):
    page.evaluate(
        """() => {
      const things = Search._index.objects;
      for (const prefix of Object.keys(things))
        things[prefix] = things[prefix].filter((thing) => thing[3] !== "equation-eq-rotary"
          && thing[3] !== "rotary-positions");
    }"""
    )
    assert wrong(found) == ["rotary"]


def test_results_show_what_they_are(page):
    page.open("search.html?q=cross-entropy gradient")
    first = page.locator("ul.search > li").first
    first.locator(".nn-excerpt").wait_for()
    assert first.locator("a").inner_text() == "Cross-entropy gradient"
    assert "equation (" in first.locator(".nn-kind").inner_text()
    # The formula itself is shown, and it is set.
    page.wait_for_function("document.querySelector('.nn-excerpt :is(mjx-container, math)')")
    assert "hits for “cross-entropy gradient”" in page.locator(".search-summary").inner_text()
    assert page.watch.take() == []


def test_excerpts_begin_with_text(page):
    page.open("search.html?q=Adam")
    page.wait_for_function("document.querySelectorAll('.nn-excerpt').length >= 15", timeout=60_000)
    excerpts = page.locator(".nn-excerpt").all_inner_texts()
    for text in excerpts:
        assert "Contents" not in text[:20]
        assert "Show the code" not in text
        assert "import " not in text[:20]
    term = page.locator("li[data-kind=term] .nn-excerpt").first.inner_text()
    assert term.startswith("An optimizer that steps along a moving average")


def test_more_hits_on_demand(page):
    page.open("search.html?q=gradient")
    assert page.locator("ul.search > li").count() == 20
    page.get_by_role("button", name="Show 20 more").click()
    assert page.locator("ul.search > li").count() == 40
    assert page.evaluate("document.activeElement.closest('li')?.matches(':nth-child(21)')")


def test_a_question_is_no_markup(page):
    page.open("search.html?q=%3Cimg src=x onerror=window.hit=1%3E Adam")
    page.locator(".search-summary").wait_for()
    assert page.evaluate("window.hit === undefined")
    assert page.locator("#search-results img").count() == 0
