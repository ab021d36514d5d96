{#- Generic tests of the tables' own rules: each returns the rows that break it. -#}

{% test unique_combination(model, columns) %}
select
    {{ columns | join(', ') }},
    count(*) as times
from {{ model }}
group by {{ columns | join(', ') }}
having count(*) > 1
{% endtest %}

{% test holds(model, expression) %}
-- a row for which the rule cannot be decided breaks it too
select * from {{ model }}
where not coalesce({{ expression }}, false)
{% endtest %}

{#- One query for all the columns that must always have a value: names those that do not. -#}
{% test never_null(model, columns) %}
    {% for column in columns %}
        select
            '{{ column }}' as column_name,
            count(*) as nulls
        from {{ model }}
        where {{ column }} is null
        having count(*) > 0
        {% if not loop.last %}
            union all
        {% endif %}
    {% endfor %}
{% endtest %}
