{#-
How figures about persons are shown: docs/disclosure.md says why, `disclosure_rules` by how much.
-#}

{#-
Which of the two multiples a count is rounded to: a whole number from 0 to base - 1, drawn from the key
of the wave and the texts that name the row. It is the same whenever the same answers are counted, and
another as soon as one answer of the wave is another.
-#}
{%- macro rounding_offset(key, names, base) -%}
    {{ digest_number(([key] + names) | join(" || '|' || ")) }} % {{ base }}
{%- endmacro -%}

{#-
A count rounded at random to a multiple of the base: the one below or the one above, so that it is right
on average over the offsets. Counts of one row have one offset: a part is never above its whole.
-#}
{%- macro rounded_count(count, offset, base) -%}
    cast({{ base }} * floor(({{ count }} + {{ offset }}) / {{ base }}) as bigint)
{%- endmacro -%}

{#- The least number that a rounded count can stand for, and the greatest. -#}
{%- macro least_count(rounded, base) -%}
    greatest({{ rounded }} - {{ base }} + 1, 0)
{%- endmacro -%}

{%- macro greatest_count(rounded, base) -%}
    ({{ rounded }} + {{ base }} - 1)
{%- endmacro -%}

{#- A number to a unit, halves up; to 9 decimals, so that a unit of 0.1 leaves no noise behind it. -#}
{%- macro to_unit(value, unit) -%}
    round(floor({{ value }} / {{ unit }} + 0.5) * {{ unit }}, 9)
{%- endmacro -%}

{#- The ends of a range to a unit, outwards. -#}
{%- macro down_to_unit(value, unit) -%}
    round(floor({{ value }} / {{ unit }}) * {{ unit }}, 9)
{%- endmacro -%}

{%- macro up_to_unit(value, unit) -%}
    round(ceil({{ value }} / {{ unit }}) * {{ unit }}, 9)
{%- endmacro -%}

{#- The unit of the last of so many significant digits of a ratio above 0. -#}
{%- macro ratio_unit(ratio, digits) -%}
    power(10.0, floor(log10({{ ratio }})) - ({{ digits }}) + 1)
{%- endmacro -%}

{#- A share of rounded counts in percent, to the unit of percentages. -#}
{%- macro disclosed_pct(part, whole, unit) -%}
    case when {{ whole }} > 0 then {{ to_unit(rate_pct(part, whole), unit) }} end
{%- endmacro -%}

{#-
The least and the greatest share that rounded counts of a part and its whole can stand for, in percent:
the part at one end and the rest of the whole at the other. Rounded outwards; `limits` has the units.
-#}
{%- macro least_share_pct(part, whole, limits) -%}
    case
        when {{ whole }} > 0 then
            {{ down_to_unit(
                rate_pct(least_count(part, limits ~ '.rounding_base'), whole), limits ~ '.range_unit_pct'
            ) }}
    end
{%- endmacro -%}

{%- macro greatest_share_pct(part, whole, limits) -%}
    case
        when {{ whole }} > 0 then
            least(
                {{ up_to_unit(
                    rate_pct(greatest_count(part, limits ~ '.rounding_base'), whole), limits ~ '.range_unit_pct'
                ) }},
                100.0
            )
    end
{%- endmacro -%}

{#-
Which groups of a table of persons are hidden. Groups of one set of columns `within` do not overlap.
The relation has one row for each group: group_value; `parts`, its rounded answers by what they say,
and for each part <part>_total, England's; rounding_base, narrowest_range; has_answers (whether there is
any answer); is_below (too small to be shown); place, the order in which groups are hidden, those below
first; has_rest, whether people may be in no group. The result has `suppressed` beside them: every group
that is below, and as many of the next as it takes until
- the hidden ones with answers are none or at least two, and
- of each part, the numbers that can be left for the hidden groups and for people in none, as England
  less the groups shown, are at least narrowest_range.
If no number is enough, all are hidden. Sums in the order of hiding are what is left, so no search is
needed; tests/poet solves the whole of it as an integer programme.
-#}
{%- macro with_suppression(relation, within, parts) -%}
    {%- set groups = 'partition by ' ~ (within | join(', ')) -%}
    {%- set so_far = groups ~ ' order by place rows between unbounded preceding and current row' -%}
    {%- set before = groups ~ ' order by place rows between unbounded preceding and 1 preceding' -%}
    {%- set from_here = groups ~ ' order by place rows between current row and unbounded following' -%}
    select
        judged.*,
        is_below or coalesce(max(case when is_enough then 1 else 0 end) over ({{ so_far }}), 0) = 0 as suppressed
    from (
        select
            residuals.*,
            -- whether it is enough to hide the groups before this one
            not is_below
            and (
                hidden_before = 0
                or hidden_before > 1
                or (groups_below = 0 and has_rest)
            )
            {%- for part in parts %}
            and (
                (place = 1 and not has_rest)
                or {{ greatest_count(part ~ '_total', 'rounding_base') }} - least_shown_{{ part }}
                - greatest({{ least_count(part ~ '_total', 'rounding_base') }} - greatest_shown_{{ part }}, 0) + 1
                >= narrowest_range
            )
            {%- endfor %} as is_enough
        from (
            select
                counted.*,
                sum(case when is_below then 1 else 0 end) over ({{ groups }}) as groups_below,
                coalesce(sum(case when has_answers then 1 else 0 end) over ({{ before }}), 0) as hidden_before,
                {%- for part in parts %}
                sum({{ least_count(part, 'rounding_base') }}) over ({{ from_here }}) as least_shown_{{ part }},
                sum({{ greatest_count(part, 'rounding_base') }}) over ({{ from_here }}) as greatest_shown_{{ part }}
                {{- ',' if not loop.last }}
                {%- endfor %}
            from {{ relation }} as counted
        ) as residuals
    ) as judged
{%- endmacro -%}
