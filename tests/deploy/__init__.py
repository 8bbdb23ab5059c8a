"""Tests of what is deployed: really started where that can be done here, checked by the tool of its field elsewhere."""
