"""`cmoney doctor`: looks at an installation as an operator would, and shows what to do about each finding."""
