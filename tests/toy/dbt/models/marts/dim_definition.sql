select cast('NI130_V2' as varchar) as definition_id
