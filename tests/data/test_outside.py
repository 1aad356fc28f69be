"""Files that others made: what they hold, and what is said of those that are damaged or lie."""

import gzip
import tracemalloc

import numpy as np
import pytest
from PIL import Image

from nnbook.data import load_csv, load_idx, load_images

# -- idx -------------------------------------------------------------------------------------------

KINDS = {8: "u1", 9: "i1", 11: "i2", 12: "i4", 13: "f4", 14: "f8"}


def idx(array, number) -> bytes:
    sizes = np.array(array.shape, ">u4").tobytes()
    return bytes([0, 0, number, array.ndim]) + sizes + array.astype(f">{KINDS[number]}").tobytes()


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
@pytest.mark.parametrize("number", KINDS)
def test_idx(number, pack, tmp_path):
    array = np.arange(24).reshape(4, 3, 2).astype(KINDS[number])
    (tmp_path / "x").write_bytes(pack(idx(array, number)))
    found = load_idx(tmp_path / "x")
    assert found.dtype == array.dtype
    np.testing.assert_array_equal(found, array)
    found[0] = 1


GOOD = idx(np.arange(24).reshape(4, 6), 8)
LIES = {
    "empty": (b"", "no idx file"),
    "text": (b"a,b,c\n1,2,3\n", "no idx file; it begins with b'a,b,'"),
    "magic": (b"\0\1" + GOOD[2:], "no idx file"),
    "dtype": (GOOD[:2] + b"\x0a" + GOOD[3:], "no idx file"),
    "no axis": (GOOD[:3] + b"\0", "no idx file"),
    "no sizes": (GOOD[:7], "expected 2 sizes, and the file ends before"),
    "short": (GOOD[:-1], r"expected 24 bytes for the shape \(4, 6\), got 23"),
    "long": (GOOD + b"0", "expected 24 bytes .* got more"),
    "a trillion": (bytes([0, 0, 14, 2]) + b"\x7f\xff\xff\xff" * 2 + b"0" * 8, "got 8"),
    "NaN": (idx(np.array([1.0, np.nan, np.inf]), 13), "2 numbers are not finite"),
    "broken gzip": (gzip.compress(GOOD)[:-9], "damaged gzip"),
    "gzip sum": (gzip.compress(GOOD)[:-8] + b"01234567", "damaged gzip"),
}


@pytest.mark.parametrize(("data", "said"), LIES.values(), ids=LIES)
def test_idx_files_that_lie(data, said, tmp_path):
    (tmp_path / "x.idx").write_bytes(data)
    tracemalloc.start()
    with pytest.raises(ValueError, match=rf"x\.idx: .*{said}"):
        load_idx(tmp_path / "x.idx")
    assert tracemalloc.get_traced_memory()[1] < 4e6
    tracemalloc.stop()


def test_any_damage_of_an_idx_file_is_told(tmp_path):
    rng = np.random.default_rng(0)
    for whole in (GOOD, gzip.compress(GOOD)):
        for trial in range(300):
            data = bytearray(whole)
            data[rng.integers(len(data))] ^= 1 << rng.integers(8)
            del data[len(data) - (trial % 3) :]
            (tmp_path / "x").write_bytes(bytes(data))
            try:
                assert load_idx(tmp_path / "x").nbytes in (24,)
            except ValueError as error:
                assert "x: " in str(error)  # noqa: PT017 - most are refused, some only differ


# -- CSV -------------------------------------------------------------------------------------------


def table(tmp_path, text, *arguments, **options):
    (tmp_path / "t.csv").write_text(text, encoding="utf-8")
    return load_csv(tmp_path / "t.csv", *arguments, **options)


def test_csv(tmp_path):
    found = table(tmp_path, "a, b,y\n1,2,3\n\n4, 5 ,6\n", "y", dtype=np.float32)
    assert found.names == ("a", "b")
    assert found.x.dtype == np.float32
    np.testing.assert_array_equal(found.x, [[1, 2], [4, 5]])
    np.testing.assert_array_equal(found.t, [3.0, 6.0])
    assert found.classes is None
    assert table(tmp_path, "a;b\n1;2\n", delimiter=";").t is None
    quoted = table(tmp_path, '\ufeff"the a","b"\n"1","x, y"\n2,z\n', "b")
    assert quoted.classes == ("x, y", "z")
    assert quoted.names == ("the a",)


def test_classes_have_the_order_that_is_given(tmp_path):
    text = "a,y\n1,low\n2,high\n3,low\n"
    assert table(tmp_path, text, "y").classes == ("high", "low")
    found = table(tmp_path, text, "y", classes=["low", "high"])
    np.testing.assert_array_equal(found.t, [0, 1, 0])
    np.testing.assert_array_equal(table(tmp_path, "a,y\n1,7\n", "y", classes=["7"]).t, [0])


