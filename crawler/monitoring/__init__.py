"""Monitors of spidermon: a run compared with the runs before it, when it ends; one notice if something is unusual."""
