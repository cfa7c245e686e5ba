package offline

import (
	"container/list"
	"iter"
)

// An ordered keeps values in the order in which they came and forgets all of one
// key at once. Each call costs the same at ten values and at a million: a ledger
// is read by opening it, and an attacker's may hold a million open intents.
type ordered[K comparable, V any] struct {
	order *list.List // of item[K, V]; nil before the first
	by    map[K][]*list.Element
}

type item[K comparable, V any] struct {
	key   K
	value V
}

func (o *ordered[K, V]) add(k K, v V) {
	if o.by == nil {
		o.order, o.by = list.New(), map[K][]*list.Element{}
	}
	o.by[k] = append(o.by[k], o.order.PushBack(item[K, V]{k, v}))
}

// forget takes away every value of a key.
func (o *ordered[K, V]) forget(k K) {
	for _, e := range o.by[k] {
		o.order.Remove(e)
	}
	delete(o.by, k)
}

// first is the oldest value.
func (o *ordered[K, V]) first() (v V, ok bool) {
	if o.len() == 0 {
		return v, false
	}
	return o.order.Front().Value.(item[K, V]).value, true
}

// forgetFirst takes the oldest value away.
func (o *ordered[K, V]) forgetFirst() {
	e := o.order.Front()
	k := o.order.Remove(e).(item[K, V]).key
	if o.by[k] = o.by[k][1:]; len(o.by[k]) == 0 { // the oldest of all is the oldest of its key
		delete(o.by, k)
	}
}

func (o *ordered[K, V]) len() int {
	if o.order == nil {
		return 0
	}
	return o.order.Len()
}

// all are the values, oldest first.
func (o *ordered[K, V]) all() iter.Seq[V] {
	return func(yield func(V) bool) {
		if o.order == nil {
			return
		}
		for e := o.order.Front(); e != nil; e = e.Next() {
			if !yield(e.Value.(item[K, V]).value) {
				return
			}
		}
	}
}
