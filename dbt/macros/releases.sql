{#-
Which release of several stands: dates order them only where every one has its date, else their names do.
-#}
{%- macro all_are_dated(group) -%}
    min(case when released.published_on is null then 0 else 1 end) over (partition by {{ group }}) = 1
{%- endmacro -%}

{%- macro release_order(direction) -%}
    case when all_are_dated then published_on end {{ direction }},
    coalesce(release_rank, 0) {{ direction }},
    release {{ direction }}
{%- endmacro -%}
