"""The raw pages that are kept, and how their bodies are packed."""
