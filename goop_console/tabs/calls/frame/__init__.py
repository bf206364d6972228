"""What the tab and its pages know of each other: the bar of pages, a page, the call page to the others."""
