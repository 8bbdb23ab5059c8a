"""The stages: Article in, Article out; one file a stage, a pure function and a thin class under it."""
