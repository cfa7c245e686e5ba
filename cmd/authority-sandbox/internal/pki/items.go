package pki

import (
	"strings"
	"time"
	"unicode/utf8"
)

// Items are the four facts that a signing certificate says of its holder.
type Items struct {
	Name    string
	Sex     string // one digit
	Birth   time.Time
	Address string
}

// eras by the first day of each; the digit of an era is its place here, from 1.
var eras = []time.Time{day(1868, 1, 25), day(1912, 7, 30), day(1926, 12, 25), day(1989, 1, 8), day(2019, 5, 1)}

func day(year int, month time.Month, d int) time.Time {
	return time.Date(year, month, d, 0, 0, 0, 0, time.UTC)
}

// birth is nine digits: of the era, then YYYYMMDD of the common calendar. Of the
// day alone: a time of the day or a zone would move a birthday.
func birth(t time.Time) string {
	on, era := day(t.Date()), 0
	for era < len(eras) && !on.Before(eras[era]) {
		era++
	}
	return string(rune('0'+max(era, 1))) + on.Format("20060102")
}

// values are the six names by their numbers. Names and addresses may have characters
// that the certificate's set has not; 2 and 6 say for each character with which one it was
// replaced, and 0000 that it was not. The test people have none that are.
func (i Items) values() map[int]string {
	none := func(s string) string { return strings.Repeat("0000", utf8.RuneCountInString(s)) }
	return map[int]string{1: i.Name, 2: none(i.Name), 3: i.Sex, 4: birth(i.Birth), 5: i.Address, 6: none(i.Address)}
}
