{#-
POET: which columns a wave's files have is known only when they are read, for a survey may ask what
the catalogue does not list. So the models ask their own inputs for their columns, by prefix.
-#}

{#-
The names of a relation's columns that begin so. Where dbt may not ask the database (parsing, compile
--no-introspect) one column stands for all, so that the shape of the SQL can be seen.
-#}
{%- macro poet_columns(relation, prefix) -%}
    {%- if not execute or not flags.INTROSPECT -%}
        {{ return([prefix ~ 'any']) }}
    {%- endif -%}
    {%- set found = [] -%}
    {%- for column in get_columns_in_query('select * from ' ~ relation) if column.startswith(prefix) -%}
        {%- do found.append(column) -%}
    {%- endfor -%}
    {{ return(found | sort) }}
{%- endmacro -%}

{%- macro poet_outcome_columns(relation) -%}
    {{ return(poet_columns(relation, 'out_')) }}
{%- endmacro -%}

{%- macro poet_step_columns(relation) -%}
    {{ return(poet_columns(relation, 'proc_')) }}
{%- endmacro -%}

{%- macro poet_test_columns(relation) -%}
    {{ return(poet_columns(relation, 'test_')) }}
{%- endmacro -%}

{%- macro poet_condition_columns(relation) -%}
    {{ return(poet_columns(relation, 'cond_')) }}
{%- endmacro -%}

{#- The conditions of the process that are no step of it: one question each, under its own name. -#}
{%- macro poet_asked_conditions(relation) -%}
    {%- if not execute or not flags.INTROSPECT -%}
        {{ return(['views_included']) }}
    {%- endif -%}
    {%- set found = run_query("select condition from " ~ relation ~ " where kind <> 'step' order by condition") -%}
    {{ return(found.columns[0].values() | list) }}
{%- endmacro -%}

{#- What each answer says, as pairs: 1 favourable, -1 adverse, 0 neither. -#}
{%- macro poet_directions(relation) -%}
    {%- if not execute or not flags.INTROSPECT -%}
        {{ return([['better', 1]]) }}
    {%- endif -%}
    {%- set found = run_query('select answer, direction from ' ~ relation ~ ' order by answer') -%}
    {{ return(found.rows | map('list') | list) }}
{%- endmacro -%}

{#- The counts of one group: of each outcome the valid, the favourable and the adverse answers. -#}
{%- macro poet_counted(outcomes) -%}
    {%- for outcome in outcomes %}
    count({{ outcome }}) as n_valid_{{ outcome[4:] }},
    count(case when {{ outcome }} = 1 then 1 end) as n_better_{{ outcome[4:] }},
    count(case when {{ outcome }} = -1 then 1 end) as n_worse_{{ outcome[4:] }}{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro -%}

{#- The sums of such counts. -#}
{%- macro poet_summed(outcomes) -%}
    {%- for outcome in outcomes %}
    {%- for measure in ['n_valid', 'n_better', 'n_worse'] %}
    cast(sum({{ measure }}_{{ outcome[4:] }}) as bigint) as {{ measure }}_{{ outcome[4:] }},
    {%- endfor %}
    {%- endfor %}
    max(weakness) as weakness
{%- endmacro -%}

{#- Such counts as rows with a domain: the outcome without its prefix. -#}
{%- macro poet_by_domain(relation, keys, outcomes) -%}
    {%- set domains = [] -%}
    {%- for outcome in outcomes -%}
        {%- do domains.append(outcome[4:]) -%}
    {%- endfor -%}
    {{ stacked(relation, keys + ['weakness'], domains, 'domain', ['n_valid', 'n_better', 'n_worse']) }}
{%- endmacro -%}

{#- The tally once for each condition: its name, and as `cond` whether it was met. -#}
{%- macro poet_by_condition(relation, conditions) -%}
    {%- set names = [] -%}
    {%- for condition in conditions -%}
        {%- do names.append(condition[5:]) -%}
    {%- endfor -%}
    {{ stacked(relation, [relation ~ '.*'], names, 'condition', ['cond']) }}
{%- endmacro -%}

{#- The offset of a row of outcomes: by its outcome and its group, from the key of its wave. -#}
{%- macro poet_offset(keyed, domain, group_type, group_value) -%}
    {{ rounding_offset(
        keyed ~ '.rounding_key', [keyed ~ '.instrument', domain, group_type, group_value], keyed ~ '.rounding_base'
    ) }}
{%- endmacro -%}
