"""The slips of the page Ways to get it wrong: texts in .yml, what they need computed in .py."""
