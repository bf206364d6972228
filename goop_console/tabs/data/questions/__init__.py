"""Questions about what is shown: values of a column, who wrote a row, what is wrong with the data."""
