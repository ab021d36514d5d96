-- The ratio estimate with silent councils filled in, and its standard error: contract, section 4.
-- A silent council's counts are its community care count times the ratio of sums over the
-- responding councils of its region, or of England where the region has too few. The error is the
-- linearised one with finite population correction; a cell is the set of responding councils that
-- stands for some silent ones: var = N_silent * (N_silent + n) / n * s2, over the residuals
-- e = u - q * x with u = numerator - rate * denominator.
with rates as (

    select * from {{ ref('int_council_rate') }}
    where is_current and breakdown = 'total'

),

auxiliaries as (

    select * from {{ ref('int_auxiliary') }}

),

councils as (

    select
        rates.basis_id || '|' || coalesce(rates.definition_id, '') || '|' || rates.person_scope as rate_key,
        rates.basis_id,
        rates.definition_id,
        rates.person_scope,
        rates.financial_year,
        rates.region_code,
        rates.council_id,
        rates.numerator,
        rates.denominator,
        auxiliaries.auxiliary,
        rates.rate_status = 'rate' as responds,
        -- a council whose count is a range has answered: it is not filled in
        rates.rate_status in ('no_data', 'above_100') as is_silent,
        sum(case when rates.rate_status = 'rate' and auxiliaries.auxiliary is not null then 1 else 0 end) over (
            partition by rates.basis_id, rates.definition_id, rates.person_scope, rates.financial_year, rates.region_code
        ) as responding_in_region
    from rates
    left join auxiliaries
        on
            rates.financial_year = auxiliaries.financial_year
            and rates.council_id = auxiliaries.council_id
            and rates.person_scope = auxiliaries.person_scope

),

silent as (

    select
        rate_key,
        financial_year,
        case
            when responding_in_region >= {{ var('fewest_responding_councils') }} then region_code
            else 'England'
        end as cell,
        auxiliary
    from councils
    where is_silent

),

silent_cells as (

    select
        rate_key,
        financial_year,
        cell,
        count(*) as silent_councils,
        -- without its community care count nothing can be said of a silent council
        case when count(auxiliary) = count(*) then sum(auxiliary) end as silent_auxiliary
    from silent
    group by rate_key, financial_year, cell

),

responding as (

    select * from councils
    where responds and auxiliary is not null

),

members as (

    select
        silent_cells.rate_key,
        silent_cells.financial_year,
        silent_cells.cell,
        silent_cells.silent_councils,
        silent_cells.silent_auxiliary,
        responding.numerator,
        responding.denominator,
        responding.auxiliary
    from silent_cells
    inner join responding
        on
            silent_cells.rate_key = responding.rate_key
            and silent_cells.financial_year = responding.financial_year
            and silent_cells.cell in (responding.region_code, 'England')

),

cells as (

    select
        rate_key,
        financial_year,
        cell,
        max(silent_councils) as silent_councils,
        max(silent_auxiliary) as silent_auxiliary,
        count(*) as responding_councils,
        sum(numerator) as numerator,
        sum(denominator) as denominator,
        sum(auxiliary) as auxiliary
    from members
    group by rate_key, financial_year, cell

),

filled as (

    select
        rate_key,
        financial_year,
        sum(silent_auxiliary * numerator / auxiliary) as silent_numerator,
        sum(silent_auxiliary * denominator / auxiliary) as silent_denominator,
        count(case when silent_auxiliary is null then 1 end) as cells_unknown
    from cells
    group by rate_key, financial_year

),

answered as (

    select
        rate_key,
        basis_id,
        definition_id,
        person_scope,
        financial_year,
        sum(case when responds then numerator end) as numerator,
        sum(case when responds then denominator end) as denominator,
        count(case when is_silent then 1 end) as silent_councils
    from councils
    group by rate_key, basis_id, definition_id, person_scope, financial_year

),

estimated as (

    select
        answered.rate_key,
        answered.basis_id,
        answered.definition_id,
        answered.person_scope,
        answered.financial_year,
        answered.silent_councils,
        case
            when answered.silent_councils = 0 or filled.cells_unknown = 0
                then answered.denominator + coalesce(filled.silent_denominator, 0)
        end as denominator,
        case
            when answered.silent_councils = 0 or filled.cells_unknown = 0
                then
                    (answered.numerator + coalesce(filled.silent_numerator, 0))
                    / (answered.denominator + coalesce(filled.silent_denominator, 0))
        end as ratio
    from answered
    left join filled
        on answered.rate_key = filled.rate_key and answered.financial_year = filled.financial_year

),

residuals as (

    select
        members.rate_key,
        members.financial_year,
        members.cell,
        members.numerator - estimated.ratio * members.denominator
        - (cells.numerator - estimated.ratio * cells.denominator) / cells.auxiliary * members.auxiliary as residual
    from members
    inner join cells
        on
            members.rate_key = cells.rate_key
            and members.financial_year = cells.financial_year
            and members.cell = cells.cell
    inner join estimated
        on members.rate_key = estimated.rate_key and members.financial_year = estimated.financial_year

),

cell_residuals as (

    select
        rate_key,
        financial_year,
        cell,
        sum(residual * residual) as residual_square
    from residuals
    group by rate_key, financial_year, cell

),

variances as (

    select
        cells.rate_key,
        cells.financial_year,
        sum(
            cells.silent_councils * (cells.silent_councils + cells.responding_councils)
            / cast(cells.responding_councils as double)
            * cell_residuals.residual_square / (cells.responding_councils - 1)
        ) as variance
    from cells
    inner join cell_residuals
        on
            cells.rate_key = cell_residuals.rate_key
            and cells.financial_year = cell_residuals.financial_year
            and cells.cell = cell_residuals.cell
    where cells.responding_councils > 1
    group by cells.rate_key, cells.financial_year

)

select
    estimated.basis_id,
    estimated.definition_id,
    estimated.person_scope,
    estimated.financial_year,
    100.0 * estimated.ratio as estimated_rate_pct,
    case
        when estimated.ratio is null then null
        when estimated.silent_councils = 0 then 0.0
        else 100.0 * sqrt(variances.variance) / estimated.denominator
    end as estimated_rate_se_pp
from estimated
left join variances
    on estimated.rate_key = variances.rate_key and estimated.financial_year = variances.financial_year
