"""Tests of the data of the stages."""
