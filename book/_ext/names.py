"""What an equation is called, in words.

The formula sheet names the equations that one wants at hand; any other is named by its id, with the
abbreviations written out: ``eq-softmax-cce-gradient`` → *Softmax cross-entropy gradient*.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

SHEET = Path("book/formula-sheet.toml")

# How an id begins where that tells a topic, which the name then keeps apart.
TOPICS = {
    "ae": "Autoencoder",
    "bn": "Batch normalization",
    "cal": "Calibration",
    "conv": "Convolution",
    "convention": "Convention",
    "data": "Data",
    "df": "Diffusion",
    "energy": "Energy model",
    "exercise": "Exercise",
    "gan": "GAN",
    "gd": "Gradient descent",
    "home": "First page",
    "img": "Images",
    "init": "Initialization",
    "lr": "Learning rate",
    "machines": "Many machines",
    "model": "Models",
    "pool": "Pooling",
    "reg": "Regularization",
    "res": "Residual network",
    "rnn": "Recurrent network",
    "solution": "Solution",
    "speed": "Speed",
    "vae": "Variational autoencoder",
    "val": "Validation",
}
# Abbreviations and names within an id.
WORDS = {
    "abs": "absolute value",
    "adadelta": "AdaDelta",
    "adagrad": "AdaGrad",
    "adam": "Adam",
    "adamw": "AdamW",
    "amsgrad": "AMSGrad",
    "amdahl": "Amdahl's law",
    "auc": "AUC",
    "backprop": "backpropagation",
    "bar": "cotangent",
    "bayes": "Bayes",
    "bce": "binary cross-entropy",
    "bernoulli": "Bernoulli",
    "boltzmann": "Boltzmann",
    "bn": "batch normalization",
    "brier": "Brier",
    "cauchy": "Cauchy",
    "cce": "cross-entropy",
    "cd": "contrastive divergence",
    "chow": "Chow's",
    "cv": "cross-validation",
    "dag": "graph",
    "dbn": "deep belief network",
    "ddim": "DDIM",
    "dirac": "Dirac",
    "ece": "expected calibration error",
    "elu": "ELU",
    "ema": "moving average",
    "f1": "F1",
    "gauss": "Gaussian",
    "gaussian": "Gaussian",
    "gelu": "GELU",
    "gibbs": "Gibbs",
    "glorot": "Glorot",
    "glu": "GLU",
    "gradcheck": "gradient check",
    "gram": "Gram",
    "gru": "GRU",
    "he": "He",
    "hessian": "Hessian",
    "hopfield": "Hopfield",
    "huber": "Huber",
    "init": "initialization",
    "jacobian": "Jacobian",
    "js": "Jensen–Shannon",
    "jvp": "Jacobian–vector product",
    "kappa": "condition number",
    "kl": "Kullback–Leibler",
    "kmeans": "k-means",
    "kronecker": "Kronecker",
    "l1": "L1",
    "l2": "L2",
    "lagrange": "Lagrange",
    "laplace": "Laplace",
    "lecun": "LeCun",
    "lion": "Lion",
    "lstm": "LSTM",
    "mae": "mean absolute error",
    "map": "maximum a posteriori",
    "minibatch": "mini-batch",
    "mle": "maximum likelihood",
    "mlp": "multilayer perceptron",
    "mse": "mean squared error",
    "nadam": "Nadam",
    "nesterov": "Nesterov",
    "nll": "negative log-likelihood",
    "norm-general": "normalization in general",
    "onehot": "one-hot",
    "pca": "principal components",
    "poisson": "Poisson",
    "prelu": "PReLU",
    "prob": "probability",
    "r-squared": "R²",
    "rand": "Rand index",
    "rbm": "restricted Boltzmann machine",
    "relu": "ReLU",
    "rms": "RMS",
    "rmse": "root mean squared error",
    "rmsprop": "RMSProp",
    "roc": "ROC",
    "roc-auc": "area under the ROC curve",
    "selu": "SELU",
    "sgd": "SGD",
    "silu": "SiLU",
    "swiglu": "SwiGLU",
    "taylor": "Taylor",
    "tent-map": "tent map",
    "tweedie": "Tweedie",
    "vjp": "vector–Jacobian product",
    "xor": "XOR",
}
COMPOUNDS = {
    "cross entropy": "cross-entropy",
    "log likelihood": "log-likelihood",
    "log softmax": "log-softmax",
    "one hot": "one-hot",
    "leave one out": "leave-one-out",
}


def words_of(name: str) -> str:
    """The words of a part of an id, abbreviations written out."""
    for short in (key for key in WORDS if "-" in key):
        name = re.sub(rf"(?<![^-]){short}(?![^-])", WORDS[short].replace("-", "~"), name)
    text = " ".join(WORDS.get(word, word) for word in name.split("-")).replace("~", "-")
    for apart, joined in COMPOUNDS.items():
        text = text.replace(apart, joined)
    return text


def with_capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def by_id(label: str) -> str:
    """A name made of the id alone."""
    name = label.removeprefix("eq-")
    topic, _, rest = name.partition("-")
    if topic in TOPICS and rest:
        return f"{TOPICS[topic]}: {words_of(rest)}"
    return with_capital(words_of(name))


def sheet_names(parts: dict[str, dict[str, str]]) -> dict[str, str]:
    """The names of the formula sheet; *Its slope* is that of the formula before it."""
    names = {}
    for formulas in parts.values():
        whose = ""
        for title, label in formulas.items():
            if match := re.match(r"Its |Slope of its ", title):
                rest = title[match.end() :].replace(": ", ", ")
                start = "slope of the " if title.startswith("Slope") else ""
                names[label] = f"{whose}: {start}{rest}"
            else:
                names[label] = whose = title
    return names


def read_names(source: Path) -> dict[str, str]:
    path = source / SHEET
    if not path.is_file():
        return {}
    return sheet_names(tomllib.loads(path.read_text(encoding="utf-8")))


def name_of(label: str, names: dict[str, str]) -> str:
    return names.get(label) or by_id(label)
