"""The kinds of page, one module each: which rows stand on it, in which tables and charts.

Belongs here: choosing rows, and sentences made from them. Does not: HTML (`templates`), how charts
look (`charts`), where files go (`site`).
"""
