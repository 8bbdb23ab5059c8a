"""What every answer is made of: what is asked for, rows, words, forms, errors, and who may ask."""
