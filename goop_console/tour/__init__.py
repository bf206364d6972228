"""The tour that draws the screenshots: real clicks on real widgets."""
