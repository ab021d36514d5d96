"""What a file is before it is any publisher's.

Belongs here: bytes and their encodings, CSV and workbooks read as sheets of text, finding headings,
and what a cell's text stands for. Does not: the name of any publisher, measure or council, and
where anything is stored.
"""
