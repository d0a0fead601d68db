-- Whether this transaction may see a municipality's rows: `app.municipalities` holds a list of codes,
-- or `*` for a session that serves the whole installation.
CREATE FUNCTION tenant_visible(municipality text) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN nullif(current_setting('app.municipalities', true), '') = '*'
        OR municipality = ANY (string_to_array(nullif(current_setting('app.municipalities', true), ''), ','));
