"""What is known of a script's text beside whether it compiles: names, findings, completion, places."""
