{#-
The conditions that a table meets: one query, which returns a row for each condition that is broken,
with its name in words, how many rows break it, and up to three of them by key, value, file and place.

Arguments, all optional:

    not_null:         [column, {columns: [column, ...]}, ...]
    unique:           [[column, ...], {columns: [column, ...], where: expression}, ...]
    accepted_values:  [{column: column, values: [value, ...], quote: false}, ...]
    relationships:    [{column: column, to: ref('model'), field: column}, ...]
    expressions:      [{name: words, expression: expression}, ...]
    key:              columns that tell a user which row it is; else those of the first `unique`,
                      else the first four of `not_null`
    place:            columns with the file, and the place in it, that a row came from

A mapping may have besides: `name`, the condition in words (each kind but `expressions` makes its own);
`description`; `landing_rule`, the id of the rule that refuses a raw row before it breaks this;
`because`, why no single raw row can break it. The last three are for readers and tests.

A NULL breaks an expression (it cannot be decided), and no list of values and no relationship. In a
unique list of columns NULLs are equal. A `not_null` mapping of several columns is a condition for
each. Conditions whose breach only warns are a second test of the table, with `severity: warn`.
-#}

{% test conditions(model, not_null=[], unique=[], accepted_values=[], relationships=[], expressions=[], key=none, place=[]) %}
    {{ conditions_query(model, not_null, unique, accepted_values, relationships, expressions, key, place) }}
{% endtest %}
