"""`cmoney doctor`: looks at an installation as an operator would, and says what to do about each finding."""
