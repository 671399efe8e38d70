package sqlstore

import (
	"context"
	"crypto/sha256"
	"fmt"
	"time"

	"liasse/registry"
)

// tokenSweep is how often tokens that have expired are taken out.
const tokenSweep = time.Minute

// UseToken notes that an identity token is used and tells whether that is the first time, in whatever process of this
// store. It is remembered until expires, after which the token is refused for its age. Of the id only a hash is kept.
func (s *Store) UseToken(ctx context.Context, id string, expires time.Time) (first bool, err error) {
	sum := sha256.Sum256([]byte(id))
	now := s.now()
	last := s.swept.Load()
	sweep := now.Unix()-last >= int64(tokenSweep/time.Second) && s.swept.CompareAndSwap(last, now.Unix())
	err = s.Submit(ctx, func(write registry.Tx) error {
		t := write.(*tx)
		if sweep {
			if err := t.write(ctx, "forgetting expired tokens", "DELETE FROM token WHERE expires < ?", now.Unix()); err != nil {
				return err
			}
		}
		n, err := t.change(ctx, "noting the use of a token", "INSERT INTO token (id, expires) VALUES (?, ?) ON CONFLICT (id) DO NOTHING", sum[:], expires.Unix()+1)
		first = n == 1
		return err
	})
	if err != nil {
		return false, fmt.Errorf("noting the use of a token: %w", err)
	}
	return first, nil
}
