-- name: keys
SELECT kid, issuer, x FROM verification_key;

-- name: learn
INSERT INTO verification_key (kid, issuer, x, published_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING;

-- name: is_known
SELECT EXISTS (SELECT FROM verification_key WHERE kid = $1);
