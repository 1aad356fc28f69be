# The public names, read by `lazy_loader` at run time and by type checkers: the one list of them.
from . import data as data
from . import derive as derive
from . import gradcheck as gradcheck
from . import initializers as initializers
from . import metrics as metrics
from . import numerics as numerics
from . import plots as plots
from . import tree as tree
from .activations import LeakyReLU as LeakyReLU
from .activations import Linear as Linear
from .activations import ReLU as ReLU
from .activations import Sigmoid as Sigmoid
from .activations import Softmax as Softmax
from .activations import Step as Step
from .activations import Tanh as Tanh
from .arithmetic import Add as Add
from .arithmetic import Concatenate as Concatenate
from .arithmetic import Multiply as Multiply
from .graph import Graph as Graph
from .graph import Sequential as Sequential
from .linear import Dense as Dense
from .losses import BinaryCrossEntropy as BinaryCrossEntropy
from .losses import CategoricalCrossEntropy as CategoricalCrossEntropy
from .losses import MeanAbsoluteError as MeanAbsoluteError
from .losses import MeanSquaredError as MeanSquaredError
from .losses import RootMeanSquaredError as RootMeanSquaredError
from .losses import SigmoidBinaryCrossEntropy as SigmoidBinaryCrossEntropy
from .losses import SoftmaxCrossEntropy as SoftmaxCrossEntropy
from .op import EVAL as EVAL
from .op import EVERYTHING as EVERYTHING
from .op import Mode as Mode
from .op import Needs as Needs
from .op import NoGradientError as NoGradientError
from .op import Op as Op

__version__: str
