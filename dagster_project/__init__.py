"""Common Denominator: the personal budgets figures of several publishers, side by side.

Data flows one way through the packages here: `formats` (what a file is) is used by `sources`
(what a publisher's file means), that by `landing` (typed rows on disk), and on what has landed
`build` (dbt) and `publish` (the one file people open) work. `defs` shows all of it to Dagster,
`definitions` is where the parts meet, `cli` is what a person types.

Belongs here: the version, and nothing that takes time to import.
Does not: anything else; importing this package must stay free.
"""

__version__ = "0.1.0"
