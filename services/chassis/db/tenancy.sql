-- name: see
SELECT set_config('app.municipalities', $1, true);
