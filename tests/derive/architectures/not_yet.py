"""Identities that the engine cannot prove yet; a test fails when one of them is proved."""

NOT_YET = {
    "recurrent: clipped by norm",
    "machines: staleness as a sum of updates",
    "ranges: pascal",
    "ranges: binomial theorem",
    "ranges: binomial row",
    "ranges: hockey stick",
    "ranges: upsampled twice",
}
