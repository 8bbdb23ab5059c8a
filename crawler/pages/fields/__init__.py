"""The fields of an article that stand beside its body."""
