-- What the bridges are made of, in each vintage of a year: the components of each council, and for
-- England the published totals. An amount that is no value (missing, or a range) is no row. On which
-- day a total of the register was out is not known: it belongs to the current vintage.
with forms as (

    select * from {{ ref('bridge_forms') }}

),

terms as (

    select distinct
        form,
        source,
        counted,
        person_scope
    from {{ ref('bridge_terms') }}

),

offers as (

    select * from {{ ref('int_components') }}
    where breakdown = 'total' and component_value is not null

),

figures as (

    select * from {{ ref('stg_published') }}
    where area_level = 'england' and verification <> 'U' and figure_value is not null

),

vintages as (

    select * from {{ ref('int_vintages') }}
    where is_current

),

comparators as (

    select * from {{ ref('comparators') }}

),

releases as (

    select * from {{ ref('releases') }}

),

evidence_classes as (

    select * from {{ ref('evidence_classes') }}

),

from_components as (

    select
        terms.form,
        offers.financial_year,
        offers.vintage_no,
        'council' as area_level,
        offers.council_id as area_id,
        offers.region_code,
        terms.source,
        terms.counted,
        terms.person_scope,
        offers.definition_id,
        offers.component_value as amount,
        offers.weakness,
        cast(null as {{ dbt.type_string() }}) as figure_id
    from terms
    inner join offers
        on
            terms.source = offers.source
            and terms.counted = offers.component
            and terms.person_scope = offers.person_scope

),

-- Of several figures of one statistic the latest release stands, then the one that is worded most
-- narrowly. More than, nearly and the like give a limit and no value. A wave's figures are ranked
-- among their own, the official ones by whatever name they go.
ranked_figures as (

    select
        terms.form,
        figures.figure_year as financial_year,
        figures.area_level,
        figures.area_id,
        cast(null as {{ dbt.type_string() }}) as region_code,
        terms.source,
        terms.counted,
        terms.person_scope,
        figures.definition_id,
        figures.figure_value as amount,
        figures.figure_id,
        row_number() over (
            partition by
                terms.form,
                terms.source,
                terms.counted,
                figures.figure_year,
                case when terms.source = forms.from_source then figures.definition_id end
            order by
                case when figures.figure_release is null then 0 else 1 end asc,
                releases.release_rank desc,
                comparators.upper_multiple * figures.figure_precision asc,
                figures.figure_id asc
        ) as place
    from terms
    inner join forms on terms.form = forms.form
    inner join figures
        on
            terms.source = figures.figure_source
            and terms.counted = figures.statistic
    inner join comparators
        on
            figures.comparator = comparators.comparator
            and comparators.lower_multiple + comparators.upper_multiple = 0
    left join releases on figures.figure_release = releases.release

),

from_figures as (

    select
        ranked_figures.form,
        ranked_figures.financial_year,
        vintages.vintage_no,
        ranked_figures.area_level,
        ranked_figures.area_id,
        ranked_figures.region_code,
        ranked_figures.source,
        ranked_figures.counted,
        ranked_figures.person_scope,
        ranked_figures.definition_id,
        ranked_figures.amount,
        evidence_classes.weakness,
        ranked_figures.figure_id
    from ranked_figures
    inner join vintages on ranked_figures.financial_year = vintages.financial_year
    inner join evidence_classes on evidence_classes.evidence_class = 'published'
    where ranked_figures.place = 1

),

amounts as (

    select * from from_components
    union all
    select * from from_figures

),

-- the waves of a year that a bridge can start from
starts as (

    select distinct
        amounts.form,
        amounts.financial_year,
        amounts.vintage_no,
        amounts.definition_id as from_definition_id
    from amounts
    inner join forms on amounts.form = forms.form and amounts.source = forms.from_source
    where amounts.definition_id is not null

)

select
    amounts.form,
    amounts.financial_year,
    amounts.vintage_no,
    starts.from_definition_id,
    amounts.area_level,
    amounts.area_id,
    amounts.region_code,
    amounts.source,
    amounts.counted,
    amounts.person_scope,
    amounts.amount,
    amounts.weakness,
    amounts.figure_id
from amounts
inner join forms on amounts.form = forms.form
inner join starts
    on
        amounts.form = starts.form
        and amounts.financial_year = starts.financial_year
        and amounts.vintage_no = starts.vintage_no
        -- the official side serves every wave, a wave's figures only their own
        and (amounts.source <> forms.from_source or amounts.definition_id = starts.from_definition_id)
