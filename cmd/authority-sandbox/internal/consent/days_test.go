package consent

import (
	"testing"
	"time"

	"multicopy.example/kiosk/must"
)

func at(t testing.TB, text string) int64 {
	t.Helper()
	moment, err := time.ParseInLocation("2006-01-02 15:04:05", text, japan)
	must.OK(t, err)
	return moment.Unix()
}

func TestConsentStandsForTenYearsFromTheNextDay(t *testing.T) {
	for _, c := range []struct{ received, from, until string }{
		{"2023-05-18 10:00:00", "2023-05-19 00:00:00", "2033-05-18 23:59:59"}, // the notice's example
		{"2023-05-18 00:00:00", "2023-05-19 00:00:00", "2033-05-18 23:59:59"},
		{"2023-05-18 23:59:59", "2023-05-19 00:00:00", "2033-05-18 23:59:59"},
		{"2026-12-31 23:59:59", "2027-01-01 00:00:00", "2036-12-31 23:59:59"}, // New Year
		{"2026-12-30 12:00:00", "2026-12-31 00:00:00", "2036-12-30 23:59:59"},
		{"2026-04-30 12:00:00", "2026-05-01 00:00:00", "2036-04-30 23:59:59"}, // a month's end
		{"2028-02-28 12:00:00", "2028-02-29 00:00:00", "2038-02-28 23:59:59"}, // 民法 143 (2), the proviso
		{"2028-02-29 12:00:00", "2028-03-01 00:00:00", "2038-02-28 23:59:59"},
		{"2027-02-28 12:00:00", "2027-03-01 00:00:00", "2037-02-28 23:59:59"},
		{"2026-02-28 12:00:00", "2026-03-01 00:00:00", "2036-02-29 23:59:59"}, // the end in a leap year
		{"2029-12-31 12:00:00", "2030-01-01 00:00:00", "2039-12-31 23:59:59"},
	} {
		from, until := Period(at(t, c.received))
		if from != at(t, c.from) || until != at(t, c.until) {
			t.Errorf("received %s: %s to %s", c.received, time.Unix(from, 0).In(japan), time.Unix(until, 0).In(japan))
		}
	}
}

// TestEveryDayOfAHundredYearsGivesTenYearsLessASecond: on the calendar, that is the second
// before the same day ten years on, or before 1 March where that day is not there.
func TestEveryDayOfAHundredYearsGivesTenYearsLessASecond(t *testing.T) {
	for day := time.Date(2000, 1, 1, 12, 0, 0, 0, japan); day.Year() < 2100; day = day.AddDate(0, 0, 1) {
		from, until := Period(day.Unix())
		begin, end := time.Unix(from, 0).In(japan), time.Unix(until+1, 0).In(japan)
		if !begin.After(day) || begin.Sub(day) > 24*time.Hour {
			t.Fatalf("%s: begins %s", day, begin)
		}
		wantMonth, wantDay := begin.Month(), begin.Day()
		if begin.Month() == time.February && begin.Day() == 29 && (begin.Year()+10)%4 != 0 {
			wantMonth, wantDay = time.March, 1
		}
		if end.Year() != begin.Year()+10 || end.Month() != wantMonth || end.Day() != wantDay || end.Hour() != 0 || end.Minute() != 0 || end.Second() != 0 {
			t.Fatalf("%s: ends before %s", begin, end)
		}
	}
}

func TestAServiceEndsWithItsLastDay(t *testing.T) {
	for _, last := range []string{"2027-03-31 00:00:00", "2027-03-31 12:00:00", "2027-03-31 23:59:59"} {
		if got := DayAfter(at(t, last)); got != at(t, "2027-04-01 00:00:00") {
			t.Errorf("%s: %s", last, time.Unix(got, 0).In(japan))
		}
	}
}

func TestExpiresSoonIsToldInTheLastNinetyDays(t *testing.T) {
	c := Give(Address, at(t, "2026-06-01 12:00:00"))
	for moment, want := range map[int64]bool{c.Until - Soon: false, c.Until - Soon + 1: true, c.Until: true, c.Until + 1: false, c.From: false} {
		if c.ExpiresSoon(moment) != want {
			t.Errorf("%s: %v", time.Unix(moment, 0).In(japan), !want)
		}
	}
	c, _ = c.Step(Event{Op: Cancel, At: c.Until - 2})
	if c.ExpiresSoon(c.Until - 1) {
		t.Error("a withdrawn consent expires")
	}
}
