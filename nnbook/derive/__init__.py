from .language import *
from .language import as_written, define, delta, index, mean_over, partial, product_over, reals, sizes, sum_over, tensor
from .calculus import derivative
from .verdict import Verdict, prove
