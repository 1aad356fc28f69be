import pytest

from nnbook.derive import prove

from .identities import IDENTITIES, parts


@pytest.mark.parametrize("name", IDENTITIES)
def test_proved(name):
    verdict = prove(*parts(IDENTITIES[name]))
    assert verdict.status == "proved", verdict
