{#-
Which groups of a table of persons are hidden, so that no figure of a group below the smallest one is
shown or can be worked out from a total less the groups that are shown. The groups of one set of
columns `within` do not overlap, and their total is known.

relation has one row for each group that gave an answer: n_valid, the `parts` of it (counts of answers)
and group_value. The result has beside them `suppressed`: every group below the smallest, and if there
is one as many of the next smallest as it takes until the hidden groups together
- are at least two,
- have more answers than there are groups, for each has at least one, and
- show none of the parts to be all or none of their answers, unless that is so of all groups together.
If no number is enough, all are hidden. Hidden groups are always the smallest, so sums in the order of
size are the residuals, and no search is needed.
-#}
{%- macro with_suppression(relation, within, parts, smallest_group) -%}
    {%- set groups = 'partition by ' ~ (within | join(', ')) -%}
    {%- set smaller = groups ~ ' order by n_valid, group_value rows between unbounded preceding and current row' -%}
    select
        judged.*,
        groups_below > 0 and place <= coalesce(enough, place) as suppressed
    from (
        select
            residuals.*,
            min(
                case
                    when
                        place >= groups_below
                        and place > 1
                        and hidden_valid > place
                        {%- for part in parts %}
                        and (hidden_{{ part }} > 0 or all_{{ part }} = 0)
                        and (hidden_{{ part }} < hidden_valid or all_{{ part }} = all_valid)
                        {%- endfor %}
                        then place
                end
            ) over ({{ groups }}) as enough
        from (
            select
                counted.*,
                row_number() over ({{ groups }} order by n_valid, group_value) as place,
                count(case when n_valid < {{ smallest_group }} then 1 end) over ({{ groups }}) as groups_below,
                {%- for part in parts %}
                sum({{ part }}) over ({{ smaller }}) as hidden_{{ part }},
                sum({{ part }}) over ({{ groups }}) as all_{{ part }},
                {%- endfor %}
                sum(n_valid) over ({{ smaller }}) as hidden_valid,
                sum(n_valid) over ({{ groups }}) as all_valid
            from {{ relation }} as counted
        ) as residuals
    ) as judged
{%- endmacro -%}
