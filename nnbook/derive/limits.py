"""How much work the engine takes on: beyond these, it gives up and says so.

The counts make verdicts the same on every machine; the seconds, of work and not of waiting, are a
backstop for slow ones.
"""

try:
    from time import thread_time
except ImportError:   # Python in a browser, where a worker has one thread
    from time import process_time as thread_time

SECONDS = 8                   # of the processor, for one verdict
PRODUCTS = 150_000            # of terms, in one proof

# Canonical forms
POWER_OF_SUM = 12             # a sum to at most this power is multiplied out
SUM_WRITTEN_OUT = 12          # a sum over at most so many numbers is written out
OFFSET = 4                    # a sum up to n + 4 is one up to n and four terms
CUTS = 6                      # of one range
ROUNDS = 3                    # of cutting ranges
SIMPLEX_INDICES = 3           # of nested sums whose ranges are one simplex
MULTIPLE_OF_ANGLE = 12        # sin(nu) up to this n is multiplied out
ORDERS_OF_INDICES = 4         # of at most so many indices all orders are compared
ORBIT = 24                    # of at most so many forms of a symmetric entry the least is found
MOMENT = 12                   # of a product of at most so many entries the mean is worked out
COMPARED_TERMS = 60           # of what is compared with 0

# Fractions and factors
FRACTION_TERMS = 400          # of what is brought to one denominator
EXPANDED_TERMS = 20_000       # of a polynomial that is multiplied out
FACTORED_DEGREE = 24          # of a polynomial that is factored
FACTORED_TERMS = 200
SIGN_BY_FACTORS_TERMS = 12    # of a sum that is factored to find its sign

# Zero and cases
ORDERS_UNDER_ONE_SUM = 3      # of at most so many indices all orders are tried under one sum
REVERSED_INDICES = 2          # of at most so many indices all directions
INDUCTIONS_WITHIN = 2         # inductions within an induction
RATIOS = 6                    # of atoms by which a difference may grow
INDUCTIONS = 3                # symbols on which an induction is tried
SPLITS = 5                    # cases within cases
SIGNS = 8                     # of those that may contradict a case

# Points
QUICK, THOROUGH = 16, 60      # compared before a proof is sought, and when none is found
DRAWS = 60                    # for one value that fits its symbol
MISSES = 6                    # points without a value, for each one with
POINT_STEPS = 60_000          # nodes evaluated at one point
SEARCH_STEPS = 800_000        # and at all
INSTANCES = 400               # values of the quantified indices of a condition
ARGUMENT = 300                # of an exponential
POWER_BITS = 20_000
SUM_TERMS = 20_000

# Text that is read as a formula
CHARACTERS = 3_000
NESTED = 30                   # brackets, fractions, powers within each other
DIGITS = 12                   # of a number
EXPONENT = 300                # of a power or of e, where it is a number
FACTORIAL = 100               # of a number
DEFINITIONS = 20              # and conditions


class GaveUp(Exception):
    """The expression is too large, or not defined, so that no proof is to be had."""


class Budget:
    """The work that a verdict may take, so that it ends."""

    def __init__(self, seconds: float | None = None):
        self.left = PRODUCTS
        self.deadline = thread_time() + (SECONDS if seconds is None else seconds)

    def spend(self, steps: int):
        """Takes note of so many products of terms; GaveUp when there were too many."""
        self.left -= steps
        if self.left < 0:
            raise GaveUp("too many terms")
        self.check_time()

    def check_time(self):
        """GaveUp when the time is over."""
        if thread_time() > self.deadline:
            raise GaveUp("it takes too long")
