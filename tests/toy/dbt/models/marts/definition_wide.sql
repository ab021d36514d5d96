{{ config(materialized='view', contract={'enforced': false}) }}
-- depends_on: {{ ref('dim_definition') }}
select definition_id, 'NI 130' as name_2012_13 from marts.dim_definition
