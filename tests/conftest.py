"""Settings for all tests."""

import hypothesis

# Two test processes share two cores, so a deadline would measure the machine. `derandomize` makes a
# run repeatable; `--hypothesis-profile=search` looks for new examples.
hypothesis.settings.register_profile("repeatable", deadline=None, derandomize=True)
hypothesis.settings.register_profile("search", deadline=None, max_examples=1000)
hypothesis.settings.load_profile("repeatable")
