-- What each release changed in the figures of the one before it. What a change of our own rules
-- changed cannot be seen here: publication adds it, against the file that was published last.
with observed as (

    select
        *,
        coalesce(definition_id, 'none') as definition_key
    from {{ ref('int_observations') }}

),

releases as (

    select * from {{ ref('int_releases') }}

),

evidence_classes as (

    select * from {{ ref('evidence_classes') }}

),

steps as (

    select
        newer.source,
        newer.financial_year,
        newer.definition_key,
        older.release as older_release,
        newer.release as newer_release
    from releases as newer
    inner join releases as older
        on
            newer.source = older.source
            and newer.financial_year = older.financial_year
            and newer.definition_key = older.definition_key
            and newer.release_no = older.release_no + 1

),

older_figures as (

    select
        steps.older_release,
        steps.newer_release,
        observed.*
    from steps
    inner join observed
        on
            steps.source = observed.source
            and steps.financial_year = observed.financial_year
            and steps.definition_key = observed.definition_key
            and steps.older_release = observed.release

),

newer_figures as (

    select
        steps.older_release,
        steps.newer_release,
        observed.*
    from steps
    inner join observed
        on
            steps.source = observed.source
            and steps.financial_year = observed.financial_year
            and steps.definition_key = observed.definition_key
            and steps.newer_release = observed.release

),

-- a figure that stands in one of the two only has a NULL on the other side
paired as (

    select
        coalesce(newer.source, older.source) as source,
        coalesce(newer.financial_year, older.financial_year) as financial_year,
        coalesce(newer.definition_id, older.definition_id) as definition_id,
        coalesce(newer.area_level, older.area_level) as area_level,
        coalesce(newer.area_id, older.area_id) as area_id,
        coalesce(newer.breakdown, older.breakdown) as breakdown,
        coalesce(newer.statistic, older.statistic) as statistic,
        coalesce(newer.older_release, older.older_release) as older_release,
        coalesce(newer.newer_release, older.newer_release) as newer_release,
        older.value as older_value,
        newer.value as newer_value,
        older.value_lower as older_lower,
        older.value_upper as older_upper,
        newer.value_lower as newer_lower,
        newer.value_upper as newer_upper,
        older.token as older_token,
        newer.token as newer_token,
        older.observation_id as older_observation_id,
        newer.observation_id as newer_observation_id,
        case
            when coalesce(older.weakness, 0) > coalesce(newer.weakness, 0) then older.weakness
            else newer.weakness
        end as weakness
    from older_figures as older
    full outer join newer_figures as newer
        on
            older.source = newer.source
            and older.financial_year = newer.financial_year
            and older.definition_key = newer.definition_key
            and older.newer_release = newer.newer_release
            and older.area_level = newer.area_level
            and older.area_id = newer.area_id
            and older.breakdown = newer.breakdown
            and older.statistic = newer.statistic

),

compared as (

    select
        *,
        case
            when older_value is not null and newer_value is null then 'became_missing'
            when older_value is null and newer_value is not null then 'appeared'
            when older_value <> newer_value then 'value_changed'
            when older_value is null and coalesce(older_token, '') <> coalesce(newer_token, '') then 'token_changed'
        end as change
    from paired

)

select
    'publisher' as changed_by,
    'fct_observation' as table_name,
    compared.source,
    compared.financial_year,
    compared.definition_id,
    compared.area_level,
    compared.area_id,
    cast(null as {{ dbt.type_string() }}) as basis_id,
    cast(null as {{ dbt.type_string() }}) as person_scope,
    cast(null as {{ dbt.type_string() }}) as target_id,
    -- as in fct_observation: a community care count has no age band
    case when compared.source <> 'ccs' then compared.breakdown end as breakdown,
    compared.statistic,
    compared.older_release,
    compared.newer_release,
    compared.change,
    compared.older_value,
    compared.newer_value,
    compared.newer_value - compared.older_value as difference,
    compared.older_lower,
    compared.older_upper,
    compared.newer_lower,
    compared.newer_upper,
    compared.older_token,
    compared.newer_token,
    cast(null as {{ dbt.type_string() }}) as older_verdict,
    cast(null as {{ dbt.type_string() }}) as newer_verdict,
    compared.older_observation_id,
    compared.newer_observation_id,
    evidence_classes.evidence_class,
    -- filled at publication: only then is it known what was published before
    cast(null as {{ dbt.type_string() }}) as first_seen_in,
    cast(null as {{ dbt.type_boolean() }}) as is_new
from compared
inner join evidence_classes on compared.weakness = evidence_classes.weakness
where compared.change is not null
