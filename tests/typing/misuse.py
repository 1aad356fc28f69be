"""Wrong uses, each of which a type checker must find: at the lines that say so, and no others."""

import numpy as np

import nnbook as nn
from nnbook import Dense, Graph, Sequential, SoftmaxCrossEntropy, adam, fit

x, t = nn.load_digits()
network = Sequential(Dense(64, 10))
fit(network, SoftmaxCrossEntropy(), x, t, epochs=1, seed=0)  # error: call-arg
fit(network, SoftmaxCrossEntropy(), x, t, optimizer=adam(), epochs=1, seed=0)  # error: call-arg
fit(network, SoftmaxCrossEntropy(), x, t, optimizer="adam", epochs=1, seed=0)  # error: arg-type
fit(network, "cross-entropy", x, t, optimizer=adam(1e-3), epochs=1, seed=0)  # error: arg-type
fit(network, SoftmaxCrossEntropy(), x, t, optimizer=adam(1e-3), epoch=1, seed=0)  # error: call-arg
Dense("64", 10)  # error: arg-type
Dense(64)  # error: call-arg
Graph("x").add("y", Dense, "x")  # error: arg-type
Graph("x").add("y", Dense(2, 2), Dense(2, 2))  # error: arg-type
network.init(0)  # error: arg-type
nn.Dens(64, 10)  # error: attr-defined
adam(1e-3).updates({}, {}, {})  # error: attr-defined
nn.save(network.init(np.random.default_rng(0)))  # error: arg-type
