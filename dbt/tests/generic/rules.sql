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
