"""Tests of backups: made while others write, killed, broken, and restored to the last byte."""
