"""The text of a script between the editor and the disk: saved, kept, compared, brought together."""
