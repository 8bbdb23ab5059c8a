"""Extensions: what watches a run, one file each."""
