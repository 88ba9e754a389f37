"""What the pages of focus people ask: input in, clean values out. Nothing here saves."""
