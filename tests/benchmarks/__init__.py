"""Measurements: ratios within one run on one machine; `make bench` runs them and keeps the table in docs/benchmarks.md.

Each module has one `measure(size)`; nothing is asserted about time, and nothing here is collected as a test.
"""
