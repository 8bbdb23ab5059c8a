"""The parts of answers: parameters, rows, words, formats and errors."""
