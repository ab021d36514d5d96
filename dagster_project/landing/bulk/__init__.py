"""The way of large files through landing: millions of records, judged without holding them.

Belongs here: from a text file to Parquet and SQL, for sources of persons' records (`BulkSource`).
Does not: what any source's columns mean (sources), the tables of publications (`examine`).

A file is looked through once for its digest and encoding and read once into a Parquet file of text
(`raw`). What its texts stand for is found out from the distinct ones of each column (`readings`),
and the rest is SQL over all rows at once (`judge`). What persons wrote goes into a table of its own
(`withheld.parquet`) that no model reads; quarantine and flags show the offending field only.
"""
