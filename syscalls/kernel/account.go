package kernel

import (
	"cmp"
	"maps"
	"slices"
	"sync/atomic"
)

// Account counts the memory that guests have made their own, against a limit.
type Account struct {
	limit uint64
	used  atomic.Uint64
}

// NewAccount makes an account; a limit of 0 means none.
func NewAccount(limit uint64) *Account { return &Account{limit: limit} }

// Charge takes n bytes, or reports false and takes nothing when the limit would be passed.
func (a *Account) Charge(n uint64) bool {
	for {
		used := a.used.Load()
		if a.limit != 0 && (n > a.limit || used > a.limit-n) {
			return false
		}
		if a.used.CompareAndSwap(used, used+n) {
			return true
		}
	}
}

// Refund gives n bytes back.
func (a *Account) Refund(n uint64) { a.used.Add(^(n - 1)) }

// Limit is the size of the account in bytes, 0 if it has none; Used is what is taken.
func (a *Account) Limit() uint64 { return a.limit }

// Used is the number of bytes taken.
func (a *Account) Used() uint64 { return a.used.Load() }

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }
