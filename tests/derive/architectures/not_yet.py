"""Identities that the engine cannot prove yet; a test fails when one of them is proved."""

NOT_YET = {
    "recurrent: clipped by norm",
    "attention: sinusoidal, shifted",
    "attention: sinusoidal, product depends on the distance",
    "attention: rotary, relative",
    "machines: staleness as a sum of updates",
    "ranges: pascal",
    "ranges: binomial theorem",
    "ranges: binomial row",
    "ranges: hockey stick",
    "ranges: upsampled twice",
}
