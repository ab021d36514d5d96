"""The bundled example: invented returns for the real councils, consistent with what was published.

Belongs here: drawing councils' figures from one seed, bending them until the published national
figures come out of them exactly, planting the mistakes such returns really contain, and writing
the files in their publishers' layouts, marked SYNTHETIC wherever a person sees them.
Does not: reading those files back (`sources`), or the published figures as a data set (the
register in `data/raw/published`); `figures.py` repeats only what the drawing is held to.

Reading order: `figures` (what was published), `draws` and `fitting` (chance, and its correction),
`official`, `salt` and `adass` (the figures), `mistakes` (what councils got wrong), `layouts`
(files as bytes); `poet` with `poet_mistakes` and `poet_files`, and `in_control`, for what was asked
of people; `bundle` (all of it, by path).
"""
