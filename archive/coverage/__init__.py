"""How complete the archive is: nights, gaps, and articles known but not kept."""