@pytest.mark.parametrize(
    ("text", "options", "said"),
    [
        ("", {}, r"t\.csv: expected a line of names and rows below it, got 0"),
        ("a,b\n", {}, "rows below it, got 1"),
        ("a,a\n1,2\n", {}, "must differ"),
        ("a,\n1,2\n", {}, "not be empty"),
        ("a,b\n1,2\n1\n", {}, r"line 3: expected 2 entries, .* got 1"),
        ("a,b\n1,2,3\n", {}, "line 2: expected 2 entries, .* got 3"),
        ("a,b\n1,x\n", {}, "line 2, column 'b': expected a number, got 'x'"),
        ("a,b\n1,\n", {}, "column 'b': expected a number, got ''"),
        ("a,b\n1,nan\n", {}, "got 'nan'"),
        ("a,b\n1,inf\n", {}, "got 'inf'"),
        ("a,b\n1,1_0\n", {}, "got '1_0'"),
        ("a,b\n1,2\n", {"target": "c"}, "no column 'c'; there are a, b"),
        ("a,b\n1,2\n", {"classes": ["2"]}, "none is named"),
        ("a,b\n1,x\n", {"target": "b", "classes": ["y"]}, r"expected one of \['y'\], got 'x'"),
        ("a,b\n1,x\n", {"target": "b", "classes": ["x", "y"]}, r"no row of the classes \['y'\]"),
        ("a,b\n1,x\n2,\n", {"target": "b"}, "line 3, column 'b': expected one of"),
        ('a,b\n1,"2\n', {}, "no table in UTF-8"),
    ],
)
def test_tables_that_are_none(text, options, said, tmp_path):
    with pytest.raises(ValueError, match=said):
        table(tmp_path, text, **options)


def test_missing_entries_are_nan_where_this_is_wanted(tmp_path):
    found = table(tmp_path, "a,b\n1,NA\n,2\n", missing=("", "NA"))
    np.testing.assert_array_equal(found.x, [[1, np.nan], [np.nan, 2]])


def test_bytes_that_are_no_text(tmp_path):
    (tmp_path / "t.csv").write_bytes(b"a,b\n\xff\xfe,1\n")
    with pytest.raises(ValueError, match="no table in UTF-8"):
        load_csv(tmp_path / "t.csv")


# -- pictures --------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path):
    """Two classes of pictures, 4 wide and 3 high."""
    for k, name in enumerate(("cats", "dogs")):
        (tmp_path / "all" / name).mkdir(parents=True)
        for n in range(2 + k):
            array = np.full((3, 4, 3), (50 * k, 10 * n, 0), np.uint8)
            Image.fromarray(array).save(tmp_path / "all" / name / f"{n}.png")
    return tmp_path / "all"


def test_pictures_of_classes(folder):
    (folder / "cats" / ".hidden").write_text("")
    found = load_images(folder, colour=True)
    assert found.images.shape == (5, 3, 3, 4)
    assert found.classes == ("cats", "dogs")
    np.testing.assert_array_equal(found.labels, [0, 0, 1, 1, 1])
    np.testing.assert_allclose(found.images[4, :, 0, 0] * 255, [50, 20, 0], atol=1e-4)
    gray = load_images(folder / "dogs", dtype=np.float64)
    assert gray.images.shape == (3, 3, 4)
    assert gray.labels is gray.classes is None
    assert gray.images.dtype == np.float64


def break_(folder, how):
    if how == "no folder":
        return folder / "none"
    if how == "empty":
        (folder.parent / "empty").mkdir()
        return folder.parent / "empty"
    if how == "empty class":
        (folder / "eels").mkdir()
    if how == "beside":
        (folder / "notes.txt").write_text("")
    if how == "no picture":
        (folder / "cats" / "notes.txt").write_text("")
    if how == "damaged":
        path = folder / "cats" / "1.png"
        path.write_bytes(path.read_bytes()[:40])
    if how == "false":
        (folder / "cats" / "1.png").write_bytes(b"no picture")
    if how == "size":
        Image.new("L", (5, 3)).save(folder / "dogs" / "1.png")
    return folder


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ("no folder", "none: expected a folder"),
        ("empty", "expected pictures, and found none"),
        ("empty class", "eels: a class without pictures"),
        ("beside", r"expected pictures or folders of them, got notes\.txt too"),
        ("no picture", r"notes\.txt: expected a picture"),
        ("damaged", r"1\.png: a picture that cannot be read"),
        ("false", r"1\.png: a picture that cannot be read"),
        ("size", r"1\.png: expected the size of 0\.png, 3 × 4, got 3 × 5"),
    ],
)
def test_folders_that_do_not_do(folder, how, said):
    with pytest.raises(ValueError, match=said):
        load_images(break_(folder, how))


def test_a_picture_that_would_swell(folder, monkeypatch):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 4)
    with pytest.raises(ValueError, match="cannot be read"):
        load_images(folder)
