package consent

import "time"

// japan has no summer time, so it needs no zone file.
var japan = time.FixedZone("JST", 9*60*60)

// years is how long a consent stands.
const years = 10

// Period is from when until when a consent stands that came in at a moment, both
// included, Unix seconds: from the next 00:00 JST, for ten years less a second. Where
// the year of the end has no 29 February, it ends with the 28th (民法 143 (2)).
func Period(received int64) (from, until int64) {
	y, m, d := time.Unix(received, 0).In(japan).Date()
	begin := time.Date(y, m, d+1, 0, 0, 0, 0, japan)
	y, m, d = begin.Date()
	// A day that is not there is normalised to 1 March, whose eve is 28 February.
	return begin.Unix(), time.Date(y+years, m, d, 0, 0, 0, 0, japan).Unix() - 1
}

// DayAfter is the first second behind the day of a moment, JST: a service that ends on a
// day serves until its last second.
func DayAfter(moment int64) int64 {
	y, m, d := time.Unix(moment, 0).In(japan).Date()
	return time.Date(y, m, d+1, 0, 0, 0, 0, japan).Unix()
}

// Soon is how long before its last second a consent expires soon, in seconds: the feed of
// changes tells the service then, whose duty it is to remind the person.
const Soon = 90 * 24 * 60 * 60

// ExpiresSoon reports whether the consent's last 90 days have begun.
func (c Consent) ExpiresSoon(now int64) bool {
	return c.State(now) == Active && now > c.Until-Soon
}
