"""Wrong values that are right here, each row with its reason.

A row says where (a pattern of the place of a callable), which parameters, and which values; one
that no call needs any more fails the test.
"""

from __future__ import annotations

import re
from typing import NamedTuple

IEEE = "below zero|1e308|NaN inside|infinity inside"
SHAPES = "an axis more|a scalar|an axis less|a row less|columns twice|empty"


class Row(NamedTuple):
    """Values that a parameter takes, and why."""

    place: str
    parameter: str
    values: str
    reason: str

    def holds(self, place: str, parameter: str, what: str) -> bool:
        patterns = (self.place, self.parameter, self.values)
        pairs = zip(patterns, (place, parameter, what), strict=True)
        return all(re.fullmatch(pattern, value) for pattern, value in pairs)


ROWS = [
    # numbers
    Row(r"(data|diffusion|gradcheck|graph|numerics|ops|training|variational)\..*",
        r"\*inputs\d|x|x_t|z|y|y_bar|h|v|noise|images|inputs|cotangents|W|G|t|mode", IEEE,
        "data are any real numbers, and arithmetic is IEEE's: NaN and infinity go through; "
        "fit(check_finite=True) names the vertex where they first come up"),
    Row(r"distributed\..*", "x|t", "below zero|1e308", "data are any finite numbers"),
    Row(r".*", "params|grads", "a leaf with NaN",
        "parameters are IEEE's numbers; fit refuses those that are not finite"),
    Row(r"data\.metrics\..*|data\.calibration\..*", "y|t|z|confidence|a|b|groups|classes", IEEE,
        "scores have any size, and an infinite one is the largest; labels may be any numbers"),
    Row(r"plots\..*", "x|grid|t", IEEE, "pictures show the numbers that there are"),
    Row(r"studies\..*", "values|others", "below zero|1e308", "any finite numbers have a mean"),
    Row(r".*", "base|positions", f"{IEEE}|halves|a thousand more|1e308",
        "positions are any numbers, and biases too"),
    Row(r".*", r"down|right|degrees|factor|noise|limit|deviation|threshold|beta|eta|gamma|delta"
        r"|alpha|strength\d?|bound|p|s|a|gain|eps|base|server|seconds|target|floor|psi|factor"
        r"|least_change|error|extra|learning_rate|then|low|high|value|forget_bias|shift|rotate|scale|tolerance",
        "1e308", "a finite number in the range that is documented"),
    Row(r".*", r"down|right|degrees|threshold|beta|low|value|forget_bias|ignore|axis|index",
        "minus one", "numbers of any sign, and places from the end"),
    Row(r".*", r"down|right|degrees|noise|threshold|eta|gamma|strength\d?|s|p|eps|server|seconds"
        r"|target|floor|psi|smoothing|slope|beta\d?|rho|mu|memory|weight_decay|least_change|low"
        r"|learning_rate|then|value|forget_bias|ignore|axis|index|shift|rotate|order|number|offset"
        r"|key|spare|seed|ticket|padding|output_padding|factor|error", "zero",
        "0 is in the range that is documented"),
    Row(r"energy\.(hopfield|rbm|partition)\..*", "x|v|h", "below zero|1e308|halves|a thousand more",
        "energies and their slopes are formulas of any finite numbers"),
    Row(r"energy\..*", "n|steps", "zero", "no unit has one state, and no step changes nothing"),
    Row(r".*max_norm|.*shorten", "p", "infinity", "the largest entry is a norm too"),
    Row(r"studies\.t_quantile", "df", "a half", "Welch's degrees of freedom are no whole numbers"),
    Row(r"calls\.Needs\.input", "i", "minus one|zero|true", "a place in a tuple, as in Python"),
    Row(r"ops\..*|.*output_size", "padding", "a number", "pixels on each side, 3 among them"),
    # shapes
    Row(r"numerics\..*|ops\.(activations|rectifiers|latent|noise|arithmetic|gates)\..*",
        r"x|z|\*inputs\d", SHAPES,
        "entry by entry or along one axis: any shape, and an array of nothing"),
    Row(r"ops\..*\.forward", r"\*inputs\d", SHAPES,
        "leading axes and batches are as long as they are, and empty ones give empty results"),
    Row(r"data\.augmentation\..*|data\.preprocessing\.grayscale", r"images|\*inputs\d", SHAPES,
        "images of any number, size and leading axes"),
    Row(r"graph\.Graph\..*|training\.loop\.Fit\.predict|gradcheck\..*|diffusion\.samplers\..*"
        r"|variational\..*|energy\..*|training\.(steepness|constraints|directions)\..*"
        r"|ops\.positions\.rotary", r"inputs|x|h|v|p|W|G|patterns", SHAPES,
        "batches are as long as they are, or one example without an axis"),
    Row(r"ops\.embedding\..*|ops\.attention\.padding_mask|data\.targets\.one_hot",
        r"\*inputs0|lengths|labels", SHAPES, "labels of any shape"),
    Row(r"ops\.(positions|attention|multihead)\..*", r"\*inputs[13]", f"{SHAPES}|a thousand more",
        "positions and masks broadcast"),
    Row(r"data\.metrics\.accuracies\..*|data\.calibration\..*", "y|z", "columns twice",
        "that many classes"),
    Row(r"data\.clusters\.kmeans|studies\.estimate", "x|values", "a row less|columns twice",
        "as many examples as there are"),
    Row(r"data\.ngrams\..*", "text|context", "a row less|columns twice|empty",
        "a text of any length"),
    Row(r"data\.metrics\.confusion\..*", "C", "halves|a thousand more",
        "shares and large counts"),
    Row(r"diffusion\.schedules\.Schedule", "left", "a row less", "a schedule of fewer steps"),
    Row(r"distributed\.work\.gradient", "rows", "a row less|columns twice", "rows of any number"),
    Row(r"distributed\.work\.Job", "x|t", "a leaf twice as long",
        "the widths are looked at when the network is run"),
    Row(r"plots\..*", "grid|t", "columns twice|an axis more", "wider pictures; labels in a column"),
    Row(r".*\(\)\.(init|apply|invert)", "x", SHAPES, "tables and images of any number of examples"),
    Row(r"training\..*\(\)\.init", "params", "a (complex )?leaf.*|a dict|a name.*",
        "any tree of numbers may be learned"),
    Row(r"training\..*\(\)\.update", "params|grads", "a name too many|a leaf missing",
        "a parameter without a gradient is left as it is"),
    Row(r"training\..*\(\)\.update", "state", "a leaf with NaN", "fit looks at the state"),
    Row(r"training\.loop\.fit", "preprocessing", "a dict", "any tree of numbers"),
    Row(r"training\.constraints\.freeze\(\)\.update", "params|grads", "a (complex )?leaf.*",
        "what is frozen is not looked at"),
    Row(r"training\.schedules\..*\(\)", "s", r"a half|true|10\*\*30|1e308",
        "a rate is a function of any time"),
    # labels and rows of any kind
    Row(r"data\.(splits|metrics\.partitions)\..*|plots\.data\.decision_boundary",
        "labels|groups|classes|stratify|a|b|t",
        f"objects|texts|halves|a thousand more|{IEEE}", "labels are any finite numbers or words"),
    Row(r"data\.splits\..*", r"\*arrays\d",
        f"complex numbers|objects|texts|columns twice|halves|a thousand more|{IEEE}",
        "rows of any kind are only picked"),
    # names, lists, functions
    Row(r"graph\.Graph(\.add)?", r"\*inputs0|name", "text", "a name"),
    Row(r".*", "name|monitor|kind|caption|prefix|path|folder", "text|empty",
        "any text names it, and a path is one"),
    Row(r"training\.constraints\.freeze", r"\*vertices0", "text", "the name of a vertex"),
    Row(r".*", "wrt|flip|missing|context|names|slots|metrics|callbacks|hidden|shape|axis", "empty",
        "none, or one number for all"),
    Row(r"data\.outside\.load_csv|plots\.diagrams\.network_diagram|.*elementwise",
        "missing|labels|slots", "texts", "words are what it takes"),
    Row(r"data\.preprocessing\..*", "axis", "None", "over all axes"),
    Row(r".*", "learning_rate|then|seconds", "a function", "a function of the step"),
    Row(r".*", "loss_weights|weights", "a number", "the weight of the only output"),
    Row(r"plots\.data\.curves", "history", "a name too many", "a history has any lines"),
    Row(r"listing\.source", r"\*objects0", "a class", "a class has a source"),
    Row(r"tree\.map", r"tree|\*others0|f", "a (complex )?leaf.*|anything",
        "leaves are whatever the function takes, and it says so"),
    Row(r"tree\.(count|flatten|items|unflatten)", "tree|flat",
        "a dict|a name.*|a (complex )?leaf.*",
        "a tree has any leaves"),
    Row(r"training\.clipping\.global_norm", "grads", "a dict|a name.*|a leaf.*",
        "a tree of any numbers has a norm"),
    Row(r"training\.penalties\.Penalty\..*", "params|grads", "a dict|a name.*|a leaf.*",
        "it falls on those that it finds; the optimizer compares names"),
    Row(r"graph\.Graph\.measured", "params", "a (complex )?leaf.*",
        "it looks at parameters that ops measure, and this network has none"),
    Row(r"variational\.BernoulliVAE\.(decode|logits|sample)", "params", "a (complex )?leaf.*",
        "of the parameters it reads those of the decoder"),
    Row(r"plots\.graphs\.draw", "values|cotangents", "a leaf (missing|with NaN)",
        "vertices without values are drawn without"),
    Row(r"training\.callbacks\.EarlyStopping\.recall", "held", "a (complex )?leaf.*",
        "what a checkpoint holds was looked at when it was read"),
    Row(r"gradcheck\.(entrywise|projection)", "mode", "a function|its class|anything",
        "a function that makes the mode; what it raises is its own"),
    Row(r"calls\.Needs", "inputs|params", ".*",
        "a tuple that is made at every vertex: vjp, which reads it, checks it"),
    Row(r"distributed\.simulated\.Simulated\.(share|submit)", r"value|work|\*arguments\d", ".*",
        "machines are handed anything"),
    Row(r"distributed\.cluster\.Cluster", "timeout", "1e308", "it waits as long as it was told"),
]  # fmt: skip


def reasons(place: str, parameter: str, what: str) -> list[Row]:
    """The rows that say why a value is right here."""
    return [row for row in ROWS if row.holds(place, parameter, what)]
