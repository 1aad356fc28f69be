"""Errors of other works: each .yml holds findings, and the .py of its name what they compute."""
