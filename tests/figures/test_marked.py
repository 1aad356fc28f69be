"""Figures that move: still ones that say so."""

from __future__ import annotations

import nbformat
import notebooks
import pytest
from docutils import nodes
from docutils.utils import new_document

from nnbook import plots

from .conftest import extension

ALT = "A line that rises from the lower left to the upper right."
QUESTION = "When does the line fall?"


def line():
    fig, ax = plots.subplots(width=5, height=3)
    ax.plot([0, 1], [0, 1])
    return fig


def test_it_is_the_still_figure_and_says_what_moves():
    picture = plots.moving("line", line(), ALT, question=QUESTION, slope=2, points=(1, 2))
    data, about = picture._repr_mimebundle_()
    still, about_still = plots.show(line(), ALT)._repr_mimebundle_()
    assert data == still
    moving = about["image/png"].pop("moving")
    assert about == about_still
    settings = {"slope": 2, "points": [1, 2]}
    assert moving == {"name": "line", "question": QUESTION, "settings": settings}


@pytest.mark.parametrize("name", ["", "Line", "a b", "../line", "line.js", "-line"])
def test_a_name_that_is_no_file_of_ours_is_refused(name):
    with pytest.raises(ValueError, match=r"is named by|text that is not empty"):
        plots.moving(name, line(), ALT, question=QUESTION)


def test_it_has_a_description_and_a_question():
    with pytest.raises(ValueError, match="alt text"):
        plots.moving("line", line(), "A line", question=QUESTION)
    with pytest.raises(ValueError, match="question must say"):
        plots.moving("line", line(), ALT, question="Drag it")


@pytest.mark.parametrize("value", [float("nan"), object(), {1, 2}])
def test_settings_are_what_json_can_hold(value):
    with pytest.raises((ValueError, TypeError)):
        plots.moving("line", line(), ALT, question=QUESTION, value=value)


def cell_with(*pictures):
    outputs = [
        nbformat.v4.new_output("display_data", data, metadata=metadata)
        for data, metadata in (p._repr_mimebundle_() for p in pictures)
    ]
    return nbformat.v4.new_code_cell("plots.moving(…)", outputs=outputs)


def test_the_stored_cell_says_it_to_the_site():
    picture = plots.moving("line", line(), ALT, question=QUESTION, slope=2)
    told = notebooks.canonical_metadata(cell_with(picture))["mystnb"]
    assert told["moving"] == {"name": "line", "question": QUESTION, "settings": {"slope": 2}}
    still = cell_with(plots.show(line(), ALT))
    still.metadata["mystnb"] = told  # the cell showed a moving one before
    assert "moving" not in notebooks.canonical_metadata(still)["mystnb"]


def test_two_in_a_cell_are_refused():
    picture = plots.moving("line", line(), ALT, question=QUESTION)
    with pytest.raises(notebooks.NotebookError, match="stands alone"):
        notebooks.canonical_metadata(cell_with(picture, picture))


class App:
    class builder:
        format = "html"


def page_of(about):
    cell = nodes.container(nb_element="cell_code", cell_metadata={"mystnb": {"moving": about}})
    cell += nodes.image(uri="still.png", alt=ALT)
    document = new_document("page")
    document += cell
    return document


def test_the_site_frames_the_picture():
    ext = extension()
    about = {"name": "activations", "question": "Is a < b?", "settings": {"text": '"quoted" <b>'}}
    document = page_of(about)
    ext.frame_pictures(App, document, "page")
    (frame,) = document.findall(ext.Frame)
    assert [type(child) for child in frame] == [nodes.image]
    html = ext.opening(frame["about"], frame["size"]) + ext.closing(frame["about"])
    assert "Is a &lt; b?" in html
    assert "<b>" not in html
    assert 'data-settings="{&quot;text&quot;' in html


def test_a_figure_without_a_script_is_an_error():
    document = page_of({"name": "nothing", "question": QUESTION, "settings": {}})
    ext = extension()
    with pytest.raises(ValueError, match="no script"):
        ext.frame_pictures(App, document, "page")
