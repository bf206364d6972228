"""The widgets that show what one call did."""
