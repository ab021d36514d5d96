with terms as (

    select * from {{ ref('bridge_terms') }}

),

steps as (

    select * from {{ ref('bridge_steps') }}

),

forms as (

    select * from {{ ref('bridge_forms') }}

)

select
    terms.form,
    forms.from_source,
    forms.to_definition_id,
    terms.role,
    terms.switch_no,
    steps.step,
    terms.source,
    terms.counted,
    terms.person_scope,
    terms.weight
from terms
inner join forms on terms.form = forms.form
left join steps on terms.form = steps.form and terms.switch_no = steps.switch_no
