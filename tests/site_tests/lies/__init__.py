"""Tests of the lies that the stand-in tells."""
